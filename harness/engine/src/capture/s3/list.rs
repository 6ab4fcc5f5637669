//! Listings: buckets, objects in both versions, versions.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Bound;

use sigv4_protocol::hex::hex;

use super::super::answers::Answer;
use super::super::parameters::Parameters;
use super::super::xml::Xml;
use super::error::S3Error;
use super::store::{Bucket, Object, Store};
use super::{NAMESPACE, iso};

/// How many keys a page holds at most.
const PAGE: usize = 1000;

/// All buckets.
pub(super) fn buckets(store: &Store) -> Answer {
    let mut xml = Xml::new();
    xml.open(&format!("ListAllMyBucketsResult {NAMESPACE}"));
    owner(&mut xml);
    xml.open("Buckets");
    for (name, bucket) in &store.buckets {
        xml.open("Bucket");
        xml.leaf("Name", name);
        xml.leaf("CreationDate", &iso(bucket.created));
        xml.close("Bucket");
    }
    xml.close("Buckets");
    xml.close("ListAllMyBucketsResult");
    Answer::xml(200, xml)
}

/// Which form a listing has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    First,
    Second,
    Versions,
}

/// The objects of a bucket.
pub(super) fn objects(name: &str, bucket: &Bucket, query: &Parameters) -> Result<Answer, S3Error> {
    let form = if query.has("versions") {
        Form::Versions
    } else if query.get("list-type") == Some(b"2") {
        Form::Second
    } else {
        Form::First
    };
    let of = |name| query.get(name).unwrap_or_default();
    let (prefix, delimiter) = (of("prefix"), of("delimiter"));
    let max = match query.text("max-keys").filter(|text| !text.is_empty()) {
        None => PAGE,
        Some(text) => text
            .parse()
            .map_err(|_| S3Error::InvalidArgument("max-keys is not a number".to_owned()))?,
    };
    let after = match (form, query.text("continuation-token")) {
        (Form::Second, Some(token)) => from_hex(token).ok_or_else(|| {
            S3Error::InvalidArgument("The continuation token is not one of this bucket".to_owned())
        })?,
        (Form::Second, None) => of("start-after").to_vec(),
        (Form::First, _) => of("marker").to_vec(),
        (Form::Versions, _) => of("key-marker").to_vec(),
    };
    let page = Page::of(bucket, prefix, delimiter, &after, max.min(PAGE));
    Ok(written(name, form, query, &page, max))
}

/// What a listing shows.
#[derive(Debug, Default, Eq, PartialEq)]
struct Page<'b> {
    objects: Vec<(&'b [u8], &'b Object)>,
    prefixes: BTreeSet<&'b [u8]>,
    /// The last key or prefix of a page that more follow.
    next: Option<&'b [u8]>,
}

impl<'b> Page<'b> {
    fn of(bucket: &'b Bucket, prefix: &[u8], delimiter: &[u8], after: &[u8], max: usize) -> Self {
        let mut page = Self::default();
        let mut last: &[u8] = b"";
        let bounds = (Bound::Excluded(after.to_vec()), Bound::Unbounded);
        let bounds = if after.is_empty() { (Bound::Unbounded, Bound::Unbounded) } else { bounds };
        for (key, object) in bucket.objects.range::<Vec<u8>, _>(bounds) {
            let Some(rest) = key.strip_prefix(prefix) else { continue };
            let group = Some(delimiter)
                .filter(|delimiter| !delimiter.is_empty())
                .and_then(|delimiter| find(rest, delimiter))
                .map(|at| &key[..prefix.len() + at + delimiter.len()]);
            // A page may have ended with a prefix: what it stands for is not shown again.
            if let Some(group) = group
                && (page.prefixes.contains(group) || (after == group))
            {
                continue;
            }
            if page.objects.len() + page.prefixes.len() == max {
                page.next = Some(last).filter(|_| max > 0);
                break;
            }
            last = group.unwrap_or(key);
            if let Some(group) = group {
                page.prefixes.insert(group);
            } else {
                page.objects.push((key, object));
            }
        }
        page
    }
}

fn written(name: &str, form: Form, query: &Parameters, page: &Page<'_>, max: usize) -> Answer {
    let is_url = query.get("encoding-type") == Some(b"url");
    let coded = |bytes: &[u8]| {
        if is_url { url_encoded(bytes) } else { String::from_utf8_lossy(bytes).into_owned() }
    };
    let root = if form == Form::Versions { "ListVersionsResult" } else { "ListBucketResult" };
    let mut xml = Xml::new();
    xml.open(&format!("{root} {NAMESPACE}"));
    xml.leaf("Name", name);
    xml.leaf("Prefix", &coded(query.get("prefix").unwrap_or_default()));
    if let Some(delimiter) = query.get("delimiter").filter(|delimiter| !delimiter.is_empty()) {
        xml.leaf("Delimiter", &coded(delimiter));
    }
    xml.leaf("MaxKeys", &max.to_string());
    if is_url {
        xml.leaf("EncodingType", "url");
    }
    xml.leaf("IsTruncated", if page.next.is_some() { "true" } else { "false" });
    match form {
        Form::First => {
            xml.leaf("Marker", &coded(query.get("marker").unwrap_or_default()));
            if let Some(next) = page.next {
                xml.leaf("NextMarker", &coded(next));
            }
        }
        Form::Second => {
            let count = page.objects.len() + page.prefixes.len();
            xml.leaf("KeyCount", &count.to_string());
            if let Some(start) = query.get("start-after") {
                xml.leaf("StartAfter", &coded(start));
            }
            if let Some(token) = query.text("continuation-token") {
                xml.leaf("ContinuationToken", token);
            }
            if let Some(next) = page.next {
                xml.leaf("NextContinuationToken", &hex(next));
            }
        }
        Form::Versions => {
            xml.leaf("KeyMarker", &coded(query.get("key-marker").unwrap_or_default()));
            if let Some(next) = page.next {
                xml.leaf("NextKeyMarker", &coded(next));
                xml.leaf("NextVersionIdMarker", "null");
            }
        }
    }
    let element = if form == Form::Versions { "Version" } else { "Contents" };
    for (key, object) in &page.objects {
        xml.open(element);
        xml.leaf("Key", &coded(key));
        if form == Form::Versions {
            xml.leaf("VersionId", "null");
            xml.leaf("IsLatest", "true");
        }
        xml.leaf("LastModified", &iso(object.modified));
        xml.leaf("ETag", &object.etag);
        xml.leaf("Size", &object.body.len().to_string());
        xml.leaf("StorageClass", "STANDARD");
        if form != Form::Second || query.get("fetch-owner") == Some(b"true") {
            owner(&mut xml);
        }
        xml.close(element);
    }
    for prefix in &page.prefixes {
        xml.open("CommonPrefixes");
        xml.leaf("Prefix", &coded(prefix));
        xml.close("CommonPrefixes");
    }
    xml.close(root);
    Answer::xml(200, xml)
}

/// Who everything belongs to.
pub(super) fn owner(xml: &mut Xml) {
    xml.open("Owner");
    xml.leaf("ID", "capture");
    xml.leaf("DisplayName", "capture");
    xml.close("Owner");
}

/// As `encoding-type=url` wants it.
pub(super) fn url_encoded(bytes: &[u8]) -> String {
    let mut encoded = String::new();
    for &byte in bytes {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(byte.into());
            }
            // Writing to a string cannot fail.
            other => {
                let _ = write!(encoded, "%{other:02X}");
            }
        }
    }
    encoded
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(keys: &[&str]) -> Bucket {
        let objects = keys.iter().map(|key| (key.as_bytes().to_vec(), Object::default()));
        Bucket { objects: objects.collect(), ..Bucket::default() }
    }

    /// Every page of a listing: keys and prefixes in their order, `|` between pages.
    fn pages(keys: &[&str], prefix: &str, delimiter: &str, max: usize) -> String {
        let bucket = bucket(keys);
        let (mut after, mut seen) = (Vec::new(), Vec::new());
        loop {
            let page = Page::of(&bucket, prefix.as_bytes(), delimiter.as_bytes(), &after, max);
            assert!(seen.len() < 100, "pages without end: {seen:?}");
            let objects = page.objects.iter().map(|(key, _)| *key);
            let mut shown: Vec<&[u8]> = objects.chain(page.prefixes.iter().copied()).collect();
            shown.sort_unstable();
            seen.push(String::from_utf8_lossy(&shown.join(&b" "[..])).into_owned());
            match page.next {
                Some(next) => after = next.to_vec(),
                None => return seen.join("|"),
            }
        }
    }

    #[test]
    fn pages_follow_each_other_without_gap_or_overlap() {
        let keys = ["a", "b/1", "b/2", "b/2/x", "c", "d//e"];
        assert_eq!(pages(&keys, "", "", 1000), "a b/1 b/2 b/2/x c d//e");
        assert_eq!(pages(&keys, "", "", 2), "a b/1|b/2 b/2/x|c d//e");
        assert_eq!(pages(&keys, "", "/", 1000), "a b/ c d/");
        assert_eq!(pages(&keys, "", "/", 1), "a|b/|c|d/");
        assert_eq!(pages(&keys, "b/", "/", 1000), "b/1 b/2 b/2/");
        assert_eq!(pages(&keys, "b/", "/", 1), "b/1|b/2|b/2/");
        assert_eq!(pages(&keys, "d/", "/", 1), "d//");
        assert_eq!(pages(&keys, "z", "", 1), "");
    }

    #[test]
    fn a_listing_is_coded_as_it_was_asked() {
        let bucket = bucket(&["a b+é"]);
        let listing = |query: &str| {
            let query = Parameters::parse(query.as_bytes());
            let answer = objects("n", &bucket, &query).expect("a listing");
            String::from_utf8(answer.body.to_vec()).expect("text")
        };
        assert!(listing("").contains("<Key>a b+é</Key>"));
        assert!(listing("list-type=2&encoding-type=url").contains("<Key>a%20b%2B%C3%A9</Key>"));
        assert!(listing("list-type=2&max-keys=0").contains("<IsTruncated>false</IsTruncated>"));
        let wrong = objects("n", &bucket, &Parameters::parse(b"max-keys=x"));
        assert!(matches!(wrong, Err(S3Error::InvalidArgument(_))));
    }
}
