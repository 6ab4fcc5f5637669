//! One request and its answer.

use std::sync::Mutex;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{CONNECTION, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode};
use jiff::Timestamp;
use sigv4_reference::Time;
use sigv4_vectors::model;
use tokio::sync::mpsc;

use super::answers::{Answer, Correct, Protocol, form_refusal, refusal, success};
use super::head::Head;
use super::judge::{Judge, Ruling, claimed_service};
use super::problem::Problem;
use super::record::{Answered, Found};
use super::s3::{self, Store};
use super::tap::{Arrivals, Arrived, Limits, lock};
use super::verdict::Verdict;

/// What answers requests.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) judge: Judge,
    pub(super) limits: Limits,
    pub(super) store: Mutex<Store>,
    pub(super) queue: mpsc::Sender<Answered>,
}

/// What is found and answered, before it is sent.
struct Outcome {
    request: model::Request,
    found: Found,
    answer: Answer,
    /// Whether nothing more is read on this connection.
    last: bool,
}

impl Exchange {
    /// Answers the request that the library calls `/number`.
    pub(super) async fn answer(
        &self,
        plain: Request<Incoming>,
        arrivals: &Arrivals,
    ) -> Response<Full<Bytes>> {
        let number = plain.uri().path().trim_start_matches('/').parse().unwrap_or_default();
        // Every request of the library was put there by the layer below.
        let Some(Arrived { number, raw, head, chunks }) = arrivals.take(number) else {
            return Response::new(Full::default());
        };
        let (request, problem) = match head {
            Err(problem) => (model::Request::default(), Some(problem)),
            Ok(Head { mut request, .. }) => {
                let (body, problem) = self.read(plain.into_body()).await;
                request.body = body[..].into();
                (request, problem)
            }
        };
        let Outcome { request, found, answer, last } = match (problem, now()) {
            (None, Some(time)) => self.outcome(request, time),
            (None, None) => unreadable(request, &Problem::Clock),
            (Some(problem), _) => unreadable(request, &problem),
        };
        let (head, chunks) = (raw, std::mem::take(&mut *lock(&chunks)));
        let status = answer.status;
        let answered = Answered { number, request, status, found, head, chunks };
        // The other end is there as long as this one is.
        let _ = self.queue.send(answered).await;
        response(answer, last)
    }

    /// The body as far as it arrived, and why no more did.
    async fn read(&self, body: Incoming) -> (Vec<u8>, Option<Problem>) {
        let limit = usize::try_from(self.limits.body).unwrap_or(usize::MAX);
        let mut body = Limited::new(body, limit);
        let mut read = Vec::new();
        while let Some(frame) = body.frame().await {
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => read.extend_from_slice(&data),
                // The trailer is read where the bytes arrive.
                Ok(Err(_)) => {}
                Err(error) if error.is::<LengthLimitError>() => {
                    return (read, Some(Problem::BodyTooLong { limit: self.limits.body }));
                }
                Err(_) => return (read, Some(Problem::BodyCut)),
            }
        }
        (read, None)
    }

    /// Records what never became a request.
    pub(super) async fn refuse(&self, number: u64, problem: &Problem) {
        let Outcome { request, found, answer, .. } = unreadable(model::Request::default(), problem);
        let status = answer.status;
        let answered =
            Answered { number, request, status, found, head: Vec::new(), chunks: Vec::new() };
        // As above.
        let _ = self.queue.send(answered).await;
    }

    fn outcome(&self, request: model::Request, time: Time) -> Outcome {
        let own = self.judge.service.as_ref().map(|service| service.as_bytes().to_vec());
        let service = own.unwrap_or_else(|| claimed_service(&request));
        let protocol = Protocol::of(&request, &service);
        let (found, answer) = match self.judge.rule(&request, time) {
            Ruling::Taken(verdict) => {
                let signed = !matches!(verdict, Verdict::Unsigned);
                let answer = success(&protocol)
                    .unwrap_or_else(|| s3::answer(&mut lock(&self.store), &request, signed));
                (Found::Verdict(verdict), answer)
            }
            Ruling::Refused(rejection) => {
                let correct: Option<Correct> = self.judge.correct(&request, time);
                let answer = refusal(&protocol, &request, &rejection, correct.as_ref());
                (Found::Rejection { rejection, time }, answer)
            }
            Ruling::RefusedForm { verdict, refusal } => {
                (Found::Verdict(verdict), form_refusal(&request, &refusal))
            }
        };
        Outcome { request, found, answer, last: false }
    }
}

fn unreadable(request: model::Request, problem: &Problem) -> Outcome {
    let detail = problem.to_string();
    let answer = Answer::new(problem.status()).body("text/plain", format!("{detail}\n"));
    let found = Found::Verdict(Verdict::Unreadable { detail });
    Outcome { request, found, answer, last: true }
}

fn response(answer: Answer, last: bool) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    for (name, value) in answer.headers {
        // What a client sent and no header can hold is left out.
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        if let Some((name, value)) = header.zip(HeaderValue::from_bytes(&value).ok()) {
            headers.append(name, value);
        }
    }
    if last {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The time as requests carry it; nothing in years that have not four digits.
fn now() -> Option<Time> {
    let text = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    Time::parse(text.as_bytes()).ok()
}
