//! Buckets and objects in memory.

use std::collections::BTreeMap;

use hyper::body::Bytes;
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use sigv4_protocol::hex::hex;

use super::error::S3Error;

/// How many bytes all objects and parts may hold together.
const CAPACITY: usize = 1 << 30;

/// Everything that was stored.
#[derive(Debug, Default)]
pub(in crate::capture) struct Store {
    pub(super) buckets: BTreeMap<String, Bucket>,
    pub(super) uploads: BTreeMap<String, Upload>,
    held: usize,
    last_upload: u64,
}

/// A bucket.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    pub(super) created: Timestamp,
    pub(super) objects: BTreeMap<Vec<u8>, Object>,
    /// As they were put: XML.
    pub(super) tagging: Option<Bytes>,
}

/// An object, or a part of one.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Object {
    pub(super) body: Bytes,
    /// In quotation marks.
    pub(super) etag: String,
    pub(super) modified: Timestamp,
    /// What is sent back with the object: names in lower case, and values.
    pub(super) headers: Vec<(String, Vec<u8>)>,
    /// The checksums that came with it, in the same form.
    pub(super) checksums: Vec<(String, Vec<u8>)>,
    /// As they were put: XML.
    pub(super) tagging: Option<Bytes>,
}

/// An upload in parts that is not complete.
#[derive(Debug, Default)]
pub(super) struct Upload {
    pub(super) bucket: String,
    pub(super) key: Vec<u8>,
    pub(super) begun: Timestamp,
    pub(super) headers: Vec<(String, Vec<u8>)>,
    pub(super) parts: BTreeMap<u32, Object>,
}

impl Object {
    /// An object with the MD5 of its body as its tag.
    pub(super) fn new(body: Bytes, now: Timestamp) -> Self {
        let etag = format!("\"{}\"", hex(&Md5::digest(&body)));
        Self { body, etag, modified: now, ..Self::default() }
    }
}

impl Store {
    /// The bucket, which is made if it is not there: a client that was pointed here is to carry on.
    pub(super) fn bucket_for_writing(&mut self, name: &str, now: Timestamp) -> &mut Bucket {
        let made = || Bucket { created: now, ..Bucket::default() };
        self.buckets.entry(name.to_owned()).or_insert_with(made)
    }

    pub(super) fn bucket(&self, name: &str) -> Result<&Bucket, S3Error> {
        self.buckets.get(name).ok_or(S3Error::NoSuchBucket)
    }

    pub(super) fn object(&self, bucket: &str, key: &[u8]) -> Result<&Object, S3Error> {
        self.bucket(bucket)?.objects.get(key).ok_or(S3Error::NoSuchKey)
    }

    /// Stores an object in place of the one that was there.
    pub(super) fn put(
        &mut self,
        bucket: &str,
        key: Vec<u8>,
        object: Object,
        now: Timestamp,
    ) -> Result<(), S3Error> {
        self.hold(object.body.len())?;
        let old = self.bucket_for_writing(bucket, now).objects.insert(key, object);
        self.release(old.as_ref());
        Ok(())
    }

    /// Stores an object, unless it is there, as if a client had put it.
    pub(in crate::capture) fn provide(&mut self, bucket: &str, key: &[u8], body: Bytes) {
        if self.object(bucket, key).is_err() {
            let now = Timestamp::now();
            // Where there is no room, the client is told that there is no such object.
            let _ = self.put(bucket, key.to_vec(), Object::new(body, now), now);
        }
    }

    pub(super) fn delete(&mut self, bucket: &str, key: &[u8]) -> Result<(), S3Error> {
        let bucket = self.buckets.get_mut(bucket).ok_or(S3Error::NoSuchBucket)?;
        let old = bucket.objects.remove(key);
        self.release(old.as_ref());
        Ok(())
    }

    /// Begins an upload in parts and names it.
    pub(super) fn begin(&mut self, upload: Upload) -> String {
        self.last_upload += 1;
        let id = format!("capture-upload-{}", self.last_upload);
        self.uploads.insert(id.clone(), upload);
        id
    }

    pub(super) fn put_part(&mut self, id: &str, number: u32, part: Object) -> Result<(), S3Error> {
        self.hold(part.body.len())?;
        let upload = self.uploads.get_mut(id).ok_or(S3Error::NoSuchUpload)?;
        let old = upload.parts.insert(number, part);
        self.release(old.as_ref());
        Ok(())
    }

    /// Ends an upload without an object.
    pub(super) fn abort(&mut self, id: &str) -> Result<(), S3Error> {
        let upload = self.uploads.remove(id).ok_or(S3Error::NoSuchUpload)?;
        upload.parts.values().for_each(|part| self.release(Some(part)));
        Ok(())
    }

    /// Makes an object of these parts, given by number and tag, and ends the upload.
    pub(super) fn complete(
        &mut self,
        id: &str,
        wanted: &[(u32, String)],
        now: Timestamp,
    ) -> Result<String, S3Error> {
        let upload = self.uploads.get(id).ok_or(S3Error::NoSuchUpload)?;
        let (mut body, mut tags) = (Vec::new(), Md5::new());
        for (number, etag) in wanted {
            let part = upload.parts.get(number);
            let bare = |tag: &str| tag.trim_matches('"').to_owned();
            let part = part.filter(|part| bare(&part.etag) == bare(etag));
            let part = part.ok_or(S3Error::InvalidPart)?;
            body.extend_from_slice(&part.body);
            tags.update(Md5::digest(&part.body));
        }
        let etag = format!("\"{}-{}\"", hex(&tags.finalize()), wanted.len());
        let (bucket, key) = (upload.bucket.clone(), upload.key.clone());
        let object = Object {
            body: body.into(),
            etag: etag.clone(),
            modified: now,
            headers: upload.headers.clone(),
            ..Object::default()
        };
        self.abort(id)?;
        self.put(&bucket, key, object, now)?;
        Ok(etag)
    }

    fn hold(&mut self, bytes: usize) -> Result<(), S3Error> {
        if self.held + bytes > CAPACITY {
            return Err(S3Error::Full);
        }
        self.held += bytes;
        Ok(())
    }

    fn release(&mut self, object: Option<&Object>) {
        self.held -= object.map_or(0, |object| object.body.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_in_parts_becomes_an_object() {
        let now = Timestamp::UNIX_EPOCH;
        let mut store = Store::default();
        let upload = Upload { bucket: "b".to_owned(), key: b"k".to_vec(), ..Upload::default() };
        let id = store.begin(upload);
        for (number, body) in [(2, "two"), (1, "one"), (3, "left out")] {
            store.put_part(&id, number, Object::new(body.into(), now)).expect("a part");
        }
        let tag = |number: u32| store.uploads[&id].parts[&number].etag.clone();
        let wanted = [(1, tag(1)), (2, tag(2).trim_matches('"').to_owned())];
        assert_eq!(store.complete(&id, &[(9, String::new())], now), Err(S3Error::InvalidPart));
        let etag = store.complete(&id, &wanted, now).expect("an object");
        // MD5 of the two MD5s, recomputed with Python's hashlib.
        assert_eq!(etag, "\"1397b7ee3222e3980d0d20f23a871b02-2\"");
        assert_eq!(store.object("b", b"k").expect("an object").body, "onetwo");
        assert_eq!(store.complete(&id, &wanted, now), Err(S3Error::NoSuchUpload));
        store.delete("b", b"k").expect("deleted");
        assert_eq!(store.held, 0);
    }
}
