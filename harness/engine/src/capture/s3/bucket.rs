//! Requests about a bucket.

use super::super::answers::Answer;
use super::super::xml::Xml;
use super::error::S3Error;
use super::store::Store;
use super::{Call, NAMESPACE, is_form, list, multipart};

/// What a bucket can be asked for and does not have here, with the word for its absence.
const CONFIGURATIONS: [(&str, &str); 10] = [
    ("cors", "NoSuchCORSConfiguration"),
    ("encryption", "ServerSideEncryptionConfigurationNotFoundError"),
    ("lifecycle", "NoSuchLifecycleConfiguration"),
    ("object-lock", "ObjectLockConfigurationNotFoundError"),
    ("ownershipControls", "OwnershipControlsNotFoundError"),
    ("policy", "NoSuchBucketPolicy"),
    ("policyStatus", "NoSuchBucketPolicy"),
    ("publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
    ("replication", "ReplicationConfigurationNotFoundError"),
    ("website", "NoSuchWebsiteConfiguration"),
];

/// Sub-resources that can be put and are forgotten.
const OTHERS: [&str; 8] = [
    "accelerate",
    "acl",
    "logging",
    "notification",
    "requestPayment",
    "tagging",
    "versioning",
    "analytics",
];

pub(super) fn answer(store: &mut Store, call: &Call<'_>, name: &str) -> Result<Answer, S3Error> {
    match &call.request.method[..] {
        b"GET" => get(store, call, name),
        b"HEAD" => {
            store.bucket(name)?;
            Ok(Answer::new(200).with("x-amz-bucket-region", "us-east-1"))
        }
        b"PUT" => put(store, call, name),
        b"DELETE" => delete(store, call, name),
        b"POST" if call.query.has("delete") => delete_objects(store, call, name),
        b"POST" if is_form(call) => Ok(Answer::new(204)),
        b"OPTIONS" => Ok(Answer::new(200)),
        _ => Err(S3Error::MethodNotAllowed),
    }
}

fn get(store: &Store, call: &Call<'_>, name: &str) -> Result<Answer, S3Error> {
    let query = &call.query;
    let bucket = store.bucket(name)?;
    let empty = |element: &str| {
        let mut xml = Xml::new();
        xml.open(&format!("{element} {NAMESPACE}"));
        xml.close(element);
        Ok(Answer::xml(200, xml))
    };
    if query.has("uploads") {
        return Ok(multipart::list_uploads(store, call, name));
    }
    if query.has("location") {
        // The word for us-east-1 is none.
        return empty("LocationConstraint");
    }
    if query.has("versioning") {
        return empty("VersioningConfiguration");
    }
    if query.has("notification") {
        return empty("NotificationConfiguration");
    }
    if query.has("logging") {
        return empty("BucketLoggingStatus");
    }
    if query.has("acl") {
        return Ok(acl());
    }
    if query.has("tagging") {
        return match &bucket.tagging {
            Some(tagging) => Ok(Answer::new(200).body("application/xml", tagging.clone())),
            None => Err(S3Error::NoSuchConfiguration("NoSuchTagSet")),
        };
    }
    if let Some((_, code)) = CONFIGURATIONS.iter().find(|(word, _)| query.has(word)) {
        return Err(S3Error::NoSuchConfiguration(code));
    }
    list::objects(name, bucket, query)
}

/// Everything belongs to the one owner.
pub(super) fn acl() -> Answer {
    let mut xml = Xml::new();
    xml.open(&format!("AccessControlPolicy {NAMESPACE}"));
    list::owner(&mut xml);
    xml.open("AccessControlList");
    xml.open("Grant");
    xml.open(
        "Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:type=\"CanonicalUser\"",
    );
    xml.leaf("ID", "capture");
    xml.close("Grantee");
    xml.leaf("Permission", "FULL_CONTROL");
    xml.close("Grant");
    xml.close("AccessControlList");
    xml.close("AccessControlPolicy");
    Answer::xml(200, xml)
}

fn put(store: &mut Store, call: &Call<'_>, name: &str) -> Result<Answer, S3Error> {
    let is_configuration = CONFIGURATIONS.iter().map(|(word, _)| word).chain(&OTHERS);
    if is_configuration.into_iter().any(|word| call.query.has(word)) {
        store.bucket(name)?;
        if call.query.has("tagging") {
            store.bucket_for_writing(name, call.now).tagging = Some(call.body.clone());
        }
        return Ok(Answer::new(200));
    }
    store.bucket_for_writing(name, call.now);
    Ok(Answer::new(200).with("location", format!("/{name}")))
}

fn delete(store: &mut Store, call: &Call<'_>, name: &str) -> Result<Answer, S3Error> {
    let bucket = store.bucket(name)?;
    if call.query.has("tagging") {
        store.bucket_for_writing(name, call.now).tagging = None;
        return Ok(Answer::new(204));
    }
    let all = CONFIGURATIONS.iter().map(|(word, _)| word).chain(&OTHERS);
    if all.into_iter().any(|word| call.query.has(word)) {
        return Ok(Answer::new(204));
    }
    if !bucket.objects.is_empty() {
        return Err(S3Error::BucketNotEmpty);
    }
    store.buckets.remove(name);
    Ok(Answer::new(204))
}

fn delete_objects(store: &mut Store, call: &Call<'_>, name: &str) -> Result<Answer, S3Error> {
    let text = call.text()?;
    let document = roxmltree::Document::parse(text)
        .map_err(|error| S3Error::MalformedXml(error.to_string()))?;
    let named = |node: &roxmltree::Node<'_, '_>, name| node.tag_name().name() == name;
    let quiet = document
        .descendants()
        .any(|node| named(&node, "Quiet") && node.text().is_some_and(|text| text == "true"));
    let mut xml = Xml::new();
    xml.open(&format!("DeleteResult {NAMESPACE}"));
    for object in document.descendants().filter(|node| named(node, "Object")) {
        let key = object.children().find(|node| named(node, "Key"));
        let key = key.and_then(|node| node.text()).unwrap_or_default();
        store.delete(name, key.as_bytes())?;
        if !quiet {
            xml.open("Deleted");
            xml.leaf("Key", key);
            xml.close("Deleted");
        }
    }
    xml.close("DeleteResult");
    Ok(Answer::xml(200, xml))
}
