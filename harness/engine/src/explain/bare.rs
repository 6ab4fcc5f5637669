//! What people have where the server's answer is lost: the line of an SDK that read no document, the
//! head of an answer, a page of HTML that a proxy wrote. All it says is a status.

use memchr::memmem;

use super::error_document::ErrorDocument;
use super::field_request::{FieldRequest, ServerAnswer};
use super::parts::InputError;

/// What a file with the server's answer holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum GivenAnswer {
    /// What the server said.
    Document(Box<ErrorDocument>),
    /// A status, and nothing else that belongs to the request.
    Bare(BareAnswer),
}

/// An answer of which nothing but the status is known.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct BareAnswer {
    status: u16,
    /// The title, if it is a page of HTML.
    page: Option<String>,
}

impl GivenAnswer {
    /// Reads the answer, which may be in the middle of a log.
    ///
    /// # Errors
    /// Text that holds neither a document nor a status, or a document that is damaged; more than 4 MiB.
    pub fn parse(text: &[u8]) -> Result<Self, InputError> {
        match ErrorDocument::parse(text) {
            Ok(document) => Ok(Self::Document(Box::new(document))),
            Err(error) => BareAnswer::of(text).map(Self::Bare).ok_or(error),
        }
    }
}

impl FieldRequest {
    /// Takes the status of an answer that says nothing else.
    pub fn take_bare(&mut self, BareAnswer { status, page }: &BareAnswer) {
        let answer = self.answer.get_or_insert_with(ServerAnswer::default);
        answer.status = Some(*status);
        self.remarks.push(match page {
            None => format!(
                "The error document says nothing but the status {status}: the explanation goes on \
                 without it."
            ),
            Some(title) => format!(
                "The error document is a page of HTML ({title}), as a proxy, a gateway or a firewall \
                 before the server writes it: it says nothing but the status {status}."
            ),
        });
    }
}

/// Statuses with their phrase (RFC 9110, RFC 6585), which SDKs write as one word in the place of a code.
const PHRASES: [(u16, &str); 18] = [
    (301, "Moved Permanently"),
    (307, "Temporary Redirect"),
    (308, "Permanent Redirect"),
    (400, "Bad Request"),
    (401, "Unauthorized"),
    (403, "Forbidden"),
    (404, "Not Found"),
    (405, "Method Not Allowed"),
    (407, "Proxy Authentication Required"),
    (408, "Request Timeout"),
    (411, "Length Required"),
    (412, "Precondition Failed"),
    (429, "Too Many Requests"),
    (500, "Internal Server Error"),
    (501, "Not Implemented"),
    (502, "Bad Gateway"),
    (503, "Service Unavailable"),
    (504, "Gateway Timeout"),
];

/// What Cloudflare, `mc` and Envoy say without naming the status; in small letters.
const UNNAMED: [(&str, u16); 6] = [
    ("attention required!", 403),
    ("access denied", 403),
    ("just a moment", 403),
    ("no healthy upstream", 503),
    ("upstream connect error", 503),
    ("upstream request timeout", 504),
];

const LONGEST_TITLE: usize = 80;

/// What stands before a status, in small letters, with nothing but signs between them.
const CUES: [&str; 10] = [
    "http/1.0", "http/1.1", "http/2", "http/3", "code", "error", "status", "occurred", "http",
    "response",
];

impl BareAnswer {
    fn of(text: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        let small = text.to_ascii_lowercase();
        if let Some(title) = title(&text, &small) {
            let status = numbers(&title).next().map(|(_, status)| status);
            let status = status.or_else(|| heading(&small));
            let status = status.or_else(|| unnamed(&title.to_ascii_lowercase()))?;
            return Some(Self { status, page: Some(title) });
        }
        let is_one = |&(at, status): &(usize, u16)| {
            is_behind_cue(&small[..at]) || is_before_phrase(&small[at + 3..], status)
        };
        let last = numbers(&small).filter(is_one).last().map(|(_, status)| status);
        let status = last.or_else(|| phrase(&text)).or_else(|| unnamed(&small))?;
        Some(Self { status, page: None })
    }
}

/// Numbers that can be the status of an answer that is not a success, with their places.
fn numbers(text: &str) -> impl Iterator<Item = (usize, u16)> {
    let bytes = text.as_bytes();
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            let length = bytes[start..].iter().take_while(|byte| is_part(byte)).count();
            at += length.max(1);
            let word = &bytes[start..start + length];
            if length == 3 && word.iter().all(u8::is_ascii_digit) {
                let digits = std::str::from_utf8(word).unwrap_or_default();
                let status = digits.parse().ok().filter(|status| (300..600).contains(status));
                if let Some(status) = status {
                    return Some((start, status));
                }
            }
        }
        None
    })
}

fn is_behind_cue(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '=', '"', '\'', '(', '\\']);
    CUES.iter().any(|cue| before.ends_with(cue))
}

fn is_before_phrase(after: &str, status: u16) -> bool {
    let after = after.trim_start();
    let mut phrases = PHRASES.iter().filter(|(of, _)| *of == status);
    phrases.any(|(_, phrase)| {
        after.get(..phrase.len()).is_some_and(|start| start.eq_ignore_ascii_case(phrase))
    })
}

/// The status whose phrase is in the text, as words or as one word.
fn phrase(text: &str) -> Option<u16> {
    let has = |phrase: &str| memmem::find(text.as_bytes(), phrase.as_bytes()).is_some();
    let found = PHRASES.iter().find(|(_, phrase)| has(phrase) || has(&phrase.replace(' ', "")));
    found.map(|(status, _)| *status)
}

fn unnamed(small: &str) -> Option<u16> {
    UNNAMED.iter().find(|(words, _)| small.contains(words)).map(|(_, status)| *status)
}

/// The title of a page of HTML, on one line; no more of it than a person reads.
fn title(text: &str, small: &str) -> Option<String> {
    let start = small.trim_start();
    if !start.starts_with("<html") && !start.starts_with("<!doctype html") {
        return None;
    }
    let title = between(small, "<title", "</title").map(|(from, to)| &text[from..to]);
    let words: Vec<&str> = title.unwrap_or_default().split_whitespace().collect();
    if words.is_empty() {
        return Some("without a title".to_owned());
    }
    Some(words.join(" ").chars().filter(|sign| !sign.is_control()).take(LONGEST_TITLE).collect())
}

/// The status in the first heading of a page.
fn heading(small: &str) -> Option<u16> {
    let (from, to) = between(small, "<h1", "</h1")?;
    numbers(&small[from..to]).next().map(|(_, status)| status)
}

/// Where the text of an element is.
fn between(small: &str, open: &str, close: &str) -> Option<(usize, usize)> {
    let tag = small.find(open)?;
    let from = tag + small[tag..].find('>')? + 1;
    let to = from + small[from..].find(close)?;
    Some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(text: &str) -> BareAnswer {
        match GivenAnswer::parse(text.as_bytes()) {
            Ok(GivenAnswer::Bare(answer)) => answer,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_status_is_found_as_programs_print_it() {
        for (text, status) in [
            ("HTTP/1.1 403 Forbidden", 403),
            ("HTTP/2 307 \r\nlocation: https://b.s3.eu-west-1.amazonaws.com/\r\n\r\n", 307),
            (r#"{"status":403,"error":"Forbidden"}"#, 403),
            (r#"{"timestamp":1440938160,"status":"403","path":"/500"}"#, 403),
            (r#"{"code":403}"#, 403),
            ("Forbidden", 403),
            // boto3, and the AWS CLI before it.
            ("An error occurred (403) when calling the HeadObject operation: Forbidden", 403),
            (
                "fatal error: An error occurred (404) when calling the HeadObject operation: Key \"a\" \
                 does not exist",
                404,
            ),
            // Go.
            (
                "operation error S3: HeadObject, https response error StatusCode: 403, RequestID: \
                 0500, HostID: x, api error Forbidden: Forbidden",
                403,
            ),
            (
                "Failed to copy: Forbidden: Forbidden\n\tstatus code: 403, request id: , host id: ",
                403,
            ),
            // Java, versions 1 and 2.
            (
                "com.amazonaws.services.s3.model.AmazonS3Exception: Forbidden (Service: Amazon S3; Status \
                 Code: 403; Error Code: 403 Forbidden; Request ID: 500; S3 Extended Request ID: x)",
                403,
            ),
            ("S3Exception: null (Service: S3, Status Code: 403, Request ID: 500)", 403),
            // JavaScript.
            (
                "Unknown: UnknownError\n    at de_CommandError (x.js:502:11) {\n  '$metadata': {\n    \
                 httpStatusCode: 403,\n    attempts: 1\n",
                403,
            ),
            ("AxiosError: Request failed with status code 429", 429),
            // .NET, PHP, Ruby, Python.
            (
                "Amazon.S3.AmazonS3Exception: Error making request with Error Code Forbidden and Http \
                 Status Code Forbidden. No further error information was returned by the service.",
                403,
            ),
            (
                "AWS HTTP error: Client error: `HEAD https://h/a` resulted in a `403 Forbidden` \
                 response",
                403,
            ),
            ("Aws::S3::Errors::Forbidden", 403),
            ("requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://h/", 403),
            ("urllib.error.HTTPError: HTTP Error 502: Bad Gateway", 502),
            // Tools.
            ("ERROR: S3 error: 403 (Forbidden)", 403),
            ("curl: (22) The requested URL returned error: 403", 403),
            (
                "2015-08-30T12:36:00 [403 Forbidden] s3.PutObject localhost:9000/b/k 127.0.0.1 1ms",
                403,
            ),
        ] {
            assert_eq!(bare(text), BareAnswer { status, page: None }, "{text}");
        }
    }

    #[test]
    fn a_page_has_its_status_in_the_title_or_the_heading() {
        for (text, status, title) in [
            (
                "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 \
                 Forbidden</h1></center>\r\n<hr><center>nginx/1.25.3</center>",
                403,
                "403 Forbidden",
            ),
            (
                "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 Transitional//EN\">\n<HTML><HEAD>\n\
                 <TITLE>ERROR: The request could not be satisfied</TITLE>\n</HEAD><BODY>\n<H1>403 \
                 ERROR</H1>",
                403,
                "ERROR: The request could not be satisfied",
            ),
            (
                "<!DOCTYPE html>\n<html lang=\"en-US\"><head><title>example.com | 502: Bad \
                 gateway</title>",
                502,
                "example.com | 502: Bad gateway",
            ),
            (
                "<!DOCTYPE html><html><head><title>Attention Required! |\n Cloudflare</title>",
                403,
                "Attention Required! | Cloudflare",
            ),
            ("<html><h1>403 Forbidden</h1>", 403, "without a title"),
        ] {
            assert_eq!(bare(text), BareAnswer { status, page: Some(title.to_owned()) }, "{text}");
        }
        let error = GivenAnswer::parse(b"<html><title>Welcome</title>").unwrap_err();
        assert!(error.problem.contains("a page of HTML"), "{error}");
    }

    #[test]
    fn other_numbers_are_no_status() {
        for text in [
            "",
            "hello",
            "HTTP/1.1 200 OK",
            "took 403 ms",
            "port 500, id 4031",
            "connection reset",
            "<Error><Code>A</Error> 403",
        ] {
            assert!(GivenAnswer::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_status_is_taken_and_said() {
        let mut sent = FieldRequest::default();
        sent.take_bare(&bare("HTTP/1.1 403 Forbidden"));
        assert_eq!(sent.answer.as_ref().and_then(|answer| answer.status), Some(403));
        assert!(sent.remarks[0].contains("nothing but the status 403"), "{:?}", sent.remarks);
        sent.take_bare(&bare("<html><title>502 Bad Gateway</title>"));
        assert_eq!(sent.answer.as_ref().and_then(|answer| answer.status), Some(502));
        assert!(sent.remarks[1].contains("HTML (502 Bad Gateway)"), "{:?}", sent.remarks);
    }
}
