//! A presigned URL as text, alone on its line, and the tokens that are made of one.

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use sigv4_vectors::Bytes;
use sigv4_vectors::model::Request;

use super::field_request::{FieldRequest, Scheme};
use super::parts::{InputError, is_signed_header};
use super::url::Url;

/// What EKS puts before the URL.
const EKS: &[u8] = b"k8s-aws-v1.";

/// No presigned URL is longer; what is, is another kind of file.
const LONGEST: usize = 256 << 10;

/// Reads `text` if it is a URL or such a token; nothing where it is another kind of input.
pub(super) fn parse(text: &[u8]) -> Option<Result<FieldRequest, InputError>> {
    let text = unquoted(text.trim_ascii());
    if text.len() > LONGEST {
        return None;
    }
    if let Some((url, remark)) = unwrapped(text) {
        let read = get(&url, true).map(|mut read| {
            read.remarks.insert(0, remark.to_owned());
            read
        });
        return Some(read);
    }
    if let Some(encoded) = text.strip_prefix(EKS) {
        let url = decoded(encoded).ok_or_else(|| {
            InputError::new("EKS token", "expected base64url of a URL behind `k8s-aws-v1.`")
        });
        return Some(url.and_then(|url| {
            let mut read = encoded_url(&url, "an EKS token")?;
            if encoded.ends_with(b"=") {
                read.faults
                    .push("The token ends in `=`: EKS wants base64url without padding.".to_owned());
            }
            Ok(read)
        }));
    }
    if let Some(url) = decoded(text) {
        return Some(encoded_url(&url, kind_of(&url)).map(|mut read| {
            if is_signed_header(&read.request, "x-k8s-aws-id") {
                read.faults.push(
                    "A token of EKS begins with `k8s-aws-v1.`, which this one lacks.".to_owned(),
                );
            }
            read
        }));
    }
    let end = text.iter().position(|byte| b"/?#".contains(byte))?;
    let has_scheme = memchr::memmem::find(&text[..end], b":")
        .is_some_and(|at| text[at..].starts_with(b"://") && Scheme::named(&text[..at]).is_some());
    let is_url = has_scheme || (is_host(&text[..end]) && is_presigned(text));
    // `GET http://h/ HTTP/1.1` has blanks, but does not begin with the URL.
    is_url.then(|| {
        let at = text.iter().position(|&byte| byte <= b' ' || byte == 0x7f);
        match at {
            Some(at) => {
                let line = 1 + memchr::memchr_iter(b'\n', &text[..=at]).count();
                let problem = "expected nothing but a URL on one line: a URL holds no blanks. Where a \
                               program shows it decoded, copy the address of the link itself";
                Err(InputError::new(format!("line {line}"), problem))
            }
            None => get(text, has_scheme).map(|mut read| {
                if let Some(what) = database(&read.request.target).filter(|_| has_scheme) {
                    read.faults.push(format!(
                        "The text begins with its scheme: as a password, {what} is given without \
                         `https://`."
                    ));
                }
                read
            }),
        }
    })
}

/// Reads the presigned URL in a sentence, a link of Markdown or HTML or a quoted mail; nothing where there
/// is none, or more than one.
pub(super) fn in_text(text: &[u8]) -> Option<Result<FieldRequest, InputError>> {
    if text.len() > LONGEST {
        return None;
    }
    let joined = without_quoting(text);
    let text = joined.as_deref().unwrap_or(text);
    let starts = memchr::memmem::find_iter(text, b"http").map(|at| &text[at..]);
    let urls = starts.filter(|rest| rest.starts_with(b"http://") || rest.starts_with(b"https://"));
    let mut urls = urls.map(alone).filter(|url| is_presigned(url));
    let url = urls.next()?;
    urls.all(|other| other == url).then(|| {
        get(url, true).map(|mut read| {
            read.remarks.insert(0, "The URL was taken out of the text around it.".to_owned());
            read
        })
    })
}

/// The URL at the start of a text, without what belongs to the sentence.
fn alone(text: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| *byte <= b' ' || b"\"<>`".contains(byte);
    let end = text.iter().position(is_end).unwrap_or(text.len());
    // Markdown has the text of a link before it.
    let end = memchr::memmem::find(&text[..end], b"](").unwrap_or(end);
    let mut url = &text[..end];
    while let [inner @ .., b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b']' | b'}' | b'\''] =
        url
    {
        url = inner;
    }
    url
}

/// The lines of a mail without the `>` before each, joined.
fn without_quoting(text: &[u8]) -> Option<Vec<u8>> {
    let lines = text.trim_ascii().split(|byte| *byte == b'\n');
    let inner = |line: &[u8]| line.strip_prefix(b">").map(|line| line.trim_ascii().to_vec());
    let lines: Option<Vec<Vec<u8>>> = lines.map(inner).collect();
    lines.map(|lines| lines.concat())
}

/// A presigned URL that was broken into lines, put together again, and what was done to it.
fn unwrapped(text: &[u8]) -> Option<(Vec<u8>, &'static str)> {
    let has_scheme = text.starts_with(b"http://") || text.starts_with(b"https://");
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect();
    let is_whole = |line: &&[u8]| line.iter().all(u8::is_ascii_graphic);
    if !has_scheme || lines.len() < 2 || !lines.iter().all(is_whole) {
        return None;
    }
    // RFC 2045, section 6.7: a line ends in `=` where it goes on, and each `=` is written `=3D`.
    let is_quoted = memchr::memmem::find(text, b"=3D").is_some();
    let (url, remark) = if is_quoted {
        let soft = |line: &&[u8]| line.strip_suffix(b"=").unwrap_or(line).to_vec();
        let joined: Vec<u8> = lines.iter().flat_map(soft).collect();
        (unquoted_printable(&joined), "The URL was quoted-printable, as in the source of a mail.")
    } else {
        (lines.concat(), "The URL was broken into lines, as mail does, and was put together again.")
    };
    is_presigned(&url).then_some((url, remark))
}

/// Decodes `=3D` and its like.
fn unquoted_printable(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, after @ ..] = rest {
        let byte = (*first == b'=')
            .then(|| after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        plain.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    plain
}

/// The text within quotation marks or angle brackets, which come with copying.
fn unquoted(text: &[u8]) -> &[u8] {
    for (open, close) in [(b'"', b'"'), (b'\'', b'\''), (b'`', b'`'), (b'<', b'>')] {
        if let [first, inner @ .., last] = text
            && *first == open
            && *last == close
        {
            return inner.trim_ascii();
        }
    }
    text
}

fn is_host(text: &[u8]) -> bool {
    !text.is_empty()
        && text.starts_with(b"[") == text.contains(&b']')
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(byte))
}

fn is_presigned(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"X-Amz-Signature=").is_some()
}

fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    // `https://` begins with these in base64, `http://` with all but the last.
    if text.len() < 64 || !text.starts_with(b"aHR0c") {
        return None;
    }
    let url = URL_SAFE_NO_PAD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()?;
    url.starts_with(b"http").then_some(url)
}

/// What a token of MSK is called.
const KAFKA: &str = "an MSK token";

/// Takes the parameter out that signers of MSK add after signing.
fn take_user_agent(request: &mut Request) -> bool {
    let is_agent = |piece: &&[u8]| piece.starts_with(b"User-Agent=");
    let target = request.target.to_vec();
    let Some(mark) = target.iter().position(|byte| *byte == b'?') else { return false };
    let pieces = target[mark + 1..].split(|byte| *byte == b'&');
    let (agents, others): (Vec<&[u8]>, Vec<&[u8]>) = pieces.partition(is_agent);
    request.target = [&target[..=mark], &others.join(&b'&')].concat().into();
    !agents.is_empty()
}

fn kind_of(url: &[u8]) -> &'static str {
    if memchr::memmem::find(url, b"Action=kafka-cluster").is_some() {
        KAFKA
    } else {
        "base64url of a presigned URL"
    }
}

fn encoded_url(url: &[u8], kind: &str) -> Result<FieldRequest, InputError> {
    let mut read = get(url, true)?;
    read.remarks.insert(0, format!("The text is {kind}: the URL in it is read."));
    if kind == KAFKA && take_user_agent(&mut read.request) {
        read.remarks.push(
            "The parameter User-Agent names the client. It is added after signing, and left out here."
                .to_owned(),
        );
    }
    if is_signed_header(&read.request, "x-k8s-aws-id") {
        read.remarks.push(
            "The header x-k8s-aws-id is signed, and the token does not hold it: its value is the \
             name of the cluster. Give it as `--header 'x-k8s-aws-id: NAME'`."
                .to_owned(),
        );
    }
    Ok(read)
}

/// A GET of the URL.
fn get(text: &[u8], has_scheme: bool) -> Result<FieldRequest, InputError> {
    let url = Url::parse(text, Scheme::Https)?;
    let mut remarks = Vec::new();
    let mut host = url.host_header();
    if let (false, Some(port)) = (has_scheme, url.port) {
        // Without a scheme there is no default port: the host is signed as it is written.
        host = [url.host, b":", port.to_string().as_bytes()].concat();
    }
    if !has_scheme {
        remarks.push(format!(
            "The text is {}: host and port in it are those that were signed.",
            database_token(url.query.unwrap_or_default())
        ));
    } else if url.port == Some(url.scheme.default_port()) {
        remarks.push(
            "The port in the URL is the default one, which clients do not send in `Host`."
                .to_owned(),
        );
    }
    let request = Request {
        method: "GET".into(),
        target: url.target().into(),
        headers: vec![("Host".into(), host.into())],
        body: Bytes::default(),
    };
    let scheme = has_scheme.then_some(url.scheme);
    Ok(FieldRequest { request, scheme, remarks, ..FieldRequest::default() })
}

/// What a URL without a scheme is.
fn database_token(query: &[u8]) -> &'static str {
    database(query).unwrap_or("a presigned URL without its scheme")
}

/// Which database takes such a URL without a scheme as a password.
fn database(query: &[u8]) -> Option<&'static str> {
    let has = |text: &str| memchr::memmem::find(query, text.as_bytes()).is_some();
    if has("Action=connect") && has("DBUser=") {
        Some("an RDS token (rds-db:connect)")
    } else if has("Action=connect") && has("User=") {
        Some("an ElastiCache or MemoryDB token (connect)")
    } else if has("Action=DbConnect") {
        Some("an Aurora DSQL token (dsql:DbConnect)")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-SignedHeaders=host\
        &X-Amz-Signature=963b97fa2adb0f1265dacfad4195dc94950b0a738f9d596482130d51db0c41a7";

    fn read(text: &str) -> FieldRequest {
        parse(text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn a_url_is_a_get_of_it() {
        for text in [
            format!("https://h:443/a%2Fb?{QUERY}\n"),
            format!("  \"https://h/a%2Fb?{QUERY}\"\r\n"),
            format!("<https://h/a%2Fb?{QUERY}#f>"),
            format!("wss://h/a%2Fb?{QUERY}"),
        ] {
            let read = read(&text);
            assert_eq!(read.request.method, "GET".into());
            assert_eq!(read.request.target, format!("/a%2Fb?{QUERY}").into());
            assert_eq!(read.request.headers, [("Host".into(), "h".into())]);
            assert_eq!(read.scheme, Some(Scheme::Https));
        }
    }

    #[test]
    fn a_token_without_a_scheme_is_named_and_keeps_its_port() {
        for (text, host, remark) in [
            ("127.0.0.1:54321/?Action=connect&DBUser=app&", "127.0.0.1:54321", "an RDS token"),
            (
                "db.example.com:443/?Action=connect&DBUser=app&",
                "db.example.com:443",
                "an RDS token",
            ),
            ("cache/?Action=connect&User=app&", "cache", "an ElastiCache"),
            ("c.dsql.us-east-1.on.aws/?Action=DbConnectAdmin&", "c.dsql.us-east-1.on.aws", "DSQL"),
            ("example.com/a?", "example.com", "without its scheme"),
        ] {
            let read = read(&format!("{text}{QUERY}"));
            assert_eq!(read.request.headers, [("Host".into(), host.into())]);
            assert!(read.remarks[0].contains(remark), "{:?}", read.remarks);
            assert_eq!(read.scheme, None);
        }
    }

    #[test]
    fn an_encoded_url_is_decoded() {
        let kafka =
            format!("https://kafka.r.amazonaws.com/?Action=kafka-cluster%3AConnect&{QUERY}");
        let text = URL_SAFE_NO_PAD.encode(&kafka);
        assert!(read(&text).remarks[0].contains("an MSK token"));
        assert_eq!(read(&URL_SAFE.encode(&kafka)).request, read(&kafka).request);
        let query = QUERY.replace("=host&", "=host%3Bx-k8s-aws-id&");
        let sts = format!("https://sts.r.amazonaws.com/?Action=GetCallerIdentity&{query}");
        let token = read(&format!("k8s-aws-v1.{}", URL_SAFE_NO_PAD.encode(&sts)));
        assert!(token.remarks[0].contains("an EKS token"), "{:?}", token.remarks);
        assert!(token.remarks[1].contains("x-k8s-aws-id is signed"), "{:?}", token.remarks);
        assert_eq!(token.request, read(&sts).request);
        assert!(parse(b"k8s-aws-v1.???").unwrap().is_err());
    }

    #[test]
    fn what_is_wrong_with_the_text_of_a_token_is_said() {
        let rds = format!("https://db.example.com:3306/?Action=connect&DBUser=app&{QUERY}");
        assert!(read(&rds).faults[0].contains("begins with its scheme"));
        assert!(read(&rds.replace("https://", "")).faults.is_empty());
        let query = QUERY.replace("=host&", "=host%3Bx-k8s-aws-id&");
        let sts = format!("https://sts.r.amazonaws.com/?Action=GetCallerIdentity&{query}");
        assert!(
            read(&URL_SAFE_NO_PAD.encode(&sts)).faults[0].contains("begins with `k8s-aws-v1.`")
        );
        // Of three lengths in a row, two need padding.
        let url = if sts.len().is_multiple_of(3) { format!("{sts}&") } else { sts };
        let padded = format!("k8s-aws-v1.{}", URL_SAFE.encode(url));
        assert!(read(&padded).faults[0].contains("without padding"));
    }

    #[test]
    fn the_name_of_a_kafka_client_is_not_signed() {
        let start = "https://kafka.r.amazonaws.com/?Action=kafka-cluster%3AConnect&";
        let plain = read(&format!("{start}{QUERY}")).request;
        for url in
            [format!("{start}User-Agent=a%2F1&{QUERY}"), format!("{start}{QUERY}&User-Agent=a")]
        {
            assert_eq!(read(&URL_SAFE_NO_PAD.encode(url)).request, plain);
        }
    }

    #[test]
    fn a_url_in_lines_is_put_together() {
        let url = format!("https://h/a?{QUERY}");
        let (start, end) = url.split_at(40);
        let wrapped = read(&format!("{start}\r\n{end}\n"));
        assert!(wrapped.remarks[0].contains("put together"), "{:?}", wrapped.remarks);
        let quoted = format!("{start}=\r\n{end}").replace("=\r\n", "\0").replace('=', "=3D");
        let quoted = read(&quoted.replace('\0', "=\r\n"));
        assert!(quoted.remarks[0].contains("quoted-printable"), "{:?}", quoted.remarks);
        assert_eq!(wrapped.request, read(&url).request);
        assert_eq!(quoted.request, wrapped.request);
        for text in [format!("{start}\n{end} b"), format!("https://h/\n{}", &end[..9])] {
            assert!(parse(text.as_bytes()).unwrap().is_err(), "{text}");
        }
    }

    #[test]
    fn other_texts_are_left_and_broken_urls_are_refused() {
        for text in
            [&b"GET http://h/ HTTP/1.1"[..], b"hello", b"", b"h/a?b", b"host: a/b", b"ftp://h/"]
        {
            assert!(parse(text).is_none(), "{}", text.escape_ascii());
        }
        for text in ["https://h/a b", "https://h/a\n?b", "https://user:hunter2@h/", "https:///a"] {
            let error = parse(text.as_bytes()).unwrap().unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
