//! Upload forms: how a policy comes to its signature, and what it does not allow.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sigv4_conformance::explain::{
    BUILT_IN, Circumstances, Explanation, FieldRequest, POLICY_CHANGES, Reach, Server, explain,
};
use sigv4_reference::Time;

use super::{SUITE_SECRET, changes, explained, happened, problems};

const CREDENTIAL: &str = "AKIDEXAMPLE/20150830/us-west-1/s3/aws4_request";

const POLICY: &str = "{\"expiration\": \"2015-08-30T13:36:00Z\",\n\"conditions\": [\
    {\"bucket\": \"example-bucket\"}, [\"starts-with\", \"$key\", \"user/\"],\n\
    {\"x-amz-credential\": \"AKIDEXAMPLE/20150830/us-west-1/s3/aws4_request\"},\
    {\"x-amz-algorithm\": \"AWS4-HMAC-SHA256\"}, {\"x-amz-date\": \"20150830T123600Z\"},\
    [\"content-length-range\", 1, 10]]}";

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.chain_update(text).finalize().into_bytes().to_vec()
}

/// The signature of a text with the key of this scope.
fn signature(secret: &str, [day, region, service]: [&str; 3], text: &[u8]) -> Vec<u8> {
    let start = format!("AWS4{secret}").into_bytes();
    let parts = [day, region, service, "aws4_request"];
    let key = parts.iter().fold(start, |key, part| mac(&key, part.as_bytes()));
    mac(&key, text)
}

fn digits(bytes: &[u8]) -> String {
    sigv4_protocol::hex::hex(bytes)
}

const RIGHT: [&str; 3] = ["20150830", "us-west-1", "s3"];

/// The form as raw HTTP, with these fields besides the usual ones.
fn form(policy: &str, signature: &str, more: &[(&str, &str)]) -> String {
    let usual = [
        ("key", "user/${filename}"),
        ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", CREDENTIAL),
        ("x-amz-date", "20150830T123600Z"),
        ("policy", policy),
        ("x-amz-signature", signature),
    ];
    let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    let part = |(name, value): &(&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields: String = kept.chain(more).map(part).collect();
    format!(
        "POST / HTTP/1.1\r\nHost: example-bucket.s3.us-west-1.amazonaws.com\r\n\
         Content-Type: multipart/form-data; boundary=x\r\n\r\n{fields}\
         --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n\
         hello\r\n--x--\r\n"
    )
}

fn right(more: &[(&str, &str)]) -> String {
    let policy = STANDARD.encode(POLICY);
    form(&policy, &digits(&signature(SUITE_SECRET, RIGHT, policy.as_bytes())), more)
}

#[test]
fn a_right_form_is_clean() {
    let report = explained(&right(&[]), None);
    assert!(matches!(report.explanation, Explanation::Right { reach: Reach::Policy }));
    assert!(report.is_clean(), "{report:?}");
    // As it is after it was copied.
    let report = explained(&right(&[]).replace("\r\n", "\n"), None);
    assert!(report.is_clean(), "{report:?}");
}

#[test]
fn each_change_of_a_policy_is_found() {
    let policy = STANDARD.encode(POLICY);
    let sign = |scope, text: &str| digits(&signature(SUITE_SECRET, scope, text.as_bytes()));
    let encoded = |json: &str| sign(RIGHT, &STANDARD.encode(json));
    let compact = POLICY.replace(['\n', ' '], "");
    let right = signature(SUITE_SECRET, RIGHT, policy.as_bytes());
    let lines: Vec<&str> =
        policy.as_bytes().chunks(60).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let hmac_sha1 = {
        use sigv4_reference::key::Secret;
        use sigv4_reference::legacy::{LegacyWorkspace, s3_v2::S3V2Signer};
        let secret =
            Secret { access_key_id: b"AKIDEXAMPLE", secret_access_key: SUITE_SECRET.as_bytes() };
        let mut workspace = LegacyWorkspace::default();
        let signer = S3V2Signer { secret, bucket: None };
        String::from_utf8(signer.post(&mut workspace, policy.as_bytes()).signature().to_vec())
    };
    let mut found = Vec::new();
    for (signature, id, what) in [
        (sign(RIGHT, POLICY), "policy-signed-as-json", "begins with `{`"),
        (sign(RIGHT, &format!("{POLICY}\n")), "policy-signed-as-json", "line break at its end"),
        (encoded(&POLICY.replace('\n', "\r\n")), "policy-rewritten", "CRLF"),
        (encoded(&format!("{POLICY}\n")), "policy-rewritten", "line break at its end"),
        (encoded(&compact), "policy-rewritten", "compact JSON"),
        (sign(RIGHT, &(lines.join("\n") + "\n")), "policy-encoded-otherwise", "60 characters"),
        (sign(RIGHT, policy.trim_end_matches('=')), "policy-encoded-otherwise", "padding"),
        (sign(["20150830", "us-east-1", "s3"], &policy), "key-of-another-scope", "us-east-1"),
        (
            sign(["20150830", "us-west-1", "execute-api"], &policy),
            "key-of-another-scope",
            "service",
        ),
        (sign(["20150829", "us-west-1", "s3"], &policy), "key-of-another-day", "20150829"),
        (
            digits(&mac(SUITE_SECRET.as_bytes(), policy.as_bytes())),
            "secret-signs-the-policy",
            "as the key",
        ),
        (hmac_sha1.unwrap(), "policy-signed-with-version-2", "HMAC-SHA1"),
        (digits(&right).to_uppercase(), "signature-in-other-digits", "expected"),
        (STANDARD.encode(&right), "signature-in-other-digits", "expected"),
        (
            digits(&self::signature(&format!("{SUITE_SECRET}\n"), RIGHT, policy.as_bytes())),
            "secret-misread",
            "a line break at its end",
        ),
    ] {
        let report = explained(&form(&policy, &signature, &[]), None);
        let happened = happened(&report);
        assert_eq!(happened.len(), 1, "{id}: {happened:?}");
        assert_eq!(happened[0].0, id);
        assert!(happened[0].1.contains(what), "{id}: {}", happened[0].1);
        assert!(!report.is_clean(), "{id}");
        found.push(id);
    }
    for change in POLICY_CHANGES {
        assert!(found.contains(&change.id), "{} is not tried here", change.id);
    }

    // Two at once.
    let both = signature(SUITE_SECRET, ["20150830", "us-east-1", "s3"], POLICY.as_bytes());
    let ids = changes(&form(&policy, &digits(&both), &[]));
    assert_eq!(ids, ["key-of-another-scope", "policy-signed-as-json"]);

    let report = explained(&form(&policy, &"0".repeat(64), &[]), None);
    assert!(matches!(report.explanation, Explanation::PolicyUnexplained), "{report:?}");
}

#[test]
fn what_the_policy_does_not_allow_is_said() {
    let unreadable = STANDARD.encode("{\"expiration\": 1}");
    let own = digits(&signature(SUITE_SECRET, RIGHT, unreadable.as_bytes()));
    let late = POLICY.replace("13:36", "12:36");
    let late = STANDARD.encode(late);
    let late_signature = digits(&signature(SUITE_SECRET, RIGHT, late.as_bytes()));
    for (form, problem) in [
        (
            right(&[("key", "users/a.txt")]),
            "The condition [\"starts-with\", \"$key\", \"user/\"] is not met: \"users/a.txt\" was sent.",
        ),
        (right(&[("acl", "private")]), "No condition covers the field \"acl\"."),
        (
            right(&[]).replace("Host: example-bucket", "Host: another-bucket"),
            "[\"eq\", \"$bucket\", \"example-bucket\"] is not met: \"another-bucket\" was sent",
        ),
        (
            right(&[]).replace("hello", "hello, world"),
            "[\"content-length-range\", 1, 10] is not met: the file has 12 bytes",
        ),
        (
            right(&[]).replace("s3.us-west-1", "s3.eu-west-1"),
            "signed for the region `us-west-1`, and example-bucket.s3.eu-west-1.amazonaws.com is in \
             `eu-west-1`",
        ),
        (right(&[("x-amz-date", "20150831T123600Z")]), "that of x-amz-date is 20150831"),
        (right(&[("x-amz-date", "now")]), "x-amz-date is `now`"),
        (form(&unreadable, &own, &[]), "The policy cannot be read: policy: byte 15"),
        (form(&late, &late_signature, &[]), "The policy has expired: it was good until"),
    ] {
        let report = explained(&form, None);
        let right = matches!(report.explanation, Explanation::Right { .. });
        assert!(right, "{problem}: {report:?}");
        let problems = problems(&report);
        assert!(problems.iter().any(|said| said.contains(problem)), "{problem}: {problems:?}");
    }
}

#[test]
fn a_form_for_another_server_is_said_and_needs_no_secret() {
    let sent = FieldRequest::parse(right(&[]).as_bytes()).expect("a form");
    let report = |secret_access_key, server| {
        let circumstances = Circumstances {
            secret_access_key,
            now: Time::parse(b"20150830T123700Z").expect("a time"),
            window_seconds: None,
            profile: None,
            services: &BUILT_IN,
            server,
            document: None,
        };
        explain(&sent, &circumstances).expect("a report")
    };
    let own = Server { service: Some("s3"), region: Some("us-west-1") };
    assert!(report(Some(SUITE_SECRET.as_bytes()), own).is_clean());
    let other = report(None, Server { region: Some("eu-west-1"), ..own });
    assert!(matches!(other.explanation, Explanation::Unchecked { .. }), "{other:?}");
    let problem = other.problem().expect("another region");
    assert!(problem.starts_with("The server expects the region `eu-west-1`"), "{problem}");
}
