//! Of a streamed upload the chunks are checked, too.

use sigv4_conformance::explain::{Explanation, Reach};

use super::{changes, explained, happened, problems};

/// S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload in
/// Multiple Chunks".
fn chunked() -> String {
    let chunk = |data: &str, signature: &str| {
        format!("{:x};chunk-signature={signature}\r\n{data}\r\n", data.len())
    };
    let chunks = [
        chunk(
            &"a".repeat(65536),
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
        ),
        chunk(
            &"a".repeat(1024),
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
        ),
        chunk("", "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
    ];
    "PUT /examplebucket/chunkObject.txt HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\
     x-amz-date: 20130524T000000Z\r\nx-amz-storage-class: REDUCED_REDUNDANCY\r\n\
     x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD\r\nContent-Encoding: aws-chunked\r\n\
     x-amz-decoded-content-length: 66560\r\nContent-Length: 66824\r\n\
     Authorization: AWS4-HMAC-SHA256 \
     Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, \
     SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;\
     x-amz-decoded-content-length;x-amz-storage-class, \
     Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9\r\n\r\n"
        .to_owned()
        + &chunks.concat()
}

#[test]
fn each_chunk_of_a_body_is_checked() {
    let right = explained(&chunked(), None);
    assert!(right.is_clean(), "{right:?}");
    assert!(matches!(right.explanation, Explanation::Right { reach: Reach::Chunks }));
    let head = chunked().split("400;").next().expect("the first chunk").to_owned();
    for (changed, expected) in [
        (chunked().replacen("aaaa", "aaba", 1), "Chunk 1 of the body is wrong"),
        (chunked().replacen("a\r\n400;", "b\r\n400;", 1), "Chunk 1 of the body is wrong"),
        (chunked().replacen("a\r\n0;", "b\r\n0;", 1), "Chunk 2 of the body is wrong"),
        (chunked().replacen("b6c6", "b6c7", 1), "Chunk 3 of the body is wrong"),
        (head, "the rest was cut off"),
        (chunked().replacen("\r\n\r\n10000;", "\r\n\r\nhello;", 1), "the body is not in chunks"),
    ] {
        let report = explained(&changed, None);
        let problems = problems(&report);
        let is_said = problems.iter().any(|problem| problem.contains(expected));
        assert!(is_said, "{expected}: {problems:?}");
        assert!(!report.is_clean());
    }
}

#[test]
fn a_chunk_is_judged_beside_another_fault() {
    let moved = chunked().replace("Host: s3.amazonaws.com", "Host: localhost:9000");
    assert_eq!(changes(&moved), ["host-replaced"]);
    assert_eq!(problems(&explained(&moved, None)), [""; 0]);
    let both = moved.replacen("aaaa", "aaba", 1);
    let report = explained(&both, None);
    assert_eq!(changes(&both), ["host-replaced"]);
    let problems = problems(&report);
    assert!(problems.iter().any(|text| text.starts_with("Chunk 1 of the body")), "{problems:?}");
}

#[test]
fn the_length_of_the_data_is_that_of_all_chunks() {
    const LENGTH: &str = "x-amz-decoded-content-length: 66560\r\n";
    for (arrived, change) in
        [("x-amz-decoded-content-length: 66824\r\n", "header-replaced"), ("", "header-dropped")]
    {
        let report = explained(&chunked().replace(LENGTH, arrived), None);
        let happened = happened(&report);
        let [(id, what)] = &happened[..] else { panic!("{happened:?}") };
        assert_eq!(*id, change);
        assert!(what.contains("`66560`"), "{what}");
    }
}

#[test]
fn a_transfer_coding_that_was_taken_off_is_not_taken_off_again() {
    let kept =
        chunked().replace("Content-Encoding", "Transfer-Encoding: chunked\r\nContent-Encoding");
    let report = explained(&kept, None);
    assert!(report.is_clean(), "{report:?}");
}

#[test]
fn a_size_in_upper_case_is_still_a_size() {
    let report = explained(&chunked().replacen("\r\n\r\n10000;", "\r\n\r\nFFFF;", 1), None);
    let problems = problems(&report);
    assert!(!problems.iter().any(|text| text.contains("not in chunks")), "{problems:?}");
    assert!(!report.is_clean());
}

/// An upload of `http-auth-aws-crt` 2.58.0 with aws-crt 0.50.0, the signers of the SDK for Java.
const WITH_SIGV4A: &str = "PUT /examplebucket/chunkObject.txt HTTP/1.1\r\n\
    Authorization: AWS4-ECDSA-P256-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/s3/aws4_request, \
    SignedHeaders=content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;\
    x-amz-region-set;x-amz-trailer, \
    Signature=30450221008782e54327e34814d56bfb1175f67412a247766412b2f3a83e86414f1634c02c0220\
    57263903671419b1873e9ba0189ed89e3600988704a18b76d69e4b7574c5693e\r\n\
    Content-Length: 554\r\nHost: s3.amazonaws.com\r\n\
    x-amz-content-sha256: STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER\r\n\
    X-Amz-Date: 20130524T000000Z\r\nx-amz-decoded-content-length: 20\r\n\
    X-Amz-Region-Set: us-east-1\r\nx-amz-trailer: x-amz-checksum-crc32\r\n\r\n\
    14;chunk-signature=304402201a3a954ff26ee3c0f0133ee549b77af7e3a12744adf0de88282bd\
    ddab96e81ba02200768dde5fc40c64980fe5a01244eb65dab611d64b9c45005fc0ea057d258f0b6****\r\n\
    aaaaaaaaaaaaaaaaaaaa\r\n\
    0;chunk-signature=3046022100edcffa0dc6323ab8849c85527f679b72a42855ef654c0a8d6cdec5e77eaf6fa40221\
    00ac6183b7292985cb6c00b45c18cad869bc7662cd49021f6a0cc759eff8d200d6\r\n\
    x-amz-checksum-crc32:Jm+Lzg==\r\n\
    x-amz-trailer-signature:304502204d2df7758f4f3c175e13500504c82c7405777765ea4621955a3449845eab8674\
    022100860f6dc9888ebcb02f6cf4af676e9c80df2b460bcb904e6ad8344fb1e90c3f44**\r\n\
    \r\n";

#[test]
fn each_chunk_that_is_signed_with_sigv4a_is_checked() {
    let right = explained(WITH_SIGV4A, None);
    assert!(right.is_clean(), "{right:?}");
    let said = right.remarks.iter().any(|remark| remark.text.starts_with("Each chunk of the body"));
    assert!(said, "{right:?}");
    for (from, to, expected) in [
        ("aaaaa", "aabaa", "Chunk 1 of the body is wrong"),
        ("200d6\r\n", "200d7\r\n", "Chunk 2 of the body is wrong"),
        ("Jm+Lzg==", "Jm+Lzh==", "the data changed after the checksum was made"),
        ("c3f44**", "c3f45**", "a trailer changed after it was signed"),
        ("0b6****", "0b6", "expected 144 bytes, filled up with *, got 140"),
    ] {
        let report = explained(&WITH_SIGV4A.replacen(from, to, 1), None);
        let problems = problems(&report);
        assert!(problems.iter().any(|text| text.contains(expected)), "{expected}: {problems:?}");
    }
}
