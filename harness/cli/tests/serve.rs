//! `serve`: who is answered, with what, and what is kept secret. What the page says is compared with `explain`.

#[expect(dead_code, reason = "shared with tests that use more of it")]
mod common;
mod serve {
    pub(crate) mod serving;
    pub(crate) mod words;
}

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use common::{end, end_with_input, harness};
use serve::serving::{Answer, KIND, Serving, encoded};

/// S3 API Reference, "Signature Calculations for the Authorization Header", GET object.
const RIGHT: &str = "GET /test.txt HTTP/1.1
Host: examplebucket.s3.amazonaws.com
Range: bytes=0-9
x-amz-content-sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
x-amz-date: 20130524T000000Z
Authorization: AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41

";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const NOW: &str = "20130524T000100Z";

fn serving() -> Serving {
    Serving::start(&std::env::temp_dir(), &[])
}

#[test]
fn only_the_whole_address_is_answered() {
    let serving = serving();
    let host = serving.host();
    let (_, port) = serving.authority.split_once(':').expect("a port");
    assert_eq!(serving.get(&serving.path).status, 200);
    for path in ["/", "/x/", &serving.path[..serving.path.len() - 1], &serving.path.to_uppercase()]
    {
        let answer = serving.get(path);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.body.contains("Open the whole address"), "{}", answer.body);
    }
    for path in [format!("{}x", serving.path), format!("/{}", serving.path), "//".to_owned()] {
        assert_eq!(serving.get(&path).status, 404, "{path}");
    }
    for lines in [
        &["Host: example.com"][..],
        &[&format!("Host: example.com:{port}")],
        &[&format!("Host: localhost:{port}")],
        &["Host: 127.0.0.1"],
        &["Host: 127.0.0.1:1"],
        &[&host, "Host: example.com"],
        &[],
    ] {
        assert_eq!(serving.request("GET", &serving.path, lines, b"").status, 404, "{lines:?}");
    }
    let through = format!("http://example.com{}", serving.path);
    assert_eq!(serving.request("GET", &through, &[&host], b"").status, 404);
    assert_eq!(serving.request("GET", &serving.url, &[&host], b"").status, 200);
}

#[test]
fn the_address_cannot_be_guessed() {
    let (one, other) = (serving(), serving());
    assert!(one.url.starts_with("http://127.0.0.1:"), "{}", one.url);
    assert_ne!(one.path, other.path);
    let digits = one.path.trim_matches('/');
    assert!(digits.len() >= 32 && digits.bytes().all(|it| it.is_ascii_hexdigit()), "{digits}");
    for serving in [one, other] {
        let ended = serving.end();
        assert_eq!((ended.code, &ended.stdout[..]), (0, ""), "{ended}");
        assert_eq!(ended.stderr, "Open this address in a browser. Ctrl-C ends it.\n");
    }
}

#[test]
fn a_form_is_taken_from_this_page_alone() {
    let serving = serving();
    let host = serving.host();
    let own = format!("Origin: http://{}", serving.authority);
    let form = encoded(&[("request", RIGHT), ("example", "s3"), ("now", NOW)]);
    let status = |lines: &[&str]| {
        let lines: Vec<&str> = [&host[..], KIND].into_iter().chain(lines.iter().copied()).collect();
        serving.request("POST", &serving.path, &lines, form.as_bytes()).status
    };
    for lines in [
        &[&own[..]][..],
        &[&own, "Sec-Fetch-Site: same-origin"],
        &["Origin: null", "Sec-Fetch-Site: same-origin"],
    ] {
        assert_eq!(status(lines), 200, "{lines:?}");
    }
    for lines in [
        &[][..],
        &["Origin: null"],
        &["Origin: http://example.com"],
        &["Origin: http://127.0.0.1"],
        &["Origin: http://127.0.0.1:1"],
        &[&own.replace("http:", "https:")],
        &["Origin: null", "Sec-Fetch-Site: cross-site"],
        &["Origin: null", "Sec-Fetch-Site: same-site"],
        &["Origin: null", "Sec-Fetch-Site: none"],
        &["Sec-Fetch-Site: same-origin"],
        &["Origin: http://example.com", "Sec-Fetch-Site: same-origin"],
        &[&own, "Sec-Fetch-Site: cross-site"],
        &[&own, "Origin: http://example.com"],
    ] {
        assert_eq!(status(lines), 403, "{lines:?}");
    }
}

#[test]
fn other_methods_and_kinds_are_refused() {
    let serving = serving();
    let (host, own) = (serving.host(), format!("Origin: http://{}", serving.authority));
    for (method, path) in [
        ("PUT", serving.path.clone()),
        ("OPTIONS", serving.path.clone()),
        ("POST", format!("{}example", serving.path)),
    ] {
        let answer = serving.request(method, &path, &[&host, &own, KIND], b"request=");
        assert_eq!(answer.status, 405, "{method} {path}");
        assert!(answer.head.contains("\r\nallow: get, head, post"), "{}", answer.head);
    }
    let kind = "Content-Type: text/plain";
    let answer = serving.request("POST", &serving.path, &[&host, &own, kind], b"request=");
    assert_eq!(answer.status, 415);
    let head = serving.request("HEAD", &serving.path, &[&host], b"");
    assert_eq!((head.status, &head.body[..]), (200, ""));
}

#[test]
fn a_form_that_is_too_long_is_refused() {
    let serving = serving();
    let longest = 4 << 20;
    let form = |length: usize| format!("request={}", "a".repeat(length - "request=".len()));
    let (host, own) = (serving.host(), format!("Origin: http://{}", serving.authority));
    let post = |body: &str, framing: &str| {
        let head = format!("POST {} HTTP/1.1\r\n{host}\r\n{own}\r\n{KIND}", serving.path);
        serving.send(format!("{head}\r\n{framing}\r\n\r\n{body}").as_bytes())
    };
    let stated = |length: usize| post(&form(length), &format!("Content-Length: {length}"));
    let chunked = |length: usize| {
        let body = format!("{length:x}\r\n{}\r\n0\r\n\r\n", form(length));
        post(&body, "Transfer-Encoding: chunked")
    };
    for answer in [stated(longest), chunked(longest)] {
        assert_eq!(answer.status, 422, "{}", answer.words());
    }
    for answer in [stated(longest + 1), chunked(longest + 1), stated(4 * longest)] {
        assert_eq!(answer.status, 413);
        assert!(
            answer.words().contains("error: The form is longer than 4 MiB"),
            "{}",
            answer.words()
        );
    }
    let cut = serving.request("POST", &serving.path, &[&host, &own, KIND], b"");
    assert_eq!(cut.status, 422, "{}", cut.words());
}

#[test]
fn connections_wait_for_their_turn() {
    let serving = serving();
    let mut silent: Vec<_> = (0..64).map(|_| serving.connect()).collect();
    let mut waiting = serving.connect();
    let request = format!("GET {} HTTP/1.1\r\n{}\r\n\r\n", serving.path, serving.host());
    waiting.write_all(request.as_bytes()).expect("sent");
    waiting.set_read_timeout(Some(Duration::from_millis(500))).expect("a limit");
    let error = waiting.read(&mut [0]).expect_err("no answer yet");
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
    silent.pop();
    waiting.set_read_timeout(Some(Duration::from_mins(1))).expect("a limit");
    assert_eq!(Answer::read(waiting).status, 200);
}

#[test]
fn who_is_slow_is_not_waited_for() {
    let serving = serving();
    let start = Instant::now();
    let mut head = serving.connect();
    head.write_all(format!("GET {} HTTP/1.1\r\n", serving.path).as_bytes()).expect("sent");
    let mut body = serving.connect();
    let lines = format!("{}\r\nOrigin: http://{}\r\n{KIND}", serving.host(), serving.authority);
    let text = format!("POST {} HTTP/1.1\r\n{lines}\r\nContent-Length: 9\r\n\r\nreq", serving.path);
    body.write_all(text.as_bytes()).expect("sent");
    for socket in [&head, &body] {
        socket.set_read_timeout(Some(Duration::from_secs(40))).expect("a limit");
    }
    let answer = Answer::read(body);
    assert_eq!(answer.status, 408);
    assert!(answer.words().contains("did not arrive within 10 seconds"), "{}", answer.words());
    let mut rest = Vec::new();
    head.read_to_end(&mut rest).expect("the end");
    assert!(!rest.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&rest));
    let took = start.elapsed();
    assert!(took > Duration::from_secs(9) && took < Duration::from_secs(30), "{took:?}");
}

#[test]
fn the_help_says_what_the_page_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = end(&mut harness(folder.path(), ["serve", "--help"]));
    insta::assert_snapshot!("help", ended);
}

#[test]
fn every_answer_is_for_this_browser_alone() {
    let serving = serving();
    let answers = [
        serving.get(&serving.path),
        serving.get(&format!("{}example", serving.path)),
        serving.get("/"),
        serving.post(&[("request", RIGHT), ("example", "s3"), ("now", NOW)]),
        serving.post(&[("request", "hello")]),
        serving.request("POST", &serving.path, &[&serving.host(), KIND], b"request="),
    ];
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [200, 200, 404, 200, 422, 403]);
    for answer in answers {
        for line in [
            "cache-control: no-store",
            "referrer-policy: no-referrer",
            "x-content-type-options: nosniff",
            "content-security-policy: default-src 'none'; ",
            "frame-ancestors 'none'",
            "connection: close",
        ] {
            assert!(answer.head.contains(line), "{line}: {}", answer.head);
        }
        let has_page = answer.head.contains("text/html");
        assert_eq!(answer.head.contains("form-action 'self'"), has_page, "{}", answer.head);
        assert!(
            !answer.head.contains("unsafe") && !answer.head.contains("http:"),
            "{}",
            answer.head
        );
    }
}

#[test]
fn the_example_has_both_sides_and_stays_in_the_form() {
    let serving = serving();
    let answer = serving.get(&format!("{}example", serving.path));
    let words = answer.words();
    assert!(
        words.contains("The server computed for another request: its path differs."),
        "{words}"
    );
    assert!(answer.body.contains("<del>a&#x2f;store&#x2f;</del>"), "{}", answer.body);
    let again = serving.post(&[
        ("request", &answer.field("request")),
        ("document", &answer.field("document")),
        ("now", &answer.field("now")),
        ("example", "s3"),
    ]);
    assert_eq!(again.words(), words);
}

#[test]
fn what_was_pasted_is_kept_and_is_text() {
    let serving = serving();
    let hostile = "\n</textarea><script>alert(1)</script>\"'&amp;\u{202e}";
    let fields = ["request", "document", "service", "region", "now", "body", "header", "entry"];
    let form: Vec<(&str, &str)> = fields.iter().map(|name| (*name, hostile)).collect();
    let answer = serving.post(&form);
    assert_eq!(answer.status, 400, "{}", answer.words());
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    for name in fields {
        assert_eq!(answer.field(name), hostile, "{name}");
    }
    let request = RIGHT.replace("examplebucket", "<b>\u{202e}bucket</b>");
    let answer = serving.post(&[("request", &request), ("example", "s3"), ("now", NOW)]);
    assert_eq!(answer.status, 200, "{}", answer.words());
    let (_, section) = answer.body.split_once("<section id=\"answer\"").expect("an answer");
    let (section, _) = section.split_once("</section>").expect("its end");
    assert!(section.contains("bucket") && !section.contains("<b>\u{202e}"), "{section}");
    assert!(!section.contains('\u{202e}'), "{section}");
}

#[test]
fn the_secret_is_in_no_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = Serving::start(folder.path(), &[]);
    let escaped = SECRET.replace('/', "%2F");
    let in_html = SECRET.replace('/', "&#x2f;");
    let curl = format!(
        "curl --aws-sigv4 aws:amz:us-east-1:s3 --user 'AKIAIOSFODNN7EXAMPLE:{SECRET}' https://b/"
    );
    let in_header =
        RIGHT.replace("Range: bytes=0-9", &format!("Range: bytes=0-9\nX-Key: {SECRET}"));
    let in_query = RIGHT.replace("/test.txt", &format!("/test.txt?key={escaped}"));
    for (request, document, status) in [
        (RIGHT, "", 200),
        (&RIGHT.replace("Range: bytes=0-9", "Range: bytes=0-99"), "", 200),
        (&curl, "", 200),
        (&in_header, "", 200),
        (&in_query, "", 200),
        (&format!("{SECRET}: what is this?"), "", 422),
        (RIGHT, &format!("<Error><Code>A</Code><Message>{SECRET}</Message></Error>"), 200),
    ] {
        let answer = serving.post(&[
            ("request", request),
            ("document", document),
            ("secret", SECRET),
            ("now", NOW),
        ]);
        assert_eq!(answer.status, status, "{request}: {}", answer.words());
        for form in [SECRET, &escaped, &in_html] {
            assert!(!answer.body.contains(form), "{request}: {}", answer.body);
        }
        assert_eq!(answer.field("secret"), "");
        let is_given = request.contains(SECRET) || request.contains(&escaped);
        assert_eq!(answer.field("request").is_empty(), is_given, "{request}");
        assert_eq!(
            answer.body.contains("is not in the form below any more"),
            is_given || document.contains(SECRET)
        );
    }
    let ended = serving.end();
    assert!(!ended.to_string().contains("wJalr"), "{ended}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "something was stored");
}

#[test]
fn what_cannot_be_read_is_said_as_explain_says_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = serving();
    for request in ["", "hello", "<Error><Code>A</Code></Error>", "GET / HTTP/1.1\nHost: h\n\n"] {
        let answer = serving.post(&[("request", request), ("example", "s3")]);
        let mut command = harness(folder.path(), ["explain", "--example", "s3"]);
        let explained = end_with_input(&mut command, request.as_bytes());
        assert_eq!((answer.status, explained.code), (422, 2), "{request}");
        let said = serve::words::on_the_page(explained.stderr.trim_end()).replace('`', "");
        assert!(said.starts_with("error: ") && answer.words().contains(&said), "{said}");
    }
    for (name, value, said) in [
        ("now", "yesterday", "error: Clock of the server: expected"),
        ("entry", "first", "error: Entry of a HAR file \"first\": expected a whole number"),
        ("header", "Host", "error: Headers \"Host\": expected Name: value"),
        ("example", "mine", "error: Key \"mine\": expected suite or s3"),
    ] {
        let answer = serving.post(&[("request", RIGHT), (name, value)]);
        assert_eq!(answer.status, 400, "{name}");
        assert!(answer.words().contains(said), "{name}: {}", answer.words());
    }
    let both = serving.post(&[("request", RIGHT), ("example", "s3"), ("secret", SECRET)]);
    assert_eq!(both.status, 400);
    assert!(both.words().contains("expected one of them"), "{}", both.words());
}

/// Who has a form before them has no options.
#[test]
fn no_answer_names_an_option() {
    let serving = serving();
    let put = RIGHT.replace("GET ", "PUT ").replace("\n\n", "\nContent-Length: 5\n\n");
    let answered = format!("{RIGHT}HTTP/1.1 403 Forbidden\n\n");
    let escaped = RIGHT.replace("/test.txt", "/a%2520b.txt");
    for (request, named) in [
        ("<Error><Code>A</Code></Error>", "in the field \"What the server answered\""),
        (&put, "in the field \"Body\""),
        (&answered, "the field \"What the server answered\""),
        (&escaped, ""),
    ] {
        let answer = serving.post(&[("request", request), ("example", "s3"), ("now", NOW)]);
        let words = answer.words();
        assert!(words.contains(named), "{request}: {words}");
        for option in ["--body-file", "--error-document", "--header", "--entry", "--now"] {
            assert!(!words.contains(option), "{request}: {words}");
        }
    }
}

#[test]
fn a_port_that_is_taken_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let ended = end(&mut harness(folder.path(), ["serve", "--port", &port]));
    assert_eq!((ended.code, &ended.stdout[..]), (2, ""), "{ended}");
    let said = format!("error: cannot listen on 127.0.0.1:{port}: Address already in use");
    assert!(ended.stderr.starts_with(&said), "{ended}");
    assert!(ended.stderr.contains("Choose another --port"), "{ended}");
    drop(taken);
    let serving = Serving::start(folder.path(), &["--port", &port]);
    assert_eq!(serving.authority, format!("127.0.0.1:{port}"));
    for port in ["-1", "65536", "http"] {
        let ended = end(&mut harness(folder.path(), ["serve", "--port", port]));
        assert_eq!(ended.code, 2, "{ended}");
        assert!(ended.stderr.contains("expected a whole number from 0 to 65535"), "{ended}");
    }
}

#[test]
fn a_signal_ends_it_at_once() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let mut serving = serving();
        let mut half = serving.connect();
        half.write_all(format!("GET {} HTTP/1.1\r\n", serving.path).as_bytes()).expect("sent");
        let start = Instant::now();
        serving.tell(signal);
        let ended = serving.wait();
        assert_eq!(ended.code, 0, "{signal:?}: {ended}");
        assert!(start.elapsed() < Duration::from_secs(2), "{signal:?}: {:?}", start.elapsed());
    }
}

#[test]
fn rules_of_services_are_read_and_offered() {
    let folder = tempfile::tempdir().expect("a folder");
    let rules = "[[service]]\nname = \"my-store\"\nlike = \"s3\"\nsource = \"ours\"\n";
    fs::write(folder.path().join("services.toml"), rules).expect("written");
    let serving = Serving::start(folder.path(), &["--service-rules", "services.toml"]);
    let page = serving.get(&serving.path).body;
    for service in ["my-store", "s3", "execute-api"] {
        let is_offered = page.contains(&format!("<option value=\"{service}\">"));
        assert_eq!(is_offered, service != "execute-api", "{service}");
    }
    assert!(!page.contains("value=\"*\""), "{page}");
    let missing = end(&mut harness(folder.path(), ["serve", "--service-rules", "none.toml"]));
    assert_eq!(missing.code, 2, "{missing}");
}
