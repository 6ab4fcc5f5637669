//! Step 1 of the canonical request: the method.

use std::borrow::Cow;

use sigv4_protocol::SignQuestion;
use sigv4_vectors::model::Placement;

use crate::catalogue::{Mistake, MistakeSet};

/// The methods that a signer with a closed list knows.
const KNOWN: [&[u8]; 9] =
    [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"CONNECT", b"TRACE"];
/// The methods that JavaScript's `fetch` writes in upper case.
const FETCHED: [&[u8]; 6] = [b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"POST", b"PUT"];

/// The method as it is signed; `replacing` is used in place of the request's.
pub(super) fn canonical<'q>(
    question: &'q SignQuestion,
    replacing: Option<&'q [u8]>,
    mistakes: MistakeSet,
) -> Cow<'q, [u8]> {
    let has = |mistake| mistakes.contains(mistake);
    let request = &question.input.request;
    let mut method = replacing.unwrap_or(&request.method);
    if has(Mistake::MethodCut) {
        method = &method[..method.len().min(7)];
    }
    let presigned = question.placement == Placement::Query;
    if has(Mistake::MethodEmpty) {
        b"".into()
    } else if has(Mistake::MethodAlwaysGet)
        || (has(Mistake::MethodHeadAsGet) && method == b"HEAD")
        || (has(Mistake::PresignMethodAlwaysGet) && presigned)
        || (has(Mistake::MethodUnknownAsGet) && !is_in(&KNOWN, method))
    {
        b"GET".into()
    } else if has(Mistake::MethodPostWithBody) && !request.body.is_empty() {
        b"POST".into()
    } else if has(Mistake::MethodUpperCased)
        || (has(Mistake::MethodFetchNormalised) && is_in(&FETCHED, method))
    {
        method.to_ascii_uppercase().into()
    } else if has(Mistake::MethodLowerCased) {
        method.to_ascii_lowercase().into()
    } else if has(Mistake::MethodWithSpace) {
        [method, b" "].concat().into()
    } else {
        method.into()
    }
}

fn is_in(methods: &[&[u8]], method: &[u8]) -> bool {
    methods.iter().any(|known| known.eq_ignore_ascii_case(method))
}
