//! The debug log of an SDK. It holds what no recording of the network does: the texts that the signer
//! computed, beside the request and often the answer.

mod inspected;
mod prepared;
mod rebuilt;
mod stages;
pub(super) mod wire;

use std::borrow::Cow;

use memchr::memmem;
use sigv4_vectors::model::Request;

use self::prepared::Prepared;
use self::wire::Exchange;
use super::escapes::{LEVELS, without_backslashes};
use super::parts::header;
use super::parts::{InputError, assemble};
use super::{ErrorDocument, FieldRequest, Scheme, ServerAnswer, raw_http, split_url};

/// Whether a text is such a log. Only the start of a long one is looked at.
pub(super) fn is_one(text: &[u8]) -> bool {
    const LOOKED_AT: usize = 4 << 20;
    let text = &text[..text.len().min(LOOKED_AT)];
    plain(text).is_some()
}

/// Reads the last signed request of the log, as far as the log holds it, with what the signer computed
/// for it.
///
/// # Errors
/// A log without a signed request, or with one that is damaged.
pub(super) fn parse(text: &[u8]) -> Result<FieldRequest, InputError> {
    let text = plain(text).ok_or_else(|| {
        let problem = "expected the debug log of an SDK with a signed request in it, or with the \
                       canonical request and the string to sign: botocore, Java, Go, JavaScript, Ruby, C++";
        InputError::new("log", problem)
    })?;
    let mut sent = if let Some(last) = wire::exchanges(&text).pop() {
        exchange(&last)?
    } else if let Some(last) = prepared::requests(&text).pop() {
        prepared_request(&text, last)?
    } else if let Some(sent) = inspected::last_request(&text) {
        sent
    } else {
        rebuilt::from_stages(&text)?
    };
    match stages::of(&text, &sent.request) {
        Some(signer) => sent.signer = signer,
        None => sent.remarks.push(
            "The canonical requests in the log were left out: none has the method and the signed headers \
             of this request."
                .to_owned(),
        ),
    }
    Ok(sent)
}

/// The text at the first level of escapes at which something can be read: a log can itself be logged.
fn plain(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    let has_any = |text: &[u8]| {
        stages::are_in(text)
            || !prepared::requests(text).is_empty()
            || !wire::exchanges(text).is_empty()
            || inspected::last_request(text).is_some()
            || rebuilt::signed_url(text).is_some()
    };
    // Neither an algorithm nor a header is without it, and it looks the same at every level.
    memmem::find(text, b"AWS")?;
    let mut text = Cow::Borrowed(text);
    for _ in 0..LEVELS {
        if has_any(&text) {
            return Some(text);
        }
        text = Cow::Owned(without_backslashes(&text)?);
    }
    has_any(&text).then_some(text)
}

fn exchange(exchange: &Exchange) -> Result<FieldRequest, InputError> {
    let mut sent = raw_http::parse(&exchange.request)?;
    // The remarks are about a message, and this one is cut out of a log.
    sent.remarks.clear();
    // What follows the body, or the blank line of a dump without one, belongs to the log.
    let stated = stated_length(&sent.request).unwrap_or(usize::MAX);
    let body = &sent.request.body[..sent.request.body.len().min(stated)];
    let body = if body.trim_ascii().is_empty() { b"" } else { body };
    sent.request.body = body.into();
    note_missing_body(&mut sent);
    sent.answer = answer(&exchange.answer);
    Ok(sent)
}

/// What came back, as raw HTTP.
fn answer(text: &[u8]) -> Option<ServerAnswer> {
    let status_line = text.strip_prefix(b"HTTP/")?;
    let code = status_line.split(|&byte| byte == b' ').nth(1).unwrap_or_default();
    let code = std::str::from_utf8(code.trim_ascii()).ok();
    let status = code.and_then(|code| code.parse().ok());
    let is_success = status.is_some_and(|status: u16| (200..300).contains(&status));
    let document = if is_success { None } else { ErrorDocument::parse(text).ok() };
    Some(ServerAnswer { status, document, failure: None })
}

fn prepared_request(text: &[u8], last: Prepared<'_>) -> Result<FieldRequest, InputError> {
    let utf8 = |bytes| {
        std::str::from_utf8(bytes)
            .map_err(|error| InputError::new("log: AWSPreparedRequest", error.to_string()))
    };
    let (method, url) = (utf8(last.method)?, utf8(last.url)?);
    let before = &text[..last.end];
    // The answer follows soon.
    let after = &text[last.end..];
    let after = &after[..after.len().min(1 << 20)];
    let mut sent = FieldRequest::from(assemble(method, url, last.headers, Vec::new()));
    sent.scheme = scheme(url);
    // Without the length that is stated it is the body of another request, or was changed since.
    let body =
        prepared::body(before).filter(|body| stated_length(&sent.request) == Some(body.len()));
    sent.request.body = body.unwrap_or_default().into();
    note_missing_body(&mut sent);
    let status = status(after);
    let is_success = status.is_some_and(|status| (200..300).contains(&status));
    let document = if is_success { None } else { ErrorDocument::parse(after).ok() };
    sent.answer = Some(ServerAnswer { status, document, failure: None })
        .filter(|it| *it != ServerAnswer::default());
    Ok(sent)
}

fn scheme(url: &str) -> Option<Scheme> {
    match split_url(url).0.split_once("://")?.0 {
        "https" => Some(Scheme::Https),
        "http" => Some(Scheme::Http),
        _ => None,
    }
}

/// urllib3 logs `http://h:80 "PUT /a HTTP/1.1" 403 None`.
fn status(after: &[u8]) -> Option<u16> {
    const MARK: &[u8] = b" HTTP/1.1\" ";
    let rest = &after[memmem::find(after, MARK)? + MARK.len()..];
    std::str::from_utf8(rest.get(..3)?).ok()?.parse().ok()
}

fn stated_length(request: &Request) -> Option<usize> {
    header(request, "content-length")?.as_str()?.trim().parse().ok()
}

fn note_missing_body(sent: &mut FieldRequest) {
    if let Some(stated) = stated_length(&sent.request).filter(|&stated| stated > 0)
        && sent.request.body.is_empty()
    {
        sent.hides_body = true;
        sent.remarks.push(format!(
            "The log leaves out the body of {stated} bytes: its hash cannot be compared. Give it as \
             --body-file."
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::super::SignerLog;
    use super::*;

    const DATE: &str = "20150830T123600Z";
    const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request, \
                                 SignedHeaders=host;x-amz-date, Signature=00";

    fn stages() -> String {
        let prefix = "2015-08-30 12:36:00,000 - botocore.auth - DEBUG -";
        format!(
            "{prefix} CanonicalRequest:\nPOST\n/\n\nhost:h\nx-amz-date:{DATE}\n\nhost;x-amz-date\n00\n{prefix} \
             StringToSign:\nAWS4-HMAC-SHA256\n{DATE}\n20150830/us-east-1/sts/aws4_request\n11\n"
        )
    }

    /// As botocore 1.44.8 logs it, through the AWS CLI or `set_stream_logger`.
    fn botocore() -> String {
        format!(
            "- botocore.endpoint - DEBUG - Making request for OperationModel(name=A) with params: \
             {{'method': 'POST', 'body': {{'Action': 'A', 'Version': '1'}}, 'url': 'https://h/'}}\n{}\
             - botocore.endpoint - DEBUG - Sending http request: <AWSPreparedRequest \
             stream_output=False, method=POST, url=https://h/, headers={{'X-Amz-Date': b'{DATE}', \
             'Authorization': b'{AUTHORIZATION}', 'Content-Length': '18'}}>\n\
             - urllib3.connectionpool - DEBUG - https://h:443 \"POST / HTTP/1.1\" 403 127\n\
             - botocore.parsers - DEBUG - Response body:\n\
             b'<Error><Code>SignatureDoesNotMatch</Code><StringToSign>A\\nB</StringToSign></Error>'\n",
            stages()
        )
    }

    #[test]
    fn botocores_log_holds_request_stages_and_answer() {
        let log = botocore();
        assert!(is_one(log.as_bytes()));
        let sent = parse(log.as_bytes()).unwrap();
        assert_eq!(sent.request.method, "POST".into());
        assert_eq!(sent.request.headers[0], ("Host".into(), "h".into()));
        assert_eq!(sent.request.headers[2].1, AUTHORIZATION.into());
        assert_eq!(sent.request.body, "Action=A&Version=1".into());
        assert_eq!(sent.scheme, Some(Scheme::Https));
        assert!(sent.signer.canonical_request.unwrap().ends_with(b"\n00"));
        assert!(sent.signer.string_to_sign.unwrap().ends_with(b"\n11"));
        assert_eq!(sent.remarks, [""; 0]);
        let answer = sent.answer.unwrap();
        assert_eq!(answer.status, Some(403));
        assert_eq!(answer.document.unwrap().string_to_sign.as_deref(), Some(&b"A\nB"[..]));
    }

    #[test]
    fn a_body_that_the_log_lacks_is_said() {
        let log =
            botocore().replace("{'Action': 'A', 'Version': '1'}", "<_io.BytesIO object at 0x7f>");
        let other = botocore().replace("'Version': '1'", "'Version': '10'");
        for log in [log, other] {
            let sent = parse(log.as_bytes()).unwrap();
            assert!(sent.request.body.is_empty());
            assert!(
                sent.remarks[0].contains("leaves out the body of 18 bytes"),
                "{:?}",
                sent.remarks
            );
        }
    }

    #[test]
    fn the_stages_of_another_request_are_left_out() {
        let log = botocore().replace("method=POST", "method=HEAD");
        let sent = parse(log.as_bytes()).unwrap();
        assert_eq!(sent.signer, SignerLog::default());
        assert!(sent.remarks[0].contains("none has the method"), "{:?}", sent.remarks);
    }

    #[test]
    fn the_body_of_a_dump_ends_where_it_says() {
        // As aws-sdk-go-v2 1.48.0 logs it with LogRequestWithBody.
        let log = format!(
            "SDK 2015/08/30 12:36:00 DEBUG Request\nPUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\
             Authorization: {AUTHORIZATION}\r\n\r\nhello\nSDK 2015/08/30 12:36:00 DEBUG Response\n"
        );
        assert_eq!(parse(log.as_bytes()).unwrap().request.body, "hello".into());
        let without = parse(log.replace("hello\n", "").as_bytes()).unwrap();
        assert!(without.request.body.is_empty() && without.remarks.len() == 1);
    }

    #[test]
    fn the_wire_is_read_with_its_answer() {
        let log = format!(
            "{}x http-outgoing-0 >> \"POST /a HTTP/1.1[\\r][\\n]\"\n\
             x http-outgoing-0 >> \"Host: h[\\r][\\n]\"\n\
             x http-outgoing-0 >> \"X-Amz-Date: {DATE}[\\r][\\n]\"\n\
             x http-outgoing-0 >> \"Authorization: {AUTHORIZATION}[\\r][\\n]\"\n\
             x http-outgoing-0 >> \"[\\r][\\n]\"\n\
             x http-outgoing-0 << \"HTTP/1.1 403 [\\r][\\n]\"\nx http-outgoing-0 << \"[\\r][\\n]\"\n\
             x http-outgoing-0 << \"<Error><Code>AccessDenied</Code></Error>\"\n",
            stages()
        );
        assert!(is_one(log.as_bytes()));
        let sent = parse(log.as_bytes()).unwrap();
        assert_eq!((sent.request.method, sent.request.target), ("POST".into(), "/a".into()));
        assert!(sent.signer.canonical_request.is_some());
        let answer = sent.answer.unwrap();
        assert_eq!(
            (answer.status, &answer.document.unwrap().code[..]),
            (Some(403), "AccessDenied")
        );
    }

    #[test]
    fn a_log_in_a_log_is_read() {
        let log = format!("level=debug msg=\"{}\"", stages().replace('\n', "\\n"));
        assert!(is_one(log.as_bytes()));
        let sent = parse(log.as_bytes()).unwrap();
        assert!(sent.signer.string_to_sign.unwrap().ends_with(b"\n11"));
        assert_eq!(sent.request.headers.len(), 2);
    }

    #[test]
    fn other_inputs_are_no_logs() {
        for text in [
            "GET / HTTP/1.1\r\nHost: h\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n",
            "curl -H 'Authorization: AWS4-HMAC-SHA256 x' https://h/",
            "{\"log\":{\"entries\":[]}}",
            "<Error><StringToSign>AWS4-HMAC-SHA256\nt\ns\n0</StringToSign></Error>",
            "",
        ] {
            assert!(!is_one(text.as_bytes()), "{text}");
            assert!(parse(text.as_bytes()).unwrap_err().problem.contains("botocore"));
        }
    }

    #[test]
    fn text_that_is_made_to_cost_time_ends_soon() {
        for piece in [
            "CanonicalRequest:\nGET\n/\nq\n",
            "<AWSPreparedRequest method=GET, url=h, headers={'",
            "HttpRequest {a:",
            "---[ STRING TO SIGN ]---",
            "StringToSign: 'AWS\\xff' ",
            "x http-outgoing-0 >> \"GET / HTTP/1.1\"\n",
            "<- \"GET / HTTP/1.1\"\n",
            "AWS\\\\",
        ] {
            let start = std::time::Instant::now();
            let text = format!("AWS{}", piece.repeat((256 << 10) / piece.len()));
            _ = parse(text.as_bytes());
            _ = ErrorDocument::parse(text.as_bytes());
            let seconds = start.elapsed().as_secs();
            assert!(seconds < 20, "{piece}: {seconds} s");
        }
    }

    #[test]
    fn every_cut_and_every_changed_byte_ends_in_an_answer() {
        let log = botocore();
        for at in 0..log.len() {
            let mut changed = log.as_bytes().to_vec();
            changed[at] ^= 0x81;
            _ = parse(&changed);
            _ = parse(&log.as_bytes()[..at]);
        }
    }
}
