//! The worked examples of the vendor's documentation: every stage must be as printed, and the
//! verifier must accept what was signed.

mod common;

use sigv4_reference::sign::{ContentSha256, Payload, Signer};
use sigv4_reference::verify::{StoredKey, Verifier};
use sigv4_reference::{
    Header, KeyMaterial, PathEncoding, Profile, Request, Scope, ScopedKey, Time, Workspace,
};

use common::Sent;

/// One worked example. The headers are those of the caller, without the ones that the signer adds.
struct Example {
    id: &'static str,
    source: &'static str,
    access_key_id: &'static str,
    secret_access_key: &'static str,
    time: &'static str,
    service: &'static str,
    profile: Profile,
    placement: Placement,
    payload: Payload<'static>,
    method: &'static str,
    target: &'static str,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    canonical_request: &'static str,
    string_to_sign: &'static str,
    signature: &'static str,
}

enum Placement {
    Header(ContentSha256),
    Query { expires: u64 },
}

/// All examples are of this region.
const REGION: &[u8] = b"us-east-1";

/// The documentation says `UriEncode` of the object key, and prints a key that is not encoded.
const S3_AS_DOCUMENTED: Profile =
    Profile { normalize: false, path_encoding: PathEncoding::Decoded };

#[test]
fn every_stage_is_as_printed() {
    for example in EXAMPLES {
        example.with_signer(|signer, request| {
            let mut workspace = Workspace::default();
            let stages = match example.placement {
                Placement::Header(_) => signer.header(&mut workspace, request).unwrap().stages(),
                Placement::Query { expires } => {
                    signer.query(&mut workspace, request, expires).unwrap().stages()
                }
            };
            let place = format!("{} ({})", example.id, example.source);
            let canonical_request = String::from_utf8_lossy(stages.canonical_request);
            assert_eq!(canonical_request, example.canonical_request, "{place}");
            let string_to_sign = String::from_utf8_lossy(stages.string_to_sign);
            assert_eq!(string_to_sign, example.string_to_sign, "{place}");
            assert_eq!(stages.signature, example.signature, "{place}");
        });
    }
}

#[test]
fn what_was_signed_verifies() {
    for example in EXAMPLES {
        let sent = example.with_signer(|signer, request| match example.placement {
            Placement::Header(_) => Sent::with_header(signer, request).unwrap(),
            Placement::Query { expires } => Sent::with_query(signer, request, expires).unwrap(),
        });
        let key = StoredKey {
            access_key_id: example.access_key_id.as_bytes(),
            material: KeyMaterial::Secret(example.secret_access_key.as_bytes()),
            session_token: None,
            active: true,
        };
        let now = Time::parse(example.time.as_bytes()).unwrap();
        let verifier = Verifier {
            window_seconds: 0,
            profile: example.profile,
            ..Verifier::new(now, REGION, example.service.as_bytes())
        };
        let keys = [key];
        let accepted = sent.verify(&verifier, &keys).map_err(|rejection| rejection.to_string());
        let access_key_id = accepted.map(|accepted| accepted.access_key_id);
        assert_eq!(access_key_id, Ok(example.access_key_id.as_bytes()), "{}", example.id);
    }
}

impl Example {
    fn with_signer<T>(&self, act: impl FnOnce(&Signer<'_>, &Request<'_>) -> T) -> T {
        let time = Time::parse(self.time.as_bytes()).unwrap();
        let service = self.service.as_bytes();
        let scope = Scope::new(&time, REGION, service).unwrap();
        let key = ScopedKey::derive(self.secret_access_key.as_bytes(), scope);
        let mut signer = Signer::new(time, self.access_key_id.as_bytes(), &key);
        signer.profile = self.profile;
        signer.payload = self.payload;
        if let Placement::Header(content_sha256) = self.placement {
            signer.content_sha256 = content_sha256;
        }
        let header = |(name, value): &(&'static str, &'static str)| Header {
            name: name.as_bytes(),
            value: value.as_bytes(),
        };
        let headers: Vec<Header<'_>> = self.headers.iter().map(header).collect();
        let request = Request {
            method: self.method.as_bytes(),
            target: self.target.as_bytes(),
            headers: &headers,
            body: self.body.as_bytes(),
        };
        act(&signer, &request)
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        id: "s3doc-get-object-range",
        source: "S3 API Reference, sig-v4-header-based-auth",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        profile: S3_AS_DOCUMENTED,
        placement: Placement::Header(ContentSha256::Header),
        payload: Payload::Signed,
        method: "GET",
        target: "/test.txt",
        headers: &[("Host", "examplebucket.s3.amazonaws.com"), ("Range", "bytes=0-9")],
        body: "",
        canonical_request: "\
GET
/test.txt

host:examplebucket.s3.amazonaws.com
range:bytes=0-9
x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date:20130524T000000Z

host;range;x-amz-content-sha256;x-amz-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
        signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    },
    Example {
        id: "s3doc-put-object",
        source: "S3 API Reference, sig-v4-header-based-auth",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        profile: S3_AS_DOCUMENTED,
        placement: Placement::Header(ContentSha256::Header),
        payload: Payload::Signed,
        method: "PUT",
        target: "/test$file.text",
        headers: &[("Host", "examplebucket.s3.amazonaws.com"), ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
        body: "Welcome to Amazon S3.",
        canonical_request: "\
PUT
/test%24file.text

date:Fri, 24 May 2013 00:00:00 GMT
host:examplebucket.s3.amazonaws.com
x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072
x-amz-date:20130524T000000Z
x-amz-storage-class:REDUCED_REDUNDANCY

date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class
44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
        signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
    },
    Example {
        id: "s3doc-get-bucket-lifecycle",
        source: "S3 API Reference, sig-v4-header-based-auth",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        profile: S3_AS_DOCUMENTED,
        placement: Placement::Header(ContentSha256::Header),
        payload: Payload::Signed,
        method: "GET",
        target: "/?lifecycle",
        headers: &[("Host", "examplebucket.s3.amazonaws.com")],
        body: "",
        canonical_request: "\
GET
/
lifecycle=
host:examplebucket.s3.amazonaws.com
x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date:20130524T000000Z

host;x-amz-content-sha256;x-amz-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
        signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
    },
    Example {
        id: "s3doc-list-objects",
        source: "S3 API Reference, sig-v4-header-based-auth",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        profile: S3_AS_DOCUMENTED,
        placement: Placement::Header(ContentSha256::Header),
        payload: Payload::Signed,
        method: "GET",
        target: "/?max-keys=2&prefix=J",
        headers: &[("Host", "examplebucket.s3.amazonaws.com")],
        body: "",
        canonical_request: "\
GET
/
max-keys=2&prefix=J
host:examplebucket.s3.amazonaws.com
x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date:20130524T000000Z

host;x-amz-content-sha256;x-amz-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
        signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    },
    Example {
        id: "s3doc-presigned-get",
        source: "S3 API Reference, sigv4-query-string-auth",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20130524T000000Z",
        service: "s3",
        profile: S3_AS_DOCUMENTED,
        placement: Placement::Query { expires: 86_400 },
        payload: Payload::Unsigned,
        method: "GET",
        target: "/test.txt",
        headers: &[("Host", "examplebucket.s3.amazonaws.com")],
        body: "",
        canonical_request: "\
GET
/test.txt
X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host
host:examplebucket.s3.amazonaws.com

host
UNSIGNED-PAYLOAD",
        string_to_sign: "\
AWS4-HMAC-SHA256
20130524T000000Z
20130524/us-east-1/s3/aws4_request
3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04",
        signature: "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    },
    Example {
        id: "gr-iam-listusers-20150830",
        source: "AWS General Reference, sigv4-create-canonical-request to sigv4-add-signature-to-request",
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        time: "20150830T123600Z",
        service: "iam",
        profile: Profile::GENERIC,
        placement: Placement::Header(ContentSha256::Absent),
        payload: Payload::Signed,
        method: "GET",
        target: "/?Action=ListUsers&Version=2010-05-08",
        headers: &[("Host", "iam.amazonaws.com"), ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
        body: "",
        canonical_request: "\
GET
/
Action=ListUsers&Version=2010-05-08
content-type:application/x-www-form-urlencoded; charset=utf-8
host:iam.amazonaws.com
x-amz-date:20150830T123600Z

content-type;host;x-amz-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        string_to_sign: "\
AWS4-HMAC-SHA256
20150830T123600Z
20150830/us-east-1/iam/aws4_request
f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59",
        signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    },
    Example {
        id: "gr-iam-listusers-20110909-post",
        source: "AWS General Reference, the same pages in their edition of 2012",
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        time: "20110909T233600Z",
        service: "iam",
        profile: Profile::GENERIC,
        placement: Placement::Header(ContentSha256::Absent),
        payload: Payload::Signed,
        method: "POST",
        target: "/",
        headers: &[("Host", "iam.amazonaws.com"), ("Content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        body: "Action=ListUsers&Version=2010-05-08",
        canonical_request: "\
POST
/

content-type:application/x-www-form-urlencoded; charset=utf-8
host:iam.amazonaws.com
x-amz-date:20110909T233600Z

content-type;host;x-amz-date
b6359072c78d70ebee1e81adcbab4f01bf2c23245fa365ef83fe8f1f955085e2",
        string_to_sign: "\
AWS4-HMAC-SHA256
20110909T233600Z
20110909/us-east-1/iam/aws4_request
3511de7e95d28ecd39e9513b642aee07e54f4941150d8df8bf94b328ef7e55e2",
        signature: "ced6826de92d2bdeed8f846f0bf508e8559e98e4b0199114b84c54174deb456c",
    },
    Example {
        id: "gr-iam-listusers-presigned-20150830",
        source: "AWS General Reference, sigv4-signed-request-examples",
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        time: "20150830T123600Z",
        service: "iam",
        profile: Profile::GENERIC,
        placement: Placement::Query { expires: 60 },
        payload: Payload::Signed,
        method: "GET",
        target: "/?Action=ListUsers&Version=2010-05-08",
        headers: &[("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), ("Host", "iam.amazonaws.com")],
        body: "",
        canonical_request: "\
GET
/
Action=ListUsers&Version=2010-05-08&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fiam%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=60&X-Amz-SignedHeaders=content-type%3Bhost
content-type:application/x-www-form-urlencoded; charset=utf-8
host:iam.amazonaws.com

content-type;host
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        string_to_sign: "\
AWS4-HMAC-SHA256
20150830T123600Z
20150830/us-east-1/iam/aws4_request
cd22a358d0b08186fcf8ec6192393bcec8523a24de905345178fce4ba77bc945",
        signature: "37ac2f4fde00b0ac9bd9eadeb459b1bbee224158d66e7ae5fcadb70b2d181d02",
    },
    Example {
        id: "glacier-create-vault",
        source: "S3 Glacier Developer Guide, amazon-glacier-signing-requests",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20120525T002453Z",
        service: "glacier",
        profile: Profile::GENERIC,
        placement: Placement::Header(ContentSha256::Absent),
        payload: Payload::Signed,
        method: "PUT",
        target: "/-/vaults/examplevault",
        headers: &[("Host", "glacier.us-east-1.amazonaws.com"), ("x-amz-glacier-version", "2012-06-01")],
        body: "",
        canonical_request: "\
PUT
/-/vaults/examplevault

host:glacier.us-east-1.amazonaws.com
x-amz-date:20120525T002453Z
x-amz-glacier-version:2012-06-01

host;x-amz-date;x-amz-glacier-version
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        string_to_sign: "\
AWS4-HMAC-SHA256
20120525T002453Z
20120525/us-east-1/glacier/aws4_request
5f1da1a2d0feb614dd03d71e87928b8e449ac87614479332aced3a701f916743",
        signature: "3ce5b2f2fffac9262b4da9256f8d086b4aaf42eba5f111c21681a65a127b7c2a",
    },
    // The page prints the path of `glacier-create-vault` and a newer body; the printed hash and
    // signature are those of the real path and of the body as it was when they were computed.
    Example {
        id: "glacier-upload-archive",
        source: "S3 Glacier Developer Guide, amazon-glacier-signing-requests",
        access_key_id: "AKIAIOSFODNN7EXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20120507T000000Z",
        service: "glacier",
        profile: Profile::GENERIC,
        placement: Placement::Header(ContentSha256::Header),
        payload: Payload::Signed,
        method: "POST",
        target: "/-/vaults/examplevault/archives",
        headers: &[("Host", "glacier.us-east-1.amazonaws.com"), ("x-amz-glacier-version", "2012-06-01")],
        body: "Welcome to Amazon Glacier.",
        canonical_request: "\
POST
/-/vaults/examplevault/archives

host:glacier.us-east-1.amazonaws.com
x-amz-content-sha256:726e392cb4d09924dbad1cc0ba3b00c3643d03d14cb4b823e2f041cff612a628
x-amz-date:20120507T000000Z
x-amz-glacier-version:2012-06-01

host;x-amz-content-sha256;x-amz-date;x-amz-glacier-version
726e392cb4d09924dbad1cc0ba3b00c3643d03d14cb4b823e2f041cff612a628",
        string_to_sign: "\
AWS4-HMAC-SHA256
20120507T000000Z
20120507/us-east-1/glacier/aws4_request
f3df090abf5698dbe2230b41165a7b8991f9616ef67de13ac283577a02732819",
        signature: "b092397439375d59119072764a1e9a144677c43d9906fd98a5742c57a2855de6",
    },
    Example {
        id: "aws2015-get-special-character",
        source: "Test suite of 2015, get-special-character",
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        time: "20150830T123600Z",
        service: "service",
        profile: Profile::GENERIC,
        placement: Placement::Header(ContentSha256::Absent),
        payload: Payload::Signed,
        method: "GET",
        target: "/example/$delete",
        headers: &[("Host", "example.amazonaws.com")],
        body: "",
        canonical_request: "\
GET
/example/%24delete

host:example.amazonaws.com
x-amz-date:20150830T123600Z

host;x-amz-date
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        string_to_sign: "\
AWS4-HMAC-SHA256
20150830T123600Z
20150830/us-east-1/service/aws4_request
4053e45b5cef7cec5e17f736b1c12b3faf0388fd4c0bd24326386f132039ce5c",
        signature: "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27",
    },
    Example {
        id: "aws2015-post-x-www-form-urlencoded",
        source: "Test suite of 2015, post-x-www-form-urlencoded",
        access_key_id: "AKIDEXAMPLE",
        secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        time: "20150830T123600Z",
        service: "service",
        profile: Profile::GENERIC,
        placement: Placement::Header(ContentSha256::Absent),
        payload: Payload::Signed,
        method: "POST",
        target: "/",
        headers: &[("Content-Type", "application/x-www-form-urlencoded"), ("Host", "example.amazonaws.com")],
        body: "Param1=value1",
        canonical_request: "\
POST
/

content-type:application/x-www-form-urlencoded
host:example.amazonaws.com
x-amz-date:20150830T123600Z

content-type;host;x-amz-date
9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
        string_to_sign: "\
AWS4-HMAC-SHA256
20150830T123600Z
20150830/us-east-1/service/aws4_request
42a5e5bb34198acb3e84da4f085bb7927f2bc277ca766e6d19c73c2154021281",
        signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
    },
];
