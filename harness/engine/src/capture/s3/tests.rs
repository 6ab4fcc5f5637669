//! What clients rely on, request by request.

use sigv4_vectors::model::Request;

use super::super::answers::Answer;
use super::{Store, answer};

/// Sends requests to one store.
#[derive(Default)]
struct Client(Store);

impl Client {
    fn send(&mut self, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (method, target) = line.split_once(' ').expect("method and target");
        let headers = [("Host", "127.0.0.1:9000")].iter().chain(headers);
        let request = Request {
            method: method.into(),
            target: target.into(),
            headers: headers.map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            body: body.into(),
        };
        answer(&mut self.0, &request, true)
    }

    /// Status and body of an answer.
    fn said(&mut self, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let answer = self.send(line, headers, body);
        (answer.status, String::from_utf8(answer.body.to_vec()).expect("text"))
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let value = &answer.headers.iter().find(|(own, _)| own == name)?.1;
    std::str::from_utf8(value).ok()
}

/// The text of the first element with this name.
fn element(document: &str, name: &str) -> String {
    let document = roxmltree::Document::parse(document).expect("XML");
    let mut nodes = document.descendants();
    let node = nodes.find(|node| node.tag_name().name() == name).expect(name);
    node.text().unwrap_or_default().to_owned()
}

#[test]
fn an_object_comes_back_as_it_was_stored() {
    let mut client = Client::default();
    assert_eq!(client.send("HEAD /b", &[], "").status, 404);
    assert_eq!(client.send("PUT /b", &[], "").status, 200);
    let headers = [
        ("Content-Type", "text/plain"),
        ("X-Amz-Meta-A", "1"),
        ("Content-Encoding", "aws-chunked,gzip"),
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
    ];
    let framed = "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    let stored = client.send("PUT /b/a%20b", &headers, framed);
    assert_eq!(stored.status, 200);
    assert_eq!(header(&stored, "etag"), Some("\"5d41402abc4b2a76b9719d911017c592\""));
    assert_eq!(header(&stored, "x-amz-checksum-crc32"), Some("NhCmhg=="));
    let got = client.send("GET /b/a%20b", &[("x-amz-checksum-mode", "ENABLED")], "");
    assert_eq!((got.status, &got.body[..]), (200, &b"hello"[..]));
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-encoding", "gzip"),
        ("x-amz-meta-a", "1"),
        ("x-amz-checksum-crc32", "NhCmhg=="),
    ] {
        assert_eq!(header(&got, name), Some(value), "{name}");
    }
    let part = client.send("GET /b/a%20b", &[("Range", "bytes=1-2")], "");
    assert_eq!((part.status, &part.body[..]), (206, &b"el"[..]));
    assert_eq!(header(&part, "content-range"), Some("bytes 1-2/5"));
    let none = client.send("PUT /b/a%20b", &[("If-None-Match", "*")], "other");
    assert_eq!(none.status, 412);
    let copied = client.said("PUT /c/copy", &[("x-amz-copy-source", "/b/a%20b")], "");
    assert_eq!(copied.0, 200, "{}", copied.1);
    assert_eq!(client.said("GET /c/copy", &[], "").1, "hello");
    assert_eq!(client.send("DELETE /b/a%20b", &[], "").status, 204);
    let (status, document) = client.said("GET /b/a%20b", &[], "");
    assert_eq!((status, &element(&document, "Code")[..]), (404, "NoSuchKey"));
}

#[test]
fn parts_become_an_object() {
    let mut client = Client::default();
    let (_, begun) = client.said("POST /b/k?uploads", &[], "");
    let id = element(&begun, "UploadId");
    let mut tags = Vec::new();
    for number in 1..=2 {
        let line = format!("PUT /b/k?partNumber={number}&uploadId={id}");
        let answer = client.send(&line, &[], &number.to_string().repeat(3));
        tags.push(header(&answer, "etag").expect("a tag").to_owned());
    }
    let (_, parts) = client.said(&format!("GET /b/k?uploadId={id}"), &[], "");
    assert_eq!(element(&parts, "Size"), "3");
    let part = |number: usize| {
        let tag = &tags[number - 1];
        format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
    };
    let complete = format!("POST /b/k?uploadId={id}");
    let twice = format!("<C>{}{}</C>", part(1), part(1));
    assert_eq!(element(&client.said(&complete, &[], &twice).1, "Code"), "InvalidPartOrder");
    let body = format!("<C xmlns='urn:s3'>{}{}</C>", part(1), part(2));
    let (status, document) = client.said(&complete, &[], &body);
    assert_eq!(status, 200, "{document}");
    assert!(element(&document, "ETag").ends_with("-2\""));
    assert_eq!(client.said("GET /b/k", &[], "").1, "111222");
    assert_eq!(element(&client.said(&complete, &[], &body).1, "Code"), "NoSuchUpload");
}

#[test]
fn the_rest_that_clients_ask_for_is_answered() {
    let mut client = Client::default();
    client.send("PUT /b/k", &[], "x");
    for (line, body, status) in [
        ("GET /", "", 200),
        ("GET /b?location", "", 200),
        ("GET /b?versioning", "", 200),
        ("GET /b?policy", "", 404),
        ("GET /b?uploads", "", 200),
        ("GET /b?versions", "", 200),
        ("PUT /b?tagging", "<Tagging/>", 200),
        ("GET /b?tagging", "", 200),
        ("PUT /b/k?tagging", "<Tagging/>", 200),
        ("GET /b/k?tagging", "", 200),
        ("DELETE /b/k?tagging", "", 204),
        ("GET /b/k?acl", "", 200),
        ("GET /none", "", 404),
        ("DELETE /b", "", 409),
        ("POST /b?delete", "<Delete><Object><Key>k</Key></Object></Delete>", 200),
        ("POST /b?delete", "<Delete>", 400),
        ("DELETE /b", "", 204),
        ("PATCH /b/k", "", 405),
    ] {
        let (actual, text) = client.said(line, &[], body);
        assert_eq!(actual, status, "{line}: {text}");
        if !text.is_empty() && text != "x" {
            assert!(roxmltree::Document::parse(&text).is_ok(), "{line}: {text}");
        }
    }
}

#[test]
fn without_a_signature_only_a_form_is_taken() {
    let mut store = Store::default();
    let form = ("Content-Type".into(), "multipart/form-data; boundary=x".into());
    let request = |method: &str, headers| Request {
        method: method.into(),
        target: "/b".into(),
        headers,
        ..Request::default()
    };
    assert_eq!(answer(&mut store, &request("POST", vec![form]), false).status, 204);
    assert_eq!(answer(&mut store, &request("PUT", Vec::new()), false).status, 403);
}
