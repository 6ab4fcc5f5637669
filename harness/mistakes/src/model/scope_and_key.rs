//! The credential scope, and the signing key that is derived from it.

use std::borrow::Cow;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use sigv4_vectors::model::SigningInput;

use super::date::Moment;
use super::text::{Encoder, base64_decoded, decode, hex, latin1, lossy, replaced, until};
use super::value::labels;
use crate::catalogue::{Mistake, MistakeSet};

/// The parts of the credential scope without its end.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) day: Vec<u8>,
    pub(super) region: Vec<u8>,
    pub(super) service: Vec<u8>,
}

impl Scope {
    /// Day, region and service of a request to `host`.
    pub(super) fn new(input: &SigningInput, moment: Moment, mistakes: MistakeSet) -> Self {
        let has = |mistake| mistakes.contains(mistake);
        let named = |name: &[u8]| {
            let mut headers = input.request.headers.iter();
            let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
            found.map(|(_, value)| &value[..])
        };
        let mut day = moment.day(mistakes);
        if has(Mistake::ScopeDateLocal) {
            day = moment.local_day(mistakes);
        }
        if has(Mistake::ScopeDateOfDateHeader)
            && let Some(date) = named(b"date").and_then(Moment::day_of_date_header)
        {
            day = date;
        }
        let (mut region, mut service) = (input.region.to_vec(), input.service.to_vec());
        let (first, second) = labels(named(b"host").unwrap_or_default());
        if has(Mistake::ScopeRegionHardCoded) {
            region = b"us-east-1".to_vec();
        }
        if has(Mistake::ScopeServiceHardCoded) {
            service = b"s3".to_vec();
        }
        if has(Mistake::ScopeServiceOfHost) {
            service = first.to_vec();
        }
        if has(Mistake::ScopeRegionOfHost) {
            region = second.to_vec();
        }
        if has(Mistake::ScopeTrimmed) {
            region = region.trim_ascii().to_vec();
            service = service.trim_ascii().to_vec();
        }
        if has(Mistake::ScopeS3ByPrefix) && service.starts_with(b"s3") {
            service = b"s3".to_vec();
        }
        let names_no_region = (has(Mistake::ScopeEmptyRegionFilled) && region.is_empty())
            || (has(Mistake::ScopeGlobalIsUsEast1) && region == b"aws-global");
        if names_no_region {
            region = b"us-east-1".to_vec();
        }
        if has(Mistake::ScopeRegionThreeParts) {
            let parts: Vec<&[u8]> = region.split(|&byte| byte == b'-').take(3).collect();
            region = parts.join(&b'-');
        }
        if has(Mistake::ScopeRegionLowerCased) {
            region.make_ascii_lowercase();
        }
        if has(Mistake::ScopeServiceLowerCased) {
            service.make_ascii_lowercase();
        }
        Self { day, region, service }
    }

    /// "The date, the region, the service and `aws4_request`, separated by slashes."
    pub(super) fn text(&self, mistakes: MistakeSet) -> Vec<u8> {
        let has = |mistake| mistakes.contains(mistake);
        let (mut region, mut service) = (Cow::from(&self.region), Cow::from(&self.service));
        if has(Mistake::ScopeEncoded) {
            region = Encoder::new().encode(&region).into();
            service = Encoder::new().encode(&service).into();
        }
        if has(Mistake::ScopeRegionAndServiceSwapped) {
            std::mem::swap(&mut region, &mut service);
        }
        let mut parts = vec![&self.day[..]];
        let skips_region = has(Mistake::ScopeRegionMissing)
            || (region.is_empty() && has(Mistake::ScopeEmptyPartSkipped));
        if !skips_region {
            parts.push(&region);
        }
        parts.push(&service);
        if has(Mistake::ScopeTerminatorMisspelt) {
            parts.push(b"aws4-request");
        } else if !has(Mistake::ScopeTerminatorMissing) {
            parts.push(b"aws4_request");
        }
        let mut text = parts.join(&b'/');
        if has(Mistake::ScopeTrailingSlash) {
            text.push(b'/');
        }
        text
    }
}

/// "Hash the date, the region, the service and `aws4_request`, each keyed by the result before
/// it; the first by AWS4 and the secret."
pub(super) fn derive(
    input: &SigningInput,
    scope: &Scope,
    moment: Moment,
    mistakes: MistakeSet,
) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let secret = &input.credentials.secret_access_key;
    if has(Mistake::KeyNotDerived) {
        return start(b"", secret, mistakes);
    }
    let start = start(b"AWS4", secret, mistakes);
    let parts = parts(scope, moment, mistakes);
    if has(Mistake::KeyDerivedInOneStep) {
        return hmac(&start, &parts.join(&b'/'));
    }
    parts.iter().fold(start, |key, part| {
        let next = if has(Mistake::KeyArgumentsSwapped) {
            hmac(part, &key)
        } else if has(Mistake::KeyHashWithoutHmac) {
            Sha256::new().chain_update(&key).chain_update(part).finalize().to_vec()
        } else {
            hmac(&key, part)
        };
        if has(Mistake::KeyChainInHex) {
            hex(&next)
        } else if has(Mistake::KeyChainLossyUtf8) {
            lossy(&next)
        } else {
            next
        }
    })
}

/// The key that a derivation begins with.
pub(super) fn start(prefix: &[u8], secret: &[u8], mistakes: MistakeSet) -> Vec<u8> {
    let has = |mistake| mistakes.contains(mistake);
    let mut secret = secret.to_vec();
    if has(Mistake::KeySecretTrimmed) {
        secret = secret.trim_ascii().to_vec();
    }
    if has(Mistake::KeySecretFormDecoded) {
        secret = replaced(&secret, b"+", b" ");
    }
    if has(Mistake::KeySecretBase64Decoded) {
        secret = base64_decoded(&secret).unwrap_or(secret);
    }
    if has(Mistake::KeySecretCutAtNul) {
        secret.truncate(until(&secret, b"\0").len());
    }
    if has(Mistake::KeySecretLatin1) {
        secret = latin1(&secret);
    }
    if has(Mistake::KeySecretLossyUtf8) {
        secret = lossy(&secret);
    }
    if has(Mistake::KeySecretPercentDecoded) {
        secret = decode(&secret);
    }
    if has(Mistake::KeySecretUnquoted)
        && let [quote @ (b'"' | b'\''), inner @ .., end] = &secret[..]
        && quote == end
    {
        secret = inner.to_vec();
    }
    if has(Mistake::KeySecretCutAtHash) {
        secret.truncate(until(&secret, b"#").len());
    }
    if has(Mistake::KeySecretCutAtColon) {
        secret.truncate(until(&secret, b":").len());
    }
    let is_prefixed = has(Mistake::KeyPrefixNotRepeated) && secret.starts_with(prefix);
    let mut key = if is_prefixed || has(Mistake::KeyPrefixMissing) {
        Vec::new()
    } else if has(Mistake::KeyPrefixLowerCase) {
        prefix.to_ascii_lowercase()
    } else {
        prefix.to_vec()
    };
    key.extend(secret);
    if has(Mistake::KeyLongSecretCut) {
        key.truncate(64);
    }
    if has(Mistake::KeyBlockLongHashed) && key.len() == 64 {
        key = Sha256::digest(&key).to_vec();
    }
    key
}

/// The parts that are hashed, in order.
fn parts(scope: &Scope, moment: Moment, mistakes: MistakeSet) -> Vec<Cow<'_, [u8]>> {
    let has = |mistake| mistakes.contains(mistake);
    let day = if has(Mistake::KeyDateWithTime) {
        moment.text(mistakes).into()
    } else if has(Mistake::KeyDateLocal) {
        moment.local_day(mistakes).into()
    } else {
        Cow::from(&scope.day)
    };
    let mut region = Cow::from(&scope.region);
    if has(Mistake::KeyRegionHardCoded) {
        region = b"us-east-1".into();
    }
    if has(Mistake::KeyRegionLowerCased) {
        region.to_mut().make_ascii_lowercase();
    }
    let mut service = Cow::from(&scope.service);
    if has(Mistake::KeyServiceHardCoded) {
        service = b"s3".into();
    }
    if has(Mistake::KeyServiceLowerCased) {
        service.to_mut().make_ascii_lowercase();
    }
    if has(Mistake::KeyRegionAndServiceSwapped) {
        std::mem::swap(&mut region, &mut service);
    }
    let mut parts = Vec::with_capacity(4);
    if !has(Mistake::KeyDateSkipped) {
        parts.push(day);
    }
    if !has(Mistake::KeyRegionSkipped) {
        parts.push(region);
    }
    if !has(Mistake::KeyServiceSkipped) {
        parts.push(service);
    }
    if has(Mistake::KeyTerminatorMisspelt) {
        parts.push(b"aws4-request".into());
    } else if !has(Mistake::KeyTerminatorSkipped) {
        parts.push(b"aws4_request".into());
    }
    parts
}

/// HMAC-SHA256 with a key of any length.
pub(super) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    // RFC 2104: a key longer than a block is replaced by its hash, a shorter one padded with
    // zeros. With a whole block, no length can be wrong.
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let state: Hmac<Sha256> = Hmac::new(&block.into());
    state.chain_update(message).finalize().into_bytes().to_vec()
}
