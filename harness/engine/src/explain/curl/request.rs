//! What curl sends for a command: its URL, the headers of its own, the body.

use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::super::field_request::{FieldRequest, Scheme};
use super::super::parts::{InputError, excerpt, is_signed_header};
use super::super::raw_http::trim_blanks;
use super::super::upload_form;
use super::super::url::{Url, target};
use super::command::Command;
use super::data::{Body, Change, escape, together};
use super::options::Read;
use super::signing::CurlSigning;

/// The request of `command`.
pub(super) fn of(command: &Command) -> Result<FieldRequest, InputError> {
    let method = method(command)?;
    let mut remarks = command.remarks.clone();
    let text = one_url(command, &mut remarks)?;
    let url = Url::parse(text, command.default_scheme.unwrap_or(Scheme::Http))?;
    let body = if command.gets() { Body::Text(Vec::new()) } else { together(&command.data)? };
    let given = given_headers(command)?;
    let mut headers = vec![("Host".into(), url.host_header().into())];
    headers.retain(|(name, _): &(Bytes, Bytes)| !given.names(name));
    headers.extend(own_headers(command, &body, &given));
    headers.extend(given.sent.iter().cloned());
    let mut request = Request {
        method: method.into(),
        target: sent_target(command, &url, &mut remarks)?.into(),
        headers,
        body: match &body {
            Body::Text(text) => text[..].into(),
            Body::File { .. } => Bytes::default(),
        },
    };
    let form = upload_form::of_curl(&command.form);
    say_what_is_missing(command, (&body, form.is_some()), &request, &mut remarks);
    let is_upload_form = form.is_some();
    if let Some((content_type, form)) = form {
        request.headers.push(("Content-Type".into(), content_type.into()));
        request.body = form.into();
    }
    let unsigned = signing(command, &url, &given, &mut remarks)?;
    Ok(FieldRequest {
        request,
        scheme: Some(url.scheme),
        remarks,
        unsigned,
        file_change: match &body {
            Body::File { change, .. } => Some(change.clone()),
            Body::Text(_) => None,
        },
        hides_body: command.upload.is_some() || matches!(body, Body::File { .. }) || is_upload_form,
        ..FieldRequest::default()
    })
}

/// The options that each make another kind of request exclude each other.
fn method(command: &Command) -> Result<Vec<u8>, InputError> {
    let makes_body = !command.data.is_empty() && !command.gets();
    let kinds = [
        (command.has(Read::Head), "--head", "HEAD"),
        (makes_body, "--data", "POST"),
        (!command.form.is_empty(), "--form", "POST"),
        (command.upload.is_some(), "--upload-file", "PUT"),
    ];
    let mut kinds = kinds.iter().filter(|(is_given, ..)| *is_given);
    let (first, second) = (kinds.next(), kinds.next());
    if let (Some((_, first, _)), Some((_, second, _))) = (first, second) {
        let problem = format!("curl refuses it beside {first}: each makes another request");
        return Err(InputError::new(format!("curl {second}"), problem));
    }
    let implied = first.map_or("GET", |(_, _, method)| method);
    Ok(command.method.clone().unwrap_or_else(|| implied.into()))
}

/// The URL of the request that is read: the only one, or the first that is signed.
fn one_url<'c>(command: &'c Command, remarks: &mut Vec<String>) -> Result<&'c [u8], InputError> {
    let urls = &command.urls;
    let is_presigned = |url: &Vec<u8>| memchr::memmem::find(url, b"X-Amz-Signature=").is_some();
    let at = urls.iter().position(is_presigned).unwrap_or(0);
    let url = urls.get(at).ok_or_else(|| InputError::new("curl", "expected a URL"))?;
    if urls.len() > 1 {
        remarks.push(format!(
            "curl sends a request to each of the {} URLs; number {} is read here.",
            urls.len(),
            at + 1
        ));
    }
    check_url(url, command.has(Read::GlobOff))?;
    Ok(url)
}

fn check_url(url: &[u8], globoff: bool) -> Result<(), InputError> {
    if url.iter().any(|&byte| byte <= b' ' || byte == 0x7f) {
        let problem = "a space or control character in the URL: curl refuses it. Escape it (`%20`)";
        return Err(InputError::new("curl URL", problem));
    }
    // The brackets of an IPv6 address are no sequence.
    let after_host = url.iter().position(|&byte| byte == b']').filter(|_| {
        memchr::memmem::find(url, b"://[").is_some_and(|at| !url[..at].contains(&b'/'))
    });
    let rest = &url[after_host.map_or(0, |at| at + 1)..];
    if !globoff && rest.iter().any(|byte| b"[]{}".contains(byte)) {
        let problem = "curl takes brackets and braces in a URL for a sequence of URLs, unless \
                       `--globoff` (-g) is given: add it, or escape them";
        return Err(InputError::new("curl URL", problem));
    }
    Ok(())
}

/// The target: with the query that options add, the name of an uploaded file, and without dot
/// segments.
fn sent_target(
    command: &Command,
    url: &Url<'_>,
    remarks: &mut Vec<String>,
) -> Result<Vec<u8>, InputError> {
    if let Some(given) = &command.request_target {
        return Ok(given.clone());
    }
    let mut path = escaped_path(url, remarks);
    if !command.has(Read::PathAsIs) {
        let without = remove_dot_segments(&path);
        if without != path {
            remarks.push(format!(
                "curl removes dot segments from the path without `--path-as-is`: it sends {}",
                without.escape_ascii()
            ));
            path = without;
        }
    }
    let query = sent_query(command, url, remarks)?;
    if let Some(file) = &command.upload
        && path.ends_with(b"/")
        && !matches!(&file[..], b"-" | b".")
    {
        let name = file.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or_default();
        escape(name, b"%20", &mut path);
        remarks.push(format!(
            "curl --upload-file: behind the `/` at the end of the URL comes the file's name: {}",
            path.escape_ascii()
        ));
    }
    Ok(target(&path, query.as_deref()))
}

/// The path with what curl escapes in it. (Measured with curl 7.88; the digits are capital ones in
/// later versions, and curl 8.20 makes those of the URL so too: curl issue 21524.)
fn escaped_path(url: &Url<'_>, remarks: &mut Vec<String>) -> Vec<u8> {
    if url.path.is_empty() {
        return b"/".to_vec();
    }
    if !url.path.is_ascii() {
        remarks.push(
            "curl escapes the bytes of the path that are not ASCII; the digits are small ones here \
             (`%c3`), later versions write capital ones."
                .to_owned(),
        );
    }
    if has_small_escape(url.path) || url.query.is_some_and(has_small_escape) {
        remarks.push(
            "Small letters in the escapes of the URL (`%2f`): curl 8.20 and later send capitals."
                .to_owned(),
        );
    }
    let mut path = Vec::with_capacity(url.path.len());
    for &byte in url.path {
        match byte {
            0x80.. => path.extend_from_slice(format!("%{byte:02x}").as_bytes()),
            _ => path.push(byte),
        }
    }
    path
}

fn has_small_escape(text: &[u8]) -> bool {
    text.windows(3).any(|escape| {
        escape[0] == b'%'
            && escape[1..].iter().all(u8::is_ascii_hexdigit)
            && escape[1..].iter().any(u8::is_ascii_lowercase)
    })
}

/// The query of the URL with what `--get` adds to it, or else `--url-query`: the first wins. The
/// escapes in what is added get small letters. (Measured with curl 7.88.)
fn sent_query(
    command: &Command,
    url: &Url<'_>,
    remarks: &mut Vec<String>,
) -> Result<Option<Vec<u8>>, InputError> {
    let mut added = command.url_query.clone();
    if command.gets() && !command.data.is_empty() {
        if !added.is_empty() {
            remarks.push("curl --url-query: `--get` with data replaces it.".to_owned());
        }
        added = match together(&command.data)? {
            Body::Text(text) => text,
            Body::File { .. } => {
                let problem = "the query is in a file: write it out";
                return Err(InputError::new("curl --get", problem));
            }
        };
    }
    if added.iter().any(|&byte| byte <= b' ' || byte == 0x7f) {
        let problem =
            "a space or control character in the query: curl refuses it. Escape it (`%20`)";
        return Err(InputError::new("curl URL", problem));
    }
    let mut query = url.query.map(<[u8]>::to_vec);
    if added.is_empty() {
        return Ok(query);
    }
    if memchr::memchr(b'%', &added).is_some() {
        remarks.push(
            "curl up to 8.19 writes the escapes in the query that it adds with small letters \
             (`%2f`), as it is here; later versions in capitals."
                .to_owned(),
        );
    }
    for at in memchr::memchr_iter(b'%', &added.clone()) {
        if let Some(digits) = added.get_mut(at + 1..at + 3)
            && digits.iter().all(u8::is_ascii_hexdigit)
        {
            digits.make_ascii_lowercase();
        }
    }
    let whole = query.get_or_insert_default();
    if !whole.is_empty() && !whole.ends_with(b"&") {
        whole.push(b'&');
    }
    whole.extend(added);
    Ok(query)
}

/// RFC 3986, section 5.2.4, as curl does it when it reads a URL.
fn remove_dot_segments(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut ends_in_slash = false;
    for segment in path.strip_prefix(b"/").unwrap_or(path).split(|&byte| byte == b'/') {
        ends_in_slash = matches!(segment, b"." | b"..");
        match segment {
            b"." => {}
            b".." => drop(kept.pop()),
            other => kept.push(other),
        }
    }
    if ends_in_slash {
        kept.push(b"");
    }
    [b"/", &kept.join(&b"/"[..])[..]].concat()
}

/// The headers of `--header`: those that are sent, and the names that keep curl from its own.
struct Given {
    sent: Vec<(Bytes, Bytes)>,
    removed: Vec<Bytes>,
}

impl Given {
    fn names(&self, name: &[u8]) -> bool {
        let sent = self.sent.iter().map(|(name, _)| name);
        sent.chain(&self.removed).any(|given| given.eq_ignore_ascii_case(name))
    }
}

/// `Name: value` is sent, `Name;` is sent without a value, `Name:` keeps curl from sending its own.
fn given_headers(command: &Command) -> Result<Given, InputError> {
    let mut given = Given { sent: Vec::new(), removed: Vec::new() };
    for header in &command.headers {
        if header.iter().any(|&byte| matches!(byte, b'\n' | b'\r')) {
            let problem = "a line end within the header: curl sends it as it is, which makes two \
                           headers. Give each as a `-H`";
            return Err(InputError::new("curl --header", problem));
        }
        let mut halves = header.splitn(2, |&byte| byte == b':');
        match (halves.next().unwrap_or_default(), halves.next()) {
            (name, Some(value)) if value.trim_ascii().is_empty() => given.removed.push(name.into()),
            (name, Some(value)) => given.sent.push((name.into(), trim_blanks(value).into())),
            (text, None) => {
                let name = text.trim_ascii_end().strip_suffix(b";").ok_or_else(|| {
                    // Behind the first word may be a secret.
                    let word = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
                    let problem = format!("expected `Name: value` behind {}", excerpt(word));
                    InputError::new("curl --header", problem)
                })?;
                given.sent.push((name.into(), Bytes::default()));
            }
        }
    }
    Ok(given)
}

/// What curl sends of itself where `--header` does not name it.
fn own_headers(command: &Command, body: &Body, given: &Given) -> Vec<(Bytes, Bytes)> {
    let mut own: Vec<(&str, Vec<u8>)> = Vec::new();
    if command.user.is_some() && command.sigv4.is_none() {
        own.push(("Authorization", b"Basic (user and password of --user)".to_vec()));
    }
    // Of an option that is given twice the last one counts.
    for (name, value) in &command.implied {
        own.retain(|(before, _)| before != name);
        if !value.is_empty() {
            own.push((name, value.clone()));
        }
    }
    let posts = !command.data.is_empty() && !command.gets();
    if command.is_json() {
        // Also where `--get` puts the data into the query.
        own.push(("Accept", b"application/json".to_vec()));
        own.push(("Content-Type", b"application/json".to_vec()));
    } else {
        own.push(("Accept", b"*/*".to_vec()));
        let form = b"application/x-www-form-urlencoded".to_vec();
        own.extend(posts.then_some(("Content-Type", form)));
    }
    if let (Body::Text(text), true, false) = (body, posts, given.names(b"Transfer-Encoding")) {
        own.push(("Content-Length", text.len().to_string().into_bytes()));
    }
    own.retain(|(name, _)| !given.names(name.as_bytes()));
    own.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// What is sent and not in the line, where it counts. Of an upload form only the policy is signed.
fn say_what_is_missing(
    command: &Command,
    (body, is_upload_form): (&Body, bool),
    request: &Request,
    remarks: &mut Vec<String>,
) {
    let mut file = |option: &str, name: &[u8], change: &str| {
        let name = if name == b"-" {
            "standard input".to_owned()
        } else {
            name.escape_ascii().to_string()
        };
        remarks.push(format!(
            "curl {option}: the body is in a file ({name}): give it as --body-file.{change}"
        ));
    };
    if let Some(name) = &command.upload {
        file("--upload-file", name, "");
    }
    if let Body::File { name, change } = body {
        file(
            "--data",
            name,
            match change {
                Change::Nothing => "",
                Change::Lines => " curl takes all line ends and zero bytes out of it.",
                Change::Escaped { .. } => " curl escapes it for a form.",
            },
        );
    }
    if !command.form.is_empty() && !is_upload_form {
        remarks.push(
            "curl --form: the body is made when it is sent, and so is the boundary in \
             Content-Type: neither is in the line. Give what `curl -v` shows, and the body as \
             --body-file."
                .to_owned(),
        );
    }
    let has = |name: &str| {
        request.headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name.as_bytes()))
    };
    for (name, applies, text) in [
        (
            "user-agent",
            true,
            "curl sends `curl/VERSION`, with a version that the line does not tell: add `-A`.",
        ),
        (
            "accept-encoding",
            command.has(Read::Compressed),
            "what `--compressed` sends depends on how curl was built: add it as `-H`.",
        ),
        (
            "content-length",
            command.upload.is_some() || matches!(body, Body::File { .. }),
            "curl sends the size of the file: add it as `-H`.",
        ),
    ] {
        if applies && is_signed_header(request, name) && !has(name) {
            remarks.push(format!("The header {name} is signed, and {text}"));
        }
    }
}

/// What curl signs with when it sends the request, unless the line carries a signature.
fn signing(
    command: &Command,
    url: &Url<'_>,
    given: &Given,
    remarks: &mut Vec<String>,
) -> Result<Option<CurlSigning>, InputError> {
    let Some(value) = &command.sigv4 else { return Ok(None) };
    if given.names(b"Authorization") {
        remarks.push(
            "curl --aws-sigv4: curl leaves an `Authorization` header that is given as it is, and \
             does not sign."
                .to_owned(),
        );
        return Ok(None);
    }
    if command.user.is_none() {
        remarks.push("curl --aws-sigv4: without `--user` curl signs nothing.".to_owned());
    }
    let id = command.user.as_ref().and_then(|user| user.name.clone());
    let id = id.and_then(|name| String::from_utf8(name).ok());
    CurlSigning::of(value, url.host, id).map(Some)
}
