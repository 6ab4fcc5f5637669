//! What is in the form, and its explanation.

use clap::ValueEnum as _;
use sigv4_conformance::explain::{
    Circumstances, Concealed, Explanation, FieldRequest, Report, Server, ServiceTable, Trial,
};
use sigv4_pages::{Form, field};
use sigv4_vectors::model::Request;
use zeroize::Zeroizing;

use crate::args::Example;
use crate::command::credentials::time_or_now;
use crate::command::explain::{explained, request};
use crate::command::input::header;
use crate::failure::Failure;

/// A form that was sent.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) form: Form,
    secret: Zeroizing<String>,
}

impl Asked {
    /// Reads a form; fields that it does not have are ignored.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let form = &mut asked.form;
            let field = match &*name {
                "secret" => {
                    asked.secret = Zeroizing::new(value.into_owned());
                    continue;
                }
                "request" => &mut form.request,
                "document" => &mut form.document,
                "example" => &mut form.example,
                "service" => &mut form.service,
                "region" => &mut form.region,
                "now" => &mut form.now,
                "body" => &mut form.body,
                "header" => &mut form.header,
                "entry" => &mut form.entry,
                _ => continue,
            };
            // Browsers send every line end of a field as CRLF.
            *field = value.replace("\r\n", "\n");
        }
        asked
    }

    /// A request that S3 refused because a proxy had changed its path. Request and signature are those of the S3
    /// API Reference, "Signature Calculations for the Authorization Header", GET object.
    pub(super) fn example() -> Self {
        let form = Form {
            request: include_str!("example/request.http").to_owned(),
            document: include_str!("example/error.xml").to_owned(),
            example: "s3".to_owned(),
            now: "20130524T000100Z".to_owned(),
            ..Form::default()
        };
        Self { form, secret: Zeroizing::default() }
    }

    /// What is said of the request.
    ///
    /// # Errors
    /// What `explain` says of input that it cannot read.
    pub(super) fn explained(
        &self,
        services: &ServiceTable,
    ) -> Result<(Report, Concealed), Failure> {
        let form = &self.form;
        let sent = self.request(&form.request, &form.body)?;
        // A field of a form does not keep whether the lines of a body end with LF or CRLF.
        let with_returns = |text: &str| text.replace('\n', "\r\n");
        let other = self.request(&with_returns(&form.request), &with_returns(&form.body));
        let other = other.ok().filter(|other| other.request.body != sent.request.body);
        let Some(other) = other else { return self.explain(sent, services) };
        if has_stated_length(&other.request) && !has_stated_length(&sent.request) {
            return self.explain(other, services);
        }
        let first = self.explain(sent, services)?;
        if soundness(&first.0) == (true, true) {
            return Ok(first);
        }
        let other = self.explain(other, services).ok();
        let is_sounder = |other: &Report| soundness(other) > soundness(&first.0);
        Ok(match other {
            Some(other) if is_sounder(&other.0) => other,
            _ => first,
        })
    }

    fn request(&self, text: &str, body: &str) -> Result<FieldRequest, Failure> {
        let entry = match self.form.entry.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                let problem = "expected a whole number that is not negative";
                Failure::Argument(format!("{} {text:?}: {problem}", field::ENTRY))
            })?),
        };
        let body = given(body).map(|body| body.as_bytes().to_vec());
        let headers = self.form.header.lines().filter(|line| !line.trim().is_empty());
        let headers: Result<_, _> = headers.map(|text| header(field::HEADER, text)).collect();
        request(text.as_bytes(), entry, body, headers?)
    }

    fn explain(
        &self,
        sent: FieldRequest,
        services: &ServiceTable,
    ) -> Result<(Report, Concealed), Failure> {
        let form = &self.form;
        let (service, region) = (given(form.service.trim()), given(form.region.trim()));
        let circumstances = Circumstances {
            secret_access_key: self.secret()?.map(str::as_bytes),
            now: time_or_now(field::NOW, given(form.now.trim()))?,
            window_seconds: None,
            profile: None,
            services,
            server: Server { service, region },
            document: None,
        };
        let document = given(&form.document).map(str::as_bytes);
        explained(sent, document, &circumstances, &Trial::default())
    }

    /// The user's own secret, or that of documented credentials.
    fn secret(&self) -> Result<Option<&str>, Failure> {
        let own = given(&self.secret);
        if self.form.example.is_empty() {
            return Ok(own);
        }
        let example = Example::from_str(&self.form.example, false).map_err(|_| {
            let word = &self.form.example;
            Failure::Argument(format!("{} {word:?}: expected `suite` or `s3`", field::EXAMPLE))
        })?;
        if own.is_some() {
            let problem = "a secret and documented credentials: expected one of them";
            return Err(Failure::Argument(problem.to_owned()));
        }
        Ok(Some(example.key_pair().1))
    }

    /// The text of a problem without the secret.
    pub(super) fn without_secret(&self, problem: &str) -> String {
        let concealed = Concealed::of(&Request::default(), self.secret.as_bytes());
        String::from_utf8_lossy(&concealed.shortened(problem.as_bytes())).into_owned()
    }

    /// The form to show again, and whether a field was left out of it because it holds the secret.
    pub(super) fn kept(&self) -> (Form, bool) {
        let concealed = Concealed::of(&Request::default(), self.secret.as_bytes());
        let mut form = self.form.clone();
        let mut is_left_out = false;
        let Form { request, document, example, service, region, now, body, header, entry } =
            &mut form;
        for field in [request, document, example, service, region, now, body, header, entry] {
            if concealed.is_secret_in(field.as_bytes()) {
                field.clear();
                is_left_out = true;
            }
        }
        (form, is_left_out)
    }
}

/// What a field holds, if anything.
fn given(field: &str) -> Option<&str> {
    (!field.is_empty()).then_some(field)
}

fn has_stated_length(request: &Request) -> bool {
    let is_length = |name: &[u8]| name.eq_ignore_ascii_case(b"content-length");
    let mut lengths = request.headers.iter().filter(|(name, _)| is_length(name));
    let length = request.body.len().to_string();
    lengths.any(|(_, value)| value.trim_ascii() == length.as_bytes())
}

/// Whether the signature is right, and whether nothing else is wrong.
fn soundness(report: &Report) -> (bool, bool) {
    let is_right = matches!(report.explanation, Explanation::Right { .. });
    (is_right, report.problem().is_none())
}
