//! A document out of its fields, whichever notation they came in.

use super::codes::known_code;
use super::stage::{stage, unwrapped};
use super::{ErrorDocument, PLACE, message};
use crate::explain::parts::InputError;

/// A name and a text, in the order of the document.
pub(super) type Field = (String, String);

/// Whether the characters of the fields are those that the server sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Fidelity {
    /// They are.
    Exact,
    /// The document is not UTF-8 and was read as Latin-1, so that something can be shown.
    Guessed,
}

/// Puts each field to its place. Names are compared without case: JSON writes some of them small.
///
/// # Errors
/// Bytes that are not written in hexadecimal.
pub(super) fn document(
    fields: Vec<Field>,
    fidelity: Fidelity,
) -> Result<ErrorDocument, InputError> {
    let mut document = ErrorDocument::default();
    let mut stated_hash = None;
    let mut computed_hash = None;
    let mut name_of_error = None;
    let mut exact = [None, None];
    for (name, text) in fields {
        let text = text.trim_matches(|character: char| character.is_ascii_whitespace());
        if text.is_empty() {
            continue;
        }
        let own = || Some(text.to_owned());
        match &name.to_ascii_lowercase()[..] {
            "code" | "__type" | "errorcode" | "errortype"
                if document.code.is_empty() && is_code(text) =>
            {
                code(text).clone_into(&mut document.code);
            }
            "name" if known_code(text) == Some(text) => name_of_error = own(),
            "message" | "errormessage" if document.message.is_none() => {
                document.message = Some(unwrapped(text));
            }
            "canonicalrequest" => document.canonical_request = stage(text),
            "stringtosign" => document.string_to_sign = stage(text),
            "canonicalrequestbytes" => exact[0] = Some(bytes(&name, text)?),
            "stringtosignbytes" => exact[1] = Some(bytes(&name, text)?),
            "signatureprovided" => document.signature_provided = own(),
            "region" => document.region = own(),
            "servertime" => document.server_time = own(),
            "requesttime" => document.request_time = own(),
            "maxallowedskewmilliseconds" if text.parse::<u64>().is_ok() => {
                document.window_seconds =
                    text.parse().ok().map(|thousandths: u64| thousandths / 1000);
            }
            "headersnotsigned" => {
                let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
                document.headers_not_signed = names.map(str::to_owned).collect();
            }
            "clientcomputedcontentsha256" => stated_hash = own(),
            "s3computedcontentsha256" => computed_hash = own(),
            _ => document.others.push((name, text.to_owned())),
        }
    }
    if document.code.is_empty() {
        document.code = name_of_error.unwrap_or_default();
    }
    match (stated_hash, computed_hash) {
        (Some(stated), Some(computed)) => document.content_sha256 = Some((stated, computed)),
        (stated, computed) => {
            let named =
                [("ClientComputedContentSHA256", stated), ("S3ComputedContentSHA256", computed)];
            let given = named.into_iter().filter_map(|(name, hash)| Some((name.to_owned(), hash?)));
            document.others.extend(given);
        }
    }
    message::read(&mut document);
    if fidelity == Fidelity::Guessed {
        let stages = [
            ("CanonicalRequest", &mut document.canonical_request),
            ("StringToSign", &mut document.string_to_sign),
        ];
        for (name, stage) in stages {
            if stage.take().is_some() {
                let remark = "not UTF-8, and not given as bytes: not compared";
                document.others.push((name.to_owned(), remark.to_owned()));
            }
        }
    }
    let [canonical_request, string_to_sign] = exact;
    document.canonical_request = canonical_request.or(document.canonical_request);
    document.string_to_sign = string_to_sign.or(document.string_to_sign);
    Ok(document)
}

/// Whether a text is a code, and not the number of an HTTP status.
fn is_code(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && !text.contains(|character: char| character.is_ascii_whitespace())
}

/// The code without the namespace before it and the address behind it, which some services write.
fn code(text: &str) -> &str {
    let name = text.rsplit('#').next().unwrap_or(text);
    name.split(':').next().unwrap_or(name)
}

/// Bytes as S3 lists them: two digits each, with spaces between.
fn bytes(element: &str, listed: &str) -> Result<Vec<u8>, InputError> {
    let digits: Vec<u8> = listed.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |digits: &[u8]| {
        let text = std::str::from_utf8(digits).ok().filter(|text| text.len() == 2);
        text.and_then(|text| u8::from_str_radix(text, 16).ok()).ok_or_else(|| {
            let problem = format!(
                "{element}: expected two hexadecimal digits, got \"{}\"",
                digits.escape_ascii()
            );
            InputError::new(PLACE, problem)
        })
    };
    digits.chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(fields: &[(&str, &str)]) -> ErrorDocument {
        let own = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
        document(fields.iter().map(own).collect(), Fidelity::Exact).unwrap()
    }

    #[test]
    fn bytes_are_believed_before_text() {
        let document = read(&[("StringToSign", "A?\n"), ("StringToSignBytes", "41 ff 0a")]);
        assert_eq!(document.string_to_sign.as_deref(), Some(&b"A\xff\n"[..]));
        let together = read(&[("StringToSignBytes", "41ff0a")]);
        assert_eq!(together.string_to_sign, document.string_to_sign);
    }

    #[test]
    fn bytes_that_are_none_are_named() {
        for (listed, got) in [("4x", "4x"), ("41 4", "4"), ("\u{e9}", "\\xc3\\xa9")] {
            let fields = vec![("CanonicalRequestBytes".to_owned(), listed.to_owned())];
            let problem = format!(
                "error document: CanonicalRequestBytes: expected two hexadecimal digits, got \"{got}\""
            );
            let error = document(fields, Fidelity::Exact).unwrap_err();
            assert_eq!(error.to_string(), problem);
        }
    }

    #[test]
    fn a_code_is_taken_out_of_its_namespace() {
        for written in [
            "com.amazon.coral.service#InvalidSignatureException",
            "InvalidSignatureException:http://internal.example.com/coral/",
            "InvalidSignatureException",
        ] {
            assert_eq!(read(&[("__type", written)]).code, "InvalidSignatureException");
        }
        let number = read(&[("code", "403"), ("message", "m")]);
        assert_eq!(number.code, "");
        assert_eq!(number.others, [("code".to_owned(), "403".to_owned())]);
        assert_eq!(read(&[("name", "SignatureDoesNotMatch")]).code, "SignatureDoesNotMatch");
        assert_eq!(read(&[("name", "Somebody")]).code, "");
    }

    #[test]
    fn times_hashes_and_headers_have_their_places() {
        let document = read(&[
            ("Code", "RequestTimeTooSkewed"),
            ("RequestTime", "20150830T123600Z"),
            ("ServerTime", "2015-08-30T23:07:09Z"),
            ("MaxAllowedSkewMilliseconds", "900000"),
            ("HeadersNotSigned", "x-amz-date, content-md5"),
            ("ClientComputedContentSHA256", "00"),
            ("S3ComputedContentSHA256", "ff"),
            ("Region", "eu-west-1"),
            ("HostId", "id"),
            ("RequestId", ""),
        ]);
        assert_eq!(document.request_time.as_deref(), Some("20150830T123600Z"));
        assert_eq!(document.server_time.as_deref(), Some("2015-08-30T23:07:09Z"));
        assert_eq!(document.window_seconds, Some(900));
        assert_eq!(document.headers_not_signed, ["x-amz-date", "content-md5"]);
        assert_eq!(document.content_sha256, Some(("00".to_owned(), "ff".to_owned())));
        assert_eq!(document.region.as_deref(), Some("eu-west-1"));
        assert_eq!(document.others, [("HostId".to_owned(), "id".to_owned())]);
    }

    #[test]
    fn what_has_no_place_is_kept_to_be_shown() {
        let document =
            read(&[("S3ComputedContentSHA256", "ff"), ("MaxAllowedSkewMilliseconds", "x")]);
        let names: Vec<&str> = document.others.iter().map(|(name, _)| &name[..]).collect();
        assert_eq!(names, ["MaxAllowedSkewMilliseconds", "S3ComputedContentSHA256"]);
        assert_eq!(document.content_sha256, None);
    }

    #[test]
    fn stages_lose_the_backslashes_of_a_log_and_the_last_blank_line() {
        assert_eq!(stage("GET\n/\n").as_deref(), Some(&b"GET\n/"[..]));
        assert_eq!(stage(r"GET\n/\'\n").as_deref(), Some(&b"GET\n/'"[..]));
        assert_eq!(stage(r"GET\\n/\\n").as_deref(), Some(&b"GET\n/"[..]));
        // A stage has line ends of its own: what else is in it is meant.
        assert_eq!(stage("GET\n/\\n").as_deref(), Some(&b"GET\n/\\n"[..]));
    }

    #[test]
    fn guessed_characters_are_not_compared() {
        let fields = |name: &str| {
            vec![("Code".to_owned(), "C".to_owned()), (name.to_owned(), "41".to_owned())]
        };
        let text = document(fields("StringToSign"), Fidelity::Guessed).unwrap();
        assert_eq!(text.string_to_sign, None);
        assert_eq!(text.others[0].0, "StringToSign");
        let exact = document(fields("StringToSignBytes"), Fidelity::Guessed).unwrap();
        assert_eq!(exact.string_to_sign.as_deref(), Some(&b"A"[..]));
    }
}
