//! The signature of S3 before Version 4, in the header and in the query.

use sigv4_protocol::LegacyAnswer;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::LegacyAlgorithm;

use super::{Signing, TOKEN, pieces};
use crate::catalogue::Mistake;
use crate::model::check::ModelError;
use crate::model::text::{Encoder, decode, replaced, split_once, until};
use crate::model::value::labels;

/// "The sub-resources that must be included": those of the S3 Developer Guide, and botocore's.
const SUB_RESOURCES: &[&str] = &[
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// The overrides of headers of the response, which are signed too.
const OVERRIDES: &[&str] = &[
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
];

/// Parameters of a listing, which are not.
const OF_LISTING: &[&str] = &["delimiter", "marker", "max-keys", "prefix"];

impl Signing<'_> {
    /// `Authorization: AWS id:signature`.
    pub(super) fn s3_header(self) -> Result<LegacyAnswer, ModelError> {
        let amz_date = self.header("x-amz-date");
        let date = self.header("date");
        let line = match (amz_date, date) {
            (None, None) => return Err(ModelError::MissingDate),
            (Some(amz_date), _) if self.has(Mistake::LegacyDateLineOfAmzDate) => amz_date,
            (Some(_), Some(date)) if self.has(Mistake::LegacyDateLineKept) => date,
            (Some(_), _) => b"",
            (None, Some(date)) => date,
        };
        let string_to_sign = self.string_to_sign(line);
        let signature = self.s3_signature(&string_to_sign);
        let id = &self.input.credentials.access_key_id;
        let value = [b"AWS ", &id[..], b":", &signature].concat();
        let mut headers = self.headers.clone();
        headers.push(("Authorization".into(), value.into()));
        let target = self.input.request.target.clone();
        Ok(self.answer(target, headers, None, string_to_sign, signature))
    }

    /// The parameters `AWSAccessKeyId`, `Expires` and `Signature`.
    pub(super) fn s3_query(self) -> Result<LegacyAnswer, ModelError> {
        let expires_at = self.input.expires_at.ok_or(ModelError::Expires)?;
        let now = u64::try_from(self.moment.unix_seconds()).unwrap_or_default();
        let expires = if self.has(Mistake::LegacyExpiresRelative) {
            expires_at.saturating_sub(now)
        } else if self.has(Mistake::LegacyExpiresInMilliseconds) {
            expires_at.saturating_mul(1000)
        } else {
            expires_at
        };
        let expires = expires.to_string().into_bytes();
        let date = self.header("date").filter(|_| self.has(Mistake::LegacyExpiresNotSigned));
        let string_to_sign = self.string_to_sign(date.unwrap_or(&expires));
        let signature = self.s3_signature(&string_to_sign);

        let (path, query) = self.path_and_query();
        let is_own = |piece: &&[u8]| {
            let name = decode(split_once(piece, b'=').0);
            [&b"AWSAccessKeyId"[..], b"Expires", b"Signature"].contains(&&name[..])
        };
        let encoder = Encoder::new();
        let mut parameters: Vec<Vec<u8>> =
            pieces(query).filter(|piece| !is_own(piece)).map(<[u8]>::to_vec).collect();
        let id = encoder.encode(&self.input.credentials.access_key_id);
        parameters.push([b"AWSAccessKeyId=", &id[..]].concat());
        parameters.push([b"Expires=", &expires[..]].concat());
        parameters.push([b"Signature=", &self.written(&signature)[..]].concat());
        if let Some(token) = self.token.filter(|_| !self.has(Mistake::LegacyTokenNotInQuery)) {
            parameters.push([TOKEN.as_bytes(), b"=", &encoder.encode(token)].concat());
        }
        let target = [path, b"?", &parameters.join(&b'&')].concat();
        let mut headers = self.headers.clone();
        headers.retain(|(name, _)| self.token.is_none() || &name[..] != TOKEN.as_bytes());
        Ok(self.answer(target.into(), headers, None, string_to_sign, signature))
    }

    fn s3_signature(&self, string_to_sign: &[u8]) -> Vec<u8> {
        let algorithm = if self.has(Mistake::LegacyS3Sha256) {
            LegacyAlgorithm::HmacSha256
        } else {
            LegacyAlgorithm::HmacSha1
        };
        self.signature(string_to_sign, algorithm)
    }

    /// A signature as the value of a parameter.
    pub(super) fn written(&self, signature: &[u8]) -> Vec<u8> {
        if self.has(Mistake::LegacySignatureUnescaped) {
            signature.to_vec()
        } else if self.has(Mistake::LegacySignatureEscapedTwice) {
            Encoder::new().encode(&Encoder::new().encode(signature))
        } else {
            Encoder::new().encode(signature)
        }
    }

    /// "Method, Content-MD5, Content-Type and date, the x-amz headers, the resource."
    fn string_to_sign(&self, date: &[u8]) -> Vec<u8> {
        let mut md5 = self.header("content-md5").unwrap_or_default();
        let mut kind = self.header("content-type").unwrap_or_default();
        if self.has(Mistake::LegacyContentMd5Ignored) {
            md5 = b"";
        }
        if self.has(Mistake::LegacyContentTypeIgnored) {
            kind = b"";
        }
        if self.has(Mistake::LegacyContentTypeCut) {
            kind = until(kind, b";").trim_ascii();
        }
        if self.has(Mistake::LegacyContentLinesSwapped) {
            std::mem::swap(&mut md5, &mut kind);
        }
        let mut lines = vec![self.input.request.method.to_vec()];
        let skips_empty = self.has(Mistake::LegacyEmptyLinesSkipped);
        let content = [md5, kind, date].into_iter();
        lines.extend(content.filter(|line| !skips_empty || !line.is_empty()).map(<[u8]>::to_vec));
        lines.extend(self.header_lines());
        lines.push(self.resource());
        lines.join(&b'\n')
    }

    /// "Lower-case the names, sort, join the values of equal names with a comma, unfold, and leave no
    /// space around the colon."
    fn header_lines(&self) -> Vec<Vec<u8>> {
        let mut headers: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        for (name, value) in self.headers.iter().filter(|(name, _)| self.is_signed(name)) {
            let mut name = name.to_vec();
            if !self.has(Mistake::LegacyHeaderCaseKept) {
                name.make_ascii_lowercase();
            }
            let value = self.value(value);
            let mut earlier = headers.iter_mut();
            let same = earlier.find(|(own, _)| *own == name);
            match same.filter(|_| !self.has(Mistake::LegacyHeadersRepeated)) {
                Some((_, joined)) if self.has(Mistake::LegacyHeaderLastOnly) => *joined = value,
                Some((_, joined)) => {
                    let comma = self.has(Mistake::LegacyHeadersJoinedWithSpace);
                    joined.extend(if comma { &b", "[..] } else { b"," });
                    joined.extend(value);
                }
                None => headers.push((name, value)),
            }
        }
        if !self.has(Mistake::LegacyHeadersUnsorted) {
            headers.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        let colon: &[u8] =
            if self.has(Mistake::LegacyHeaderSpaceAfterColon) { b": " } else { b":" };
        headers.into_iter().map(|(name, value)| [&name[..], colon, &value].concat()).collect()
    }

    fn is_signed(&self, name: &[u8]) -> bool {
        let name = name.to_ascii_lowercase();
        let is_left_out = (self.has(Mistake::LegacyHeadersLeftOut))
            || (self.has(Mistake::LegacyMetadataOnly) && !name.starts_with(b"x-amz-meta-"))
            || (self.has(Mistake::LegacyTokenNotSigned) && name == TOKEN.as_bytes());
        name.starts_with(b"x-amz-") && !is_left_out
    }

    fn value(&self, value: &[u8]) -> Vec<u8> {
        if self.has(Mistake::LegacyHeaderUntrimmed) {
            return value.to_vec();
        }
        if self.has(Mistake::LegacyHeaderFoldKept) {
            return value.trim_ascii().to_vec();
        }
        let lines = value.split(|byte| b"\r\n".contains(byte)).map(<[u8]>::trim_ascii);
        let lines: Vec<&[u8]> = lines.filter(|line| !line.is_empty()).collect();
        let value = lines.join(&b' ');
        if self.has(Mistake::LegacyHeaderSpacesCollapsed) {
            let words = value.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
            return words.collect::<Vec<_>>().join(&b' ');
        }
        value
    }

    /// "The bucket, the path as it is sent, and the sub-resources."
    fn resource(&self) -> Vec<u8> {
        let (path, query) = self.path_and_query();
        let mut resource = Vec::new();
        let host = self.header("host").unwrap_or_default();
        let of_host;
        let bucket = if self.has(Mistake::LegacyBucketOfHost) {
            of_host = Bytes::from(labels(host).0);
            Some(&of_host)
        } else {
            self.input.bucket.as_ref().filter(|_| !self.has(Mistake::LegacyBucketMissing))
        };
        if let Some(bucket) = bucket {
            resource.push(b'/');
            resource.extend(&bucket[..]);
        }
        resource.extend(if self.has(Mistake::LegacyPathDecoded) {
            decode(path)
        } else if self.has(Mistake::LegacyPathEncodedAgain) {
            Encoder::new().leaving(b"/").encode(path)
        } else if self.has(Mistake::LegacySlashOfRootMissing) && path == b"/" {
            Vec::new()
        } else {
            path.to_vec()
        });
        if self.has(Mistake::LegacyQuerySigned) && !query.is_empty() {
            resource.push(b'?');
            resource.extend(query);
            return resource;
        }
        let parameters = self.sub_resources(query);
        if !parameters.is_empty() {
            resource.push(b'?');
            resource.extend(parameters.join(&b'&'));
        }
        resource
    }

    /// "Sorted by name, with the values decoded."
    fn sub_resources(&self, query: &[u8]) -> Vec<Vec<u8>> {
        if self.has(Mistake::LegacySubResourcesLeftOut) {
            return Vec::new();
        }
        let mut signed: Vec<&[u8]> =
            SUB_RESOURCES.iter().chain(OVERRIDES).map(|name| name.as_bytes()).collect();
        if self.has(Mistake::LegacyOverridesLeftOut) {
            signed.retain(|name| !name.starts_with(b"response-"));
        }
        if self.has(Mistake::LegacyListingSigned) {
            signed.extend(OF_LISTING.iter().map(|name| name.as_bytes()));
        }
        let mut found: Vec<(Vec<u8>, Option<Vec<u8>>)> = pieces(query)
            .map(|piece| split_once(piece, b'='))
            .map(|(name, value)| (decode(name), value.map(|value| self.sub_resource(value))))
            .filter(|(name, _)| signed.contains(&&name[..]))
            .collect();
        if !self.has(Mistake::LegacySubResourcesUnsorted) {
            found.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        let has_value = |value: &Option<Vec<u8>>| {
            (value.is_some() || self.has(Mistake::LegacySubResourceEqualsAdded))
                && !self.has(Mistake::LegacySubResourceValueless)
        };
        let written = found.into_iter().map(|(mut name, value)| {
            if self.has(Mistake::LegacySubResourceLowerCased) {
                name.make_ascii_lowercase();
            }
            if !has_value(&value) {
                return name;
            }
            [&name[..], b"=", &value.unwrap_or_default()].concat()
        });
        written.collect()
    }

    fn sub_resource(&self, value: &[u8]) -> Vec<u8> {
        if self.has(Mistake::LegacySubResourceNotDecoded) {
            value.to_vec()
        } else {
            decode(&replaced(value, b"+", b" "))
        }
    }
}
