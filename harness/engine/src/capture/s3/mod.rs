//! S3 in memory: as much of it as clients need to carry on.

mod address;
mod bucket;
mod error;
mod list;
mod metadata;
mod multipart;
mod object;
mod store;

use hyper::body::Bytes;
use jiff::Timestamp;
use sigv4_vectors::model::Request;

use super::answers::{Answer, HOST_ID, REQUEST_ID};
use super::aws_chunked::{self, Decoded};
use super::head::{text, values};
use super::parameters::Parameters;
pub(super) use address::Address;
pub(super) use error::S3Error;
pub(super) use store::Store;

/// The attribute of every listing.
const NAMESPACE: &str = "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"";

/// A request with what the operations read of it.
#[derive(Clone, Debug)]
struct Call<'r> {
    request: &'r Request,
    query: Parameters,
    /// Without the framing of a streamed upload.
    body: Bytes,
    /// Names in lower case, and values.
    trailers: Vec<(String, Vec<u8>)>,
    now: Timestamp,
}

impl Call<'_> {
    fn header(&self, name: &str) -> Option<String> {
        text(self.request, name)
    }

    /// The body as text.
    fn text(&self) -> Result<&str, S3Error> {
        std::str::from_utf8(&self.body)
            .map_err(|error| S3Error::MalformedXml(format!("the body: {error}")))
    }
}

/// Does what the request asks for. `signed` is whether it carries a signature.
pub(super) fn answer(store: &mut Store, request: &Request, signed: bool) -> Answer {
    let answered = prepared(request).and_then(|call| {
        let Address { bucket, key } = Address::of(request);
        let is_open = is_form(&call) || &request.method[..] == b"OPTIONS";
        if !signed && !is_open {
            return Err(S3Error::AccessDenied);
        }
        match (bucket, key) {
            (None, _) => service(store, &call),
            (Some(bucket), None) => bucket::answer(store, &call, &bucket),
            (Some(bucket), Some(key)) => object::answer(store, &call, &bucket, key),
        }
    });
    answered
        .unwrap_or_else(|error| error.answer(&request.target))
        .with("x-amz-request-id", REQUEST_ID)
        .with("x-amz-id-2", HOST_ID)
}

fn prepared(request: &Request) -> Result<Call<'_>, S3Error> {
    let marker = values(request, "x-amz-content-sha256").next().unwrap_or_default();
    let is_framed = marker.starts_with(b"STREAMING-")
        || codings(request).any(|coding| coding.eq_ignore_ascii_case("aws-chunked"));
    let Decoded { body, trailers } = if is_framed {
        aws_chunked::decode(&request.body).map_err(S3Error::InvalidArgument)?
    } else {
        Decoded { body: request.body.to_vec(), trailers: Vec::new() }
    };
    Ok(Call {
        request,
        query: Parameters::of_target(&request.target),
        body: body.into(),
        trailers,
        now: Timestamp::now(),
    })
}

/// The content codings, each on its own.
fn codings(request: &Request) -> impl Iterator<Item = String> {
    let all: Vec<String> = values(request, "content-encoding")
        .flat_map(|value| value.split(|&byte| byte == b','))
        .map(|coding| String::from_utf8_lossy(coding.trim_ascii()).into_owned())
        .collect();
    all.into_iter()
}

/// An upload by a browser's form, whose policy is signed in a field of its own.
fn is_form(call: &Call<'_>) -> bool {
    &call.request.method[..] == b"POST"
        && call.header("content-type").is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

/// Requests that name no bucket.
fn service(store: &Store, call: &Call<'_>) -> Result<Answer, S3Error> {
    match &call.request.method[..] {
        b"GET" => Ok(list::buckets(store)),
        b"HEAD" | b"OPTIONS" => Ok(Answer::new(200)),
        _ if is_form(call) => Ok(Answer::new(204)),
        _ => Err(S3Error::MethodNotAllowed),
    }
}

/// A moment as XML has it.
fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

/// A moment as headers have it.
fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests;
