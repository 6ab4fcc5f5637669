//! Requests that are signed in another way than with `AWS4-HMAC-SHA256`, each with a mistake: the
//! cause is named.

use sigv4_conformance::explain::{
    BUILT_IN, Circumstances, Explanation, FieldRequest, Server, explain,
};
use sigv4_conformance::relatives::{Known, Outcome, Relative};
use sigv4_reference::Time;

/// The credentials of the vendor's suite, a minute after signing.
fn known() -> Known<'static> {
    Known {
        access_key_id: Some(b"AKIDEXAMPLE"),
        secret_access_key: b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        session_token: None,
        now: Time::parse(b"20150830T123700Z").expect("a time"),
        window_seconds: None,
        profile: None,
    }
}

fn outcome(request: &str) -> Option<Outcome> {
    let sent = FieldRequest::parse(request.as_bytes()).expect("a request").request;
    Some(Relative::of(&sent)?.check(&sent, &known()).outcome)
}

#[test]
fn the_cause_of_each_wrong_signature_is_named() {
    let mut faults = Vec::new();
    for (cause, request) in ROWS {
        match outcome(request) {
            Some(Outcome::Wrong(found)) if found.what.contains(cause) => {}
            Some(Outcome::Unexplained { string_to_sign, .. }) => {
                let text = String::from_utf8_lossy(&string_to_sign).into_owned();
                faults.push(format!("{cause}: unexplained\n{request}{text}"));
            }
            other => faults.push(format!("{cause}: {other:?}\n{request}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn without_the_secret_no_signature_is_judged() {
    for (cause, request) in ROWS {
        let sent = FieldRequest::parse(request.as_bytes()).expect("a request");
        let circumstances = Circumstances {
            secret_access_key: None,
            now: known().now,
            window_seconds: None,
            profile: None,
            services: &BUILT_IN,
            server: Server::default(),
            document: None,
        };
        let report = explain(&sent, &circumstances).expect("a report");
        let is_unchecked = matches!(report.explanation, Explanation::Unchecked { .. });
        assert!(is_unchecked && !report.is_clean(), "{cause}: {report:?}");
    }
}

/// One digit of each is changed: nothing gives that signature.
#[test]
fn a_signature_of_nothing_known_is_unexplained() {
    for (cause, request) in ROWS {
        let at = request.find("Signature=").map_or_else(
            || request.find(':').map(|_| request.rfind(':').expect("a colon") + 6),
            |at| Some(at + "Signature=".len() + 30),
        );
        let at = at.expect("a signature");
        let mut changed = request.as_bytes().to_vec();
        changed[at] = if changed[at] == b'1' { b'2' } else { b'1' };
        let outcome = outcome(std::str::from_utf8(&changed).expect("text"));
        assert!(
            !matches!(outcome, None | Some(Outcome::Right | Outcome::Refused)),
            "{cause}: {outcome:?}"
        );
    }
}

#[test]
fn other_requests_are_not_relatives() {
    for request in [
        "GET / HTTP/1.1\nHost: h\n\n",
        "GET / HTTP/1.1\nHost: h\nAuthorization: AWS4-HMAC-SHA256 Credential=A\n\n",
        "GET / HTTP/1.1\nHost: h\nAuthorization: Bearer AWS \n\n",
        "GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0 HTTP/1.1\nHost: h\n\n",
        "GET /?Signature=a HTTP/1.1\nHost: h\n\n",
    ] {
        assert_eq!(outcome(request), None, "{request}");
    }
}

/// Signed with Python's `hmac` and the package `cryptography`, with the credentials of the vendor's
/// suite: what the signer does wrong, and what it sends.
const ROWS: &[(&str, &str)] = &[
    (
        "v4a-region-in-string-to-sign",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3045022100e60bdde88c99daf914574328891d8dfaaf4d51264d1aa5f42bc40ecf4e91d1de0220415074a9fc59aa7222b8a0440fd7ff3069e434ce08186ef8c94ca2dc915b758d\n\n",
    ),
    (
        "v4a-algorithm-of-hmac",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=30450221009aae438e9aedcdbd363ca84e2da04c2d89cc5064abef58c89c01d65d3068af0302203a82f271d8f542e7d31db4f56f007776a96409808fa01638da6ebd56bf44f469\n\n",
    ),
    (
        "region-set-first-alone",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3046022100f01f746ed5d9e0bbb645d2859c4bab27530baeebc02defaf2615eba72150f274022100aedac6ac5c31772d530cac5da1bf906c4ad31970d8d1298c43eef7e9d26436eb\n\n",
    ),
    (
        "region-set-spaced",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=304402206d5a86b2ea39a1e9af4b88b56f68d376103168a9f0f5213c8a63e90474dd04f40220678b22d4d66a7c3eaa6c029d5f63dde6d0ef73b55aac782d0082677bf9af4882\n\n",
    ),
    (
        "region-set-sorted",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3046022100abfe58d287e029d10f87737c8dd9940d1970f71aeffe343088c146b14b72bb5d022100c53803702ef961090d1f3f669ffa6c2fd9bbbbce73c99b116f8591c491106138\n\n",
    ),
    (
        "region-set-always-all",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=30450221008b6aa98cca716c05a631c77d6a2595a51de3b4908eb4b5bb9829041b5fd1efe4022074f6de600267c0c48805ad90c9ebe04891e9b51fa0e1a45d7a56c676bab50ae4\n\n",
    ),
    (
        "region-set-unsigned",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=3045022100c8f12b2ebf0829c855a81e5a0f6d480c83d8cd0d2bf9c1823bbc6726aa71fe9c02207699f020a89f7e037a80c65c32fdffe24b9fff717391e1ef7a58bae2087a1844\n\n",
    ),
    (
        "v4a-hashed-twice",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=304502207e0ac550253242c8635df165575e763c02fa740a41813032aa84fd61e4114d41022100e83d4b27d5224ae02a3bb32cb1c74dbe064d3be1104bd616276f352a566ec268\n\n",
    ),
    (
        "key-pair-prefix-aws4",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3044022008b90668b0b34b230289548d21bc47e13fb464ad323b8be88a846b665344b34d02203475a77626dee1cc24e9c5297d824fe50e2d439b13eaa98757c902e7b41c5183\n\n",
    ),
    (
        "key-pair-counter-from-zero",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3046022100c20d2af30d484f885e3dd9710096f1a6995eaf9caf38e127faec220ba1cd94ab022100b37c61f26276f367f16b1f263e9eae5fc6c45f7b512388f72ec36afa06f56f8b\n\n",
    ),
    (
        "key-pair-id-missing",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3045022100be36901b1bfbffc91b94e095301c6719492a99fa7f8605172f4f98ba88bb91410220743fea614c3cc6fa83c23087b4d0d30f950aa905987352f4f4fa99055637efdc\n\n",
    ),
    (
        "key-pair-not-incremented",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=30440220658c59732dc12da58abce087ed80771ba6f2eab3678be668392d396f3316921c02205e37c39d7cbefb202e8028b2a18ba123f1adaf027672ae99c57b85af7ecdf76c\n\n",
    ),
    (
        "the signer's secret has a line break at its end",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3045022052edcc87def1391a84db7ae2b8dfb1057fc16a883b3fb97740db00e00fe11205022100cd69841a8b42e320887eeb4a1c23e72189f1fa406413a7c3274773d9f416d9c8\n\n",
    ),
    (
        "v4a-signature-raw",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=bb59b34ec162aeefc422dd26f5f1286c2b7e0e4f622fc4068b73966adb63c42ffa65f7c922bc4709e71a8a9194b49e5e0d5202858bc177290961ce4e6dd43445\n\n",
    ),
    (
        "signature-upper-case",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=304402205A6AE0B9D7F0DAE34FE748FD047B51254BF70BA6FFDD72F6EED71DF89A5D04AD022029AFD2B1F2059C48A8B535B7AFAA67EB41C19DA4D63BDD6F11FFC70F5A02853E\n\n",
    ),
    (
        "signature-base64",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=MEYCIQDKedZN692OWFhhl2WCkOE02ST8/g0EgJmMrkXOZgemkAIhAKGYme31UAsxdptfeY2OwuxS1fpik3fU5EWuUL7PKWxU\n\n",
    ),
    (
        "the path was made canonical as for S3: taken as it was sent",
        "GET /a%20b HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=30450221008b4c235eb1050c74457ccf56acbcb07d263ce4235a33e546f64f5cb9ef58837802206a2520ff805be1cb627a1fe4ae16d7dc0e499d768f3c6107d56f687f0a3233bd\n\n",
    ),
    (
        "UNSIGNED-PAYLOAD was signed as the payload line",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=30440220615d1c2672b91652489570e9d8ea39ef991226ba3047ff6ec48a64fb2c2ed99202205d3fd43d1de9984dd182cbc5dfa14d4143d5bc5d5e033c7f3f0094e4ee00442b\n\n",
    ),
    (
        "the method HEAD was signed, and GET arrived",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=304402204bdfbe2df22d678060704285509a499dca57e92349e5785a78b57a8e6ae42ac40220659d7d20c0fa81498cff73017b639edfa1944076c070d6eb0b7fe3aa5bdc97b8\n\n",
    ),
    (
        "the host example.amazonaws.com was signed, and example.amazonaws.com:8443 arrived",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com:8443\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=304502203a71b5ecdc139b38d27bb2bdca9bf05a7ad4426cb58c6cd447c57364d3dc5024022100f9cd1642d08727f243169f1ced907bce43bf2e4ad68cbdcd66fd7054ec739551\n\n",
    ),
    (
        "(v4a-region-in-string-to-sign)",
        "GET /a HTTP/1.1\nHost: example.amazonaws.com\nX-Amz-Date: 20150830T123600Z\nX-Amz-Region-Set: us-east-1,eu-west-1\nAuthorization: AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set, Signature=3046022100dea55dcfb6558f8eb8bd83970c9ccd160e8d0dd56020d1077d507f31bb8c7d99022100954a2b57002f513b8ee022bc7bd7f65ce76043b43f70408faffb25703a373d63\n\n",
    ),
    (
        "the signing key was derived with the prefix AWS4",
        "GET /b/k HTTP/1.1\nHost: storage.googleapis.com\nX-Goog-Date: 20150830T123600Z\nAuthorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/storage/goog4_request, SignedHeaders=host;x-goog-date, Signature=e8f98756d6140101b88a46aea04e079963b927184ea1afaed9a6ac3225d90d79\n\n",
    ),
    (
        "the signing key ends with aws4_request",
        "GET /b/k HTTP/1.1\nHost: storage.googleapis.com\nX-Goog-Date: 20150830T123600Z\nAuthorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/storage/goog4_request, SignedHeaders=host;x-goog-date, Signature=22b6174b215f2fb045e8dd521c169405e89e7173e8ea7f3566ade47c11364aea\n\n",
    ),
    (
        "the signing key is that of AWS",
        "GET /b/k HTTP/1.1\nHost: storage.googleapis.com\nX-Goog-Date: 20150830T123600Z\nAuthorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/storage/goog4_request, SignedHeaders=host;x-goog-date, Signature=2b7cf9e5e128fcf053cade6603d8f85c59d8bae22e432182907daeb39f475146\n\n",
    ),
    (
        "the scope in the string to sign ends with aws4_request",
        "GET /b/k HTTP/1.1\nHost: storage.googleapis.com\nX-Goog-Date: 20150830T123600Z\nAuthorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/storage/goog4_request, SignedHeaders=host;x-goog-date, Signature=4c6cedf540140a32af8a301c30956638dbdc795446d94a8f243c7a55fabc5ebd\n\n",
    ),
    (
        "the string to sign begins with AWS4-HMAC-SHA256",
        "GET /b/k HTTP/1.1\nHost: storage.googleapis.com\nX-Goog-Date: 20150830T123600Z\nAuthorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/storage/goog4_request, SignedHeaders=host;x-goog-date, Signature=65eae285e1adf1f83e4927e67e820342344de19bba3af6a7b15d9bfe9ce49fec\n\n",
    ),
    (
        "UNSIGNED-PAYLOAD was signed as the payload line",
        "GET /b/k HTTP/1.1\nHost: storage.googleapis.com\nX-Goog-Date: 20150830T123600Z\nAuthorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/storage/goog4_request, SignedHeaders=host;x-goog-date, Signature=5578a5335d048cf896993e3861dd2beaca35542d9d945d1db112fba814d16ae6\n\n",
    ),
    (
        "the signer decoded its secret from base64",
        "GET /b/k HTTP/1.1\nHost: storage.googleapis.com\nX-Goog-Date: 20150830T123600Z\nAuthorization: GOOG4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/auto/storage/goog4_request, SignedHeaders=host;x-goog-date, Signature=134ade0076696dcff93295ea815b884e5bc425a785d50c8ebfb63a86dd51675f\n\n",
    ),
    (
        "the sub-resources were not signed",
        "GET /b/k?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:QHNAz/86fg7gLICL1N1vp0vTwH8=\n\n",
    ),
    (
        "the resource was signed without the bucket",
        "GET /b/k?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:8Xkx0XmAtigC0K/NG5xtb7aqLVE=\n\n",
    ),
    (
        "the resource was signed without the bucket",
        "GET /k?acl HTTP/1.1\nHost: b.s3.eu-west-1.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:8Xkx0XmAtigC0K/NG5xtb7aqLVE=\n\n",
    ),
    (
        "the bucket is in the resource twice",
        "GET /k?acl HTTP/1.1\nHost: b.s3.eu-west-1.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:foYYB3nKZ/CjuJh7bK1eeBJ9IwA=\n\n",
    ),
    (
        "the whole query was signed",
        "GET /b/k?acl&prefix=a HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:/7a9c+LmLZGw/XC6Ou17RDsnSXk=\n\n",
    ),
    (
        "the Date header was signed although x-amz-date is sent",
        "GET /b/k?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nx-amz-date: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:mEmCmlwdCrEuq3ZLZEY51zuCtNU=\n\n",
    ),
    (
        "the Content-Type was not signed, or was added later",
        "PUT /b/k HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nContent-Type: text/x\nAuthorization: AWS AKIDEXAMPLE:oN2sJd67TrcomU7aepnBynVNUkw=\n\n",
    ),
    (
        "the method GET was signed, and HEAD arrived",
        "HEAD /b/k HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:QHNAz/86fg7gLICL1N1vp0vTwH8=\n\n",
    ),
    (
        "the signature is made with HmacSHA256 in place of HmacSHA1",
        "GET /b/k?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:BITpYbE5eYiWQxcJyHZcGAhbBmfjhK5tp4Q73ZA71k4=\n\n",
    ),
    (
        "the signature is in hexadecimal digits",
        "GET /b/k?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:3c015b086a8737bcda60f72266cb3cc4f27585ba\n\n",
    ),
    (
        "the signature lacks the `=` at its end",
        "GET /b/k?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:PAFbCGqHN7zaYPciZss8xPJ1hbo\n\n",
    ),
    (
        "the resource was signed without percent-escapes",
        "GET /b/a%20b HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:KlNz55OGHXk+aHRzp4F9znbeA/U=\n\n",
    ),
    (
        "the signer's secret has a line break at its end",
        "GET /b/k?acl HTTP/1.1\nHost: s3.amazonaws.com\nDate: Sun, 30 Aug 2015 12:36:00 GMT\nAuthorization: AWS AKIDEXAMPLE:OM5xUp8PFSLr8cbExzIs6tZiQ7c=\n\n",
    ),
    (
        "the parameters were signed as they are sent, not sorted",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=3PvV3Fcngd1qgFHVVtpNJVrGUvsTwpC44VnsOhEarJs%3D HTTP/1.1\nHost: sdb.amazonaws.com\n\n",
    ),
    (
        "the parameters were sorted without regard to case",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=yuocotVQwqjgs3hGvfwIHk4MXH7V3uxjp7MU1j24C2E%3D HTTP/1.1\nHost: sdb.amazonaws.com\n\n",
    ),
    (
        "spaces were signed as `+`",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=PrC%2Bm6KGPV6eX4%2FK8ZR%2FnYGPZg2wJJnbfdlsPNTWM%2Bk%3D HTTP/1.1\nHost: sdb.amazonaws.com\n\n",
    ),
    (
        "the escapes were signed in lower case",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=e5aroDgdtqjYVsBqsAlPvbojKS8DZX%2Fp8onJ87q0p5c%3D HTTP/1.1\nHost: sdb.amazonaws.com\n\n",
    ),
    (
        "the signature is made with HmacSHA1 in place of HmacSHA256",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=Q1kqu3Ql0DojsJ3yKYFkSQ4htiU%3D HTTP/1.1\nHost: sdb.amazonaws.com\n\n",
    ),
    (
        "the host was signed in another case",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=Pi74WQ3ZVWRtrGlfHVtJGIv2FVLvXeYJ0Qw03nb2VGg%3D HTTP/1.1\nHost: SDB.amazonaws.com\n\n",
    ),
    (
        "the host was signed without its port",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=oLxyu8NQHAxOl97vI0hsGp1CxUKOEu4nGeLHF90YJC0%3D HTTP/1.1\nHost: sdb.amazonaws.com:443\n\n",
    ),
    (
        "the path was signed empty",
        "GET /?Action=Select&SelectExpression=select%20%2A%20from%20d&AWSAccessKeyId=AKIDEXAMPLE&SignatureVersion=2&SignatureMethod=HmacSHA256&Timestamp=2015-08-30T12%3A36%3A00Z&Signature=hhKQf3YmzPbMbma3ykQuvzi8AIdUy0AZmXijsTeGbKk%3D HTTP/1.1\nHost: sdb.amazonaws.com\n\n",
    ),
];
