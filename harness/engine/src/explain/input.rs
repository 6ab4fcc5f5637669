//! A request from the field, in whichever form it was kept.

use super::field_request::FieldRequest;
use super::parts::InputError;
use super::{curl, error_document, har, raw_http, sdk_log, token, transcript, verbose};

impl FieldRequest {
    /// Reads one entry of a HAR file by its number, counted from 1.
    ///
    /// # Errors
    /// Text that is not a HAR file, or a number that no entry has.
    pub fn parse_entry(text: &[u8], number: usize) -> Result<Self, InputError> {
        har::parse(text, Some(number))
    }

    /// Reads whichever of these the text is: raw HTTP, a HAR entry or file, a curl command line,
    /// the output of `curl -v` or `--trace`, a presigned URL, a token made of one.
    ///
    /// # Errors
    /// Text that is none of them.
    pub fn parse(text: &[u8]) -> Result<Self, InputError> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
            let problem = "UTF-16, as PowerShell writes it with `>`: save it as UTF-8";
            return Err(InputError::new("input", problem));
        }
        let text = &transcript::without_marks(text)[..];
        let start = text.trim_ascii_start();
        if start.is_empty() {
            let problem = "empty: expected raw HTTP, a HAR file, a curl command, the output of \
                           `curl -v`, or a presigned URL";
            return Err(InputError::new("input", problem));
        }
        if has_bare_returns(start) {
            let problem = "its lines end with CR alone, as in old Mac files: save it with LF or CRLF. \
                           The body has to keep the bytes that were sent";
            return Err(InputError::new("input", problem));
        }
        if error_document::is_one(start) {
            return Err(document());
        }
        if start.starts_with(b"{") {
            return har::parse(text, None);
        }
        // The output of a command may have the command above it, so it is looked for first.
        if verbose::is_one(text) {
            verbose::parse(text)
        } else if curl::is_one(text) {
            curl::parse(text)
        } else if sdk_log::is_one(text) {
            sdk_log::parse(text)
        } else if let Some(read) = token::parse(text) {
            read
        } else {
            raw_http::parse(text).or_else(|error| token::in_text(start).unwrap_or(Err(error)))
        }
    }
}

/// Whether the lines of the head end with CR alone, so that they would be read as one. JSON may have
/// any line ends.
fn has_bare_returns(start: &[u8]) -> bool {
    let head = memchr::memmem::find(start, b"\r\r").map_or(start, |end| &start[..end]);
    let head = head.trim_ascii_end();
    !head.starts_with(b"{") && head.contains(&b'\r') && !head.contains(&b'\n')
}

fn document() -> InputError {
    InputError::new(
        "input",
        "this is the server's error document: give it as --error-document, and the request as the \
         input",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> FieldRequest {
        FieldRequest::parse(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    const PRESIGNED: &str = "https://h/a?X-Amz-SignedHeaders=host&X-Amz-Signature=00ff";

    #[test]
    fn each_form_is_told_from_the_others() {
        for text in [
            "GET /a HTTP/1.1\nHost: h\n\n".to_owned(),
            "\u{feff}\r\nGET /a\r\nHost: h\r\n".to_owned(),
            "GET https://h/a HTTP/1.1\n\n".to_owned(),
            ":method: GET\n:path: /a\n:authority: h\n".to_owned(),
            "curl https://h/a".to_owned(),
            "# why\n$ curl https://h/a | less".to_owned(),
            "* Trying\n> GET /a HTTP/1.1\n> Host: h\n>\n".to_owned(),
            "$ curl -v https://h/a\n> GET /a HTTP/2\n> Host: h\n>\n< HTTP/2 200\n".to_owned(),
            "=> Send header, 29 bytes (0x1d)\n0000: GET /a HTTP/1.1\n0011: Host: h\n001a: \n"
                .replace("29 bytes", "28 bytes"),
            r#"{"method":"GET","url":"https://h/a","headers":[]}"#.to_owned(),
        ] {
            let request = read(&text).request;
            assert_eq!(
                (&request.method[..], &request.target[..]),
                (&b"GET"[..], &b"/a"[..]),
                "{text}"
            );
            let (name, value) = &request.headers[0];
            assert!(name.eq_ignore_ascii_case(b"host") && value[..] == b"h"[..], "{text}");
        }
        for text in
            [PRESIGNED.to_owned(), format!("'{PRESIGNED}'"), PRESIGNED.replace("https://", "")]
        {
            assert_eq!(read(&text).request.target, PRESIGNED["https://h".len()..].into());
        }
    }

    #[test]
    fn a_presigned_url_is_found_in_the_text_around_it() {
        for text in [
            format!("See ({PRESIGNED})."),
            format!("the link: {PRESIGNED}, please"),
            format!("See {PRESIGNED}"),
            format!("[file]({PRESIGNED})"),
            format!("[{PRESIGNED}]({PRESIGNED})"),
            format!("<a href=\"{PRESIGNED}\">file</a>"),
            format!("> {}\n> {}\n", &PRESIGNED[..30], &PRESIGNED[30..]),
        ] {
            let read = read(&text);
            assert_eq!(read.request.target, PRESIGNED["https://h".len()..].into(), "{text}");
            assert!(read.remarks[0].contains("taken out of the text"), "{text}");
        }
        for text in [
            format!("{PRESIGNED} or {PRESIGNED}1"),
            "see https://h/a?b".to_owned(),
            "X-Amz-Signature=00".to_owned(),
        ] {
            assert!(FieldRequest::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_none_of_them_is_refused_with_its_place() {
        for (text, place) in [
            (&b""[..], "input"),
            (b" \n\t", "input"),
            (b"\xef\xbb\xbf", "input"),
            (b"\xff\xfeG\0E\0T\0", "input"),
            (b"<?xml version=\"1.0\"?><Error/>", "input"),
            (b"\x89PNG\r\n\x1a\n\0\0", "line 1"),
            (b"hello", "line 1"),
            (b"GET / HTTP/1.1\rHost: h\r\r", "input"),
            (b"GET / HTTP/1.1\rHost: h\r\ra\nb", "input"),
            (b"> GET / HTTP/1.1\r> Host: h\r>\r", "input"),
            (b"{\"a\":1}", "HAR"),
            (b"> GET / HTTP/1.1\n> Host h\n", "line 2"),
        ] {
            let error = FieldRequest::parse(text).unwrap_err();
            assert_eq!(error.place, place, "{error}");
        }
    }

    /// Each kind of input, for what follows.
    const SAMPLES: &[&[u8]] = &[
        b"---------START-HTTP---------\nGET /a HTTP/1.1\nA: b\n\nHTTP/1.1 403 F\n\n<Error>",
        b"mc: <DEBUG> GET /a HTTP/1.1\nA: b\n \nmc: <DEBUG> HTTP/1.1 403 F\n",
        b"POST /a?b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-A: 1\r\n 2\r\n\r\nhello",
        b"PUT /a HTTP/1.1\nTransfer-Encoding: chunked\n\n5\nhello\n0\n\n",
        b"$ curl -sXPOST \"https://h/a?b=%2f\" \\\n  -H $'A: \\x41\\u00e9' -d@f -u a:b --json '{}'",
        b"curl ^\"https://h/^\" ^\r\n -H ^\"A: b^\" --data-raw ^\"^{^}^\"",
        b"PS C:\\> curl.exe 'https://h/' `\r\n -T f -G --url-query a=b",
        b"* x\n> POST /a HTTP/2\n> Host: h\n>\n< HTTP/2 403\n<\n<Error><Code>A</Code></Error>",
        b"=> Send header, 28 bytes (0x1c)\n0000: GET /a HTTP/1.1\n0011: Host: h\n001a: \n",
        b"=> Send data, 3 bytes (0x3)\n0000: 61 62 63                                        abc\n",
        b"127.0.0.1:54321/?Action=connect&DBUser=app&X-Amz-Signature=00",
        b"k8s-aws-v1.aHR0cHM6Ly9zdHMuYW1hem9uYXdzLmNvbS8_QWN0aW9uPUdldENhbGxlcklkZW50aXR5",
        b":method: GET\n:path: /\n:authority: h\n\n",
        br#"{"log":{"entries":[]}}"#,
    ];

    #[test]
    fn changed_and_cut_inputs_give_a_request_or_an_error() {
        let mut random = fastrand::Rng::with_seed(7);
        for sample in SAMPLES {
            for end in 0..=sample.len() {
                let _ = FieldRequest::parse(&sample[..end]);
            }
            for _ in 0..3000 {
                let mut text = sample.to_vec();
                for _ in 0..random.usize(1..4) {
                    let at = random.usize(..text.len());
                    match random.u8(..4) {
                        0 => text[at] = random.u8(..),
                        1 => text.insert(
                            at,
                            *random.choice(b"'\"\\$`^\r\n\t {}[]()&;|<>%@:=-\0\xff").unwrap_or(&0),
                        ),
                        2 => drop(text.remove(at)),
                        _ => {
                            let to = random.usize(at..text.len());
                            text.extend_from_within(at..to);
                        }
                    }
                    if text.is_empty() {
                        break;
                    }
                }
                let _ = FieldRequest::parse(&text);
            }
        }
        for _ in 0..3000 {
            let text: Vec<u8> = (0..random.usize(..200)).map(|_| random.u8(..)).collect();
            let _ = FieldRequest::parse(&text);
        }
    }

    /// Each of these costs the square of its length where a reader looks ahead from each sign.
    #[test]
    fn what_repeats_a_sign_costs_no_more_than_its_length() {
        for (begin, repeated) in [
            ("GET / HTTP/1.1\nA: b", "\n c"),
            ("PS C:\\> curl.exe ", "\"${\""),
            ("curl ", "\"$(\""),
            ("curl ^\"", "%abc"),
            ("curl ", "-s "),
            ("curl -", "s"),
            (">>>>>>>>>>>>>>>>>>>>", "a"),
            ("> GET / HTTP/1.1\n> A: b", "\n> GET / HTTP/1.1"),
            ("=> Send header, 1 bytes (0x1)", "\n0000: a"),
            ("POST / HTTP/1.1\nTransfer-Encoding: chunked\n", "\n1\na"),
        ] {
            let mut text = begin.as_bytes().to_vec();
            while text.len() < 400_000 {
                text.extend_from_slice(repeated.as_bytes());
            }
            let start = std::time::Instant::now();
            let _ = FieldRequest::parse(&text);
            assert!(start.elapsed().as_secs() < 10, "{begin}: {:?}", start.elapsed());
        }
    }

    #[test]
    fn a_large_input_without_end_is_refused_at_once() {
        for begin in
            ["curl 'https://h", "curl ^\"h", "PS C:\\> curl.exe '", "GET", "https://h/", "> GET"]
        {
            let mut text = begin.as_bytes().to_vec();
            text.resize(32 << 20, b'a');
            assert!(FieldRequest::parse(&text).is_err(), "{begin}");
        }
    }
}
