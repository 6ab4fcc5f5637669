//! Requests about an object.

use std::ops::Range;

use super::super::answers::Answer;
use super::super::xml::Xml;
use super::error::S3Error;
use super::metadata::{checksums, kept_headers, source_object, with_checksums};
use super::store::{Object, Store};
use super::{Call, NAMESPACE, bucket, http_date, is_form, iso, multipart};

pub(super) fn answer(
    store: &mut Store,
    call: &Call<'_>,
    bucket: &str,
    key: Vec<u8>,
) -> Result<Answer, S3Error> {
    let upload = call.query.text("uploadId").map(str::to_owned);
    match (&call.request.method[..], upload) {
        (b"GET", Some(id)) => multipart::list_parts(store, &id),
        (b"PUT", Some(id)) => multipart::put_part(store, call, &id),
        (b"DELETE", Some(id)) => {
            store.abort(&id)?;
            Ok(Answer::new(204))
        }
        (b"POST", Some(id)) => multipart::complete(store, call, &id),
        (b"POST", None) if call.query.has("uploads") => {
            Ok(multipart::begin(store, call, bucket, key))
        }
        (b"POST", None) if is_form(call) => Ok(Answer::new(204)),
        (b"GET" | b"HEAD", _) => get(store, call, bucket, &key),
        (b"PUT", None) => put(store, call, bucket, key),
        (b"DELETE", None) if call.query.has("tagging") => {
            tag(store, bucket, &key, None)?;
            Ok(Answer::new(204))
        }
        (b"DELETE", None) => {
            store.delete(bucket, &key)?;
            Ok(Answer::new(204))
        }
        (b"OPTIONS", _) => Ok(Answer::new(200)),
        _ => Err(S3Error::MethodNotAllowed),
    }
}

fn put(store: &mut Store, call: &Call<'_>, bucket: &str, key: Vec<u8>) -> Result<Answer, S3Error> {
    if call.query.has("tagging") {
        tag(store, bucket, &key, Some(call))?;
        return Ok(Answer::new(200));
    }
    if ["acl", "retention", "legal-hold"].iter().any(|word| call.query.has(word)) {
        store.object(bucket, &key)?;
        return Ok(Answer::new(200));
    }
    let there = store.object(bucket, &key).ok().map(|object| object.etag.clone());
    check_conditions(call, there.as_deref())?;
    if let Some(source) = call.header("x-amz-copy-source") {
        return copy(store, call, &source, bucket, key);
    }
    let mut object = Object::new(call.body.clone(), call.now);
    object.headers = kept_headers(call);
    object.checksums = checksums(call);
    let answer = with_checksums(Answer::new(200).with("etag", object.etag.clone()), &object);
    store.put(bucket, key, object, call.now)?;
    Ok(answer)
}

fn copy(
    store: &mut Store,
    call: &Call<'_>,
    source: &str,
    bucket: &str,
    key: Vec<u8>,
) -> Result<Answer, S3Error> {
    let mut object = source_object(store, source)?.clone();
    object.modified = call.now;
    if call.header("x-amz-metadata-directive").is_some_and(|word| word == "REPLACE") {
        object.headers = kept_headers(call);
    }
    let mut xml = Xml::new();
    xml.open(&format!("CopyObjectResult {NAMESPACE}"));
    xml.leaf("LastModified", &iso(object.modified));
    xml.leaf("ETag", &object.etag);
    xml.close("CopyObjectResult");
    store.put(bucket, key, object, call.now)?;
    Ok(Answer::xml(200, xml))
}

fn get(store: &Store, call: &Call<'_>, bucket: &str, key: &[u8]) -> Result<Answer, S3Error> {
    let object = store.object(bucket, key)?;
    if call.query.has("tagging") {
        let mut xml = Xml::new();
        xml.open(&format!("Tagging {NAMESPACE}"));
        xml.open("TagSet");
        xml.close("TagSet");
        xml.close("Tagging");
        return Ok(match &object.tagging {
            Some(tagging) => Answer::new(200).body("application/xml", tagging.clone()),
            None => Answer::xml(200, xml),
        });
    }
    if call.query.has("acl") {
        return Ok(bucket::acl());
    }
    if call.header("if-match").is_some_and(|tags| !matches(&tags, &object.etag)) {
        return Err(S3Error::PreconditionFailed);
    }
    let stale = call.header("if-none-match").is_some_and(|tags| matches(&tags, &object.etag));
    if stale {
        return Ok(Answer::new(304).with("etag", object.etag.clone()));
    }
    let range = match call.header("range") {
        Some(text) => asked_range(&text, object.body.len())?,
        None => None,
    };
    let length = object.body.len();
    let mut answer = match range.clone() {
        None => Answer::new(200),
        Some(Range { start, end }) => Answer::new(206)
            .with("content-range", format!("bytes {start}-{}/{length}", end.saturating_sub(1))),
    };
    answer.body = object.body.slice(range.clone().unwrap_or(0..length));
    answer = answer
        .with("accept-ranges", "bytes")
        .with("etag", object.etag.clone())
        .with("last-modified", http_date(object.modified));
    for (name, value) in &object.headers {
        // A signed query may ask for other headers: `response-content-type` and so on.
        let other = call.query.get(&format!("response-{name}"));
        answer = answer.with(name, other.unwrap_or(value));
    }
    if !object.headers.iter().any(|(name, _)| name == "content-type") {
        let kind = call.query.get("response-content-type").unwrap_or(b"binary/octet-stream");
        answer = answer.with("content-type", kind);
    }
    let wants_checksums =
        call.header("x-amz-checksum-mode").is_some_and(|mode| mode.eq_ignore_ascii_case("enabled"));
    Ok(if wants_checksums && range.is_none() { with_checksums(answer, object) } else { answer })
}

/// `bytes=first-last`, `bytes=first-` or `bytes=-count`; nothing for anything else.
fn asked_range(text: &str, length: usize) -> Result<Option<Range<usize>>, S3Error> {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|text| text.split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..length.min(last.saturating_add(1)),
        (Ok(first), Err(_)) if last.is_empty() => first..length,
        (Err(_), Ok(count)) if first.is_empty() => length.saturating_sub(count)..length,
        _ => return Ok(None),
    };
    if range.start >= range.end {
        return Err(S3Error::InvalidRange);
    }
    Ok(Some(range))
}

/// The conditions of an upload.
fn check_conditions(call: &Call<'_>, there: Option<&str>) -> Result<(), S3Error> {
    if let Some(tags) = call.header("if-none-match")
        && there.is_some_and(|etag| matches(&tags, etag))
    {
        return Err(S3Error::PreconditionFailed);
    }
    match call.header("if-match") {
        Some(tags) if !there.is_some_and(|etag| matches(&tags, etag)) => {
            Err(S3Error::PreconditionFailed)
        }
        _ => Ok(()),
    }
}

/// Whether a list of tags, or `*`, holds this one.
fn matches(tags: &str, etag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").trim_matches('"').to_owned();
    tags.trim() == "*" || tags.split(',').any(|tag| bare(tag) == bare(etag))
}

fn tag(
    store: &mut Store,
    bucket: &str,
    key: &[u8],
    call: Option<&Call<'_>>,
) -> Result<(), S3Error> {
    store.object(bucket, key)?;
    let objects = store.buckets.get_mut(bucket).map(|bucket| &mut bucket.objects);
    if let Some(object) = objects.and_then(|objects| objects.get_mut(key)) {
        object.tagging = call.map(|call| call.body.clone());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_object() {
        let range = |text: &str| asked_range(text, 10);
        assert_eq!(range("bytes=0-3"), Ok(Some(0..4)));
        assert_eq!(range("bytes=4-"), Ok(Some(4..10)));
        assert_eq!(range("bytes=-3"), Ok(Some(7..10)));
        assert_eq!(range("bytes=-30"), Ok(Some(0..10)));
        assert_eq!(range("bytes=8-30"), Ok(Some(8..10)));
        assert_eq!(range("bytes=10-"), Err(S3Error::InvalidRange));
        assert_eq!(range("bytes=0-18446744073709551615"), Ok(Some(0..10)));
        assert_eq!(range("bytes=3-1"), Ok(None));
        assert_eq!(range("lines=1-2"), Ok(None));
    }

    #[test]
    fn tags_match_in_every_spelling() {
        assert!(
            matches("*", "\"a\"") && matches("a", "\"a\"") && matches("W/\"b\", \"a\"", "\"a\"")
        );
        assert!(!matches("\"b\"", "\"a\"") && !matches("", "\"a\""));
    }
}
