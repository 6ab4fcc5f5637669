//! The endpoint over real sockets: odd bytes, limits, judgements.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use sigv4_conformance::capture::{
    CaptureError, Endpoint, Keys, Limits, Observed, Report, Settings, Verdict,
};
use sigv4_conformance::explain::FieldRequest;
use sigv4_reference::stream::{Encoder, Framing, Marker, Seed, StreamKey, TrailerLineEnd};
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::{Header, Request, Scope, ScopedKey, Time, Workspace, sign};

const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const HOST: &[u8] = b"127.0.0.1:9000";

/// An endpoint with everything that was observed.
struct Lab {
    endpoint: Endpoint,
    observed: Arc<Mutex<Vec<Observed>>>,
}

fn settings(limits: Limits) -> Settings {
    Settings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        keys: Keys::examples(),
        service: None,
        tls: false,
        folder: None,
        limits,
    }
}

impl Lab {
    fn new(limits: Limits) -> Self {
        Self::with(settings(limits))
    }

    fn with(settings: Settings) -> Self {
        let observed: Arc<Mutex<Vec<Observed>>> = Arc::default();
        let seen = Arc::clone(&observed);
        let note = Box::new(move |one: &Observed| {
            seen.lock().unwrap().push(one.clone());
            Ok(())
        });
        Self { endpoint: Endpoint::start(settings, note).expect("an endpoint"), observed }
    }

    fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(self.endpoint.address()).expect("a connection");
        socket.set_read_timeout(Some(Duration::from_secs(10))).expect("a time-out");
        socket
    }

    /// Sends bytes, ends the sending side, and reads all answers.
    fn send(&self, bytes: &[u8]) -> String {
        let mut socket = self.connect();
        socket.write_all(bytes).expect("sent");
        socket.shutdown(Shutdown::Write).expect("ended");
        received(&mut socket)
    }

    /// The report, and what was observed in order of arrival.
    fn end(self) -> (Report, Vec<Observed>) {
        let report = self.endpoint.finish().expect("a report");
        let mut observed = std::mem::take(&mut *self.observed.lock().unwrap());
        observed.sort_by_key(|one| one.number);
        (report, observed)
    }
}

fn received(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that the other side resets has said all that it had to.
    let _ = socket.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The status codes of answers that follow each other.
fn statuses(answers: &str) -> Vec<&str> {
    let lines = answers.match_indices("HTTP/1.1 ").map(|(at, mark)| at + mark.len());
    lines.map(|at| &answers[at..at + 3]).collect()
}

fn words(observed: &[Observed]) -> Vec<&str> {
    observed.iter().map(|one| one.verdict.word()).collect()
}

/// A request that is signed now, as it goes over the wire. The target that is sent may be another
/// than the one that is signed, and so may the body.
fn signed_as(meant: &str, method: &str, target: &[u8], body: &[u8], sent: &[u8]) -> Vec<u8> {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let time = Time::parse(now.as_bytes()).expect("a time");
    let scope = Scope::new(&time, b"us-east-1", b"s3").expect("a scope");
    let key = ScopedKey::derive(SECRET, scope);
    let host = Header { name: b"Host", value: HOST };
    let request =
        Request { method: method.as_bytes(), target: meant.as_bytes(), headers: &[host], body };
    let mut signer = sign::Signer::new(time, b"AKIDEXAMPLE", &key);
    signer.profile = sigv4_reference::Profile::S3;
    signer.content_sha256 = sign::ContentSha256::Header;
    let mut workspace = Workspace::default();
    let signature = signer.header(&mut workspace, &request).expect("signed");
    let mut wire =
        [method.as_bytes(), b" ", target, b" HTTP/1.1\r\nhOSt: ", HOST, b"\r\n"].concat();
    for (name, value) in signature.headers() {
        wire.extend_from_slice(&[name.as_bytes(), b":  ", value, b" \r\n"].concat());
    }
    wire.extend_from_slice(format!("Content-Length: {}\r\n\r\n", sent.len()).as_bytes());
    wire.extend_from_slice(sent);
    wire
}

fn signed(method: &str, target: &str, body: &[u8]) -> Vec<u8> {
    signed_as(target, method, target.as_bytes(), body, body)
}

#[test]
fn a_request_says_which_object_it_is_about_and_how_it_is_spelled() {
    let lab = Lab::new(Limits::default());
    assert_eq!(lab.endpoint.arrived(), 0);
    for (meant, target) in [
        ("/bucket/a%28b%29", "/bucket/a%28b%29"),
        ("/bucket/a%28b%29", "/bucket/a(b)"),
        ("/bucket?prefix=a%20b%2F", "/bucket?prefix=a+b%2F"),
    ] {
        lab.endpoint.provide("bucket", b"a(b)", b"held");
        lab.send(&signed_as(meant, "GET", target.as_bytes(), b"", b""));
    }
    assert_eq!(lab.endpoint.arrived(), 3);
    let (_, observed) = lab.end();
    let seen: Vec<_> = observed
        .iter()
        .map(|one| (one.status, one.key(), one.prefix(), one.is_respelled()))
        .collect();
    let (object, prefix) = (Some("a(b)".into()), Some("a b/".into()));
    assert_eq!(
        seen,
        [(200, object.clone(), None, false), (200, object, None, true), (200, None, prefix, true)]
    );
    let line = observed[1].to_json().expect("JSON");
    assert!(line.contains(r#""target":"/bucket/a(b)","key":"a(b)","status":200"#), "{line}");
}

#[test]
fn signed_requests_are_judged_and_answered() {
    let lab = Lab::new(Limits::default());
    let put = signed("PUT", "/bucket/key", b"hello");
    let get = signed("GET", "/bucket/key", b"");
    let changed = signed_as("/bucket/key", "GET", b"/bucket/other", b"", b"");
    let body = signed_as("/bucket/key", "PUT", b"/bucket/key", b"hello", b"jello");
    let answers = lab.send(&[put, get, changed, body].concat());
    assert_eq!(statuses(&answers), ["200", "200", "403", "400"], "{answers}");
    assert!(answers.contains("hello") && answers.contains("SignatureDoesNotMatch"), "{answers}");
    assert!(answers.contains("<CanonicalRequest>GET\n/bucket/other\n"), "{answers}");
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["right", "right", "unexplained", "right-but-refused"]);
    assert_eq!((report.requests, report.signed, report.wrong), (4, 4, 2));
}

/// An upload in signed chunks of three bytes, with the first of its bytes replaced.
fn signed_chunks(first: u8) -> Vec<u8> {
    let time = now();
    let key = ScopedKey::derive(SECRET, Scope::new(&time, b"us-east-1", b"s3").expect("a scope"));
    signed_chunks_with((&key).into(), (&key).into(), time, Marker::SignedChunks, first)
}

/// The same with SigV4A.
fn signed_chunks_v4a(first: u8) -> Vec<u8> {
    let key = V4aKey::derive(b"AKIDEXAMPLE", SECRET).expect("a key pair");
    let key = ScopedV4aKey::new(&key, b"us-east-1", b"s3").expect("a scope");
    signed_chunks_with((&key).into(), (&key).into(), now(), Marker::EcdsaSignedChunks, first)
}

fn now() -> Time {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    Time::parse(now.as_bytes()).expect("a time")
}

fn signed_chunks_with(
    head_key: sign::Key<'_>,
    key: StreamKey<'_>,
    time: Time,
    marker: Marker,
    first: u8,
) -> Vec<u8> {
    let headers = [
        Header { name: b"Host", value: HOST },
        Header { name: b"Content-Encoding", value: b"aws-chunked" },
        Header { name: b"x-amz-decoded-content-length", value: b"5" },
    ];
    let request = Request { method: b"PUT", target: b"/bucket/key", headers: &headers, body: b"" };
    let mut signer = sign::Signer::new(time, b"AKIDEXAMPLE", head_key);
    signer.profile = sigv4_reference::Profile::S3;
    signer.payload = sign::Payload::Given(marker.text().as_bytes());
    signer.content_sha256 = sign::ContentSha256::Header;
    let mut workspace = Workspace::default();
    let head = signer.header(&mut workspace, &request).expect("signed");
    let signature = head.stages().signature.as_bytes();
    let framing = Framing::Signed(Seed { key, time, signature });
    let mut encoder = Encoder::new(&framing, TrailerLineEnd::CrLf).expect("an encoder");
    let [header, _, end] = encoder.chunk(b"hel");
    let mut body = [header, &[first, b'e', b'l'], end].concat();
    body.extend(encoder.chunk(b"lo").concat());
    body.extend(encoder.finish());
    let mut wire = b"PUT /bucket/key HTTP/1.1\r\n".to_vec();
    for header in headers {
        wire.extend_from_slice(&[header.name, b": ", header.value, b"\r\n"].concat());
    }
    for (name, value) in head.headers() {
        wire.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    wire.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    [wire, body].concat()
}

#[test]
fn the_chunks_of_an_upload_are_judged() {
    let lab = Lab::new(Limits::default());
    let get = signed("GET", "/bucket/key", b"");
    let answers = lab.send(&[signed_chunks(b'h'), get, signed_chunks(b'j')].concat());
    assert_eq!(statuses(&answers), ["200", "200", "403"], "{answers}");
    assert!(answers.contains("hello"), "{answers}");
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["right", "right", "right-but-refused"]);
    let detail = observed[2].verdict.detail().unwrap_or_default();
    assert!(detail.contains("Chunk 1 of the body is wrong"), "{detail}");
    assert_eq!((report.chunks_unchecked, report.wrong), (0, 1));
}

#[test]
fn the_chunks_of_an_upload_with_sigv4a_are_judged() {
    let lab = Lab::new(Limits::default());
    let get = signed("GET", "/bucket/key", b"");
    let answers = lab.send(&[signed_chunks_v4a(b'h'), get, signed_chunks_v4a(b'j')].concat());
    assert_eq!(statuses(&answers), ["200", "200", "403"], "{answers}");
    assert!(answers.contains("hello"), "{answers}");
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["right", "right", "right-but-refused"]);
    let detail = observed[2].verdict.detail().unwrap_or_default();
    assert!(detail.contains("Chunk 1 of the body is wrong"), "{detail}");
    assert_eq!((report.chunks_unchecked, report.wrong), (0, 1));
}

#[test]
fn mistakes_are_found_while_all_threads_of_rayon_wait_for_it() {
    // The first is looked into before it is answered, the second once it is.
    let requests = [signed_chunks(b'j'), signed_as("/a", "GET", b"/b", b"", b"")].concat();
    let ended = rayon::broadcast(|_| {
        let requests = requests.clone();
        let (say, said) = mpsc::channel();
        thread::spawn(move || {
            let lab = Lab::new(Limits::default());
            lab.send(&requests);
            say.send(lab.end().0.wrong)
        });
        // A deadlock ends here.
        said.recv_timeout(Duration::from_secs(30))
    });
    assert!(ended.iter().all(|wrong| *wrong == Ok(2)), "{ended:?}");
}

#[test]
fn a_key_with_a_token_and_a_payload_that_is_not_stated() {
    let keys = "[[key]]\naccess_key_id = \"AKIDEXAMPLE\"\nsession_token = \"token\"\n\
                secret_access_key = \"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\"";
    let keys = Keys::parse(keys).expect("keys");
    let lab = Lab::with(Settings { keys, ..settings(Limits::default()) });
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let time = Time::parse(now.as_bytes()).expect("a time");
    let key = ScopedKey::derive(SECRET, Scope::new(&time, b"us-east-1", b"s3").expect("a scope"));
    let host = Header { name: b"Host", value: HOST };
    let request = Request { method: b"GET", target: b"/", headers: &[host], body: b"" };
    let mut signer = sign::Signer::new(time, b"AKIDEXAMPLE", &key);
    let coverage = sign::TokenCoverage::Signed;
    for token in [None, Some(sign::SessionToken { value: b"token", coverage })] {
        signer.session_token = token;
        let mut workspace = Workspace::default();
        let signature = signer.header(&mut workspace, &request).expect("signed");
        let mut wire = [b"GET / HTTP/1.1\r\nHost: ", HOST, b"\r\n"].concat();
        for (name, value) in signature.headers() {
            wire.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        lab.send(&[&wire[..], b"\r\n"].concat());
    }
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["right-but-refused", "right"], "{report:?}");
    assert_eq!((report.wrong, report.payload_unstated), (1, 1));
    let shown = format!("{report:?}") + &serde_json::to_string(&report).expect("JSON");
    assert!(!shown.contains("\"token\""), "{shown}");
}

#[test]
fn a_token_in_what_a_correct_signer_has_is_shortened() {
    let token = "FwoGZXIvYXdzEXAMPLETOKENEXAMPLE";
    let keys = format!(
        "[[key]]\naccess_key_id = \"AKIDEXAMPLE\"\nsession_token = \"{token}\"\n\
         secret_access_key = \"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\""
    );
    let keys = Keys::parse(&keys).expect("keys");
    let lab = Lab::with(Settings { keys, ..settings(Limits::default()) });
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let time = Time::parse(now.as_bytes()).expect("a time");
    let scope = Scope::new(&time, b"us-east-1", b"s3").expect("a scope");
    let key = ScopedKey::derive(b"another secret", scope);
    let host = Header { name: b"Host", value: HOST };
    let request = Request { method: b"GET", target: b"/b/k", headers: &[host], body: b"" };
    let mut signer = sign::Signer::new(time, b"AKIDEXAMPLE", &key);
    signer.content_sha256 = sign::ContentSha256::Header;
    let coverage = sign::TokenCoverage::Signed;
    signer.session_token = Some(sign::SessionToken { value: token.as_bytes(), coverage });
    let mut workspace = Workspace::default();
    let signature = signer.header(&mut workspace, &request).expect("signed");
    let mut wire = [b"GET /b/k HTTP/1.1\r\nHost: ", HOST, b"\r\n"].concat();
    for (name, value) in signature.headers() {
        wire.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    lab.send(&[&wire[..], b"\r\n"].concat());
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["unexplained"]);
    let shown =
        serde_json::to_string(&report).expect("JSON") + &observed[0].to_json().expect("JSON");
    assert!(shown.contains("FwoGZXIv…") && !shown.contains(token), "{shown}");
}

#[test]
fn bytes_that_a_library_refuses_are_judged_as_they_arrived() {
    let lab = Lab::new(Limits::default());
    // Raw on the wire, escaped in the signature: right for a server that decodes the path.
    let space = signed_as("/bucket/a%20b%FF", "PUT", b"/bucket/a b\xff", b"", b"");
    // So is a plus, which S3 reads as a space, but not a raw byte that is signed raw.
    let plus = signed_as("/bucket?prefix=a%20b", "GET", b"/bucket?prefix=a+b", b"", b"");
    let raw = signed("GET", "/bucket/a=b", b"");
    let answers = lab.send(&[space, plus, raw].concat());
    assert_eq!(statuses(&answers), ["200", "200", "403"], "{answers}");
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["right", "right", "right-but-refused"], "{report:?}");
    assert_eq!(&observed[0].request.target[..], b"/bucket/a b\xff");
    assert_eq!(&observed[0].request.headers[0].0[..], b"hOSt");
}

#[test]
fn garbage_gets_an_answer_and_a_line_in_the_report() {
    let limits = Limits { head: 4096, body: 1000, ..Limits::default() };
    let lab = Lab::new(limits);
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(5000));
    for (bytes, status) in [
        (&b"hello\r\n\r\n"[..], "400"),
        (b"GET / HTTP/2.0\r\n\r\n", "505"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400"),
        (b"GET / HTTP/1.1\r\nHost", "400"),
        (long.as_bytes(), "431"),
        (b"PUT /b/k HTTP/1.1\r\nContent-Length: 1001\r\n\r\n", "413"),
        (b"PUT /b/k HTTP/1.1\r\nContent-Length: 5\r\n\r\nhel", "400"),
        (b"PUT /b/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "400"),
        (b"PUT /b/k HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "501"),
    ] {
        let answers = lab.send(bytes);
        assert_eq!(statuses(&answers), [status], "{}: {answers}", bytes.escape_ascii());
    }
    // Nothing at all is not a request.
    assert_eq!(lab.send(b""), "");
    let (report, observed) = lab.end();
    assert!(words(&observed).iter().all(|word| *word == "unreadable"), "{observed:?}");
    assert_eq!((report.requests, report.wrong, report.signed), (9, 9, 0));
    let details: Vec<String> = observed.iter().filter_map(|one| one.verdict.detail()).collect();
    insta::assert_snapshot!("garbage_over_sockets", details.join("\n"));
}

#[test]
fn a_body_in_chunks_is_taken_off_the_wire_and_kept_as_it_came() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path().to_owned();
    let lab = Lab::with(Settings { folder: Some(folder.clone()), ..settings(Limits::default()) });
    let wire = signed("PUT", "/bucket/key", b"hello");
    let head = String::from_utf8(wire).expect("text").replace(
        "Content-Length: 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    );
    let both = [head.as_bytes(), &signed("GET", "/bucket/key", b"")].concat();
    let answers = lab.send(&both);
    assert_eq!(statuses(&answers), ["200", "200"], "{answers}");
    let (_, observed) = lab.end();
    assert_eq!(words(&observed), ["right", "right"]);
    let saved = |name: &str| std::fs::read(folder.join(name)).expect("a file");
    assert_eq!(saved("0001.http"), head.as_bytes());
    let read = FieldRequest::parse(&saved("0002.http")).expect("a request");
    assert_eq!(read.request.target, "/bucket/key".into());
}

#[test]
fn what_arrived_of_a_body_that_broke_off_is_kept() {
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = temporary.path().to_owned();
    let lab = Lab::with(Settings { folder: Some(folder.clone()), ..settings(Limits::default()) });
    let wires = [
        &b"PUT /b/k HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhel"[..],
        b"PUT /b/k HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ];
    for wire in wires {
        assert_eq!(statuses(&lab.send(wire)), ["400"]);
    }
    lab.end();
    for (name, wire) in ["0001.http", "0002.http"].into_iter().zip(wires) {
        let saved = std::fs::read(folder.join(name)).expect("a file");
        assert_eq!(saved.escape_ascii().to_string(), wire.escape_ascii().to_string());
    }
}

#[test]
fn slow_and_silent_clients_are_ended() {
    let limits = Limits {
        head_time: Duration::from_millis(300),
        idle_time: Duration::from_millis(600),
        ..Limits::default()
    };
    let lab = Lab::new(limits);
    let mut slow = lab.connect();
    let mut silent = lab.connect();
    let mut half = lab.connect();
    half.write_all(b"PUT /b/k HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe").expect("sent");
    for byte in b"GET / HTTP/1.1\r\nX-Slow: " {
        // The other end may be closed by now, which is what is tested.
        if slow.write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(statuses(&received(&mut slow)), ["408"]);
    assert_eq!(received(&mut silent), "");
    assert_eq!(statuses(&received(&mut half)), ["400"]);
    let (report, _) = lab.end();
    assert_eq!((report.requests, report.wrong), (2, 2));
}

#[test]
fn a_client_that_does_not_read_is_ended() {
    let lab = Lab::new(Limits { idle_time: Duration::from_millis(300), ..Limits::default() });
    let big = vec![b'x'; 30 << 20];
    assert_eq!(statuses(&lab.send(&signed("PUT", "/b/big", &big))), ["200"]);
    let mut lazy = lab.connect();
    lazy.write_all(&signed("GET", "/b/big", b"")).expect("sent");
    std::thread::sleep(Duration::from_secs(2));
    let got = received(&mut lazy);
    assert!(got.len() < big.len(), "{}", got.len());
    lab.end();
}

#[test]
fn a_capture_that_ends_does_not_wait_for_idle_clients() {
    let lab = Lab::new(Limits::default());
    let _idle = lab.connect();
    let mut kept_alive = lab.connect();
    kept_alive.write_all(&signed("GET", "/", b"")).expect("sent");
    let mut start = [0; 15];
    kept_alive.read_exact(&mut start).expect("an answer");
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    let began = std::time::Instant::now();
    let (report, _) = lab.end();
    assert_eq!((report.requests, report.wrong), (1, 0));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}

#[test]
fn requests_without_a_signature_that_can_be_read_are_told_apart() {
    let lab = Lab::new(Limits::default());
    let request = |more: &str| format!("GET /b HTTP/1.1\r\nHost: h\r\n{more}\r\n");
    lab.send(request("").as_bytes());
    lab.send(request("Authorization: AWS AKIDEXAMPLE:c2lnbmF0dXJl\r\n").as_bytes());
    lab.send(request("Authorization: AWS4-ECDSA-P256-SHA256 Credential=A/b\r\n").as_bytes());
    lab.send(request("Authorization: AWS4-HMAC-SHA256 nonsense\r\n").as_bytes());
    let unknown = String::from_utf8(signed("GET", "/b", b"")).expect("text");
    lab.send(unknown.replace("AKIDEXAMPLE", "AKIDOTHER").as_bytes());
    let (report, observed) = lab.end();
    let expected = ["unsigned", "unreadable", "unreadable", "unreadable", "unknown-key"];
    assert_eq!(words(&observed), expected);
    assert_eq!((report.unsigned, report.legacy, report.wrong), (1, 0, 4));
    assert_eq!(observed[4].verdict, Verdict::UnknownKey { access_key_id: "AKIDOTHER".to_owned() });
}

/// The URL was signed with Python's `hmac`; it is good up to the year 2100.
#[test]
fn a_legacy_signature_is_checked_and_marked() {
    const URL: &str = "/b/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Expires=4102444800\
                       &Signature=DVt27a5hNmIvrJ%2FPkp61Cg%2Fk8ls%3D";
    let lab = Lab::new(Limits::default());
    let request = |method: &str, url: &str| {
        let length = if method == "PUT" { "Content-Length: 0\r\n" } else { "" };
        format!("{method} {url} HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n{length}\r\n")
    };
    lab.send(request("GET", URL).as_bytes());
    let refused = lab.send(request("PUT", URL).as_bytes());
    assert_eq!(statuses(&refused), ["403"]);
    lab.send(request("GET", &URL.replace("Signature=D", "Signature=E")).as_bytes());
    lab.send(request("GET", &URL.replace("4102444800", "1")).as_bytes());
    lab.send(request("GET", &URL.replace("AKIAIOSFODNN7EXAMPLE", "AKIDOTHER")).as_bytes());
    let (report, observed) = lab.end();
    let expected = ["right-but-legacy", "mistaken", "unexplained", "unexplained", "unknown-key"];
    assert_eq!(words(&observed), expected);
    assert_eq!((report.signed, report.legacy, report.wrong), (5, 1, 4));
    let detail = observed[1].verdict.detail().expect("a detail");
    let scheme = "S3 signature version 2 (HMAC-SHA1)";
    assert_eq!(detail, format!("{scheme}: the method GET was signed, and PUT arrived"));
}

#[test]
fn sigv4a_is_checked() {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let time = Time::parse(now.as_bytes()).expect("a time");
    let key = V4aKey::derive(b"AKIDEXAMPLE", SECRET).expect("a key pair");
    let scoped = ScopedV4aKey::new(&key, b"*", b"s3").expect("a region set");
    let host = Header { name: b"Host", value: HOST };
    let request =
        Request { method: b"GET", target: b"/b?list-type=2", headers: &[host], body: b"" };
    let signer = sign::Signer {
        profile: sigv4_reference::Profile::S3,
        content_sha256: sign::ContentSha256::Header,
        ..sign::Signer::new(time, b"AKIDEXAMPLE", &scoped)
    };
    let mut workspace = Workspace::default();
    let signature = signer.header(&mut workspace, &request).expect("signed");
    let mut wire = String::from("GET /b?list-type=2 HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n");
    for (name, value) in signature.headers() {
        wire.extend([name, ": ", &String::from_utf8_lossy(value), "\r\n"]);
    }
    wire += "\r\n";
    let lab = Lab::new(Limits::default());
    lab.send(wire.as_bytes());
    let refused = lab.send(wire.replace("Region-Set: *", "Region-Set: us-east-1").as_bytes());
    assert_eq!(statuses(&refused), ["403"]);
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["right", "mistaken"]);
    assert_eq!((report.signed, report.legacy, report.wrong), (2, 0, 1));
}

#[test]
fn plain_http_where_tls_is_spoken_is_reported() {
    let lab = Lab::with(Settings { tls: true, ..settings(Limits::default()) });
    assert!(lab.endpoint.url().starts_with("https://127.0.0.1:"));
    let authority = lab.endpoint.authority().expect("a certificate");
    assert!(authority.starts_with("-----BEGIN CERTIFICATE-----"), "{authority}");
    lab.send(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    let (report, observed) = lab.end();
    assert_eq!((report.requests, report.wrong), (1, 1));
    let detail = observed[0].verdict.detail().expect("a detail");
    assert!(detail.starts_with("TLS: ") && detail.ends_with("https://?"), "{detail}");
}

#[test]
fn only_loopback_is_listened_on() {
    let listen = "0.0.0.0:0".parse().expect("an address");
    let settings = Settings { listen, ..settings(Limits::default()) };
    let refused = Endpoint::start(settings, Box::new(|_| Ok(())));
    assert!(matches!(refused, Err(CaptureError::NotLoopback(_))));
}

#[test]
fn what_is_over_the_limits_is_counted_all_the_same() {
    let lab = Lab::new(Limits { kept: 1, explained: 0, ..Limits::default() });
    for _ in 0..3 {
        lab.send(&signed_as("/a", "GET", b"/b", b"", b""));
    }
    let (report, observed) = lab.end();
    assert_eq!(words(&observed), ["unexamined"]);
    assert_eq!((report.requests, report.wrong, report.not_kept), (3, 3, 2));
}
