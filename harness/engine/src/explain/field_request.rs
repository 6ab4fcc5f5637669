//! A request from the field, with everything that came with it.

use sigv4_vectors::model::Request;

use super::curl::data::Change;
use super::curl::signing::CurlSigning;
use super::error_document::ErrorDocument;

/// A request as it was sent, with everything else that the text says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldRequest {
    /// The request.
    pub request: Request,
    /// How it was sent, if the text says so.
    pub scheme: Option<Scheme>,
    /// What the server answered, if the text holds it.
    pub answer: Option<ServerAnswer>,
    /// What the signer logged of its own computation.
    pub signer: SignerLog,
    /// What curl signs with when it runs the command, which carries no signature.
    pub unsigned: Option<CurlSigning>,
    /// What the text holds and could not be used, each with its effect on the signature, for people.
    pub remarks: Vec<String>,
    /// What is wrong with the text of a token, whatever its signature, for people.
    pub faults: Vec<String>,
    /// Whether the text leaves out the body or a part of it, so that its hash cannot be compared.
    pub hides_body: bool,
    /// What curl does to the file of the body.
    pub(super) file_change: Option<Change>,
    /// The file, if curl sends another body.
    pub(super) file: Option<Vec<u8>>,
}

/// The scheme of a URL.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Scheme {
    /// Plain HTTP, port 80.
    Http,
    /// HTTP over TLS, port 443.
    Https,
}

/// What a server answered. With neither status nor document, the text shows that no answer came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerAnswer {
    /// The status code.
    pub status: Option<u16>,
    /// The error document in its body.
    pub document: Option<ErrorDocument>,
    /// Why no answer came, in the words of the program that waited for it.
    pub failure: Option<String>,
}

/// The intermediate results that a signer logged, each as far as it did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct SignerLog {
    /// The canonical request.
    pub canonical_request: Option<Vec<u8>>,
    /// The string to sign.
    pub string_to_sign: Option<Vec<u8>>,
}

impl FieldRequest {
    /// Takes the body from elsewhere, and drops what the text lacks of it.
    pub fn give_body(&mut self, body: Vec<u8>) {
        self.remarks.retain(|remark| !remark.contains("--body-file"));
        let (body, said) = match &self.file_change {
            Some(change) => {
                let (sent, said) = change.apply(&body);
                self.file = said.is_some().then_some(body);
                (sent, said)
            }
            None => (body, None),
        };
        self.remarks.extend(said.map(str::to_owned));
        self.request.body = body.into();
        self.hides_body = false;
    }
}

impl From<Request> for FieldRequest {
    fn from(request: Request) -> Self {
        Self { request, ..Self::default() }
    }
}
