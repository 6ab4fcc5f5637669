//! What the endpoint answers, by protocol: enough for a client to carry on.

use hyper::body::Bytes;
use sigv4_reference::post::Refusal;
use sigv4_reference::verify::{Reason, Rejection};
use sigv4_vectors::model::Request;

use super::head::{text, values};
use super::parameters::Parameters;
use super::xml::Xml;

/// The id of every request: answers do not differ from run to run.
pub(super) const REQUEST_ID: &str = "CAPTURE000000000";
/// The id of the host.
pub(super) const HOST_ID: &str = "sigv4-conformance-capture";

/// An answer, before the HTTP library sends it.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Bytes,
}

impl Answer {
    pub(super) fn new(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn body(mut self, kind: &str, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.with("content-type", kind)
    }

    pub(super) fn xml(status: u16, xml: Xml) -> Self {
        Self::new(status).body("application/xml", xml.finish())
    }
}

/// The protocol that a request speaks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Protocol {
    /// JSON over POST, with the operation in `X-Amz-Target`; the content type is answered in kind.
    Json(String),
    /// CBOR over POST.
    Cbor,
    /// Parameters in a form or a query, with the operation in `Action`.
    Query(String),
    /// Resources in the path, JSON in the body.
    Rest,
    S3,
}

impl Protocol {
    /// Which one this request speaks. `service` is the one that it is signed for, or empty.
    pub(super) fn of(request: &Request, service: &[u8]) -> Self {
        let kind = text(request, "content-type").unwrap_or_default();
        if values(request, "x-amz-target").next().is_some() {
            return Self::Json(kind);
        }
        if values(request, "smithy-protocol").any(|name| name == b"rpc-v2-cbor") {
            return Self::Cbor;
        }
        let is_form = kind.starts_with("application/x-www-form-urlencoded");
        let form = Parameters::parse(if is_form { &request.body } else { b"" });
        let query = Parameters::of_target(&request.target);
        if let Some(action) = form.text("Action").or_else(|| query.text("Action")) {
            return Self::Query(action.to_owned());
        }
        if service.is_empty() || service.starts_with(b"s3") { Self::S3 } else { Self::Rest }
    }
}

/// Answers a request that is taken, in any protocol but that of S3.
pub(super) fn success(protocol: &Protocol) -> Option<Answer> {
    Some(match protocol {
        Protocol::S3 => return None,
        Protocol::Json(kind) => Answer::new(200).body(kind, "{}"),
        Protocol::Rest => Answer::new(200).body("application/json", "{}"),
        // An empty map.
        Protocol::Cbor => Answer::new(200)
            .with("smithy-protocol", "rpc-v2-cbor")
            .body("application/cbor", Bytes::from_static(&[0xa0])),
        Protocol::Query(action) => {
            let mut xml = Xml::new();
            let word: String = action.chars().filter(char::is_ascii_alphanumeric).collect();
            xml.open(&format!("{word}Response"));
            xml.open(&format!("{word}Result"));
            if word == "GetCallerIdentity" {
                xml.leaf("Arn", "arn:aws:iam::123456789012:user/capture");
                xml.leaf("UserId", "AIDACAPTUREEXAMPLE");
                xml.leaf("Account", "123456789012");
            }
            xml.close(&format!("{word}Result"));
            xml.open("ResponseMetadata");
            xml.leaf("RequestId", REQUEST_ID);
            xml.close("ResponseMetadata");
            xml.close(&format!("{word}Response"));
            Answer::new(200).body("text/xml", xml.finish())
        }
    })
}

/// The texts of a correct signer, which a server shows with its refusal.
#[derive(Clone, Debug, Default)]
pub(super) struct Correct {
    pub(super) access_key_id: String,
    pub(super) signature_provided: String,
    pub(super) canonical_request: Vec<u8>,
    pub(super) string_to_sign: Vec<u8>,
}

/// Refuses a request as the vendor's services do.
pub(super) fn refusal(
    protocol: &Protocol,
    request: &Request,
    rejection: &Rejection,
    correct: Option<&Correct>,
) -> Answer {
    let (status, code, json) = code(rejection.reason);
    let does_not_match = "The request signature we calculated does not match the signature you \
                          provided. Check your AWS Secret Access Key and signing method.";
    let message = match rejection.reason {
        Reason::SignatureMismatch => does_not_match.to_owned(),
        _ => rejection.detail.to_string(),
    };
    let message_with_texts = match correct {
        Some(correct) if rejection.reason == Reason::SignatureMismatch => format!(
            "{message}\n\nThe Canonical String for this request should have been\n'{}'\n\n\
             The String-to-Sign should have been\n'{}'\n",
            String::from_utf8_lossy(&correct.canonical_request),
            String::from_utf8_lossy(&correct.string_to_sign)
        ),
        _ => message.clone(),
    };
    match protocol {
        Protocol::Json(_) | Protocol::Rest | Protocol::Cbor => {
            let body = serde_json::json!({"__type": json, "message": message_with_texts});
            Answer::new(if status == 403 { 403 } else { 400 })
                .with("x-amzn-errortype", json)
                .body("application/x-amz-json-1.1", body.to_string())
        }
        Protocol::Query(_) => {
            let mut xml = Xml::new();
            xml.open("ErrorResponse");
            xml.open("Error");
            xml.leaf("Type", "Sender");
            xml.leaf("Code", code);
            xml.leaf("Message", &message_with_texts);
            xml.close("Error");
            xml.leaf("RequestId", REQUEST_ID);
            xml.close("ErrorResponse");
            Answer::new(status).body("text/xml", xml.finish())
        }
        Protocol::S3 => {
            let mut xml = Xml::new();
            xml.open("Error");
            xml.leaf("Code", code);
            xml.leaf("Message", &message);
            if let Some(correct) = correct.filter(|_| code == "SignatureDoesNotMatch") {
                xml.leaf("AWSAccessKeyId", &correct.access_key_id);
                xml.bytes("StringToSign", &correct.string_to_sign);
                xml.leaf("SignatureProvided", &correct.signature_provided);
                xml.leaf("StringToSignBytes", &listed(&correct.string_to_sign));
                xml.bytes("CanonicalRequest", &correct.canonical_request);
                xml.leaf("CanonicalRequestBytes", &listed(&correct.canonical_request));
            }
            xml.bytes("Resource", &request.target);
            xml.leaf("RequestId", REQUEST_ID);
            xml.leaf("HostId", HOST_ID);
            xml.close("Error");
            Answer::xml(status, xml)
        }
    }
}

/// Refuses a form as S3 does.
pub(super) fn form_refusal(request: &Request, refusal: &Refusal) -> Answer {
    let (status, code, message) = match refusal {
        Refusal::Authentication(rejection) => {
            return self::refusal(&Protocol::S3, request, rejection, None);
        }
        Refusal::Form(error) => (400, "MalformedPOSTRequest", error.to_string()),
        Refusal::Policy(error) => {
            (400, "InvalidPolicyDocument", format!("Invalid Policy: {error}"))
        }
        Refusal::Unmet(unmet) => {
            (403, "AccessDenied", format!("Invalid according to Policy: {unmet}"))
        }
        _ => (400, "InvalidArgument", refusal.to_string()),
    };
    let mut xml = Xml::new();
    xml.open("Error");
    xml.leaf("Code", code);
    xml.leaf("Message", &message);
    xml.leaf("RequestId", REQUEST_ID);
    xml.leaf("HostId", HOST_ID);
    xml.close("Error");
    Answer::xml(status, xml)
}

/// The status, S3's word and the other services' word for a reason.
fn code(reason: Reason) -> (u16, &'static str, &'static str) {
    const INCOMPLETE: &str = "IncompleteSignatureException";
    const INVALID: &str = "InvalidSignatureException";
    match reason {
        Reason::SignatureMismatch => (403, "SignatureDoesNotMatch", INVALID),
        Reason::RequestTimeTooSkewed => (403, "RequestTimeTooSkewed", INVALID),
        Reason::UnknownAccessKey | Reason::InactiveAccessKey => {
            (403, "InvalidAccessKeyId", "UnrecognizedClientException")
        }
        Reason::SessionTokenMismatch => (403, "InvalidToken", "UnrecognizedClientException"),
        Reason::MissingAuthentication => {
            (403, "AccessDenied", "MissingAuthenticationTokenException")
        }
        Reason::PayloadHashMismatch => (400, "XAmzContentSHA256Mismatch", INVALID),
        Reason::MalformedAuthentication
        | Reason::ScopeDateMismatch
        | Reason::ScopeRegionMismatch
        | Reason::ScopeServiceMismatch
        | Reason::ScopeTerminatorMismatch => (400, "AuthorizationHeaderMalformed", INCOMPLETE),
        Reason::ExpiresOutOfRange => (400, "AuthorizationQueryParametersError", INCOMPLETE),
        Reason::MalformedRequest | Reason::MultipleAuthentications => {
            (400, "InvalidRequest", INCOMPLETE)
        }
        _ => (403, "AccessDenied", INVALID),
    }
}

/// Bytes as S3 lists them: two digits each, with spaces between.
fn listed(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(kind: &str, target: &str, body: &str) -> Request {
        Request {
            method: "POST".into(),
            target: target.into(),
            headers: vec![("Content-Type".into(), kind.into())],
            body: body.into(),
        }
    }

    #[test]
    fn the_protocol_is_told_by_the_request() {
        let form = request("application/x-www-form-urlencoded; charset=utf-8", "/", "Action=A&B=c");
        assert_eq!(Protocol::of(&form, b""), Protocol::Query("A".to_owned()));
        let presigned = request("", "/?Action=GetCallerIdentity", "");
        let action = "GetCallerIdentity".to_owned();
        assert_eq!(Protocol::of(&presigned, b"sts"), Protocol::Query(action));
        let kind = "application/x-amz-json-1.0";
        let mut json = request(kind, "/", "{}");
        assert_eq!(Protocol::of(&json, b"lambda"), Protocol::Rest);
        json.headers.push(("X-Amz-Target".into(), "DynamoDB.ListTables".into()));
        assert_eq!(Protocol::of(&json, b"dynamodb"), Protocol::Json(kind.to_owned()));
        assert_eq!(Protocol::of(&request("", "/b/k", ""), b"s3express"), Protocol::S3);
    }

    #[test]
    fn an_action_cannot_break_out_of_its_element() {
        let action = Protocol::Query("A><x".to_owned());
        let answer = success(&action).expect("an answer");
        assert!(
            answer.body.starts_with(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<AxResponse>")
        );
    }
}
