//! What the verifier refuses and why, and the nearest request that it accepts.

#[path = "../common/mod.rs"]
mod common;
mod key_material;
mod presigned;
mod refusals;
mod scene;

use sigv4_reference::sign::TokenCoverage;
use sigv4_reference::verify::{Reason, StoredKey, Verifier};
use sigv4_reference::{KeyMaterial, Time};

use common::Sent;
use refusals::REFUSALS;
use scene::{Scene, header, replace};

#[test]
fn each_refusal_has_its_reason_and_a_twin_that_is_accepted() {
    for refusal in REFUSALS {
        let mut scene = Scene::default();
        (refusal.twin)(&mut scene);
        assert_eq!(scene.answer(), Ok(()), "{}: the twin", refusal.title);
        (refusal.spoil)(&mut scene);
        assert_eq!(scene.answer(), Err(refusal.reason), "{}", refusal.title);
    }
}

#[test]
fn every_reason_has_a_refusal() {
    for reason in Reason::ALL {
        let found = REFUSALS.iter().any(|refusal| refusal.reason == *reason);
        assert!(found, "no row for {}", reason.code());
    }
}

#[test]
fn codes_are_distinct_words() {
    for (index, reason) in Reason::ALL.iter().enumerate() {
        let code = reason.code();
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code}");
        assert!(Reason::ALL[..index].iter().all(|other| other.code() != code), "{code} twice");
    }
}

/// Both ends of each period are included (the refusals have the second after).
#[test]
fn the_ends_of_a_period_are_included() {
    for (expires, now) in [
        (None, "20150830T125100Z"),
        (None, "20150830T122100Z"),
        (Some(1), "20150830T123601Z"),
        (Some(1), "20150830T122100Z"),
        (Some(604_800), "20150906T123600Z"),
    ] {
        let scene = Scene { expires, now, ..Scene::default() };
        assert_eq!(scene.answer(), Ok(()), "{expires:?} {now}");
    }
}

#[test]
fn expires_is_a_plain_number_in_its_range() {
    let scene = Scene { expires: Some(60), ..Scene::default() };
    let sent = scene.sent();
    for (text, expected) in [
        ("60", Ok(())),
        // In range, but not what was signed.
        ("1", Err(Reason::SignatureMismatch)),
        ("604800", Err(Reason::SignatureMismatch)),
        ("604801", Err(Reason::ExpiresOutOfRange)),
        ("0", Err(Reason::ExpiresOutOfRange)),
        ("-1", Err(Reason::ExpiresOutOfRange)),
        ("+60", Err(Reason::ExpiresOutOfRange)),
        ("%2B60", Err(Reason::ExpiresOutOfRange)),
        ("60%20", Err(Reason::ExpiresOutOfRange)),
        ("60 ", Err(Reason::ExpiresOutOfRange)),
        ("60.0", Err(Reason::ExpiresOutOfRange)),
        ("", Err(Reason::ExpiresOutOfRange)),
        ("18446744073709551676", Err(Reason::ExpiresOutOfRange)),
    ] {
        let mut sent = sent.clone();
        replace(&mut sent.target, "Expires=60", &format!("Expires={text}"));
        assert_eq!(scene.answer_to(&sent), expected, "{text:?}");
    }
}

#[test]
fn a_signature_is_64_lower_case_digits() {
    type Spoil = fn(&str) -> String;
    let spoils: [(&str, Spoil); 4] = [
        ("upper case", str::to_ascii_uppercase),
        ("cut short", |signature| signature[..63].to_owned()),
        ("too long", |signature| format!("{signature}0")),
        ("no digit", |signature| format!("{}g", &signature[..63])),
    ];
    for expires in [None, Some(60)] {
        let scene = Scene { expires, ..Scene::default() };
        let sent = scene.sent();
        assert_eq!(scene.answer_to(&sent), Ok(()));
        for (what, spoil) in spoils {
            let mut sent = sent.clone();
            let text = match expires {
                None => header(&mut sent, "Authorization"),
                Some(_) => &mut sent.target,
            };
            let signature = String::from_utf8(text[text.len() - 64..].to_vec()).unwrap();
            replace(text, &signature, &spoil(&signature));
            let answer = scene.answer_to(&sent);
            assert_eq!(answer, Err(Reason::MalformedAuthentication), "{what}, {expires:?}");
        }
    }
}

#[test]
fn the_authorization_header_has_one_form() {
    let scene = Scene::default();
    let sent = scene.sent();
    for (from, to, expected) in [
        (", SignedHeaders", ",SignedHeaders", Ok(())),
        (", SignedHeaders", " , SignedHeaders", Ok(())),
        ("AWS4-HMAC-SHA256 ", "aws4-hmac-sha256 ", Err(Reason::UnsupportedAlgorithm)),
        ("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256, ", Err(Reason::UnsupportedAlgorithm)),
        ("AWS4-HMAC-SHA256 ", "Basic ", Err(Reason::UnsupportedAlgorithm)),
        (", SignedHeaders", " SignedHeaders", Err(Reason::MalformedAuthentication)),
        (", SignedHeaders", ", signedheaders", Err(Reason::MalformedAuthentication)),
        (", SignedHeaders=", ", SignedHeaders=;", Err(Reason::MalformedAuthentication)),
        (", Signature=", ", Signature=0, Signature=", Err(Reason::MalformedAuthentication)),
        (", Signature=", ", More=0, Signature=", Err(Reason::MalformedAuthentication)),
        (", Signature=", ", , Signature=", Err(Reason::MalformedAuthentication)),
        ("host;x-amz-date", "Host;x-amz-date", Err(Reason::MalformedAuthentication)),
        ("host;x-amz-date", "x-amz-date;host", Err(Reason::MalformedAuthentication)),
        ("host;x-amz-date", "host;host;x-amz-date", Err(Reason::MalformedAuthentication)),
        ("host;x-amz-date", "host,x-amz-date", Err(Reason::MalformedAuthentication)),
        ("AKIDEXAMPLE/", "", Err(Reason::MalformedAuthentication)),
        ("AKIDEXAMPLE/", "a/AKIDEXAMPLE/", Err(Reason::UnknownAccessKey)),
    ] {
        let mut sent = sent.clone();
        replace(header(&mut sent, "Authorization"), from, to);
        assert_eq!(scene.answer_to(&sent), expected, "{from:?} -> {to:?}");
    }
}

#[test]
fn each_authentication_parameter_is_required_once() {
    let scene = Scene { expires: Some(60), ..Scene::default() };
    let sent = scene.sent();
    for name in ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"] {
        for spoilt in [format!("X-Amz-x{name}="), format!("X-Amz-{name}=1&X-Amz-{name}=")] {
            let mut sent = sent.clone();
            replace(&mut sent.target, &format!("X-Amz-{name}="), &spoilt);
            let answer = scene.answer_to(&sent);
            assert_eq!(answer, Err(Reason::MalformedAuthentication), "{spoilt}");
        }
    }
    // The name of a parameter may be escaped.
    let mut escaped = sent.clone();
    replace(&mut escaped.target, "X-Amz-Expires", "X%2DAmz-Expire%73");
    assert_eq!(scene.answer_to(&escaped), Ok(()));
}

/// In header placement they are ordinary parameters, as in most of the vendor's signers.
#[test]
fn authentication_parameters_without_a_signature_are_ordinary() {
    let target = "/?X-Amz-Date=1&X-Amz-Date=2&X-Amz-Expires=0";
    assert_eq!(Scene { target, ..Scene::default() }.answer(), Ok(()));
}

/// Version 4 has no region set.
#[test]
fn the_region_set_of_sigv4a_is_ordinary() {
    let target = "/?X-Amz-Region-Set=1&X-Amz-Region-Set=2";
    for expires in [None, Some(60)] {
        assert_eq!(Scene { expires, target, ..Scene::default() }.answer(), Ok(()), "{expires:?}");
    }
}

/// The suite of 2011, `get-vanilla`: signed without `X-Amz-Date`, on a Friday that it calls Monday.
#[test]
fn a_date_header_is_enough() {
    let mut sent = Sent {
        method: b"GET".to_vec(),
        target: b"/".to_vec(),
        headers: vec![
            (b"Date".to_vec(), b"Mon, 09 Sep 2011 23:36:00 GMT".to_vec()),
            (b"Host".to_vec(), b"host.foo.com".to_vec()),
            (
                b"Authorization".to_vec(),
                b"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20110909/us-east-1/host/aws4_request, \
                  SignedHeaders=date;host, \
                  Signature=b27ccfbfa7df52a200ff74193ca6e32d4b48b8856fab7ebf1c595d0670a7e470"
                    .to_vec(),
            ),
        ],
        body: Vec::new(),
    };
    let now = Time::parse(b"20110909T233600Z").unwrap();
    let verifier = Verifier { window_seconds: 0, ..Verifier::new(now, b"us-east-1", b"host") };
    let key = StoredKey {
        access_key_id: b"AKIDEXAMPLE",
        material: KeyMaterial::Secret(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        session_token: None,
        active: true,
    };
    assert_eq!(sent.verify(&verifier, &[key]).map(|accepted| accepted.time), Ok(verifier.now));

    *header(&mut sent, "Date") = b"09 Sep 2011".to_vec();
    let rejection = sent.verify(&verifier, &[key]).unwrap_err();
    assert_eq!(rejection.reason, Reason::MalformedAuthentication);
}

#[test]
fn a_session_token_may_be_unsigned() {
    let token = Scene { stored_token: Some("AQoDYXdz="), ..Scene::default() };
    for (expires, coverage) in [
        (None, TokenCoverage::Appended),
        (None, TokenCoverage::Signed),
        (Some(60), TokenCoverage::Appended),
        (Some(60), TokenCoverage::Signed),
    ] {
        let session_token = Some(("AQoDYXdz=", coverage));
        let scene = Scene { expires, session_token, token_coverage: coverage, ..token.clone() };
        assert_eq!(scene.answer(), Ok(()), "{expires:?} {coverage:?}");
    }
}

/// Without a signature in the query, a parameter with the name of the token is one like any other, and signed.
#[test]
fn a_token_in_the_query_of_a_header_signature_is_an_ordinary_parameter() {
    for target in ["/a?X-Amz-Security-Token=old&b=1", "/a?b&X-Amz-Security-Token=old"] {
        let scene = Scene { target, token_coverage: TokenCoverage::Appended, ..Scene::default() };
        assert_eq!(scene.answer(), Ok(()), "{target}");
    }
}
