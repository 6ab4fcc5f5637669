//! What the page answers.

use std::sync::Arc;

use clap::ValueEnum as _;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Request, Response, StatusCode};
use sigv4_conformance::explain::ServiceTable;
use sigv4_pages::{Answer, Form, PageError, ServedPage, explain_page};
use tokio::sync::Semaphore;

use super::asked::Asked;
use super::gate::{Gate, Refusal, Wanted};
use super::receive;
use crate::args::Example;
use crate::failure::Failure;

/// How many requests are explained at once: each may take a second.
const EXPLAINED_AT_ONCE: usize = 2;
/// What a text may do in a browser.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// Names of services that stand for all others are none that a scope has.
const EVERY_OTHER: &str = "*";

/// The page.
pub(super) struct Site {
    gate: Gate,
    shown: Arc<Shown>,
    room: Arc<Semaphore>,
}

impl Site {
    pub(super) fn new(gate: Gate, services: ServiceTable) -> Self {
        let room = Arc::new(Semaphore::new(EXPLAINED_AT_ONCE));
        Self { gate, shown: Arc::new(Shown { services }), room }
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let made = match self.gate.wanted(&head) {
            Ok(Wanted::Page) => self.shown.page(&Form::default(), None, false).map(ok),
            Ok(Wanted::Example) => self.explained(Asked::example()).await,
            Ok(Wanted::Answer) => match receive::form(body).await {
                Ok(form) => self.explained(Asked::read(&form)).await,
                Err(refusal) => self.shown.refusal(refusal),
            },
            Err(refusal) => {
                receive::discard(body).await;
                return text(&refusal);
            }
        };
        made.unwrap_or_else(|error| {
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            text(&Refusal::new(status, format!("A defect of sigv4-conformance: {error}.")))
        })
    }

    /// The page with the answer, which is computed beside the connections.
    async fn explained(&self, asked: Asked) -> Result<Response<Full<Bytes>>, PageError> {
        // Never closed.
        let permit = Arc::clone(&self.room).acquire_owned().await;
        let shown = Arc::clone(&self.shown);
        let explained = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            shown.explained(&asked)
        });
        explained.await.unwrap_or_else(|_| {
            let problem = "the explanation ended before it was complete";
            Ok(text(&Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, problem)))
        })
    }
}

/// What is shown.
struct Shown {
    services: ServiceTable,
}

impl Shown {
    fn explained(&self, asked: &Asked) -> Result<Response<Full<Bytes>>, PageError> {
        let (form, is_left_out) = asked.kept();
        match asked.explained(&self.services) {
            Ok((report, concealed)) => {
                let answer = Answer::Explained { report: &report, concealed: &concealed };
                self.page(&form, Some(&answer), is_left_out).map(ok)
            }
            Err(failure) => {
                let status = match failure {
                    Failure::Explain(_) => StatusCode::UNPROCESSABLE_ENTITY,
                    _ => StatusCode::BAD_REQUEST,
                };
                let answer = Answer::Problem(asked.without_secret(&failure.to_string()));
                let page = self.page(&form, Some(&answer), is_left_out)?;
                Ok(response(status, page))
            }
        }
    }

    /// A form that was not read.
    fn refusal(
        &self,
        Refusal { status, text }: Refusal,
    ) -> Result<Response<Full<Bytes>>, PageError> {
        let page = self.page(&Form::default(), Some(&Answer::Problem(text)), false)?;
        Ok(response(status, page))
    }

    fn page(
        &self,
        form: &Form,
        answer: Option<&Answer<'_>>,
        is_left_out: bool,
    ) -> Result<ServedPage, PageError> {
        let services = self.services.all().map(|rules| rules.service);
        let services: Vec<&str> = services.filter(|name| *name != EVERY_OTHER).collect();
        let examples: Vec<(String, &str)> = Example::value_variants()
            .iter()
            .filter_map(|example| {
                let word = example.to_possible_value()?.get_name().to_owned();
                Some((word, example.key_pair().0))
            })
            .collect();
        explain_page(form, &services, &examples, answer, is_left_out)
    }
}

fn ok(page: ServedPage) -> Response<Full<Bytes>> {
    response(StatusCode::OK, page)
}

fn response(status: StatusCode, page: ServedPage) -> Response<Full<Bytes>> {
    // The policy is ASCII.
    let policy = HeaderValue::try_from(page.policy);
    let policy = policy.unwrap_or(HeaderValue::from_static(NOTHING));
    with_headers(status, "text/html; charset=utf-8", policy, page.html)
}

fn text(Refusal { status, text }: &Refusal) -> Response<Full<Bytes>> {
    let policy = HeaderValue::from_static(NOTHING);
    with_headers(*status, "text/plain; charset=utf-8", policy, format!("{text}\n"))
}

fn with_headers(
    status: StatusCode,
    kind: &'static str,
    policy: HeaderValue,
    body: String,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
    }
    response
}
