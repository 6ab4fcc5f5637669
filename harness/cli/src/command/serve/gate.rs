//! Who may ask: a browser on this machine that was given the address of the page.

use std::io;
use std::net::SocketAddr;

use hyper::header::{CONTENT_TYPE, HOST, HeaderMap, HeaderValue, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use sigv4_protocol::hex::hex;
use subtle::ConstantTimeEq as _;

/// How long the part of the address is that nobody can guess, in bytes.
const UNGUESSABLE: usize = 16;
/// How browsers send a form.
const FORM: &[u8] = b"application/x-www-form-urlencoded";

/// What a request is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wanted {
    /// The page with an empty form.
    Page,
    /// The page with an example and its answer.
    Example,
    /// An answer to what is in the form.
    Answer,
}

/// Why a request is not answered.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    /// What is wrong, and what to do.
    pub(super) text: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }
}

/// The address of the page.
pub(super) struct Gate {
    authority: String,
    origin: String,
    /// `/`, what nobody can guess, and `/`.
    folder: String,
}

impl Gate {
    /// A gate at this address, behind a path that is new.
    ///
    /// # Errors
    /// A system without random numbers.
    pub(super) fn new(address: SocketAddr) -> io::Result<Self> {
        let mut random = [0; UNGUESSABLE];
        getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
        let authority = address.to_string();
        let origin = format!("http://{authority}");
        Ok(Self { authority, origin, folder: format!("/{}/", hex(&random)) })
    }

    pub(super) fn url(&self) -> String {
        format!("{}{}", self.origin, self.folder)
    }

    /// What a request is for.
    ///
    /// # Errors
    /// A request for another host, which a name that was pointed at this machine sends (DNS rebinding); another
    /// path; a form that another page sends; what is neither.
    pub(super) fn wanted(&self, request: &Parts) -> Result<Wanted, Refusal> {
        let path = request.uri.path().as_bytes();
        let (folder, name) = path.split_at(path.len().min(self.folder.len()));
        let is_folder = bool::from(folder.ct_eq(self.folder.as_bytes()));
        let wanted = match name {
            b"" => Wanted::Page,
            b"example" => Wanted::Example,
            _ => return Err(Self::nothing()),
        };
        if !is_folder || !self.is_for_this_host(request) {
            return Err(Self::nothing());
        }
        match (&request.method, wanted) {
            (&Method::GET | &Method::HEAD, wanted) => Ok(wanted),
            (&Method::POST, Wanted::Page) => {
                self.check_form(&request.headers)?;
                Ok(Wanted::Answer)
            }
            _ => Err(Refusal::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "Expected GET for the page, or POST for its form.",
            )),
        }
    }

    fn nothing() -> Refusal {
        let text =
            "Nothing is here. Open the whole address that `sigv4-conformance serve` printed.";
        Refusal::new(StatusCode::NOT_FOUND, text)
    }

    fn is_for_this_host(&self, request: &Parts) -> bool {
        let named = request.uri.authority().map(|authority| authority.as_str().as_bytes());
        let hosts = request.headers.get_all(HOST).iter().map(HeaderValue::as_bytes);
        let mut all = named.into_iter().chain(hosts).peekable();
        all.peek().is_some() && all.all(|host| host == self.authority.as_bytes())
    }

    fn check_form(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        if !self.is_of_this_page(headers) {
            let text = format!(
                "The form comes from another page. Open {} and send its form from there.",
                self.url()
            );
            return Err(Refusal::new(StatusCode::FORBIDDEN, text));
        }
        let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        let kind = kind.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
        if !kind.eq_ignore_ascii_case(FORM) {
            let text = "Expected a form as application/x-www-form-urlencoded.";
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
        }
        Ok(())
    }

    /// Whether a form was sent by this page. With `Referrer-Policy: no-referrer`, browsers write `null` in
    /// Origin (Fetch, "append a request `Origin` header"); what they say of the page is then in
    /// Sec-Fetch-Site, which no page can write (Fetch Metadata Request Headers).
    fn is_of_this_page(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(ORIGIN).iter().map(HeaderValue::as_bytes);
        let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        let is_own = origin == self.origin.as_bytes();
        match site {
            Some(site) => site == b"same-origin" && (is_own || origin == b"null"),
            None => is_own,
        }
    }
}
