//! An upload form, whose policy is signed (S3 API Reference, "Authenticating Requests in Browser-Based
//! Uploads Using POST").

use sigv4_vectors::model::Request;

use super::arrived::{Arrived, HMAC};
use super::claim::Claim;
use super::multipart::Posted;
use super::policy::Policy;
use super::proof::Proof;
use super::{Checked, checks, conditions, instant, keys, refused};
use crate::catalogue::Mistake;
use crate::model::text::{decode, split_target};

/// How much of a body is searched for the names of fields.
const BEGIN: usize = 64 << 10;

/// Whether a request is an upload form with a policy.
pub(super) fn is_one(request: &Request) -> bool {
    let header = |wanted: &[u8]| {
        let mut headers = request.headers.iter();
        headers.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| &value[..])
    };
    let is_form = header(b"content-type").is_some_and(|kind| {
        let kind = kind.get(..19).unwrap_or_default();
        kind.eq_ignore_ascii_case(b"multipart/form-data")
    });
    if !is_form || request.method[..] != *b"POST" || header(b"authorization").is_some() {
        return false;
    }
    let body = &request.body[..request.body.len().min(BEGIN)];
    let mark = b"name=";
    let places = body.windows(mark.len()).enumerate().filter(|(_, window)| window == mark);
    let mut names = places.map(|(at, _)| {
        let name = &body[at + mark.len()..];
        let name = name.strip_prefix(b"\"").unwrap_or(name);
        name.split(|byte| b"\";\r\n".contains(byte)).next().unwrap_or_default()
    });
    names.any(|name| {
        name.eq_ignore_ascii_case(b"policy") || name.eq_ignore_ascii_case(b"x-amz-signature")
    })
}

/// The bucket in the host, or else in the path.
fn bucket(arrived: &Arrived<'_>) -> Option<Vec<u8>> {
    let hosts = arrived.values(b"host");
    let host = hosts.first().map(|host| host.to_ascii_lowercase()).unwrap_or_default();
    let at = |mark: &[u8]| host.windows(mark.len()).position(|window| window == mark);
    if let Some(end) = at(b".s3.").or_else(|| at(b".s3-")) {
        return Some(host[..end].to_vec());
    }
    let path = split_target(&arrived.request().target).0;
    path.split(|&byte| byte == b'/').find(|part| !part.is_empty()).map(decode)
}

/// "Check the signature of the policy, then the form against the policy."
pub(super) fn verify(arrived: &Arrived<'_>) -> Checked<()> {
    let mut pieces = arrived.request().target.split(|byte| b"?&".contains(byte)).skip(1);
    if pieces.any(|piece| piece.starts_with(b"X-Amz-Signature="))
        && !arrived.has(Mistake::VerifyFormTwoPlaces)
    {
        return refused("multiple-authentications", "a signed form and a presigned URL");
    }
    let posted = Posted::read(arrived)?;
    let policy = authenticated(arrived, &posted)?;
    let policy = Policy::read(policy)?;
    let expired = if arrived.has(Mistake::VerifyFormExpirationExclusive) {
        arrived.now >= policy.expiration
    } else {
        arrived.now > policy.expiration
    };
    if expired && !arrived.has(Mistake::VerifyFormExpirationIgnored) {
        return refused("expired", "the policy has expired");
    }
    if posted.value("key").is_none() {
        return refused("missing-field", "form: missing field key");
    }
    if posted.file.is_none() {
        return refused("missing-field", "form: missing field file");
    }
    let bucket = bucket(arrived);
    conditions::check(arrived, &posted, bucket.as_deref(), &policy)
}

/// The policy in base64, whose signature was checked.
fn authenticated<'b>(arrived: &Arrived<'_>, posted: &Posted<'b>) -> Checked<&'b [u8]> {
    let has = |mistake| arrived.has(mistake);
    let required = |name: &str| match posted.value(name) {
        Some(value) => Ok(value),
        None => refused("malformed-authentication", format!("form: missing field {name}")),
    };
    let Some(signature) = posted.value("x-amz-signature") else {
        return refused("missing-authentication", "form: missing field x-amz-signature");
    };
    let is_older = ["AWSAccessKeyId", "signature"].iter().any(|name| posted.value(name).is_some());
    if is_older && !has(Mistake::VerifyFormTwoPlaces) {
        return refused("multiple-authentications", "fields of both Version 2 and Version 4");
    }
    let policy = required("policy")?;
    if !has(Mistake::VerifyFormAlgorithmIgnored) && required("x-amz-algorithm")? != HMAC {
        return refused("unsupported-algorithm", "expected AWS4-HMAC-SHA256");
    }
    let claim = Claim::of_form(
        arrived,
        required("x-amz-credential")?,
        || required("x-amz-date"),
        signature,
    )?;
    checks::scope(arrived, &claim)?;
    let mut ruling = refused("unknown-access-key", "no key");
    for key in keys::candidates(arrived, &claim.credential.access_key_id)? {
        let token = posted.value("x-amz-security-token");
        let token = token.filter(|_| !has(Mistake::VerifyFormTokenIgnored));
        let own = key.token.filter(|_| !has(Mistake::VerifyFormTokenIgnored));
        ruling = checks::token(arrived, own, token).and_then(|()| {
            let proof = Proof { arrived, claim: &claim };
            let signing_key = proof.key(&key)?;
            let is_right = proof.holds(&signing_key, policy)
                || has(Mistake::VerifyFormSignatureIgnored)
                || has(Mistake::VerifySignatureIgnored);
            if is_right {
                Ok(())
            } else {
                refused("signature-mismatch", "the signature is not that of the policy")
            }
        });
        if ruling.is_ok() {
            break;
        }
    }
    ruling.map(|()| policy)
}

impl Claim {
    /// What the fields of a form state.
    fn of_form<'f>(
        arrived: &Arrived<'_>,
        credential: &[u8],
        date: impl FnOnce() -> Checked<&'f [u8]>,
        signature: &[u8],
    ) -> Checked<Self> {
        let credential = super::claim::Credential::read(arrived, false, credential)?;
        let time = super::claim::time(date()?)?;
        let signature = super::claim::signature(arrived, false, signature)?;
        Ok(Self {
            is_v4a: false,
            expires: None,
            credential,
            region_set: None,
            list: Vec::new(),
            names: Vec::new(),
            signature,
            seconds: instant::of(&time).unwrap_or_default(),
            time,
            token: None,
            content_sha256: None,
        })
    }
}
