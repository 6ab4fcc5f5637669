//! Requests that SDKs signed, with both halves of `s`, random and deterministic nonces, and region
//! sets as the caller wrote them.

use sigv4_reference::sign::Signer;
use sigv4_reference::v4a::ScopedV4aKey;
use sigv4_reference::verify::{Reason, Verifier};
use sigv4_reference::{Header, Request, Time, Workspace};

use crate::common::Sent;
use crate::{ACCESS_KEY_ID, example_key, verify};

const REQUEST: Request<'_> = Request {
    method: b"GET",
    target: b"/?a=b",
    headers: &[Header { name: b"Host", value: b"example.amazonaws.com" }],
    body: b"",
};

/// awscrt 0.36.1: presigned for an hour.
const AWSCRT_PRESIGNED: &[(&str, &str, &str)] = &[
    (
        "us-east-1,eu-west-1",
        "us-east-1%2Ceu-west-1",
        "3044022000eb08932f926a1336709e0d385db7f16a88a129b101758fee1e0135709f5139022000db73fd5ceb0ce5\
         853de589d65be59b73e5e464ec6d9d4818d6fcd203ca1883",
    ),
    (
        "us-east-1, eu-west-1",
        "us-east-1%2C%20eu-west-1",
        "30440220083e0dcad7a723d597391e78cbc4d00a8485939714b6395c75bab9f5ba94b0a302201723b491b964d6a6\
         5b12d5d0714930d08a7dbf7058740e83213a46f4bd08b678",
    ),
    (
        "*",
        "%2A",
        "304502201058306b3bb557698523dd787ecdcbf7e82506b6c21625dab79a507b87d9ca430221009840b7956b7ce0\
         8eadb080a5d582fc6f9527d008ec496a87b72a7ce253f2ec14",
    ),
];

/// Implementation, region set, the header `x-amz-content-sha256` if there is one, and signature.
const HEADERS: &[(&str, &str, Option<&str>, &str)] = &[
    (
        "awscrt 0.36.1",
        "us-east-1",
        None,
        "3046022100d27721428f4c2c2657f4409b96b8a809584c133ca5b8e4e3fd2dd14901071e2a022100ce93ebec9b9b\
         adafeb82fc49066c9696ca31a847f1680e384b6b827c6b342969",
    ),
    (
        "@smithy/signature-v4a 3.6.2",
        "us-east-1,eu-west-1",
        Some("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        "304402204c43d5580851fce45a28e298f9d2b27bb1d20afaa286b233dc3fa9eae054490b022022bf39be10a847b6\
         b5eb10f147da289cf61def8f1ad1a92c71dbca539398aa3b",
    ),
];

/// The crate aws-sigv4 1.6.4, with the nonce of RFC 6979: region set, signature in the header, and
/// presigned for an hour.
const AWS_SIGV4: &[(&str, &str, &str)] = &[
    (
        "us-east-1",
        "3045022035be697f2790772e3c1c7e572983064d8c8243386d12096b741413897b95cd9d0221009ab998d22183c5\
         a7153cfddc68da3e5304ffa4a9ab3cc1b2c00bb8840e530118",
        "30450220442d16f3e36b98561006637bd643e2d2aef90311251422b94fbb00e0c93c5d0e0221008b3790aead2d98\
         e869db57d378949c8cb12b2d8bc9dd7e4f2c07bffaac759b32",
    ),
    (
        "us-east-1,eu-west-1",
        "304402206e00ab04bdb57765329f113f3d066819344314ec803c55625b30093ecdd7838e02201692dd1a4ef10153\
         1df9b601a07a4138341c36d7c4917d2eca023de4a0cea20b",
        "3045022013cc07fd59b9a4f4c8f77023523a218b633325e2efc034a5acd48d26efdbb13d022100ede88ec729988f\
         8cff77540a143991ee607a1bdb53cbb02905f1351b864b689d",
    ),
    (
        "*",
        "304602210092517f4439409af0634c9355803220e49d12e528e423fc251505e6c9161b40f6022100e2065f2c7dd3\
         6c8dcbc9f79c4a65f0f60c5494268a8d64727e95e678e209a588",
        "304502203aec1dc81a50886bdd94b05fd22874a964e849e12201f00c1a00bb0445a5b71b022100b3e185dcfec1c7\
         8389d9629652c96eb6006ea902d2075ef574f3239e7d38a680",
    ),
];

#[test]
fn presigned_urls_of_awscrt_verify() {
    for (region_set, encoded, signature) in AWSCRT_PRESIGNED {
        let target = format!(
            "/?a=b&X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256\
             &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request\
             &X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Expires=3600\
             &X-Amz-Region-Set={encoded}&X-Amz-Signature={signature}"
        );
        let sent = Sent { target: target.into_bytes(), ..unsigned() };
        assert_regions("awscrt 0.36.1", region_set, &sent);

        // The same parameters, in another order and with another signature.
        let key = example_key();
        let scoped = ScopedV4aKey::new(&key, region_set.as_bytes(), b"service").unwrap();
        let own = Sent::with_query(&Signer::new(time(), ACCESS_KEY_ID, &scoped), &REQUEST, 3_600);
        let parameters = |sent: &Sent| {
            let target = String::from_utf8_lossy(&sent.target).into_owned();
            let mut all: Vec<String> = target.split(['?', '&']).map(str::to_owned).collect();
            all.retain(|parameter| !parameter.starts_with("X-Amz-Signature="));
            all.sort();
            all
        };
        assert_eq!(parameters(&own.unwrap()), parameters(&sent));
    }
}

#[test]
fn signed_requests_of_other_sdks_verify() {
    for (implementation, region_set, content_sha256, signature) in HEADERS {
        let mut sent = unsigned();
        let mut add = |name: &str, value: &str| sent.headers.push((name.into(), value.into()));
        add("X-Amz-Date", "20150830T123600Z");
        add("X-Amz-Region-Set", region_set);
        let mut signed_headers = "host;x-amz-date;x-amz-region-set";
        if let Some(hash) = content_sha256 {
            add("x-amz-content-sha256", hash);
            signed_headers = "host;x-amz-content-sha256;x-amz-date;x-amz-region-set";
        }
        add(
            "Authorization",
            &format!(
                "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, \
                 SignedHeaders={signed_headers}, Signature={signature}"
            ),
        );
        assert_regions(implementation, region_set, &sent);
    }
}

/// Two implementations with the same nonces have the same signatures.
#[test]
fn signatures_are_those_of_the_crate_aws_sigv4() {
    let key = example_key();
    for (region_set, in_header, presigned) in AWS_SIGV4 {
        let scoped = ScopedV4aKey::new(&key, region_set.as_bytes(), b"service").unwrap();
        let signer = Signer::new(time(), ACCESS_KEY_ID, &scoped);
        let mut workspace = Workspace::default();
        let request = Request { target: b"/?a=b", ..REQUEST };
        let result = signer.header(&mut workspace, &request).unwrap();
        assert_eq!(result.stages().signature, *in_header, "{region_set}, header");
        let result = signer.query(&mut workspace, &request, 3_600).unwrap();
        assert_eq!(result.stages().signature, *presigned, "{region_set}, query");
    }
}

/// The request is good in the regions of its set and in no other, and Version 4 refuses it.
fn assert_regions(implementation: &str, region_set: &str, sent: &Sent) {
    for region in ["us-east-1", "eu-west-1", "ap-south-1"] {
        let verifier = Verifier::new(time(), region.as_bytes(), b"service");
        let reason = verify(&verifier, sent, None).map_err(|rejection| rejection.reason);
        if region_set == "*" || region_set.contains(region) {
            assert_eq!(reason, Ok(time()), "{implementation}: {region} of {region_set}");
        } else {
            assert_eq!(
                reason,
                Err(Reason::ScopeRegionMismatch),
                "{implementation}: {region} of {region_set}"
            );
        }
        let reason = sent.verify(&verifier, &[]).map_err(|rejection| rejection.reason);
        assert_eq!(reason.err(), Some(Reason::UnsupportedAlgorithm));
    }
}

fn unsigned() -> Sent {
    Sent {
        method: b"GET".to_vec(),
        target: b"/?a=b".to_vec(),
        headers: vec![(b"Host".to_vec(), b"example.amazonaws.com".to_vec())],
        body: Vec::new(),
    }
}

fn time() -> Time {
    Time::parse(b"20150830T123600Z").unwrap()
}
