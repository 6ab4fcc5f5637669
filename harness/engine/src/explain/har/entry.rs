//! One entry as the request that went out, and the answer that came.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::format::{Content, Entry, Pair, PostData};
use crate::explain::error_document::is_one;
use crate::explain::form::{Space, encoded};
use crate::explain::parts::{InputError, assemble, split_url};
use crate::explain::{ErrorDocument, FieldRequest, Scheme, ServerAnswer};

/// What was sent, with a remark for each thing that the entry does not hold as it was sent.
///
/// # Errors
/// A body that is said to be base64 and is not.
pub(super) fn field_request(entry: &Entry) -> Result<FieldRequest, InputError> {
    let mut remarks = Vec::new();
    let (request, scheme) = request(entry, &mut remarks)?;
    let length = request.body.len();
    Ok(FieldRequest {
        request,
        scheme,
        answer: entry.response.is_told().then(|| answer(entry)),
        remarks,
        hides_body: hides_body(entry, length),
        ..FieldRequest::default()
    })
}

/// What the server answered.
pub(super) fn answer(entry: &Entry) -> ServerAnswer {
    let status = entry.response.status();
    let text = content(&entry.response.content);
    // A page that was found can hold anything; S3 sends an error after a 200 where it had begun to
    // answer before it knew.
    let is_success = status.is_some_and(|status| (200..300).contains(&status));
    let can_be_one = !text.is_empty() && (!is_success || text.starts_with(b"<") && is_one(&text));
    let document = can_be_one.then(|| ErrorDocument::parse(&text).ok()).flatten();
    ServerAnswer { status, document, failure: entry.response.error.clone() }
}

fn content(content: &Content) -> Vec<u8> {
    decoded(&content.text, content.encoding.as_deref())
        .unwrap_or_else(|| content.text.as_bytes().to_vec())
}

/// The bytes of a text; `None` where it is said to be base64 and is not.
fn decoded(text: &str, encoding: Option<&str>) -> Option<Vec<u8>> {
    if !encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64")) {
        return Some(text.as_bytes().to_vec());
    }
    let text: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    let bytes: Bytes = serde_json::from_value(serde_json::json!({ "base64": text })).ok()?;
    Some(bytes.into())
}

fn request(
    entry: &Entry,
    remarks: &mut Vec<String>,
) -> Result<(Request, Option<Scheme>), InputError> {
    let har = &entry.request;
    let pseudo = |wanted: &str| {
        let mut headers = har.headers.iter();
        headers.find(|header| header.name == wanted && !header.value.is_empty())
    };
    let method = pseudo(":method").map_or(&har.method, |header| &header.value);
    if *method != har.method {
        remarks.push(format!(
            "The entry has the method {} and the pseudo-header :method {method}: the latter was taken, \
             because it was sent.",
            har.method
        ));
    }
    let (origin, target) = split_url(&har.url);
    let target = target.split('#').next().unwrap_or_default();
    let origin = without_user(origin, remarks);
    let target = match pseudo(":path") {
        Some(path) if !target.is_empty() && path.value != target => {
            remarks.push(format!(
                "The entry has the path {target} in its URL and the pseudo-header :path {}: the latter \
                 was taken, because it was sent.",
                path.value
            ));
            path.value.clone()
        }
        Some(path) => path.value.clone(),
        None => with_query(target, &har.query_string, remarks),
    };
    let scheme = pseudo(":scheme").map_or(&origin[..], |header| &header.value);
    let scheme = match scheme.split(':').next() {
        Some("https" | "wss") => Some(Scheme::Https),
        Some("http" | "ws") => Some(Scheme::Http),
        _ => None,
    };
    let headers = headers(&har.headers, remarks);
    let body = match &har.post_data {
        Some(data) => body(data, remarks)?,
        None => Vec::new(),
    };
    check_length(entry, &body, remarks);
    Ok((assemble(method, format!("{origin}{target}"), headers, body), scheme))
}

/// The origin as the Host header has it.
fn without_user(origin: &str, remarks: &mut Vec<String>) -> String {
    let Some((scheme, authority)) = origin.split_once("://") else { return origin.to_owned() };
    let Some((_, host)) = authority.rsplit_once('@') else { return origin.to_owned() };
    remarks.push("The URL has a user name in it, which is not part of the host.".to_owned());
    format!("{scheme}://{host}")
}

/// Some tools write the query into `queryString` only. It is decoded there, so that it may have been
/// sent in another form.
fn with_query(target: &str, query: &[Pair], remarks: &mut Vec<String>) -> String {
    if query.is_empty() || target.contains('?') {
        return target.to_owned();
    }
    remarks.push(
        "The URL has no query and the entry lists one: it was encoded again, and may have been sent in \
         another form."
            .to_owned(),
    );
    let path = if target.is_empty() { "/" } else { target };
    format!("{path}?{}", form(query, Space::Percent))
}

/// Names and values without the pseudo-headers of HTTP/2, which only have the host to offer.
fn headers(har: &[Pair], remarks: &mut Vec<String>) -> Vec<(Bytes, Bytes)> {
    let authority = har.iter().find(|header| header.name == ":authority");
    let mut headers = Vec::new();
    for Pair { name, value, .. } in har {
        if name == ":authority" {
            headers.push(("host".into(), value.as_str().into()));
        }
        if name.starts_with(':') {
            continue;
        }
        if name.eq_ignore_ascii_case("host")
            && let Some(authority) = authority
        {
            if authority.value != *value {
                remarks.push(format!(
                    "The entry has the header {name}: {value} and the pseudo-header :authority {}: the \
                     latter was taken, because servers do.",
                    authority.value
                ));
            }
            continue;
        }
        if !value.is_ascii() {
            remarks.push(format!(
                "The value of {name} is not ASCII. A HAR file holds characters: the bytes that were sent \
                 may have been others, and so may the signature."
            ));
        }
        headers.push((name.as_str().into(), value.as_str().into()));
    }
    headers
}

fn body(data: &PostData, remarks: &mut Vec<String>) -> Result<Vec<u8>, InputError> {
    if let Some(text) = data.text.as_deref().filter(|text| !text.is_empty()) {
        return decoded(text, data.encoding.as_deref()).ok_or_else(|| {
            InputError::new("HAR", "postData: expected base64 with padding, as `encoding` says")
        });
    }
    if data.params.is_empty() {
        return Ok(Vec::new());
    }
    let is_form = data.mime_type.starts_with("application/x-www-form-urlencoded")
        && data.params.iter().all(|parameter| parameter.file_name.is_none());
    if !is_form {
        remarks.push(
            "The entry lists the parameters of the form and not its text: the body is taken as empty, \
             and its hash cannot be compared. Give it as --body-file."
                .to_owned(),
        );
        return Ok(Vec::new());
    }
    remarks.push(
        "The entry lists the parameters of the form and not its text: they were encoded again, and the \
         body may have been another."
            .to_owned(),
    );
    Ok(form(&data.params, Space::Plus).into_bytes())
}

/// Pairs as a form sends them.
fn form(pairs: &[Pair], space: Space) -> String {
    encoded(pairs.iter().map(|pair| (pair.name.as_bytes(), pair.value.as_bytes())), space)
}

/// Whether the entry lacks the text of the body: browsers leave out bodies that are streamed or read
/// from a file, and their length too.
fn hides_body(entry: &Entry, length: usize) -> bool {
    let data = entry.request.post_data.as_ref();
    data.is_none_or(|data| data.text.as_deref().is_none_or(str::is_empty))
        || stated_length(entry, length == 0).is_some_and(|stated| stated != length as u64)
}

/// Browsers leave out bodies that they streamed, and bytes that are not text.
fn check_length(entry: &Entry, body: &[u8], remarks: &mut Vec<String>) {
    let stated = stated_length(entry, body.is_empty());
    let Some(stated) = stated else { return };
    let length = u64::try_from(body.len()).unwrap_or(u64::MAX);
    if stated == length {
        return;
    }
    remarks.push(if body.is_empty() {
        format!(
            "The HAR file leaves out the body of {stated} bytes: its hash cannot be compared. Give it as \
             --body-file."
        )
    } else {
        format!(
            "The HAR file has {length} bytes of the body, and {stated} were sent: bytes that are not text \
             were lost, and its hash cannot be compared. Give it as --body-file."
        )
    });
}

/// The length of the body by the header, or else by the entry, which does not always know it.
fn stated_length(entry: &Entry, is_empty: bool) -> Option<u64> {
    let har = &entry.request;
    let mut headers = har.headers.iter();
    headers
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .and_then(|header| header.value.trim().parse().ok())
        .or_else(|| har.body_size.as_u64().filter(|&size| size > 0 && is_empty))
}

#[cfg(test)]
mod tests {
    use super::super::format::read;
    use super::*;

    fn of(entry: &str) -> FieldRequest {
        field_request(&read(entry.as_bytes()).unwrap()[0]).unwrap()
    }

    fn with(members: &str) -> FieldRequest {
        of(&format!(r#"{{"request":{{"method":"PUT","url":"https://h/a?b=c#d",{members}}}}}"#))
    }

    #[test]
    fn the_pseudo_headers_win_and_the_host_keeps_its_place() {
        let sent = with(
            r#""headers":[{"name":":authority","value":"other"},{"name":":method","value":"POST"},
            {"name":":path","value":"/x?y"},{"name":":scheme","value":"http"},{"name":"Host","value":"h"},
            {"name":"x-a","value":"1"}]"#,
        );
        assert_eq!(sent.request.method, "POST".into());
        assert_eq!(sent.request.target, "/x?y".into());
        assert_eq!(sent.scheme, Some(Scheme::Http));
        let headers: [(Bytes, Bytes); 2] =
            [("host".into(), "other".into()), ("x-a".into(), "1".into())];
        assert_eq!(sent.request.headers, headers);
        assert_eq!(sent.remarks.len(), 3, "{:?}", sent.remarks);
        let same = with(
            r#""headers":[{"name":":authority","value":"h"},{"name":":method","value":"PUT"},
            {"name":":path","value":"/a?b=c"}]"#,
        );
        assert_eq!(same.remarks, [""; 0]);
    }

    #[test]
    fn the_host_and_the_scheme_come_from_the_url() {
        let sent = with(r#""headers":[]"#);
        assert_eq!(sent.request.headers, [("Host".into(), "h".into())]);
        assert_eq!(sent.request.target, "/a?b=c".into());
        assert_eq!(sent.scheme, Some(Scheme::Https));
        let user = of(r#"{"method":"GET","url":"http://user:password@h/","headers":[]}"#);
        assert_eq!(user.request.headers, [("Host".into(), "h".into())]);
        assert!(!user.remarks[0].contains("password"));
    }

    #[test]
    fn a_query_that_only_the_list_has_is_written_again() {
        let list = r#""queryString":[{"name":"a b","value":"c/d"},{"name":"e"}]"#;
        let sent = of(&format!(r#"{{"method":"GET","url":"http://h",{list}}}"#));
        assert_eq!(sent.request.target, "/?a%20b=c%2Fd&e=".into());
        assert_eq!(sent.remarks.len(), 1);
        let both = of(&format!(r#"{{"method":"GET","url":"http://h/?x",{list}}}"#));
        assert_eq!((both.request.target, both.remarks.len()), ("/?x".into(), 0));
    }

    #[test]
    fn bodies_are_text_base64_or_parameters() {
        let body = |data: &str| with(&format!(r#""headers":[],"postData":{{{data}}}"#));
        assert_eq!(body(r#""text":"a\u00e9""#).request.body, "a\u{e9}".into());
        assert_eq!(
            body(r#""text":"/w A=","encoding":"base64""#).request.body,
            vec![0xff, 0].into()
        );
        let form = r#""mimeType":"application/x-www-form-urlencoded; charset=utf-8","text":"",
                      "params":[{"name":"Action","value":"List Users"},{"name":"v","value":"1+1"}]"#;
        let form = body(form);
        assert_eq!(form.request.body, "Action=List+Users&v=1%2B1".into());
        assert_eq!(form.remarks.len(), 1);
        let file = r#""mimeType":"multipart/form-data","params":[{"name":"f","fileName":"x"}]"#;
        let file = body(file);
        assert!(file.request.body.is_empty() && file.remarks[0].contains("--body-file"));
        let damaged = r#"{"method":"PUT","url":"/","postData":{"text":"*","encoding":"base64"}}"#;
        let error = field_request(&read(damaged.as_bytes()).unwrap()[0]).unwrap_err();
        assert!(error.problem.contains("expected base64"));
    }

    #[test]
    fn a_body_that_is_left_out_or_changed_is_said() {
        let length = r#""headers":[{"name":"Content-Length","value":"5"}]"#;
        assert!(with(length).remarks[0].contains("leaves out the body of 5 bytes"));
        let cut = with(&format!(r#"{length},"postData":{{"text":"abc"}}"#));
        assert!(cut.remarks[0].contains("has 3 bytes of the body, and 5 were sent"));
        assert_eq!(with(&format!(r#"{length},"postData":{{"text":"abcde"}}"#)).remarks.len(), 0);
        assert_eq!(with(r#""bodySize":7"#).remarks.len(), 1);
        assert_eq!(with(r#""bodySize":-1"#).remarks.len(), 0);
        let value = with(r#""headers":[{"name":"x-amz-meta-a","value":"\u00e9"}]"#);
        assert!(value.remarks[0].contains("x-amz-meta-a is not ASCII"));
    }

    #[test]
    fn the_answer_is_read_with_its_document() {
        let answer = |response: &str| {
            let request = r#""request":{"method":"GET","url":"/"}"#;
            of(&format!("{{{request},\"response\":{response}}}")).answer
        };
        let xml = "<Error><Code>AccessDenied</Code></Error>";
        let plain = answer(&format!(r#"{{"status":403,"content":{{"text":"{xml}"}}}}"#)).unwrap();
        assert_eq!(plain.status, Some(403));
        assert_eq!(plain.document.unwrap().code, "AccessDenied");
        let base64 = r#"{"status":403,"content":{"encoding":"base64",
            "text":"PEVycm9yPjxDb2RlPkFjY2Vzc0RlbmllZDwvQ29kZT48L0Vycm9yPg=="}}"#;
        assert_eq!(answer(base64).unwrap().document.unwrap().code, "AccessDenied");
        let late = answer(&format!(r#"{{"status":200,"content":{{"text":"{xml}"}}}}"#)).unwrap();
        assert_eq!(late.document.unwrap().code, "AccessDenied");
        let page = r#"{"status":200,"content":{"text":"{\"message\":\"AccessDenied\"}"}}"#;
        assert_eq!(answer(page).unwrap().document, None);
        assert_eq!(answer(r#"{"status":0}"#), Some(ServerAnswer::default()));
        let reset = answer(r#"{"status":0,"_error":"net::ERR_CONNECTION_RESET"}"#).unwrap();
        assert_eq!(reset.failure.as_deref(), Some("net::ERR_CONNECTION_RESET"));
        assert_eq!(answer("null"), None);
    }
}
