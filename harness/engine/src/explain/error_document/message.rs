//! What the sentences of an error say. Services outside S3 put the server's texts, its clock and what
//! it expects into one message for people.

use super::ErrorDocument;
use super::stage::stage;

const CANONICAL: &str = "the canonical string for this request should have been";
const TO_SIGN: &str = "the string-to-sign should have been";

/// The code that comes with a message, by how the message begins. API Gateway names it in a header
/// only (`x-amzn-ErrorType`), which a copied body has lost.
const CODES: &[(&str, &str)] = &[
    // S3 says this much; other services name the secret access key.
    ("you provided. check your key and signing method", "SignatureDoesNotMatch"),
    ("the request signature we calculated does not match", "InvalidSignatureException"),
    ("signature expired:", "InvalidSignatureException"),
    ("signature not yet current:", "InvalidSignatureException"),
    ("credential should be scoped", "InvalidSignatureException"),
    ("credential must have", "IncompleteSignature"),
    ("date in credential scope does not match", "InvalidSignatureException"),
    ("authorization header requires", "IncompleteSignature"),
    ("not a valid key=value pair", "IncompleteSignature"),
    ("'host' or ':authority' must be", "InvalidSignatureException"),
    ("'host' must be", "InvalidSignatureException"),
    ("missing authentication token", "MissingAuthenticationToken"),
    ("the security token included in the request is invalid", "UnrecognizedClientException"),
    ("the security token included in the request is expired", "ExpiredToken"),
    ("the provided token has expired", "ExpiredToken"),
    ("the aws access key id you provided does not exist", "InvalidAccessKeyId"),
    ("request has expired", "RequestExpired"),
    ("the difference between the request time and the", "RequestTimeTooSkewed"),
];

/// Reads the message, and `Details`, which Google's servers have beside a message that says nothing.
/// What the document states in a field of its own stays.
pub(super) fn read(document: &mut ErrorDocument) {
    let details = document.others.iter().find(|(name, _)| name == "Details").map(|(_, text)| text);
    let texts: Vec<String> = document.message.iter().chain(details).cloned().collect();
    for text in texts {
        // The offsets are the same in both: only ASCII changes its case.
        let small = text.to_ascii_lowercase();
        let text = Sentences { text: &text, small: &small };
        stages(document, &text);
        times(document, &text);
        scope(document, &text);
        authorization(document, &text);
        if document.code.is_empty() {
            let known = CODES.iter().find(|(start, _)| small.contains(start));
            document.code = known.map(|(_, code)| (*code).to_owned()).unwrap_or_default();
        }
    }
    // The stages have been taken out: shown again they would bury the rest.
    if let Some(message) = &mut document.message
        && let Some(at) = message.to_ascii_lowercase().find(CANONICAL)
    {
        message.truncate(message[..at].trim_end().len());
    }
}

/// Whether a text holds a sentence that only comes with a refused signature.
pub(super) fn is_known(text: &str) -> bool {
    last_known(text).is_some()
}

/// Where the last message starts that only comes with a refused signature: of several sentences in
/// one line the first.
pub(super) fn last_known(text: &str) -> Option<usize> {
    let small = text.to_ascii_lowercase();
    let last = CODES.iter().filter_map(|(start, _)| small.rfind(start)).max()?;
    let line = small[..last].rfind('\n').map_or(0, |end| end + 1);
    CODES.iter().filter_map(|(start, _)| small[line..].find(start)).min().map(|at| line + at)
}

/// A text with its copy in small letters, in which is searched.
struct Sentences<'t> {
    text: &'t str,
    small: &'t str,
}

impl<'t> Sentences<'t> {
    /// What follows the words.
    fn after(&self, words: &str) -> Option<Sentences<'t>> {
        let start = self.small.find(words)? + words.len();
        Some(Sentences { text: &self.text[start..], small: &self.small[start..] })
    }

    /// What follows, up to the words.
    fn until(&self, words: &str) -> Option<&'t str> {
        Some(&self.text[..self.small.find(words)?])
    }

    /// The text in quotation marks with which it goes on after the words.
    fn quoted_after(&self, words: &str) -> Option<&'t str> {
        let text = self.after(words)?.text.trim_start();
        let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        text[1..].split_once(quote).map(|(inner, _)| inner)
    }
}

/// The server's texts, in quotation marks. The canonical string may hold such a mark itself, in a path
/// for example: it ends at the last one before the next sentence.
fn stages(document: &mut ErrorDocument, text: &Sentences<'_>) {
    if let Some(canonical) = text.after(CANONICAL)
        && document.canonical_request.is_none()
    {
        let body = canonical.until(TO_SIGN).unwrap_or(canonical.text);
        let body = body.trim_start().strip_prefix('\'');
        let body = body.and_then(|body| body.rsplit_once('\'')).map(|(inner, _)| inner);
        document.canonical_request = body.and_then(stage);
    }
    if document.string_to_sign.is_none() {
        document.string_to_sign = text.quoted_after(TO_SIGN).and_then(stage);
    }
}

/// `Signature expired: 20150830T123600Z is now earlier than 20150830T230209Z (20150830T230709Z - 5
/// min.)`: the server's clock is in the parentheses. EC2 names both times in sentences.
fn times(document: &mut ErrorDocument, text: &Sentences<'_>) {
    let forms = [
        ("signature expired:", " is now earlier than", '-'),
        ("signature not yet current:", " is still later than", '+'),
    ];
    for (start, middle, sign) in forms {
        let Some(rest) = text.after(start) else { continue };
        let signed = rest.until(middle).map(|time| time.trim().to_owned());
        let bounds = rest.after(middle).and_then(|rest| rest.after("("));
        let clock =
            bounds.and_then(|bounds| bounds.until(")")).and_then(|text| text.split_once(sign));
        if document.request_time.is_none() {
            document.request_time = signed;
        }
        let Some((clock, window)) = clock else { continue };
        if document.server_time.is_none() {
            document.server_time = Some(clock.trim().to_owned());
        }
        if document.window_seconds.is_none() {
            document.window_seconds = window_seconds(window.trim());
        }
    }
    let sentence = |words| {
        let time = text.after(words)?.text.trim_start();
        let end = time.find(|end: char| end.is_ascii_whitespace()).unwrap_or(time.len());
        Some(time[..end].trim_end_matches('.').to_owned())
    };
    let dates = [
        ("timestamp date is", &mut document.request_time),
        ("current date is", &mut document.server_time),
    ];
    for (words, time) in dates {
        if time.is_none() {
            *time = sentence(words).filter(|time| !time.is_empty());
        }
    }
}

/// `5 min.`
fn window_seconds(text: &str) -> Option<u64> {
    let (number, unit) = text.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    match unit.trim_end_matches('.') {
        "min" | "minutes" => number.checked_mul(60),
        "s" | "sec" | "seconds" => Some(number),
        "h" | "hours" => number.checked_mul(3600),
        _ => None,
    }
}

/// What the scope should be. What it was is kept to be shown.
fn scope(document: &mut ErrorDocument, text: &Sentences<'_>) {
    let expected_region = text
        .after("region")
        .and_then(|rest| rest.quoted_after("is wrong; expecting").map(str::to_owned));
    if document.region.is_none() {
        document.region = expected_region;
    }
    let expected_service = text
        .quoted_after("should be scoped to correct service:")
        .or_else(|| text.quoted_after("this endpoint belongs to"));
    if document.service.is_none() {
        document.service = expected_service.map(str::to_owned);
    }
    let date = text.after("date in credential scope does not match");
    if let Some(date) = &date
        && document.request_time.is_none()
    {
        document.request_time = date.quoted_after(", from").map(str::to_owned);
    }
    let refused = [
        ("region refused", text.quoted_after("the region")),
        ("region refused", text.quoted_after("scoped to a valid region, not")),
        ("service refused", text.quoted_after("incorrect service")),
        ("scope date refused", text.quoted_after("invalid credential date")),
        ("scope date refused", date.and_then(|date| date.quoted_after("from http:"))),
        ("terminator refused", text.quoted_after("valid terminator: 'aws4_request', not")),
    ];
    for (name, value) in refused {
        if let Some(value) = value {
            document.others.push((name.to_owned(), value.to_owned()));
        }
    }
}

/// What the Authorization header lacks.
fn authorization(document: &mut ErrorDocument, text: &Sentences<'_>) {
    // `'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.`
    if let Some(names) = text.until("must be a 'signedheader'") {
        let sentence = names.rsplit(". ").next().unwrap_or(names);
        let quoted = sentence.split('\'').skip(1).step_by(2);
        let names = quoted.filter(|name| !name.starts_with(':') && !name.is_empty());
        document.headers_not_signed.extend(names.map(str::to_ascii_lowercase));
    }
    let mut rest = text.after("authorization header requires");
    while let Some(sentence) = rest {
        let missing = if sentence.small.trim_start().starts_with("existence of") {
            Some("X-Amz-Date or Date")
        } else {
            sentence.text.trim_start().strip_prefix('\'').and_then(|text| text.split('\'').next())
        };
        if let Some(missing) = missing {
            document.others.push(("missing".to_owned(), missing.to_owned()));
        }
        rest = sentence.after("authorization header requires");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str) -> ErrorDocument {
        let mut document =
            ErrorDocument { message: Some(message.to_owned()), ..ErrorDocument::default() };
        read(&mut document);
        document
    }

    fn others(document: &ErrorDocument) -> Vec<(&str, &str)> {
        document.others.iter().map(|(name, text)| (&name[..], &text[..])).collect()
    }

    #[test]
    fn the_texts_of_the_server_are_taken_out_of_the_quotes() {
        let document = of(
            "The request signature we calculated does not match the signature you provided.\n\n\
             The Canonical String for this request should have been\n'GET\n/it's 'x'\n\nhost:h\n\nhost\n00'\n\n\
             The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20150830T123600Z\ns\n00'\n",
        );
        assert_eq!(
            document.canonical_request.as_deref(),
            Some(&b"GET\n/it's 'x'\n\nhost:h\n\nhost\n00"[..])
        );
        let string_to_sign = &b"AWS4-HMAC-SHA256\n20150830T123600Z\ns\n00"[..];
        assert_eq!(document.string_to_sign.as_deref(), Some(string_to_sign));
        assert_eq!(document.code, "InvalidSignatureException");
        let of_s3 =
            of("The request signature we calculated does not match the signature you provided. \
                        Check your key and signing method.");
        assert_eq!(of_s3.code, "SignatureDoesNotMatch");
        let shown =
            "The request signature we calculated does not match the signature you provided.";
        assert_eq!(document.message.as_deref(), Some(shown));
    }

    #[test]
    fn a_canonical_string_that_is_cut_is_not_compared() {
        let document = of("The Canonical String for this request should have been\n'GET\n/");
        assert_eq!(document.canonical_request, None);
        assert_eq!(of("The String-to-Sign should have been").string_to_sign, None);
    }

    #[test]
    fn the_clock_is_in_the_parentheses() {
        let expired =
            of("Signature expired: 20150830T123600Z is now earlier than 20150830T230209Z \
             (20150830T230709Z - 5 min.)");
        assert_eq!(expired.request_time.as_deref(), Some("20150830T123600Z"));
        assert_eq!(expired.server_time.as_deref(), Some("20150830T230709Z"));
        assert_eq!(expired.window_seconds, Some(300));
        let early =
            of("Signature not yet current: 20150830T230000Z is still later than 20150830T124100Z \
             (20150830T123600Z + 5 min.)");
        assert_eq!(early.request_time.as_deref(), Some("20150830T230000Z"));
        assert_eq!(early.server_time.as_deref(), Some("20150830T123600Z"));
        assert_eq!(early.window_seconds, Some(300));
        let cut = of("Signature not yet current: 20150830T230000Z is still later than 20150830");
        assert_eq!(cut.request_time.as_deref(), Some("20150830T230000Z"));
        assert_eq!(cut.server_time, None);
        assert_eq!(window_seconds("99999999999999999999 min."), None);
    }

    #[test]
    fn times_in_sentences_are_read() {
        let document =
            of("Request has expired. Timestamp date is 2015-08-30T12:36:00Z. Current date is \
             2015-08-30T23:07:09Z.");
        assert_eq!(document.request_time.as_deref(), Some("2015-08-30T12:36:00Z"));
        assert_eq!(document.server_time.as_deref(), Some("2015-08-30T23:07:09Z"));
        assert_eq!(document.code, "RequestExpired");
    }

    #[test]
    fn the_expected_scope_is_told_from_the_refused_one() {
        let s3 = of(
            "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'",
        );
        assert_eq!(s3.region.as_deref(), Some("eu-west-1"));
        assert_eq!(others(&s3), [("region refused", "us-east-1")]);
        let minio = of(
            "The authorization header is malformed; the region is wrong; expecting 'eu-west-1'.",
        );
        assert_eq!(minio.region.as_deref(), Some("eu-west-1"));
        let gateway = of("Credential should be scoped to a valid region, not 'us-east-2'. ");
        assert_eq!(gateway.region, None);
        assert_eq!(others(&gateway), [("region refused", "us-east-2")]);
        let service = of("Credential should be scoped to correct service: 'execute-api'. ");
        assert_eq!(service.service.as_deref(), Some("execute-api"));
        let endpoint = of("incorrect service \"s3express\". This endpoint belongs to \"s3\".");
        assert_eq!(endpoint.service.as_deref(), Some("s3"));
        assert_eq!(others(&endpoint), [("service refused", "s3express")]);
        let both = of(
            "Credential should be scoped to a valid region. Credential should be scoped to correct \
             service: 'sts'. ",
        );
        assert_eq!(both.service.as_deref(), Some("sts"));
        assert_eq!(both.code, "InvalidSignatureException");
    }

    #[test]
    fn the_day_of_the_scope_is_named() {
        let document = of(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from \
             HTTP: '20150829' != '20150830', from '20150830T123600Z'.",
        );
        assert_eq!(others(&document), [("scope date refused", "20150829")]);
        assert_eq!(document.request_time.as_deref(), Some("20150830T123600Z"));
    }

    #[test]
    fn what_is_missing_is_listed() {
        let host = of("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
        assert_eq!(host.headers_not_signed, ["host"]);
        assert_eq!(host.code, "InvalidSignatureException");
        let parameters = of(
            "Authorization header requires 'Signature' parameter. Authorization header requires \
             'SignedHeaders' parameter. Authorization header requires existence of either a \
             'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
        );
        let missing = [
            ("missing", "Signature"),
            ("missing", "SignedHeaders"),
            ("missing", "X-Amz-Date or Date"),
        ];
        assert_eq!(others(&parameters), missing);
        assert_eq!(parameters.code, "IncompleteSignature");
    }

    #[test]
    fn a_field_is_believed_before_the_message() {
        let mut document = ErrorDocument {
            code: "AuthorizationHeaderMalformed".to_owned(),
            region: Some("ap-south-1".to_owned()),
            message: Some("the region 'a' is wrong; expecting 'b'".to_owned()),
            ..ErrorDocument::default()
        };
        read(&mut document);
        assert_eq!(document.region.as_deref(), Some("ap-south-1"));
        assert_eq!(document.code, "AuthorizationHeaderMalformed");
    }

    #[test]
    fn other_messages_say_nothing() {
        let document = of("the region of \u{130}stanbul, \u{212a} and 'x'");
        assert_eq!(document.code, "");
        assert!(document.others.is_empty() && document.region.is_none());
        assert!(!is_known("Forbidden") && is_known("Missing Authentication Token"));
    }
}
