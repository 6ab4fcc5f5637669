//! How a form came to its signature: the texts and keys from which known code computes it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use sigv4_mistakes::MistakeSet;
use sigv4_protocol::hex::hex;
use sigv4_reference::key::Secret;
use sigv4_reference::legacy::LegacyWorkspace;
use sigv4_reference::legacy::s3_v2::S3V2Signer;
use sigv4_reference::{Scope, ScopedKey, Time};

use super::Signed;
use crate::explain::cause::Cause;
use crate::explain::change::policy::{
    AS_JSON, ENCODED_OTHERWISE, OTHER_DIGITS, OTHER_SCOPE, REWRITTEN, UNDERIVED, VERSION_2,
};
use crate::explain::change::{KEY_DAY, original_body, other_secrets};
use crate::explain::{Change, Happened, Way};

/// Regions that are often the default of a program.
const USUAL_REGIONS: [&str; 12] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-central-1",
    "eu-north-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-south-1",
    "auto",
];

/// Services that programs sign for beside S3.
const USUAL_SERVICES: [&str; 4] = ["s3", "s3express", "s3-outposts", "execute-api"];

/// How many bytes a policy may have if it is to be searched in every form.
const LONGEST: usize = 64 << 10;

/// Whether the signature is that of the policy with the secret.
pub(super) fn is_right(signed: &Signed<'_>, secret: &[u8]) -> bool {
    let key = scoped(signed, secret, signed.region, signed.service);
    key.is_some_and(|key| hex(&key.mac(signed.policy)).as_bytes() == signed.signature)
}

/// Every way that gives the signature with the least changes.
pub(super) fn find(signed: &Signed<'_>, json: &[u8], secret: &[u8]) -> Vec<Way> {
    let search = Search { signed, json, signature: decoded(signed.signature) };
    let keys = keys(signed, secret);
    let mut found: Vec<Way> = Vec::new();
    for (with, key) in &keys {
        // The right key and another text, or another key and the right text.
        let text = if search.is_signed(key, signed.policy) {
            Some(None)
        } else if with.is_none() {
            search.text(key).map(Some)
        } else {
            None
        };
        if let Some(text) = text {
            found.push(search.way(with.clone(), text));
        }
    }
    if found.is_empty() {
        let others = keys.iter().filter(|(with, _)| with.is_some());
        let both = others
            .filter_map(|(with, key)| Some(search.way(with.clone(), Some(search.text(key)?))));
        found.extend(both.take(1));
    }
    found.retain(|way| !way.happened.is_empty());
    found
}

/// A key with what is wrong about it; nothing for the right one, which is the first.
fn keys(signed: &Signed<'_>, secret: &[u8]) -> Vec<(Option<Happened>, Key)> {
    let mut keys = Vec::new();
    let (region, service) = (signed.region, signed.service);
    keys.extend(scoped(signed, secret, region, service).map(|key| (None, key)));
    let shown = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    for other in USUAL_REGIONS.map(str::as_bytes).into_iter().filter(|other| *other != region) {
        let what = format!(
            "the key was derived for the region {}, the credential names {}",
            shown(other),
            shown(region)
        );
        let key = scoped(signed, secret, other, service);
        keys.extend(key.map(|key| (Some(happened(&OTHER_SCOPE, what)), key)));
    }
    for other in USUAL_SERVICES.map(str::as_bytes).into_iter().filter(|other| *other != service) {
        let what = format!(
            "the key was derived for the service {}, the credential names {}",
            shown(other),
            shown(service)
        );
        let key = scoped(signed, secret, region, other);
        keys.extend(key.map(|key| (Some(happened(&OTHER_SCOPE, what)), key)));
    }
    for days in [-1, 1, -2, 2] {
        let other = signed.time().and_then(|time| shifted(&time, days));
        let key = other.and_then(|time| {
            let scope = Scope::new(&time, region, service).ok()?;
            let what = format!(
                "the key was derived for {}, the credential names {}",
                shown(time.date()),
                shown(signed.day)
            );
            let key = Key::Scoped(ScopedKey::derive(secret, scope).key().clone());
            Some((Some(happened(&KEY_DAY, what)), key))
        });
        keys.extend(key);
    }
    let what = "the secret was taken as the key".to_owned();
    keys.push((Some(happened(&UNDERIVED, what)), Key::Raw(secret.to_vec())));
    let what = "the signature is HMAC-SHA1 of the policy".to_owned();
    keys.push((Some(happened(&VERSION_2, what)), Key::Version2(secret.to_vec())));
    let right = keys.first().map(|(_, key)| key.mac(signed.policy));
    for (change, other, what) in other_secrets(secret, signed.access_key_id) {
        let key = scoped(signed, &other, region, service);
        // A zero byte at the end of a secret changes no key.
        let key = key.filter(|key| Some(key.mac(signed.policy)) != right);
        keys.extend(key.map(|key| (Some(happened(change, what)), key)));
    }
    keys
}

fn shifted(time: &Time, days: i64) -> Option<Time> {
    Time::from_unix_seconds(time.unix_seconds() + days * 86_400)
}

fn scoped(signed: &Signed<'_>, secret: &[u8], region: &[u8], service: &[u8]) -> Option<Key> {
    let scope = Scope::new(&signed.time()?, region, service).ok()?;
    Some(Key::Scoped(ScopedKey::derive(secret, scope).key().clone()))
}

/// What a program signs with.
enum Key {
    Scoped(sigv4_reference::SigningKey),
    /// HMAC-SHA256 with the secret.
    Raw(Vec<u8>),
    /// HMAC-SHA1 with the secret.
    Version2(Vec<u8>),
}

impl Key {
    fn mac(&self, text: &[u8]) -> Vec<u8> {
        match self {
            Self::Scoped(key) => key.sign(text).as_bytes().to_vec(),
            Self::Raw(secret) => Hmac::<Sha256>::new_from_slice(secret)
                .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
                .unwrap_or_default(),
            Self::Version2(secret) => {
                let secret = Secret { access_key_id: b"", secret_access_key: secret };
                let mut workspace = LegacyWorkspace::default();
                let signer = S3V2Signer { secret, bucket: None };
                let signature = signer.post(&mut workspace, text).signature();
                STANDARD.decode(signature).unwrap_or_default()
            }
        }
    }
}

/// A form whose signature is not right.
struct Search<'s> {
    signed: &'s Signed<'s>,
    /// The policy; empty if it is not base64.
    json: &'s [u8],
    /// The bytes of the signature, however it is written.
    signature: Vec<u8>,
}

impl Search<'_> {
    fn is_signed(&self, key: &Key, text: &[u8]) -> bool {
        !self.signature.is_empty() && key.mac(text) == self.signature
    }

    /// Another text that was signed with the key.
    fn text(&self, key: &Key) -> Option<Happened> {
        let (json, policy) = (self.json, self.signed.policy);
        if json.len() > LONGEST {
            return None;
        }
        if self.is_signed(key, json) {
            let what =
                "the text that was signed begins with `{`, and not with its base64".to_owned();
            return Some(happened(&AS_JSON, what));
        }
        let encoded = |json: &[u8]| STANDARD.encode(json).into_bytes();
        if let Some((_, what)) =
            original_body(json, None, |json| self.is_signed(key, &encoded(json)))
        {
            return Some(happened(&REWRITTEN, format!("the policy was signed {what}")));
        }
        if let Some((_, what)) = original_body(json, None, |json| self.is_signed(key, json)) {
            let what = format!("the JSON of the policy was signed {what}");
            return Some(happened(&AS_JSON, what));
        }
        let mut forms = base64_forms(policy, json).into_iter();
        let (_, what) = forms.find(|(text, _)| self.is_signed(key, text))?;
        Some(happened(&ENCODED_OTHERWISE, format!("it was signed {what}")))
    }

    /// What happened, with the digits if these are wrong too.
    fn way(&self, with: Option<Happened>, text: Option<Happened>) -> Way {
        let bytes = &self.signature;
        // Version 2 writes base64 in any case.
        let is_hex = hex(bytes).as_bytes() == self.signed.signature || bytes.len() != 32;
        let digits = (!is_hex).then(|| {
            let sent = self.signed.signature.escape_ascii();
            happened(&OTHER_DIGITS, format!("expected {}, got {sent}", hex(bytes)))
        });
        let happened = with.into_iter().chain(text).chain(digits).collect();
        Way { happened, mistakes: MistakeSet::default() }
    }
}

/// The same bytes in other forms of base64.
fn base64_forms(policy: &[u8], json: &[u8]) -> Vec<(Vec<u8>, &'static str)> {
    let lines = |length: usize, end: &str| {
        let lines = policy.chunks(length).flat_map(|line| [line, end.as_bytes()].concat());
        lines.collect::<Vec<u8>>()
    };
    let without_last = |text: Vec<u8>| text.trim_ascii_end().to_vec();
    let unpadded = |text: &[u8]| {
        let end = text.iter().rposition(|byte| *byte != b'=').map_or(0, |at| at + 1);
        text[..end].to_vec()
    };
    let for_url = URL_SAFE.encode(json).into_bytes();
    vec![
        ([policy, b"\n"].concat(), "with a line break at its end"),
        ([policy, b"\r\n"].concat(), "with a line break (CRLF) at its end"),
        (lines(60, "\n"), "in lines of 60 characters"),
        (without_last(lines(60, "\n")), "in lines of 60 characters"),
        (lines(64, "\n"), "in lines of 64 characters"),
        (without_last(lines(64, "\n")), "in lines of 64 characters"),
        (lines(76, "\n"), "in lines of 76 characters"),
        (without_last(lines(76, "\n")), "in lines of 76 characters"),
        (lines(76, "\r\n"), "in lines of 76 characters (CRLF)"),
        (without_last(lines(76, "\r\n")), "in lines of 76 characters (CRLF)"),
        (unpadded(policy), "without its padding"),
        (unpadded(&for_url), "in the alphabet for URLs, without padding"),
        (for_url, "in the alphabet for URLs"),
        (STANDARD.encode(json).into_bytes(), "with its padding and without line breaks"),
        (STANDARD.encode(policy).into_bytes(), "encoded twice"),
    ]
}

/// The bytes of a signature in hexadecimal digits or in base64.
fn decoded(signature: &[u8]) -> Vec<u8> {
    let signature = signature.trim_ascii();
    let digits = std::str::from_utf8(signature).unwrap_or_default();
    let is_hex = digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex {
        return STANDARD.decode(signature).unwrap_or_default();
    }
    let pairs = digits.as_bytes().as_chunks::<2>().0.iter();
    let byte = |pair: &[u8; 2]| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    };
    pairs.filter_map(byte).collect()
}

fn happened(change: &'static Change, what: String) -> Happened {
    let cause = Cause::new(change.who, change.fix);
    Happened { change, what, cause, is_evident: false }
}
