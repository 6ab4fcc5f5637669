//! A recording of a browser: a HAR file, an entry of one, or the request of one.

mod entry;
mod fault;
mod format;

use self::entry::{answer, field_request};
use self::format::{Entry, Request};
use super::parts::{InputError, split_url};
use super::{FieldRequest, ServerAnswer};

/// A row of the table of a file's entries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EntrySummary {
    /// The number by which the entry is asked for, counted from 1.
    pub number: usize,
    /// The method.
    pub method: String,
    /// The URL, with dots in place of signatures, session tokens and passwords.
    pub url: String,
    /// The status of the answer, if there was one.
    pub status: Option<u16>,
    /// Whether the request carries a signature.
    pub is_signed: bool,
    /// The code of the error document in the answer.
    pub error_code: Option<String>,
}

/// Lists the entries of a file.
///
/// # Errors
/// Text that is not a HAR file.
pub fn entries(text: &[u8]) -> Result<Vec<EntrySummary>, InputError> {
    let summary = |(index, entry): (usize, &Entry)| {
        let ServerAnswer { status, document, .. } = answer(entry);
        EntrySummary {
            number: index + 1,
            method: entry.request.method.clone(),
            url: shown(&entry.request.url),
            status,
            is_signed: is_signed(entry),
            error_code: document.map(|document| document.code).filter(|code| !code.is_empty()),
        }
    };
    Ok(format::read(text)?.iter().enumerate().map(summary).collect())
}

/// Reads the entry of this number, counted from 1. Without one, the first signed entry that was
/// refused, or else the first signed one, is taken, and a remark says so.
///
/// # Errors
/// Text that is not HAR; a number that no entry has; a file without a signed request.
pub(super) fn parse(text: &[u8], entry: Option<usize>) -> Result<FieldRequest, InputError> {
    let entries = format::read(text)?;
    let count = entries.len();
    if let Some(number) = entry {
        let chosen =
            number.checked_sub(1).and_then(|index| entries.get(index)).ok_or_else(|| {
                InputError::new("HAR", format!("expected an entry from 1 to {count}, got {number}"))
            })?;
        return alone(chosen);
    }
    if let [only] = &entries[..] {
        return alone(only);
    }
    let signed = entries.iter().enumerate().filter(|(_, entry)| is_signed(entry));
    let Some((index, chosen)) = signed.min_by_key(|&(index, entry)| (Rank::of(entry), index))
    else {
        return Err(unsigned(&entries));
    };
    let mut sent = field_request(chosen)?;
    let why = Rank::of(chosen).reason();
    let remark = format!("Entry {} of {count} was taken, {why}.", index + 1);
    sent.remarks.insert(0, remark);
    sent.remarks.extend(others_with_its_signature(&entries, index));
    Ok(sent)
}

/// A signature that was sent more than once went another way in between: a redirect, a preflight, a
/// retry.
fn others_with_its_signature(entries: &[Entry], chosen: usize) -> Option<String> {
    /// More of them say nothing more.
    const SHOWN: usize = 3;
    let signature = signature(&entries[chosen])?;
    let row = |(index, entry): (usize, &Entry)| {
        let status = entry.response.status();
        let status = status.map_or("no answer".to_owned(), |status| status.to_string());
        let Request { method, url, .. } = &entry.request;
        let url = shown(url.split(['?', '#']).next().unwrap_or_default());
        format!("entry {} ({method} {url}: {status})", index + 1)
    };
    let has_it = |&(index, entry): &(usize, &Entry)| {
        index != chosen && self::signature(entry) == Some(signature)
    };
    let rows: Vec<String> =
        entries.iter().enumerate().filter(has_it).take(SHOWN).map(row).collect();
    (!rows.is_empty()).then(|| format!("The same signature is in {}.", rows.join(", ")))
}

/// The signature in the query or in the header, as it is written.
fn signature(entry: &Entry) -> Option<&str> {
    let request = &entry.request;
    let authorization =
        request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("authorization"));
    let (_, value) = request
        .url
        .split_once("X-Amz-Signature=")
        .or_else(|| authorization.and_then(|header| header.value.split_once("Signature=")))?;
    value.split(|end: char| !end.is_ascii_hexdigit()).next().filter(|digits| !digits.is_empty())
}

/// An entry that there is no choice about: it is taken unsigned too, unless its signature was removed.
fn alone(entry: &Entry) -> Result<FieldRequest, InputError> {
    if !is_signed(entry) && is_stripped(entry) {
        return Err(unsigned(std::slice::from_ref(entry)));
    }
    field_request(entry)
}

/// How much an entry looks like the one that the question is about.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    /// 403, as S3 answers a wrong signature.
    Forbidden,
    /// 400 or 401, as other services do.
    Refused,
    /// Another status, with an error document.
    Failed,
    /// Anything else.
    Signed,
}

impl Rank {
    fn of(entry: &Entry) -> Self {
        match entry.response.status() {
            Some(403) => Self::Forbidden,
            Some(400 | 401) => Self::Refused,
            _ if answer(entry).document.is_some() => Self::Failed,
            _ => Self::Signed,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Forbidden => "the first signed one that was answered with 403",
            Self::Refused => "the first signed one that was answered with 400 or 401",
            Self::Failed => "the first signed one whose answer is an error",
            Self::Signed => "the first signed one; none of the signed ones was refused",
        }
    }
}

/// In a header, in the query, or as a field of a form.
fn is_signed(entry: &Entry) -> bool {
    let request = &entry.request;
    let in_header = request.headers.iter().any(|header| {
        header.name.eq_ignore_ascii_case("authorization") && header.value.trim().starts_with("AWS")
    });
    let in_query = request.url.contains("X-Amz-Signature=")
        || request.url.contains("AWSAccessKeyId=") && request.url.contains("Signature=");
    let has_field = |text: &str| text.to_ascii_lowercase().contains("x-amz-signature");
    let in_form = request.post_data.as_ref().is_some_and(|data| {
        let is_form = data.mime_type.starts_with("multipart/form-data");
        is_form && data.text.as_deref().is_some_and(has_field)
            || data.params.iter().any(|parameter| has_field(&parameter.name))
    });
    in_header || in_query || in_form
}

/// Whether an entry has what only comes with a signature in a header, and not that header.
fn is_stripped(entry: &Entry) -> bool {
    let headers = &entry.request.headers;
    let has = |wanted: &str| headers.iter().any(|header| header.name.eq_ignore_ascii_case(wanted));
    has("x-amz-date") && !has("authorization")
}

fn unsigned(entries: &[Entry]) -> InputError {
    let problem = if entries.iter().any(is_stripped) {
        "there are headers of a signed request (x-amz-date), and no Authorization: the browser left it \
         out of the export. In Chrome, switch on `Allow to generate HAR with sensitive data` in the \
         settings of DevTools under Network, hold the export button down, and take `Export HAR (with \
         sensitive data)`"
    } else {
        "no entry carries an AWS4 signature, in the Authorization header or in the query"
    };
    InputError::new("HAR", problem)
}

/// A URL that can be printed.
fn shown(url: &str) -> String {
    const SECRETS: [&str; 3] = ["x-amz-signature", "x-amz-security-token", "signature"];
    let (origin, target) = split_url(url);
    let origin = match (origin.split_once("://"), origin.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://...@{host}"),
        _ => origin.to_owned(),
    };
    let Some((path, query)) = target.split_once('?') else { return format!("{origin}{target}") };
    let piece = |piece: &str| match piece.split_once('=') {
        Some((name, _)) if SECRETS.contains(&&name.to_ascii_lowercase()[..]) => {
            format!("{name}=...")
        }
        _ => piece.to_owned(),
    };
    let query: Vec<String> = query.split('&').map(piece).collect();
    format!("{origin}{path}?{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: &str = r#"{"method":"PUT","url":"https://h/a?b=c#d","headers":[
        {"name":":authority","value":"h"},{"name":"authorization","value":"AWS4-HMAC-SHA256 x"}],
        "postData":{"text":"body"}}"#;

    fn file(entries: &[String]) -> String {
        format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(","))
    }

    fn presigned(path: &str, response: &str) -> String {
        let url = format!("https://h{path}?X-Amz-Signature=00&X-Amz-Security-Token=t&a=b");
        format!(r#"{{"request":{{"method":"GET","url":"{url}"}},"response":{response}}}"#)
    }

    fn unsigned_entry(headers: &str) -> String {
        format!(r#"{{"request":{{"method":"GET","url":"https://h/","headers":[{headers}]}}}}"#)
    }

    #[test]
    fn an_entry_and_a_file_are_read_alike() {
        let entry = format!(r#"{{"request":{REQUEST}}}"#);
        let sent = parse(REQUEST.as_bytes(), None).unwrap();
        assert_eq!(sent.request.target, "/a?b=c".into());
        assert_eq!(sent.request.headers[0], ("host".into(), "h".into()));
        assert_eq!(sent.request.body, "body".into());
        assert_eq!(parse(entry.as_bytes(), None).unwrap(), sent);
        let file = file(&[entry]);
        assert_eq!(parse(file.as_bytes(), None).unwrap(), sent);
        assert_eq!(parse(file.as_bytes(), Some(1)).unwrap(), sent);
    }

    #[test]
    fn the_refused_entry_is_taken_first() {
        let redirected = presigned("/0", r#"{"status":307}"#);
        let bad = presigned("/1", r#"{"status":400}"#);
        let failed =
            presigned("/2", r#"{"status":500,"content":{"text":"<Error><Code>C</Code></Error>"}}"#);
        let forbidden = presigned("/3", r#"{"status":403}"#);
        let taken = |entries: &[&String]| {
            let entries: Vec<String> = entries.iter().map(|&entry| entry.clone()).collect();
            let sent = parse(file(&entries).as_bytes(), None).unwrap();
            (sent.request.target.to_string()[..2].to_owned(), sent.remarks[0].clone())
        };
        let other = unsigned_entry("");
        let (path, remark) = taken(&[&other, &redirected, &bad, &forbidden, &forbidden]);
        assert_eq!(path, "/3");
        assert_eq!(
            remark,
            "Entry 4 of 5 was taken, the first signed one that was answered with 403."
        );
        let same = "The same signature is in entry 2 (GET https://h/0: 307), entry 3 (GET https://h/1: 400), \
                    entry 5 (GET https://h/3: 403).";
        let entries = [&other, &redirected, &bad, &forbidden, &forbidden].map(String::clone);
        let sent = parse(file(&entries).as_bytes(), None).unwrap();
        assert_eq!(sent.remarks[1..], [same]);
        assert_eq!(taken(&[&failed, &bad]).0, "/1");
        assert_eq!(taken(&[&redirected, &failed]).0, "/2");
        assert_eq!(taken(&[&other, &redirected]).0, "/0");
    }

    #[test]
    fn an_entry_is_taken_by_its_number() {
        let file = file(&[presigned("/1", "null"), unsigned_entry("")]);
        let second = parse(file.as_bytes(), Some(2)).unwrap();
        assert_eq!(second.request.target, "/".into());
        assert_eq!(second.remarks, [""; 0]);
        for number in [0, 3] {
            let error = parse(file.as_bytes(), Some(number)).unwrap_err();
            assert_eq!(error.problem, format!("expected an entry from 1 to 2, got {number}"));
        }
    }

    #[test]
    fn a_signature_that_the_browser_left_out_is_said() {
        let stripped = unsigned_entry(r#"{"name":"x-amz-date","value":"20150830T123600Z"}"#);
        for text in [stripped.clone(), file(&[stripped, unsigned_entry("")])] {
            let error = parse(text.as_bytes(), None).unwrap_err();
            assert!(error.problem.contains("with sensitive data"), "{error}");
        }
        let none = file(&[unsigned_entry(""), unsigned_entry("")]);
        let error = parse(none.as_bytes(), None).unwrap_err();
        assert!(error.problem.starts_with("no entry carries an AWS4 signature"));
        assert!(parse(file(&[]).as_bytes(), None).is_err());
    }

    #[test]
    fn forms_and_version_2_are_signed_too() {
        let is_signed = |request: &str| {
            let text = format!(r#"{{"request":{request}}}"#);
            super::is_signed(&format::read(text.as_bytes()).unwrap()[0])
        };
        assert!(is_signed(
            r#"{"method":"POST","url":"/","postData":{"mimeType":"multipart/form-data; boundary=b",
                "text":"name=\"X-Amz-Signature\""}}"#
        ));
        assert!(is_signed(r#"{"method":"GET","url":"/?AWSAccessKeyId=a&Signature=b"}"#));
        assert!(!is_signed(
            r#"{"method":"GET","url":"/","headers":[{"name":"Authorization","value":"Bearer x"}]}"#
        ));
    }

    #[test]
    fn the_table_shows_no_secret() {
        let refused = presigned(
            "/x",
            r#"{"status":403,"content":{"text":"{\"message\":\"Missing Authentication Token\"}"}}"#,
        );
        let user = r#"{"request":{"method":"GET","url":"https://user:password@h/a"}}"#.to_owned();
        let rows = entries(file(&[refused, user]).as_bytes()).unwrap();
        assert_eq!(rows[0].url, "https://h/x?X-Amz-Signature=...&X-Amz-Security-Token=...&a=b");
        assert_eq!((rows[0].number, rows[0].status, rows[0].is_signed), (1, Some(403), true));
        assert_eq!(rows[0].error_code.as_deref(), Some("MissingAuthenticationToken"));
        assert_eq!(rows[1].url, "https://...@h/a");
        assert_eq!((rows[1].number, rows[1].is_signed, &rows[1].error_code), (2, false, &None));
    }

    #[test]
    fn every_cut_and_every_changed_byte_ends_in_an_answer() {
        let text =
            file(&[presigned("/x", r#"{"status":403}"#), format!(r#"{{"request":{REQUEST}}}"#)]);
        for at in 0..text.len() {
            let mut changed = text.as_bytes().to_vec();
            changed[at] ^= 0x81;
            _ = parse(&changed, None);
            assert!(parse(&text.as_bytes()[..at], None).is_err());
        }
    }
}
