//! Queries that browsers, gateways and libraries rewrite.

use sigv4_protocol::SignQuestion;

use super::super::s3_form;
use super::{Change, Part, Received, Undone, copies, shown};

pub(super) const PARAMETER_ADDED: Change = Change {
    id: "query-parameter-added",
    title: "A parameter was appended to the query after signing.",
    part: Part::Query,
    who: "Trackers and newsletters (`utm_source`, `fbclid`), cache busters, applications that add \
          `versionId` or `response-content-disposition` to a presigned URL.",
    fix: "Add every parameter before signing. A presigned URL cannot be extended.",
    undo: undo_added,
};

pub(super) const PARAMETER_REMOVED: Change = Change {
    id: "query-parameter-removed",
    title: "A parameter was signed and did not arrive.",
    part: Part::Query,
    who: "Proxies that keep only known parameters; people who shorten a presigned URL.",
    fix: "Send the query as it was signed.",
    undo: undo_removed,
};

pub(super) const REENCODED: Change = Change {
    id: "query-reencoded",
    title: "The query was written differently after signing.",
    part: Part::Query,
    who: "URL parsers that decode and encode again: a plus for a space, escapes of bytes that need \
          none, `a` for `a=`.",
    fix: "Send the very bytes that were signed, with upper-case escapes and %20 for a space.",
    undo: undo_reencoded,
};

pub(super) const VALUE_CHANGED: Change = Change {
    id: "query-value-changed",
    title: "A parameter arrived with another value than the signed one.",
    part: Part::Query,
    who: "Programs that presign one URL and set another part number, or another lifetime, in it.",
    fix: "Presign a URL for each part, and again when it has expired.",
    undo: undo_value,
};

/// Parameters that SDKs add and others remove.
const SDK: &[&str] = &[
    "x-id=GetObject",
    "x-id=PutObject",
    "x-id=DeleteObject",
    "x-id=ListObjects",
    "x-id=UploadPart",
    "x-id=HeadObject",
    "x-id=CopyObject",
    "x-id=ListBuckets",
    "x-id=CreateMultipartUpload",
    "x-id=CompleteMultipartUpload",
    "x-amz-checksum-mode=ENABLED",
    "list-type=2",
    "x-amz-sdk-checksum-algorithm=CRC32",
];

/// Parameters that mail programs, advertisers and analytics append to every link, besides `utm_…`.
const TRACKERS: &[&str] = &[
    "_ga",
    "_gl",
    "dclid",
    "fbclid",
    "gad_source",
    "gbraid",
    "gclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "msclkid",
    "mtm_campaign",
    "pk_campaign",
    "ttclid",
    "twclid",
    "utm",
    "wbraid",
    "yclid",
];

/// How far the part number may be from the signed one.
const PARTS: u64 = 20;
/// Usual lifetimes of presigned URLs, in seconds.
const LIFETIMES: &[u64] =
    &[60, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800];

fn undo_added(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, pieces) = split(asked);
    // What was appended comes last.
    let one = (0..pieces.len()).rev().map(|left_out| (left_out, left_out + 1));
    let last = (0..pieces.len().saturating_sub(1)).rev().map(|from| (from, pieces.len()));
    let most = copies(asked);
    one.take(most)
        .chain(last.take(most))
        .map(|(from, to)| {
            let added = pieces[from..to].join(&b'&');
            let kept = [&pieces[..from], &pieces[to..]].concat();
            let is_evident = pieces[from..to].iter().all(|piece| is_of_tracker(piece));
            let undone = retargeted(asked, format!("`{}` was added", shown(&added)), path, &kept);
            Undone { is_evident, ..undone }
        })
        .collect()
}

/// Whether a parameter has a name that only those write who follow visitors.
fn is_of_tracker(piece: &[u8]) -> bool {
    let name = piece.split(|byte| *byte == b'=').next().unwrap_or_default().to_ascii_lowercase();
    name.starts_with(b"utm_") || TRACKERS.iter().any(|tracker| tracker.as_bytes() == name)
}

fn undo_removed(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, pieces) = split(asked);
    let missing = SDK.iter().filter(|piece| !pieces.contains(&piece.as_bytes()));
    missing
        .map(|piece| {
            let all = [&pieces[..], &[piece.as_bytes()]].concat();
            retargeted(asked, format!("`{piece}` was signed and did not arrive"), path, &all)
        })
        .collect()
}

fn undo_value(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, pieces) = split(asked);
    let number_of = |piece: &[u8]| {
        let number = piece.strip_prefix(b"partNumber=")?;
        std::str::from_utf8(number).ok()?.parse::<u64>().ok()
    };
    let mut undone = Vec::new();
    let mut numbers = pieces.iter().enumerate();
    if let Some((index, arrived)) =
        numbers.find_map(|(index, piece)| Some((index, number_of(piece)?)))
    {
        let nearest = arrived.saturating_sub(PARTS).max(1)..=arrived.saturating_add(PARTS);
        for number in nearest.filter(|number| *number != arrived) {
            let signed = format!("partNumber={number}");
            let mut pieces = pieces.clone();
            pieces[index] = signed.as_bytes();
            let what = format!("signed as {signed}, arrived as partNumber={arrived}");
            undone.push(retargeted(asked, what, path, &pieces));
        }
    }
    let lifetimes = asked.input.expires.into_iter().flat_map(|arrived| {
        let others = LIFETIMES.iter().filter(move |seconds| **seconds != arrived);
        others.map(move |seconds| {
            let what = format!("signed as X-Amz-Expires={seconds}, arrived as {arrived}");
            let mut undone = Undone::new(asked, what, |_| {});
            undone.question.input.expires = Some(*seconds);
            undone
        })
    });
    undone.extend(lifetimes);
    undone
}

fn undo_reencoded(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let (path, pieces) = split(asked);
    if pieces.is_empty() {
        return Vec::new();
    }
    let query = pieces.join(&b'&');
    let replaced =
        |from: &str, to: &str| String::from_utf8_lossy(&query).replace(from, to).into_bytes();
    let mut forms = vec![
        replaced("%20", "%2B"),
        replaced("%2B", "%20"),
        replaced("+", "%20"),
        replaced("+", "%2B"),
        replaced("%20", "+"),
        replaced("%2F", "/"),
        replaced("/", "%2F"),
        replaced("%3A", ":"),
        s3_form::recoded_query(&query),
    ];
    forms.retain(|form| *form != query);
    forms.sort_unstable();
    forms.dedup();
    forms
        .into_iter()
        .map(|form| {
            let what = format!("signed as {}, arrived as {}", shown(&form), shown(&query));
            retargeted(asked, what, path, &[&form])
        })
        .collect()
}

/// The path, and the parameters of the query.
fn split(asked: &SignQuestion) -> (&[u8], Vec<&[u8]>) {
    let mut halves = asked.input.request.target.splitn(2, |byte| *byte == b'?');
    let path = halves.next().unwrap_or_default();
    let query = halves.next().filter(|query| !query.is_empty());
    (path, query.map(|query| query.split(|byte| *byte == b'&').collect()).unwrap_or_default())
}

fn retargeted(asked: &SignQuestion, what: String, path: &[u8], pieces: &[&[u8]]) -> Undone {
    let query = pieces.join(&b'&');
    let target = if query.is_empty() { path.to_vec() } else { [path, b"?", &query[..]].concat() };
    Undone::new(asked, what, |request| request.target = target.into())
}
