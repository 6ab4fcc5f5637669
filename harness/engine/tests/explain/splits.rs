//! Requests that are right and that some servers refuse all the same.

use sigv4_conformance::explain::{Explanation, Weight};
use sigv4_reference::sign::UNSIGNED_HEADERS;

use crate::{explained, s3};

/// What may go wrong with a right request.
fn warnings(head: &str) -> Vec<String> {
    let report = explained(&s3(head), None);
    assert!(matches!(report.explanation, Explanation::Right { .. }), "{head}: {report:?}");
    assert!(report.is_clean(), "{head}: {report:?}");
    let remarks = report.remarks.into_iter();
    remarks.filter(|one| one.weight == Weight::Fragile).map(|one| one.text).collect()
}

#[test]
fn who_refuses_a_right_request_is_said() {
    for (target, header, said) in [
        (
            "/b/?x=2&x=1",
            "",
            "The query has the parameter `x` several times, its values not sorted. Servers compatible \
             with S3 differ here: rclone, MinIO, s3s-fs, Ceph, OpenStack Swift, S3Proxy and garage do \
             not sort the values, and refuse the signature, which is right by the rules. Send each name once, with its values in one \
             (vector edge/sigv4/s3-query-parts/values-falling).",
        ),
        (
            "/b/?x=1&x=2",
            "",
            "The query has the parameter `x` several times. Servers compatible with S3 differ here: \
             Ceph, OpenStack Swift, S3Proxy and garage read them in another way, and refuse the \
             signature, which is right by the rules. Send each name once, with its values in one \
             (vector edge/sigv4/s3-query-parts/values-rising).",
        ),
        (
            "/b/?aA=2&a%5B=1",
            "",
            "The names `a%5B` and `aA` in the query are sorted in one order with their escapes and in the \
             other without. Servers compatible with S3 differ here: rclone, SeaweedFS, versitygw, \
             MinIO, OpenStack Swift and S3Proxy sort the names as they are without escapes, and \
             refuse the signature, which is right by the rules. Name parameters with letters and \
             digits only (vector edge/sigv4/s3-query-parts/names-in-two-orders).",
        ),
        (
            "/b/",
            "\nx-amz-meta-a: a\tb",
            "The signed header `x-amz-meta-a` holds a TAB, which counts as one space. Servers compatible \
             with S3 differ here: versitygw and Ceph keep the TAB, and refuse the signature, which \
             is right by the rules. Send a space in its place (vector \
             edge/sigv4/s3-header-values/tab-inside).",
        ),
        (
            "/b/",
            "\nx-amz-meta-a: 1\nX-Amz-Meta-A: 2",
            "The signed header `x-amz-meta-a` was sent several times. Servers compatible with S3 differ \
             here: Ceph, nanio and hadro read them in another way, and refuse the signature, \
             which is right by the rules. Send it once, with its values joined by commas (vector \
             edge/sigv4/header-repetition/rising-s3).",
        ),
    ] {
        let head = format!("GET {target} HTTP/1.1\nHost: localhost:9000{header}");
        assert_eq!(warnings(&head), [said], "{head}");
    }
}

#[test]
fn nothing_is_said_of_what_all_servers_take() {
    for target in ["/b/?x=1&y=2", "/b/?acl", "/b/?A=1&a=2", "/b/a%20b"] {
        let head = format!("GET {target} HTTP/1.1\nHost: localhost:9000\nx-amz-meta-a: a  b");
        assert_eq!(warnings(&head), [""; 0], "{head}");
    }
}

/// The mistake `header-unstable-signed` makes no difference to the signature of what is signed: where
/// these headers arrive as they were sent, the request is right.
#[test]
fn signing_what_others_change_is_a_warning() {
    let signable = UNSIGNED_HEADERS.iter().filter(|name| **name != "authorization");
    let mut count = 0;
    for name in signable {
        let head = format!("GET /b/ HTTP/1.1\nHost: localhost:9000\n{name}: x");
        let warnings = warnings(&head);
        let said = format!("The signed header `{name}` may not arrive as it was sent");
        assert!(warnings.iter().any(|text| text.starts_with(&said)), "{name}: {warnings:?}");
        count += 1;
    }
    assert!(count > 3, "only {count} headers");
}
