//! Uploads in parts.

use super::super::answers::Answer;
use super::super::xml::Xml;
use super::error::S3Error;
use super::metadata::{checksums, kept_headers, source_object, with_checksums};
use super::store::{Object, Store, Upload};
use super::{Call, NAMESPACE, iso, list};

/// Begins an upload.
pub(super) fn begin(store: &mut Store, call: &Call<'_>, bucket: &str, key: Vec<u8>) -> Answer {
    store.bucket_for_writing(bucket, call.now);
    let mut xml = Xml::new();
    xml.open(&format!("InitiateMultipartUploadResult {NAMESPACE}"));
    xml.leaf("Bucket", bucket);
    xml.bytes("Key", &key);
    let upload = Upload {
        bucket: bucket.to_owned(),
        key,
        begun: call.now,
        headers: kept_headers(call),
        ..Upload::default()
    };
    xml.leaf("UploadId", &store.begin(upload));
    xml.close("InitiateMultipartUploadResult");
    let algorithm = call.header("x-amz-checksum-algorithm");
    algorithm.into_iter().fold(Answer::xml(200, xml), |answer, algorithm| {
        answer.with("x-amz-checksum-algorithm", algorithm)
    })
}

/// Stores a part, which is sent or copied.
pub(super) fn put_part(store: &mut Store, call: &Call<'_>, id: &str) -> Result<Answer, S3Error> {
    let number = call.query.text("partNumber").and_then(|text| text.parse().ok());
    let number: u32 = number.filter(|number| (1..=10_000).contains(number)).ok_or_else(|| {
        S3Error::InvalidArgument("partNumber: expected a number from 1 to 10000".to_owned())
    })?;
    let Some(source) = call.header("x-amz-copy-source") else {
        let mut part = Object::new(call.body.clone(), call.now);
        part.checksums = checksums(call);
        let answer = with_checksums(Answer::new(200).with("etag", part.etag.clone()), &part);
        store.put_part(id, number, part)?;
        return Ok(answer);
    };
    let whole = source_object(store, &source)?.body.clone();
    let body = match call.header("x-amz-copy-source-range") {
        None => whole,
        Some(range) => {
            let bounds = range.strip_prefix("bytes=").and_then(|text| text.split_once('-'));
            let bounds = bounds.and_then(|(first, last)| {
                let last: usize = last.parse().ok()?;
                Some(first.parse().ok()?..last.checked_add(1)?)
            });
            let bounds =
                bounds.filter(|range| range.start <= range.end && range.end <= whole.len());
            whole.slice(bounds.ok_or(S3Error::InvalidRange)?)
        }
    };
    let part = Object::new(body, call.now);
    let mut xml = Xml::new();
    xml.open(&format!("CopyPartResult {NAMESPACE}"));
    xml.leaf("LastModified", &iso(part.modified));
    xml.leaf("ETag", &part.etag);
    xml.close("CopyPartResult");
    store.put_part(id, number, part)?;
    Ok(Answer::xml(200, xml))
}

/// Makes the object of the parts that the body lists.
pub(super) fn complete(store: &mut Store, call: &Call<'_>, id: &str) -> Result<Answer, S3Error> {
    let document = roxmltree::Document::parse(call.text()?)
        .map_err(|error| S3Error::MalformedXml(error.to_string()))?;
    let mut wanted = Vec::new();
    for part in document.descendants().filter(|node| node.tag_name().name() == "Part") {
        let field = |name| {
            let mut children = part.children();
            children.find(|node| node.tag_name().name() == name).and_then(|node| node.text())
        };
        let number = field("PartNumber").and_then(|text| text.trim().parse().ok());
        let number = number
            .ok_or_else(|| S3Error::MalformedXml("PartNumber: expected a number".to_owned()))?;
        wanted.push((number, field("ETag").unwrap_or_default().trim().to_owned()));
    }
    // Each part once, so that the object is no larger than what is held already.
    if !wanted.is_sorted_by(|(one, _), (next, _)| one < next) {
        return Err(S3Error::InvalidPartOrder);
    }
    let upload = store.uploads.get(id).ok_or(S3Error::NoSuchUpload)?;
    let (bucket, key) = (upload.bucket.clone(), upload.key.clone());
    let etag = store.complete(id, &wanted, call.now)?;
    let mut xml = Xml::new();
    xml.open(&format!("CompleteMultipartUploadResult {NAMESPACE}"));
    let path = format!("/{bucket}/{}", list::url_encoded(&key));
    xml.leaf("Location", &path);
    xml.leaf("Bucket", &bucket);
    xml.bytes("Key", &key);
    xml.leaf("ETag", &etag);
    xml.close("CompleteMultipartUploadResult");
    Ok(Answer::xml(200, xml))
}

/// The parts of an upload.
pub(super) fn list_parts(store: &Store, id: &str) -> Result<Answer, S3Error> {
    let upload = store.uploads.get(id).ok_or(S3Error::NoSuchUpload)?;
    let mut xml = Xml::new();
    xml.open(&format!("ListPartsResult {NAMESPACE}"));
    xml.leaf("Bucket", &upload.bucket);
    xml.bytes("Key", &upload.key);
    xml.leaf("UploadId", id);
    list::owner(&mut xml);
    xml.leaf("StorageClass", "STANDARD");
    xml.leaf("MaxParts", "10000");
    xml.leaf("IsTruncated", "false");
    for (number, part) in &upload.parts {
        xml.open("Part");
        xml.leaf("PartNumber", &number.to_string());
        xml.leaf("LastModified", &iso(part.modified));
        xml.leaf("ETag", &part.etag);
        xml.leaf("Size", &part.body.len().to_string());
        xml.close("Part");
    }
    xml.close("ListPartsResult");
    Ok(Answer::xml(200, xml))
}

/// The uploads of a bucket that are not complete.
pub(super) fn list_uploads(store: &Store, call: &Call<'_>, bucket: &str) -> Answer {
    let prefix = call.query.get("prefix").unwrap_or_default();
    let is_url = call.query.get("encoding-type") == Some(b"url");
    let mut xml = Xml::new();
    xml.open(&format!("ListMultipartUploadsResult {NAMESPACE}"));
    xml.leaf("Bucket", bucket);
    xml.leaf("MaxUploads", "1000");
    xml.leaf("IsTruncated", "false");
    let here = store
        .uploads
        .iter()
        .filter(|(_, upload)| upload.bucket == bucket && upload.key.starts_with(prefix));
    for (id, upload) in here {
        xml.open("Upload");
        if is_url {
            xml.leaf("Key", &list::url_encoded(&upload.key));
        } else {
            xml.bytes("Key", &upload.key);
        }
        xml.leaf("UploadId", id);
        list::owner(&mut xml);
        xml.leaf("StorageClass", "STANDARD");
        xml.leaf("Initiated", &iso(upload.begun));
        xml.close("Upload");
    }
    xml.close("ListMultipartUploadsResult");
    Answer::xml(200, xml)
}
