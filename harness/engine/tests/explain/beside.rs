//! A request with more than one fault, or without a part of its signature.

use sigv4_conformance::explain::{BUILT_IN, Circumstances, FieldRequest, Server, explain};
use sigv4_reference::Time;

use super::{PUT, SUITE_SECRET, VANILLA, changes, explained, problems};

#[test]
fn a_changed_body_is_said_beside_another_fault() {
    let moved = PUT.replace("s3.amazonaws", "s3.us-east-1.amazonaws");
    assert_eq!(changes(&moved), ["host-replaced"]);
    assert_eq!(problems(&explained(&moved, None)), [""; 0]);
    let both = moved.replace("Welcome to Amazon S3.", "Welcome to Amazon.");
    assert_eq!(changes(&both), ["host-replaced"]);
    let report = explained(&both, None);
    let problems = problems(&report);
    let is_said = problems.iter().any(|text| text.starts_with("The signed payload hash is not"));
    assert!(is_said, "{problems:?}");
}

#[test]
fn an_authorization_header_without_one_of_its_parts_is_refused() {
    for part in ["Credential=", "SignedHeaders=", "Signature="] {
        let request = VANILLA.replace(part, "Other=");
        let sent = FieldRequest::parse(request.as_bytes()).expect("a request");
        let circumstances = Circumstances {
            services: &BUILT_IN,
            server: Server::default(),
            secret_access_key: Some(SUITE_SECRET.as_bytes()),
            now: Time::parse(b"20150830T123700Z").expect("a time"),
            window_seconds: None,
            profile: None,
            document: None,
        };
        let error = explain(&sent, &circumstances).expect_err("a part is missing").to_string();
        assert!(error.starts_with("Authorization: has no `"), "{error}");
        assert!(error.contains(part), "{error}");
    }
}
