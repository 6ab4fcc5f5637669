//! A path that arrived otherwise than it was signed.

use sigv4_conformance::explain::Explanation;

use super::{api, changes, explained, happened, s3};

#[test]
fn a_path_that_was_written_otherwise_is_found() {
    for (signed, arrived, id) in [
        ("/f%20(1).pdf", "/f%20%281%29.pdf", "path-signed-with-other-escapes"),
        ("/%7Ek", "/~k", "path-signed-with-other-escapes"),
        ("/a%2Bb.txt", "/a%20b.txt", "path-escapes-changed"),
        ("/e%CC%81.txt", "/%C3%A9.txt", "path-accents-changed"),
        ("/b//a//c.txt", "/b/a/c.txt", "path-slashes-changed"),
        ("/b//a///c.txt", "/b/a/c.txt", "path-slashes-changed"),
        ("/Bucket/Key", "/bucket/key", "path-case-changed"),
        ("/bucket/key", "/Bucket/Key", "path-case-changed"),
        ("/b/My-Report.PDF", "/b/my-report.pdf", "path-case-changed"),
        ("/b/img_0001.JPG", "/b/img_0001.jpg", "path-case-changed"),
        ("/b/myFile%2A.txt", "/b/myfile%2A.txt", "path-case-changed"),
        ("/k?partNumber=1&uploadId=u", "/k?partNumber=2&uploadId=u", "query-value-changed"),
    ] {
        let request = s3(&format!("GET {signed} HTTP/1.1\nHost: b.example.com"));
        let changed = request.replace(&format!("GET {signed} "), &format!("GET {arrived} "));
        let report = explained(&changed, None);
        assert_eq!(happened(&report).first().map(|one| one.0), Some(id), "{signed}: {report:?}");
    }
}

#[test]
fn escapes_in_another_case_are_found() {
    for (signed, arrived) in [("/a%2fB", "/a%2FB"), ("/a%2Fb%C3%A9", "/a%2fb%c3%a9")] {
        let request = api(&format!("GET {signed} HTTP/1.1\nHost: example.amazonaws.com"), "");
        let changed = request.replace(signed, arrived);
        assert_eq!(changes(&changed), ["path-escape-case-changed"], "{signed}");
    }
}

/// Nobody but an encoder writes such a path: the signer is not accused of it first.
#[test]
fn an_encoder_is_known_by_what_it_writes() {
    let host = "HTTP/1.1\nHost: example.amazonaws.com";
    for (request, signed, arrived) in [
        (s3(&format!("GET /a%20b {host}")), "/a%20b", "/a+b"),
        (s3(&format!("GET /a%2Bb%20c {host}")), "/a%2Bb%20c", "/a%2Bb+c"),
        (api(&format!("GET /a%20b {host}"), ""), "/a%20b", "/a%2520b"),
    ] {
        let report = explained(&request.replace(signed, arrived), None);
        let Explanation::Ways { is_change, changed, .. } = &report.explanation else {
            panic!("{arrived}: {report:?}");
        };
        assert_eq!(changed[0].happened[0].change.id, "path-escapes-changed", "{arrived}");
        assert!(is_change, "{arrived}: {report:?}");
    }
}

#[test]
fn an_escaped_slash_that_was_decoded_is_found() {
    let request = api("GET /a/x%2Fy/b HTTP/1.1\nHost: example.amazonaws.com", "");
    let changed = request.replace("x%2Fy", "x/y");
    assert_eq!(changes(&changed), ["path-escapes-changed"]);
}
