//! Another method than the signed one.

use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::Placement;

use super::super::cause::Cause;
use super::{Change, Part, Received, Undone, shown};

pub(super) const CHANGED: Change = Change {
    id: "method-changed",
    title: "The request was sent with another method than the signed one.",
    part: Part::Method,
    who: "Browsers send a preflight OPTIONS before the request itself (cloudflare-docs#6003); \
          people open a URL that was presigned for PUT, or ask with HEAD for one presigned for GET; \
          HTTP libraries turn POST into GET when they follow a redirect.",
    fix: "Presign a URL for the method it is used with. A preflight is never signed: the CORS rules \
          of the bucket or the gateway must answer it.",
    undo,
};

const METHODS: &[&str] = &["GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS"];

fn undo(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let arrived = &asked.input.request.method;
    let others = METHODS.iter().filter(|method| method.as_bytes() != &arrived[..]);
    others
        .map(|method| {
            let what = format!("signed as {method}, arrived as {}", shown(arrived));
            Undone::new(asked, what, |request| request.method = (*method).into()).by(cause(
                method,
                arrived,
                asked.placement,
            ))
        })
        .collect()
}

fn cause(signed: &str, arrived: &[u8], placement: Placement) -> Cause {
    match (signed, arrived, placement) {
        (_, b"OPTIONS", _) => Cause::new(
            "Browsers send a preflight OPTIONS before the request itself (cloudflare-docs#6003).",
            "A preflight is never signed: the CORS rules of the bucket or the gateway must answer it.",
        ),
        ("HEAD", b"GET", Placement::Header) => Cause::new(
            "CDNs ask with GET where they were asked with HEAD, to fill their cache (Cloudflare: \
             halo-dev/plugin-s3#201).",
            "Switch the cache off for the host or the path of the store.",
        ),
        ("POST", b"GET", _) => Cause::new(
            "HTTP libraries turn POST into GET when they follow a redirect.",
            "Send the request to the address that it is redirected to, and sign it for that.",
        ),
        (_, _, Placement::Query) => Cause::new(
            "People open a URL that was presigned for another method: in a browser one for PUT, or \
             with HEAD one for GET.",
            "Presign a URL for the method it is used with.",
        ),
        (_, _, Placement::Header) => Cause::new(
            "Clients that sign one method and send another.",
            "Sign the method that is sent.",
        ),
    }
}
