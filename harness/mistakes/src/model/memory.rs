//! What a mistaken signer keeps from one call to the next. A correct one keeps nothing.

use std::borrow::Cow;
use std::collections::HashMap;

use sigv4_protocol::SignQuestion;
use sigv4_vectors::Bytes;
use sigv4_vectors::model::{Request, SigningInput};
use sigv4_vectors::text::Time;

use super::date::Moment;
use super::scope_and_key::{Scope, derive};
use crate::catalogue::{Mistake, MistakeSet};

/// The memory of one signer.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    /// What the first call left.
    pub(super) first: Option<First>,
    /// Every name that any call signed.
    pub(super) signed_names: Vec<Vec<u8>>,
    token: Option<Bytes>,
    keys: HashMap<Vec<u8>, Vec<u8>>,
    /// The request of the call before, with the headers that were written into it.
    left: Option<(Request, Vec<(Bytes, Bytes)>)>,
}

/// What the first call left.
#[derive(Clone, Debug)]
pub(super) struct First {
    pub(super) time: Time,
    pub(super) target: Bytes,
    pub(super) payload_hash: Vec<u8>,
    pub(super) scope: Vec<u8>,
}

/// The mistakes that need a memory of calls as a whole.
const OF_CALLS: &[Mistake] = &[
    Mistake::StateClockCached,
    Mistake::StateHeadersLeftBehind,
    Mistake::StatePathKept,
    Mistake::StatePayloadHashKept,
    Mistake::StateScopeKept,
    Mistake::StateSignedHeadersAccumulate,
    Mistake::StateTokenKept,
];

impl Memory {
    /// Whether anything of a call has to be kept.
    pub(super) fn is_needed(mistakes: MistakeSet) -> bool {
        mistakes.intersects(OF_CALLS.iter().copied().collect())
    }

    /// The question as a signer with this memory takes it.
    pub(super) fn taken<'q>(
        &mut self,
        question: &'q SignQuestion,
        mistakes: MistakeSet,
    ) -> Cow<'q, SignQuestion> {
        let mut taken = Cow::Borrowed(question);
        if mistakes.contains(Mistake::StateClockCached)
            && let Some(first) = &self.first
        {
            taken.to_mut().input.time = first.time.clone();
        }
        if mistakes.contains(Mistake::StateTokenKept) {
            let given = question.input.credentials.session_token.clone();
            self.token = given.or(self.token.take());
            taken.to_mut().input.credentials.session_token.clone_from(&self.token);
        }
        if mistakes.contains(Mistake::StateHeadersLeftBehind)
            && let Some((request, headers)) = &self.left
            && *request == question.input.request
        {
            taken.to_mut().input.request.headers.extend(headers.iter().cloned());
        }
        taken
    }

    /// Keeps what the headers of `request` became.
    pub(super) fn leave(&mut self, request: &Request, added: &[(Bytes, Bytes)]) {
        self.left = Some((request.clone(), added.to_vec()));
    }

    /// The signing key, from memory where a mistaken signer believes to have it.
    pub(super) fn key(
        &mut self,
        input: &SigningInput,
        scope: &Scope,
        moment: Moment,
        mistakes: MistakeSet,
    ) -> Vec<u8> {
        let Some(name) = cache_name(input, scope, mistakes) else {
            return derive(input, scope, moment, mistakes);
        };
        let key = self.keys.entry(name);
        key.or_insert_with(|| derive(input, scope, moment, mistakes)).clone()
    }
}

/// What a mistaken signer finds a key by; nothing for one that keeps none.
fn cache_name(input: &SigningInput, scope: &Scope, mistakes: MistakeSet) -> Option<Vec<u8>> {
    let has = |mistake| mistakes.contains(mistake);
    let credentials = &input.credentials;
    let Scope { day, region, service } = scope;
    let (id, secret) = (&credentials.access_key_id, &credentials.secret_access_key);
    let parts: &[&[u8]] = if has(Mistake::KeyCacheNeverRenewed) {
        &[]
    } else if has(Mistake::KeyCacheByKeyId) {
        &[id]
    } else if has(Mistake::KeyCacheWithoutDate) {
        &[id, secret, region, service]
    } else if has(Mistake::KeyCacheWithoutRegion) {
        &[id, secret, day, service]
    } else if has(Mistake::KeyCacheWithoutService) {
        &[id, secret, day, region]
    } else if has(Mistake::KeyCacheWithoutSecret) {
        &[id, day, region, service]
    } else if has(Mistake::KeyCacheAmbiguous) {
        return Some([&day[..], region, service, secret].concat());
    } else {
        return None;
    };
    // No part holds a NUL but a secret, of which there is one.
    Some(parts.join(&0))
}
