use sigv4_reference::key::Secret;
use sigv4_reference::legacy::query_v2::{QueryV2Signer, QueryV2Verifier};
use sigv4_reference::legacy::{LegacyWorkspace, Mac};
use sigv4_reference::verify::Reason;
use sigv4_reference::{Error, Time};

use crate::common::Sent;
use crate::{clock, request, stored, text};

/// A request, without the parameters that the signer adds.
struct Example {
    source: &'static str,
    id: &'static str,
    secret: &'static str,
    time: &'static str,
    method: &'static str,
    host: &'static str,
    path: &'static str,
    parameters: &'static str,
    string_to_sign: &'static str,
    signature: &'static str,
}

const EXAMPLES: &[Example] = &[
    Example {
        source: "AWS General Reference, Signature Version 2",
        id: "AKIAIOSFODNN7EXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        time: "20111003T151930Z",
        method: "GET",
        host: "ElasticMapReduce.amazonaws.com",
        path: "/",
        parameters: "Action=DescribeJobFlows&Version=2009-03-31&Timestamp=2011-10-03T15%3A19%3A30",
        string_to_sign: "GET\nelasticmapreduce.amazonaws.com\n/\n\
            AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Action=DescribeJobFlows\
            &SignatureMethod=HmacSHA256&SignatureVersion=2\
            &Timestamp=2011-10-03T15%3A19%3A30&Version=2009-03-31",
        signature: "i91nKc4PWAt0JJIdXwz9HxZCJDdiy6cf/Mj6vPxyYIs=",
    },
    Example {
        source: "botocore, tests/unit/auth/test_signers.py, TestSigV2, a form",
        time: "20140620T084023Z",
        parameters: "Foo=%E2%9C%93",
        string_to_sign: "POST\n\n/\nAWSAccessKeyId=foo&Foo=%E2%9C%93&SignatureMethod=HmacSHA256\
            &SignatureVersion=2&Timestamp=2014-06-20T08%3A40%3A23Z",
        signature: "Tiecw+t51tok4dTT8B4bg47zxHEM/KcD55f2/x6K22o=",
        ..BOTOCORE
    },
    Example {
        source: "botocore, tests/unit/auth/test_signers.py, TestSigV2, a query",
        method: "GET",
        ..BOTOCORE
    },
    Example {
        source: "aws-sdk-js v2, test/signers/v2.spec.js",
        parameters: "",
        string_to_sign: "POST\nlocalhost\n/\nAWSAccessKeyId=akid&SignatureMethod=HmacSHA256\
            &SignatureVersion=2&Timestamp=2031-04-30T20%3A16%3A13Z",
        signature: "6g8SME09kuR/VYtVhDoXRqXsZDb7/PcjEVDKHJB+Ze8=",
        ..JS
    },
    JS,
];

const BOTOCORE: Example = Example {
    source: "",
    id: "foo",
    secret: "bar",
    time: "20140620T084023Z",
    method: "POST",
    host: "",
    path: "/",
    parameters: "Foo=%E2%9C%93",
    string_to_sign: "GET\n\n/\nAWSAccessKeyId=foo&Foo=%E2%9C%93&SignatureMethod=HmacSHA256\
        &SignatureVersion=2&Timestamp=2014-06-20T08%3A40%3A23Z",
    signature: "Un97klqZCONP65bA1+Iv4H3AcB2I40I4DBvw5ZERFPw=",
};

const JS: Example = Example {
    source: "aws-sdk-js v2, test/signers/v2.spec.js, with parameters",
    id: "akid",
    secret: "secret",
    time: "20310430T201613Z",
    method: "POST",
    host: "localhost",
    path: "/",
    parameters: "Param.2=xyz&Param.1=abc",
    string_to_sign: "POST\nlocalhost\n/\nAWSAccessKeyId=akid&Param.1=abc&Param.2=xyz\
        &SignatureMethod=HmacSHA256&SignatureVersion=2&Timestamp=2031-04-30T20%3A16%3A13Z",
    signature: "hoA//Tha7KYkewoZbCMC8NQIcixNQd5U6WNLk++Kl/U=",
};

#[test]
fn examples_are_signed_as_published_and_verify() {
    for example in EXAMPLES {
        let mut sent = example.unsigned();
        let mut workspace = LegacyWorkspace::default();
        let signer = example.signer();
        let output = sent.borrowed(|request| {
            let result = signer.sign(&mut workspace, request).unwrap();
            assert_eq!(text(result.string_to_sign()), example.string_to_sign, "{}", example.source);
            assert_eq!(text(result.signature()), example.signature, "{}", example.source);
            result.output().to_vec()
        });
        match example.method {
            "POST" => sent.body = output,
            _ => sent.target = output,
        }
        let verifier = QueryV2Verifier { clock: clock(example.time, 0) };
        let keys = [stored(signer.secret, None)];
        let answer = sent.borrowed(|request| verifier.verify(&mut workspace, request, &keys));
        assert_eq!(answer, Ok(example.id.as_bytes().to_vec()), "{}", example.source);
    }
}

/// Strings to sign that lack parameters of the signer: Product Advertising API, "REST signature" of
/// 2014 and 2009; botocore, `TestSigV2`.
#[test]
fn published_strings_are_signed() {
    let mut workspace = LegacyWorkspace::default();
    for (secret, string_to_sign, signature) in [
        (
            "1234567890",
            "GET\nwebservices.amazon.com\n/onca/xml\nAWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\
             &AssociateTag=mytag-20&ItemId=0679722769&Operation=ItemLookup\
             &ResponseGroup=Images%2CItemAttributes%2COffers%2CReviews\
             &Service=AWSECommerceService&Timestamp=2014-08-18T12%3A00%3A00Z&Version=2013-08-01",
            "j7bZM0LXZ9eXeZruTqWm2DIvDYVUU3wxPPpp+iXxzQc=",
        ),
        (
            "1234567890",
            "GET\nwebservices.amazon.com\n/onca/xml\nAWSAccessKeyId=00000000000000000000\
             &ItemId=0679722769&Operation=ItemLookup\
             &ResponseGroup=ItemAttributes%2COffers%2CImages%2CReviews\
             &Service=AWSECommerceService&Timestamp=2009-01-01T12%3A00%3A00Z&Version=2009-01-06",
            "Nace+U3Az4OhN7tISqgs1vdLBHBEijWcBeCqL5xN9xg=",
        ),
        ("bar", "POST\n\n/\nFoo=%E2%9C%93", "VCtWuwaOL0yMffAT8W4y0AFW3W4KUykBqah9S40rB+Q="),
    ] {
        let result = workspace.sign(Mac::HmacSha256, secret.as_bytes(), string_to_sign.as_bytes());
        assert_eq!(text(result.signature()), signature);
    }
}

#[test]
fn the_signers_parameters_replace_the_requests() {
    let signer = QueryV2Signer { mac: Mac::HmacSha1, session_token: Some(b"a/b"), ..JS.signer() };
    let target = "?Signature=a&b=c+d&Signature%4Dethod=e&AWSAccessKeyId=f&SecurityToken=g";
    let sent = request("GET", target, &[("Host", "LOCALHOST:8080")], "");
    let mut workspace = LegacyWorkspace::default();
    sent.borrowed(|request| {
        let result = signer.sign(&mut workspace, request).unwrap();
        let parameters = "AWSAccessKeyId=akid&SecurityToken=a%2Fb&SignatureMethod=HmacSHA1\
                          &SignatureVersion=2&Timestamp=2031-04-30T20%3A16%3A13Z";
        let output = text(result.output());
        assert!(output.starts_with(&format!("/?b=c+d&{parameters}&Signature=")), "{output}");
        let expected = format!("GET\nlocalhost:8080\n/\n{parameters}&b=c%20d");
        assert_eq!(text(result.string_to_sign()), expected);
    });
}

#[test]
fn a_signer_refuses_what_has_no_canonical_form() {
    let signer = JS.signer();
    let mut workspace = LegacyWorkspace::default();
    let mut error = |signer: QueryV2Signer<'_>, sent: Sent| {
        sent.borrowed(|request| signer.sign(&mut workspace, request).unwrap_err())
    };
    let get = || request("GET", "/?a=%", &[], "");
    assert_eq!(error(signer, get()), Error::PercentEscape { offset: 4 });
    let post = request("POST", "/", &[], "a+b=%zz");
    assert_eq!(error(signer, post), Error::BodyEscape { offset: 4 });
    let token = QueryV2Signer { session_token: Some(b"a\n"), ..signer };
    let expected = Error::ControlByte { field: "session token", offset: 1 };
    assert_eq!(error(token, get()), expected);
}

#[test]
fn what_is_wrong_has_a_reason() {
    let good = signed();
    assert_eq!(answer(&good, "20111003T151930Z"), Ok(()));
    assert_eq!(answer(&good, "20111003T153430Z"), Ok(()));
    assert_eq!(answer(&good, "20111003T153431Z"), Err(Reason::RequestTimeTooSkewed));
    for (from, to, expected) in [
        ("Signature=", "NoSignature=", Reason::MissingAuthentication),
        ("Signature=", "Signature=a&Signature=", Reason::MalformedAuthentication),
        ("SignatureVersion=2", "SignatureVersion=1", Reason::UnsupportedAlgorithm),
        ("&SignatureVersion=2", "", Reason::MalformedAuthentication),
        ("HmacSHA256", "HmacSHA512", Reason::UnsupportedAlgorithm),
        ("HmacSHA256", "HmacSHA1", Reason::SignatureMismatch),
        ("AWSAccessKeyId", "AccessKeyId", Reason::MalformedAuthentication),
        ("7EXAMPLE", "8EXAMPLE", Reason::UnknownAccessKey),
        ("&Timestamp=2011-10-03T15%3A19%3A30", "", Reason::MissingDate),
        ("Timestamp=2011-10-03", "Timestamp=2011-10-3", Reason::MalformedAuthentication),
        ("Timestamp=", "Expires=2011-10-03&Timestamp=", Reason::MalformedAuthentication),
        ("Timestamp=2011-10-03", "Expires=2011-10-02", Reason::Expired),
        ("Timestamp=2011-10-03", "Expires=2011-10-04", Reason::SignatureMismatch),
        ("?", "?SecurityToken=a&", Reason::SessionTokenMismatch),
        ("?", "?another=a&", Reason::SignatureMismatch),
        ("?", "?another=%&", Reason::MalformedRequest),
        ("/?", "/another?", Reason::SignatureMismatch),
    ] {
        let mut sent = good.clone();
        sent.target = text(&sent.target).replacen(from, to, 1).into_bytes();
        assert_ne!(sent.target, good.target, "{from}");
        assert_eq!(answer(&sent, "20111003T151930Z"), Err(expected), "{to}");
    }
    let mut sent = good.clone();
    sent.headers[0].1 = b"another.amazonaws.com".to_vec();
    assert_eq!(answer(&sent, "20111003T151930Z"), Err(Reason::SignatureMismatch));
    let mut sent = good;
    sent.method = b"G T".to_vec();
    assert_eq!(answer(&sent, "20111003T151930Z"), Err(Reason::MalformedRequest));
}

/// The documentation's request.
pub(crate) fn signed() -> Sent {
    let example = &EXAMPLES[0];
    let mut sent = example.unsigned();
    sent.target = sent.borrowed(|request| {
        let mut workspace = LegacyWorkspace::default();
        example.signer().sign(&mut workspace, request).unwrap().output().to_vec()
    });
    sent
}

fn answer(sent: &Sent, now: &str) -> Result<(), Reason> {
    let verifier = QueryV2Verifier { clock: clock(now, 900) };
    let keys = [stored(EXAMPLES[0].signer().secret, None)];
    let answer =
        sent.borrowed(|request| verifier.verify(&mut LegacyWorkspace::default(), request, &keys));
    answer.map(|_| ()).map_err(|rejection| rejection.reason)
}

impl Example {
    fn signer(&self) -> QueryV2Signer<'static> {
        QueryV2Signer {
            secret: Secret {
                access_key_id: self.id.as_bytes(),
                secret_access_key: self.secret.as_bytes(),
            },
            session_token: None,
            mac: Mac::HmacSha256,
            time: Time::parse(self.time.as_bytes()).unwrap(),
        }
    }

    fn unsigned(&self) -> Sent {
        let host = [("Host", self.host)];
        match self.method {
            "POST" => request("POST", self.path, &host, self.parameters),
            method => request(method, &format!("{}?{}", self.path, self.parameters), &host, ""),
        }
    }
}
