//! What a mistaken verifier keeps from one request to the next. A correct one keeps nothing.

use std::collections::{HashMap, HashSet};

use sigv4_vectors::model::{StoredKey, VerificationInput};
use sigv4_vectors::text::Time;
use sigv4_vectors::{Bytes, Secret};

use super::claim::Claim;
use super::material::Scope;
use super::{Checked, form, refused, shown};
use crate::catalogue::{Mistake, MistakeSet};

/// The memory of one verifier.
#[derive(Clone, Debug, Default)]
pub(in crate::model) struct Remembered {
    time: Option<Time>,
    body: Option<Bytes>,
    /// Keys as they were seen first.
    keys: Vec<StoredKey>,
    tokens: HashMap<Bytes, Option<Secret>>,
    /// Signatures that were accepted.
    accepted: HashSet<Vec<u8>>,
    /// Ids of keys with which a signature was wrong.
    refused: HashSet<Vec<u8>>,
    scopes: HashMap<Vec<Vec<u8>>, OwnedScope>,
}

/// The scope that a key was derived for.
#[derive(Clone, Debug)]
pub(super) struct OwnedScope {
    date: Vec<u8>,
    region: Vec<u8>,
    service: Vec<u8>,
    terminator: Vec<u8>,
}

impl Remembered {
    /// What a verifier with this memory takes for the request, the clock and its keys.
    pub(super) fn taken(
        &mut self,
        input: &VerificationInput,
        mistakes: MistakeSet,
    ) -> VerificationInput {
        let has = |mistake| mistakes.contains(mistake);
        let mut taken = input.clone();
        if has(Mistake::VerifyStateClockKept) {
            taken.time = self.time.get_or_insert_with(|| input.time.clone()).clone();
        }
        if has(Mistake::VerifyStateBodyKept) && !form::is_one(&input.request) {
            taken.request.body =
                self.body.get_or_insert_with(|| taken.request.body.clone()).clone();
        }
        if has(Mistake::VerifyStateTokenKept) {
            for key in &mut taken.keys {
                let first = self.tokens.entry(key.access_key_id.clone());
                key.session_token = first.or_insert_with(|| key.session_token.clone()).clone();
            }
        }
        if has(Mistake::VerifyStateSecretKept) || has(Mistake::VerifyStateInactiveKey) {
            self.take_keys(&mut taken.keys, mistakes);
        }
        taken
    }

    fn take_keys(&mut self, keys: &mut Vec<StoredKey>, mistakes: MistakeSet) {
        for key in keys.iter_mut() {
            let known = self.keys.iter_mut().find(|known| known.access_key_id == key.access_key_id);
            match known {
                Some(known) if mistakes.contains(Mistake::VerifyStateSecretKept) => {
                    key.material.clone_from(&known.material);
                }
                Some(known) => known.active |= key.active,
                None => self.keys.push(key.clone()),
            }
        }
        if mistakes.contains(Mistake::VerifyStateInactiveKey) {
            for known in self.keys.iter().filter(|known| known.active) {
                match keys.iter_mut().find(|key| key.access_key_id == known.access_key_id) {
                    Some(key) => key.active = true,
                    None => keys.push(known.clone()),
                }
            }
        }
    }

    /// Decides by what was decided before; `None` if the request has to be verified.
    pub(super) fn decided(&self, claim: &Claim, mistakes: MistakeSet) -> Option<Checked<()>> {
        let is_known = self.accepted.contains(&claim.signature);
        if mistakes.contains(Mistake::VerifyStateSignatureKept) && is_known {
            return Some(Ok(()));
        }
        if mistakes.contains(Mistake::VerifyStateRepeatRefused) && is_known {
            return Some(refused("repeated-request", "the signature was used before"));
        }
        let id = &claim.credential.access_key_id;
        if mistakes.contains(Mistake::VerifyStateLockedOut) && self.refused.contains(id) {
            let detail = format!("a signature of key {} was wrong", shown(id));
            return Some(refused("locked-out", detail));
        }
        None
    }

    /// Keeps what was decided.
    pub(super) fn keep(&mut self, claim: &Claim, ruling: &Checked<()>) {
        match ruling {
            Ok(()) => {
                self.accepted.insert(claim.signature.clone());
            }
            Err(refusal) if refusal.reason == "signature-mismatch" => {
                self.refused.insert(claim.credential.access_key_id.clone());
            }
            Err(_) => {}
        }
    }

    /// The scope whose key is used for another one.
    pub(super) fn scope(
        &mut self,
        access_key_id: &[u8],
        scope: &Scope<'_>,
        mistakes: MistakeSet,
    ) -> Option<OwnedScope> {
        let kept_under: Vec<&[u8]> = if mistakes.contains(Mistake::VerifyStateKeyById) {
            vec![access_key_id]
        } else if mistakes.contains(Mistake::VerifyStateKeyWithoutDay) {
            vec![access_key_id, scope.region, scope.service]
        } else {
            return None;
        };
        let kept_under = kept_under.into_iter().map(<[u8]>::to_vec).collect();
        Some(self.scopes.entry(kept_under).or_insert_with(|| OwnedScope::of(scope)).clone())
    }
}

impl OwnedScope {
    fn of(scope: &Scope<'_>) -> Self {
        Self {
            date: scope.date.to_vec(),
            region: scope.region.to_vec(),
            service: scope.service.to_vec(),
            terminator: scope.terminator.to_vec(),
        }
    }

    pub(super) fn parts(&self) -> Scope<'_> {
        Scope {
            date: &self.date,
            region: &self.region,
            service: &self.service,
            terminator: &self.terminator,
        }
    }
}
