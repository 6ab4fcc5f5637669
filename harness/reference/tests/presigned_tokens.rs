//! Tokens that are presigned URLs, as other implementations make them.

use std::fmt::Write as _;

use sigv4_reference::key::Secret;
use sigv4_reference::token::{AuthToken, Cache, CacheKind, Role, TokenSigner};
use sigv4_reference::{Error, Time, Workspace};

const EXAMPLE: Secret<'_> = Secret {
    access_key_id: b"AKIAIOSFODNN7EXAMPLE",
    secret_access_key: b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const AKID: Secret<'_> = Secret { access_key_id: b"akid", secret_access_key: b"secret" };

/// The session token of the tokens that were measured.
const TOKEN: Option<&[u8]> = Some(b"TOK/+=");

fn signer<'a>(
    secret: Secret<'a>,
    session_token: Option<&'a [u8]>,
    time: &str,
    region: &'a str,
) -> TokenSigner<'a> {
    let time = Time::parse(time.as_bytes()).unwrap();
    TokenSigner { secret, session_token, time, region: region.as_bytes() }
}

fn text(token: &AuthToken<'_>) -> String {
    String::from_utf8(token.as_bytes().to_vec()).unwrap()
}

/// Canonical request and string to sign of a token without anything but `host` signed.
fn stages(
    signer: &TokenSigner<'_>,
    path: &str,
    query: &str,
    host: &str,
    hash: &str,
) -> [String; 2] {
    const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let (time, text) = (signer.time.to_string(), String::from_utf8_lossy(signer.region));
    let (date, _) = time.split_at(8);
    let canonical = format!("GET\n{path}\n{query}\nhost:{host}\n\nhost\n{EMPTY}");
    let service = query.split("%2F").nth(3).unwrap();
    let to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{date}/{text}/{service}/aws4_request\n{hash}");
    [canonical, to_sign]
}

/// botocore, `tests/unit/test_signers.py`; smithy-rs, `rds_auth_token.rs`; aws-sdk-js,
/// `test/rds/signer.spec.js`.
#[test]
fn published_tokens_of_rds_have_every_stage() {
    let botocore = Secret { access_key_id: b"akid", secret_access_key: b"skid" };
    for (secret, time, host, port, user, hash, signature) in [
        (
            botocore,
            "20161107T173933Z",
            "prod-instance.us-east-1.rds.amazonaws.com",
            3306,
            "someusername",
            "2a1bc1708a8576e7f45e14e3feae628810d184bf3acc5328588de0175e64a2e6",
            "d1138cdbc0ca63eec012ec0fc6c2267e03642168f5884a7795320d4c18374c61",
        ),
        (
            AKID,
            "20240826T220000Z",
            "prod-instance.us-east-1.rds.amazonaws.com",
            3306,
            "peccy",
            "421110be904e83a7512545bf23eff520d53a798489ee1794df7474dade1497de",
            "dd0cba843009474347af724090233265628ace491ea17ce3eb3da098b983ad89",
        ),
        (
            AKID,
            "19700101T000000Z",
            "db.us-east-1.amazonaws.com",
            8000,
            "test",
            "33f7ed67f4661a22b0097f1c4449ed9c925236c411ffcafa1ca4f2807d1c2b5b",
            "6f2b4daa29668c1c264d7af7927d9d2a706768e35d92d76b461aedbaca14b6ad",
        ),
    ] {
        let signer = signer(secret, None, time, "us-east-1");
        let mut workspace = Workspace::default();
        let token =
            signer.rds(&mut workspace, host.as_bytes(), port, user.as_bytes(), 900).unwrap();
        let date = &time[..8];
        let query = format!(
            "Action=connect&DBUser={user}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=akid\
             %2F{date}%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date={time}&X-Amz-Expires=900\
             &X-Amz-SignedHeaders=host"
        );
        let host = format!("{host}:{port}");
        check(&token, stages(&signer, "/", &query, &host, hash), signature);
        assert_eq!(text(&token), format!("{host}/?{query}&X-Amz-Signature={signature}"));
    }
}

/// botocore, `tests/unit/test_signers.py`; smithy-rs, `dsql_auth_token.rs`.
#[test]
fn published_tokens_of_dsql_have_every_stage() {
    let botocore = Secret { access_key_id: b"ACCESS_KEY", secret_access_key: b"SECRET_KEY" };
    let of_botocore = (botocore, Some("SESSION_TOKEN"), "20241107T173933Z", "test", 900);
    let of_smithy = (AKID, None, "20240827T000000Z", "peccy", 450);
    for ((secret, session_token, time, name, lifetime), role, hash, signature) in [
        (
            of_botocore,
            Role::Custom,
            "4cbddff2c9e3d1bbc647c3cbcbfaa5b2d21e10815111295f40fd7e2938cce468",
            "57fe03e060348aaa21405c239bf02572bbc911076e94dcd65c12ae569dd8fcf4",
        ),
        (
            of_botocore,
            Role::Admin,
            "cee9eddb9ebd360328c820789bf82e327ab8f9a076480028c039104a0755e01b",
            "5ac084bc7cabccc19a52a5d1b5c24b50d3ce143f43b659bd484c91aaf555e190",
        ),
        (
            of_smithy,
            Role::Custom,
            "3c1402505ef9b6bb6222037e1d068537b99830143d445035538ca111a7126b3d",
            "f5f2ad764ca5df44045d4ab6ccecba0eef941b0007e5765885a0b6ed3702a3f8",
        ),
        (
            of_smithy,
            Role::Admin,
            "2f5d99741812ce47543f322059eb30738334b566b20209ca84eb7479fe38d139",
            "267cf8d04d84444f7a62d5bdb40c44bfc6cb13dd6c64fa7f772df6bbaa90fff1",
        ),
    ] {
        let signer = signer(secret, session_token.map(str::as_bytes), time, "us-east-1");
        let mut workspace = Workspace::default();
        let host = format!("{name}.dsql.us-east-1.on.aws");
        let token = signer.dsql(&mut workspace, host.as_bytes(), role, lifetime).unwrap();
        let action = if role == Role::Admin { "DbConnectAdmin" } else { "DbConnect" };
        let id = String::from_utf8_lossy(secret.access_key_id);
        let date = &time[..8];
        let session_token =
            session_token.map_or_else(String::new, |t| format!("&X-Amz-Security-Token={t}"));
        let query = format!(
            "Action={action}&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={id}%2F{date}\
             %2Fus-east-1%2Fdsql%2Faws4_request&X-Amz-Date={time}&X-Amz-Expires={lifetime}\
             {session_token}&X-Amz-SignedHeaders=host"
        );
        check(&token, stages(&signer, "/", &query, &host, hash), signature);
        assert_eq!(text(&token), format!("{host}/?{query}&X-Amz-Signature={signature}"));
    }
}

/// envoy, `aws_iam_authenticator_test.cc`.
#[test]
fn the_published_token_of_elasticache_has_every_stage() {
    let signer = signer(AKID, Some(b"token"), "20180102T030405Z", "region");
    let mut workspace = Workspace::default();
    let cache = Cache { name: b"cachename", kind: CacheKind::ElastiCache, serverless: false };
    let token = signer.cache(&mut workspace, cache, b"test", 60).unwrap();
    let query = "Action=connect&User=test&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=akid\
        %2F20180102%2Fregion%2Felasticache%2Faws4_request&X-Amz-Date=20180102T030405Z\
        &X-Amz-Expires=60&X-Amz-Security-Token=token&X-Amz-SignedHeaders=host";
    let hash = "3567786706343ae4835b41cb227a2c22df31a373f133f35c31de96c783e36a92";
    let signature = "3bf9d8841acb6db28373efcab8b9ccf1076a7a9ab39faf489002fa0555a1f89c";
    check(&token, stages(&signer, "/", query, "cachename", hash), signature);
    assert_eq!(text(&token), format!("cachename/?{query}&X-Amz-Signature={signature}"));

    // A serverless cache and MemoryDB differ in one word each.
    let parameters = |cache| {
        let mut workspace = Workspace::default();
        let token = signer.cache(&mut workspace, cache, b"test", 60).unwrap();
        text(&token).split("&X-Amz-Date").next().unwrap().to_owned()
    };
    assert_eq!(
        parameters(Cache { serverless: true, ..cache }),
        "cachename/?Action=connect&User=test&ResourceType=ServerlessCache&X-Amz-Algorithm=\
         AWS4-HMAC-SHA256&X-Amz-Credential=akid%2F20180102%2Fregion%2Felasticache%2Faws4_request"
    );
    assert_eq!(
        parameters(Cache { kind: CacheKind::MemoryDb, ..cache }),
        "cachename/?Action=connect&User=test&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=akid%2F20180102%2Fregion%2Fmemorydb%2Faws4_request"
    );
}

/// A test of an MSK client without a name; seqsense's aws-iot-device-sdk-go, `presigner_test.go`,
/// where the signature does not depend on the session token.
#[test]
fn published_tokens_of_msk_and_iot_have_every_stage() {
    let secret = Secret {
        access_key_id: b"AKIDEXAMPLE",
        secret_access_key: b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    };
    let msk = signer(secret, Some(b"IQoJb3Jp"), "20231114T221320Z", "ap-southeast-1");
    let mut workspace = Workspace::default();
    let token = msk.msk(&mut workspace, None, 900).unwrap();
    let query = "Action=kafka-cluster%3AConnect&X-Amz-Algorithm=AWS4-HMAC-SHA256\
        &X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Fap-southeast-1%2Fkafka-cluster%2Faws4_request\
        &X-Amz-Date=20231114T221320Z&X-Amz-Expires=900&X-Amz-Security-Token=IQoJb3Jp\
        &X-Amz-SignedHeaders=host";
    let host = "kafka.ap-southeast-1.amazonaws.com";
    let hash = "214cd7df6b4b9852c438602429cc942a989e25f4ef95443346600215a655c720";
    let signature = "4c02acd7700d674cecd2b27f6a906be056df725db5c7571700fd54a354a31904";
    check(&token, stages(&msk, "/", query, host, hash), signature);
    let url = format!("https://{host}/?{query}&X-Amz-Signature={signature}");
    assert_eq!(from_base64url(&text(&token)), url);

    let secret = Secret {
        access_key_id: b"AKAAAAAAAAAAAAAAAAAA",
        secret_access_key: b"1111111111111111111111111111111111111111",
    };
    let query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKAAAAAAAAAAAAAAAAAA%2F19700101\
        %2Fworld-1%2Fiotdevicegateway%2Faws4_request&X-Amz-Date=19700101T000000Z\
        &X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
    let host = "test.iot.world-1.amazonaws.com";
    let hash = "4011f39ff9ce151d0ff0a294581c80ab67ba0a5b2ad1f3279e90217c4bcc6402";
    let signature = "4cfbc8acc899f7aac3153cd17c94204d6989f86d8cb1173e46143512270c89c2";
    for (session_token, sent, port, written) in [
        (None, "", None, ""),
        (Some(&b"aa+="[..]), "&X-Amz-Security-Token=aa%2B%3D", Some(443), ":443"),
    ] {
        let iot = signer(secret, session_token, "19700101T000000Z", "world-1");
        let mut workspace = Workspace::default();
        let token = iot.iot(&mut workspace, host.as_bytes(), port, 86_400).unwrap();
        check(&token, stages(&iot, "/mqtt", query, host, hash), signature);
        let url = format!("wss://{host}{written}/mqtt?{query}{sent}&X-Amz-Signature={signature}");
        assert_eq!(text(&token), url);
    }
}

/// Measured with botocore 1.44.8, `@aws-sdk/rds-signer` 3.1175.0, feature/rds/auth 1.7.12 of the SDK
/// for Go, the SDK for Java 2.58.0, `@aws-sdk/dsql-signer` 3.1142.0 and the AWS CLI 1.46.3. The order of
/// parameters differs, and is not signed.
#[test]
fn tokens_of_others_have_the_same_signature() {
    let signature =
        |token: Result<AuthToken<'_>, Error>| token.unwrap().stages().signature.to_owned();
    let rds = |time, token, host: &[u8], port, user: &[u8]| {
        let signer = signer(EXAMPLE, token, time, "us-east-1");
        signature(signer.rds(&mut Workspace::default(), host, port, user, 900))
    };
    let host = b"mydb.example.com";
    for (who, actual, expected) in [
        (
            "botocore, with a session token",
            rds("20261127T141447Z", TOKEN, host, 5432, b"jane_doe"),
            "b330e1bd644a095511aff45d594f4f65d9c65aa0e5774bd143474e3e7e1db424",
        ),
        (
            "JavaScript, upper case",
            rds("20261127T141553Z", None, b"MyDB.Example.COM", 3306, b"jane_doe"),
            "d7ca909b1d234d1a002c3dcc919ecc57ba68420c48405e8989f5821b645943a2",
        ),
        (
            "JavaScript, port 443",
            rds("20261127T141553Z", None, host, 443, b"jane doe+x@y"),
            "b7db50a3e5be260afe6a043311ba37d879947399dfe7de4329b14a3e0703c91f",
        ),
        (
            "Go, upper case",
            rds("20261127T141448Z", None, b"MyDB.Example.COM", 3306, b"jane_doe"),
            "ad75d0b46544e27b9fa704f31dcf6c258d61d1a030b9e57fce8cece3cf04a8c1",
        ),
        (
            "Java, with a session token",
            rds("20261127T144005Z", TOKEN, host, 5432, b"jane_doe"),
            "53643499dac2a4fd4b03140a9d63d0853881957a04d2e72d32982b043992c768",
        ),
        (
            "JavaScript, DSQL",
            signature(signer(EXAMPLE, None, "20261127T141553Z", "us-east-1").dsql(
                &mut Workspace::default(),
                b"ABC.dsql.us-east-1.on.aws",
                Role::Custom,
                900,
            )),
            "283c87572051c4f25b950ff4560b46a0a61d9e9a4a746068b568d3ef5a9e22f1",
        ),
        (
            "AWS CLI, EKS",
            signature(signer(EXAMPLE, None, "20261127T144007Z", "us-east-1").eks(
                &mut Workspace::default(),
                b"c1",
                60,
            )),
            "71d971786a64e7419717779461498685890601091306ff4f1b357a9cbf50f011",
        ),
    ] {
        assert_eq!(actual, expected, "{who}");
    }
}

/// The signer of MSK for Python adds its name at the end, unsigned.
#[test]
fn the_token_of_msk_is_that_of_python() {
    let signer = signer(EXAMPLE, None, "20261127T141447Z", "us-east-1");
    let mut workspace = Workspace::default();
    let agent = Some(&b"aws-msk-iam-sasl-signer-python/1.0.2"[..]);
    let token = signer.msk(&mut workspace, agent, 900).unwrap();
    assert_eq!(
        text(&token),
        "aHR0cHM6Ly9rYWZrYS51cy1lYXN0LTEuYW1hem9uYXdzLmNvbS8_QWN0aW9uPWthZmthLWNsdXN0ZXIlM0FDb25u\
         ZWN0JlgtQW16LUFsZ29yaXRobT1BV1M0LUhNQUMtU0hBMjU2JlgtQW16LUNyZWRlbnRpYWw9QUtJQUlPU0ZPRE5O\
         N0VYQU1QTEUlMkYyMDI2MTEyNyUyRnVzLWVhc3QtMSUyRmthZmthLWNsdXN0ZXIlMkZhd3M0X3JlcXVlc3QmWC1B\
         bXotRGF0ZT0yMDI2MTEyN1QxNDE0NDdaJlgtQW16LUV4cGlyZXM9OTAwJlgtQW16LVNpZ25lZEhlYWRlcnM9aG9z\
         dCZYLUFtei1TaWduYXR1cmU9ZWE1OTU5MjExNjc1NmUzZGI3YTFiZTY4MTkxZmM0YjJjMjI2ZjY2Zjk5OGFmODc5\
         NjE0NzQ4YTVlYTg0MWQ1NCZVc2VyLUFnZW50PWF3cy1tc2staWFtLXNhc2wtc2lnbmVyLXB5dGhvbiUyRjEuMC4y"
    );
}

#[test]
fn what_no_service_accepts_is_refused() {
    let signer = signer(EXAMPLE, None, "20150830T123600Z", "us-east-1");
    let rds = |host: &[u8], lifetime| {
        signer.rds(&mut Workspace::default(), host, 3306, b"u", lifetime).map(|_| ())
    };
    assert_eq!(rds(b"h", 900), Ok(()));
    for (token, error) in [
        (rds(b"h", 901), Error::TokenLifetime { longest: 900 }),
        (rds(b"h", 0), Error::Expires),
        (rds(b"https://h", 900), Error::Host { offset: 6 }),
        (rds(b"h/", 900), Error::Host { offset: 1 }),
        (rds(b"h\n", 900), Error::Host { offset: 1 }),
        (
            signer.dsql(&mut Workspace::default(), b"", Role::Admin, 900).map(|_| ()),
            Error::Host { offset: 0 },
        ),
        (
            signer.dsql(&mut Workspace::default(), b"h", Role::Admin, 604_801).map(|_| ()),
            Error::TokenLifetime { longest: 604_800 },
        ),
        (
            signer.eks(&mut Workspace::default(), b"a\nb", 60).map(|_| ()),
            Error::ControlByte { field: "cluster", offset: 1 },
        ),
    ] {
        assert_eq!(token, Err(error));
    }
}

fn check(token: &AuthToken<'_>, [canonical_request, string_to_sign]: [String; 2], signature: &str) {
    let stages = token.stages();
    assert_eq!(String::from_utf8_lossy(stages.canonical_request), canonical_request);
    assert_eq!(String::from_utf8_lossy(stages.string_to_sign), string_to_sign);
    assert_eq!(stages.signature, signature);
}

/// Decodes base64url without padding, bit by bit.
fn from_base64url(text: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = String::new();
    for digit in text.chars() {
        write!(bits, "{:06b}", alphabet.find(digit).unwrap()).unwrap();
    }
    let bytes = bits.as_bytes().as_chunks::<8>().0.iter();
    let byte = |bits: &[u8; 8]| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap();
    String::from_utf8(bytes.map(byte).collect()).unwrap()
}
