//! The state that a mistaken signer keeps from one call to the next. A correct one keeps nothing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use sigv4_protocol::{Side, SignQuestion};
use sigv4_vectors::model::{Request, SigningInput};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Bytes, Secret};

use super::date::Moment;
use super::payload;
use super::query::Parameter;
use super::scope_and_key::{Scope, derive};
use super::verifier::Remembered;
use crate::catalogue::{Component, Mistake, MistakeSet};

/// The memory of one signer.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// What was kept from the first call.
    pub(super) first: Option<First>,
    /// Every header name that any call signed.
    pub(super) signed_names: Vec<Vec<u8>>,
    /// The parameters of every call.
    pub(super) parameters: Vec<Parameter>,
    /// Whether this call signs the request of the previous call again.
    pub(super) retried: bool,
    token: Option<Secret>,
    /// The time when the clock was last read.
    clock: Option<Time>,
    /// The buffer of bodies.
    body: Vec<u8>,
    /// Hashes of bodies by their length.
    hashes: HashMap<usize, Vec<u8>>,
    keys: HashMap<Vec<u8>, Vec<u8>>,
    /// The key that was derived last, and what it was derived for.
    last_key: Option<(Vec<u8>, Vec<u8>)>,
    left: Option<Left>,
    given: Given,
    /// What a verifier keeps.
    pub(super) verified: Remembered,
}

/// What a signer is given, and computes only if it makes a mistake there.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The payload hash, in hexadecimal.
    pub payload_hash: Option<Vec<u8>>,
    /// The signing key of a correct signer.
    pub signing_key: Option<[u8; 32]>,
}

/// What was kept from the first call.
#[derive(Clone, Debug)]
pub(super) struct First {
    pub(super) time: Time,
    pub(super) method: Bytes,
    pub(super) target: Bytes,
    pub(super) host: Option<Vec<u8>>,
    pub(super) payload_hash: Vec<u8>,
    pub(super) scope: Vec<u8>,
}

/// What was kept from the previous call.
#[derive(Clone, Debug)]
struct Left {
    time: Time,
    request: Request,
    /// The headers that were written into the request.
    added: Vec<(Bytes, Bytes)>,
}

/// The mistakes that need a memory of calls as a whole.
const OF_CALLS: &[Mistake] = &[
    Mistake::StateBodyBufferNotCleared,
    Mistake::StateClockCached,
    Mistake::StateClockCachedForAMinute,
    Mistake::StateHeadersLeftBehind,
    Mistake::StateHostKept,
    Mistake::StateMethodKept,
    Mistake::StatePathKept,
    Mistake::StatePayloadHashByLength,
    Mistake::StatePayloadHashKept,
    Mistake::StateQueryAccumulates,
    Mistake::StateQueryKept,
    Mistake::StateRetryPathEncodedAgain,
    Mistake::StateRetryTimeKept,
    Mistake::StateScopeKept,
    Mistake::StateSignedHeadersAccumulate,
    Mistake::StateTokenKept,
    Mistake::StateTokenNeverRenewed,
];

/// The mistakes in the payload hash.
static OF_PAYLOAD: LazyLock<MistakeSet> = LazyLock::new(|| of(&[Component::Payload]));

/// The mistakes in the signing key and in what it is derived from.
static OF_KEY: LazyLock<MistakeSet> =
    LazyLock::new(|| of(&[Component::Key, Component::Scope, Component::Date, Component::State]));

fn of(components: &[Component]) -> MistakeSet {
    let all = Mistake::of(Side::Signer).iter().copied();
    all.filter(|mistake| components.contains(&mistake.entry().component)).collect()
}

impl Memory {
    /// The memory of a signer that has not been called yet.
    pub(super) fn with(given: Given) -> Self {
        Self { given, ..Self::default() }
    }

    /// Whether anything from a call has to be kept.
    pub(super) fn is_needed(mistakes: MistakeSet) -> bool {
        mistakes.intersects(const { MistakeSet::of(OF_CALLS) })
    }

    /// The question as a signer with this memory sees it.
    pub(super) fn taken<'q>(
        &mut self,
        question: &'q SignQuestion,
        mistakes: MistakeSet,
    ) -> Cow<'q, SignQuestion> {
        let mut taken = Cow::Borrowed(question);
        if !Self::is_needed(mistakes) {
            return taken;
        }
        let has = |mistake| mistakes.contains(mistake);
        self.retried =
            self.left.as_ref().is_some_and(|left| left.request == question.input.request);
        if let Some(time) = self.time(&question.input.time, mistakes) {
            taken.to_mut().input.time = time;
        }
        if has(Mistake::StateTokenKept) || has(Mistake::StateTokenNeverRenewed) {
            let (given, kept) =
                (question.input.credentials.session_token.clone(), self.token.take());
            let renews = has(Mistake::StateTokenKept);
            self.token = if renews { given.or(kept) } else { kept.or(given) };
            taken.to_mut().input.credentials.session_token.clone_from(&self.token);
        }
        if has(Mistake::StateHeadersLeftBehind)
            && let Some(left) = self.left.as_ref().filter(|_| self.retried)
        {
            taken.to_mut().input.request.headers.extend(left.added.iter().cloned());
        }
        if has(Mistake::StateBodyBufferNotCleared) {
            let body = &question.input.request.body;
            let rest = self.body.get(body.len()..).unwrap_or_default();
            self.body = [body, rest].concat();
            taken.to_mut().input.request.body = self.body.clone().into();
        }
        taken
    }

    /// The time that a mistaken signer uses instead of `now`.
    fn time(&mut self, now: &Time, mistakes: MistakeSet) -> Option<Time> {
        let has = |mistake| mistakes.contains(mistake);
        if has(Mistake::StateClockCachedForAMinute) {
            let seconds = |time: &Time| Moment::parse(time).map(Moment::unix_seconds);
            let since = self.clock.as_ref().and_then(seconds).zip(seconds(now));
            if since.is_none_or(|(read, now)| !(0..60).contains(&(now - read))) {
                self.clock = Some(now.clone());
            }
            return self.clock.clone();
        }
        if has(Mistake::StateRetryTimeKept) && self.retried {
            return self.left.as_ref().map(|left| left.time.clone());
        }
        let first = self.first.as_ref().filter(|_| has(Mistake::StateClockCached));
        first.map(|first| first.time.clone())
    }

    /// Keeps the request and the headers that were added to it.
    pub(super) fn leave(&mut self, input: &SigningInput, added: &[(Bytes, Bytes)]) {
        let earlier = self.left.take().filter(|_| self.retried);
        self.left = Some(Left {
            time: earlier.map_or_else(|| input.time.clone(), |left| left.time),
            request: input.request.clone(),
            added: added.to_vec(),
        });
    }

    /// The payload hash that the signer already has.
    pub(super) fn payload_hash(
        &mut self,
        question: &SignQuestion,
        mistakes: MistakeSet,
    ) -> Option<Vec<u8>> {
        if mistakes.contains(Mistake::StatePayloadHashByLength) {
            let hash = self.hashes.entry(question.input.request.body.len());
            return Some(hash.or_insert_with(|| payload::hash(question, mistakes)).clone());
        }
        let keeps_first = mistakes.contains(Mistake::StatePayloadHashKept);
        let first = self.first.as_ref().filter(|_| keeps_first);
        let given = self.given.payload_hash.as_ref().filter(|_| !mistakes.intersects(*OF_PAYLOAD));
        first.map(|first| &first.payload_hash).or(given).cloned()
    }

    /// The signing key, from memory if a mistaken signer believes that it has it.
    pub(super) fn key(
        &mut self,
        input: &SigningInput,
        scope: &Scope,
        moment: Moment,
        mistakes: MistakeSet,
    ) -> Vec<u8> {
        if let Some(key) = self.given.signing_key.filter(|_| !mistakes.intersects(*OF_KEY)) {
            return key.to_vec();
        }
        let make = || derive(input, scope, moment, mistakes);
        if mistakes.contains(Mistake::KeyCacheOneLate) {
            let Scope { day, region, service } = scope;
            let secret = &input.credentials.secret_access_key;
            let name = [&secret[..], day, region, service].join(&0);
            let (made_for, key) = self.last_key.take().unwrap_or_else(|| (name.clone(), make()));
            let next = if made_for == name { key.clone() } else { make() };
            self.last_key = Some((name, next));
            return key;
        }
        match cache_name(input, scope, mistakes) {
            Some(name) => self.keys.entry(name).or_insert_with(make).clone(),
            None => make(),
        }
    }
}

/// The name under which a mistaken signer looks up a key; `None` for one that keeps no keys.
fn cache_name(input: &SigningInput, scope: &Scope, mistakes: MistakeSet) -> Option<Vec<u8>> {
    let has = |mistake| mistakes.contains(mistake);
    let credentials = &input.credentials;
    let Scope { day, region, service } = scope;
    let (id, secret) = (&credentials.access_key_id, &credentials.secret_access_key);
    let parts: &[&[u8]] = if has(Mistake::KeyCacheNeverRenewed) {
        &[]
    } else if has(Mistake::KeyCacheByKeyId) {
        &[id]
    } else if has(Mistake::KeyCacheByKeyIdAndDay) {
        &[id, day]
    } else if has(Mistake::KeyCacheByScope) {
        &[day, region, service]
    } else if has(Mistake::KeyCacheWithoutDate) {
        &[id, secret, region, service]
    } else if has(Mistake::KeyCacheWithoutYear) {
        &[id, secret, day.get(4..).unwrap_or_default(), region, service]
    } else if has(Mistake::KeyCacheWithoutRegion) {
        &[id, secret, day, service]
    } else if has(Mistake::KeyCacheWithoutService) {
        &[id, secret, day, region]
    } else if has(Mistake::KeyCacheWithoutSecret) {
        &[id, day, region, service]
    } else if has(Mistake::KeyCacheWithoutCase) {
        &[id, secret, day, &region.to_ascii_lowercase(), &service.to_ascii_lowercase()]
    } else if has(Mistake::KeyCacheJoinedByHyphens) {
        return Some([&day[..], secret, region, service].join(&b'-'));
    } else if has(Mistake::KeyCacheAmbiguous) {
        return Some([&day[..], region, service, secret].concat());
    } else {
        return None;
    };
    // Only the secret may contain a NUL, and there is only one secret.
    Some(parts.join(&0))
}
