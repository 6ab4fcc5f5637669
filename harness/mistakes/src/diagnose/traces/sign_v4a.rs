//! `sign-v4a`: the signature; what is sent besides.
//!
//! A signer may choose its nonce, so that signatures are never compared. In place of one there is what it
//! is made of: the private key, the hash, and the form in which it is written. To compute a signature
//! takes a thousand times as long as everything else.

use std::collections::BTreeSet;

use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{RecoveryId, Signature, SigningKey, VerifyingKey};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_protocol::hex::hex;
use sigv4_protocol::{Operation, Sent, SignQuestion, SignedAnswer, V4aQuestion};

use super::super::baseline::baseline;
use super::super::mark::Mark;
use super::Traces;
use crate::catalogue::{Mistake, MistakeSet, made_in};
use crate::model::{
    WRITTEN, digest, pair, private_key, read, sign_digest, sign_with, signed_hash, written,
};

/// A hash that is signed.
type Hash = [u8; 32];

/// The traces that the model leaves with these mistakes if it signs `signed_as`; `None` if it refuses the
/// question.
pub(super) fn under(
    question: &SignQuestion,
    signed_as: &SignQuestion,
    mistakes: MistakeSet,
) -> Option<Traces> {
    let signed = sign_with(signed_as, mistakes, |key, hash| {
        if !mistakes.intersects(WRITTEN) {
            return Ok(made_of(key, hash, MistakeSet::EMPTY));
        }
        // Whether the byte of a sign is missing shows in three of four signatures.
        let text = written(&sign_digest(key, hash)?, mistakes);
        Ok(read(&text).map_or(text, |(_, form)| made_of(key, hash, form)))
    });
    Some(traces(question, &signed.ok()?))
}

/// What stands for a signature.
pub(super) fn made_of(private_key: &[u8], hash: &Hash, form: MistakeSet) -> Vec<u8> {
    let form: Vec<&str> = form.iter().map(Mistake::id).collect();
    [hex(private_key), hex(hash), form.join("-")].join("-").into_bytes()
}

/// The same key and hash, written in another form.
pub(super) fn in_form(made: &[u8], form: MistakeSet) -> Vec<u8> {
    const KEY_AND_HASH: usize = 64 + 1 + 64;
    let ids: Vec<&str> = form.iter().map(Mistake::id).collect();
    let known = made.get(..KEY_AND_HASH);
    known.map_or_else(Vec::new, |known| [known, ids.join("-").as_bytes()].join(&b'-'))
}

fn traces(question: &SignQuestion, answer: &SignedAnswer) -> Traces {
    let (signature, sent) = Mark::of(question, &answer.request).into_parts();
    let sent = sent.into_iter().map(|part| match part.strip_suffix(&signature[..]) {
        Some(rest) => rest.to_vec(),
        None => part,
    });
    Traces { sent: sent.collect(), signatures: vec![signature], shown: None }
}

/// The traces that a subject leaves; with an empty signature if no single mistake gives the key and the
/// hash, or each one of them.
pub(super) fn of_subject(question: &SignQuestion, answer: &SignedAnswer) -> Traces {
    let mut traces = traces(question, answer);
    let sent = Sent::read(question.placement, &answer.request).map(|sent| sent.signature);
    if let Some((signature, form)) = sent.ok().and_then(|sent| read(&sent)) {
        let made = made_with(question, answer, &signature);
        let made = made.map(|(key, hash)| made_of(&key.to_bytes(), &hash, form));
        traces.signatures = vec![made.unwrap_or_default()];
    }
    traces
}

/// The headers that the subject signs.
pub(super) fn as_chosen(question: &V4aQuestion, answer: &SignedAnswer) -> V4aQuestion {
    let own = baseline(&question.request, answer);
    V4aQuestion { request: own.unwrap_or_else(|| question.request.clone()) }
}

/// The key and the hash with which a signature verifies.
fn made_with(
    question: &SignQuestion,
    answer: &SignedAnswer,
    signature: &Signature,
) -> Option<(SigningKey, Hash)> {
    let (key, hash) = (key_of(question, MistakeSet::EMPTY)?, hash_of(question, MistakeSet::EMPTY)?);
    if VerifyingKey::from(&key).verify_prehash(&hash, signature).is_ok() {
        return Some((key, hash));
    }
    let singles = || made_in(Operation::SignV4a).iter().map(|mistake| MistakeSet::from(*mistake));
    let private = singles().filter_map(|set| private_key(question, set).ok());
    let keys: Vec<SigningKey> =
        private.collect::<BTreeSet<_>>().iter().filter_map(|key| pair(key).ok()).collect();
    let keys: Vec<(VerifyingKey, SigningKey)> =
        keys.into_iter().map(|key| (VerifyingKey::from(&key), key)).collect();
    // The two keys with which a signature is right follow from it and the hash (SEC 1, section 4.1.6).
    let signer_of = |hash: &Hash| {
        let recovered = [false, true].into_iter().filter_map(|is_odd| {
            let half = RecoveryId::new(is_odd, false);
            VerifyingKey::recover_from_prehash(hash, signature, half).ok()
        });
        let recovered: Vec<VerifyingKey> = recovered.collect();
        let (_, key) = keys.iter().find(|(public, _)| recovered.contains(public))?;
        Some((key.clone(), *hash))
    };
    let likely = [hash].into_iter().chain(shown(answer));
    likely.map(|hash| signer_of(&hash)).find(Option::is_some).flatten().or_else(|| {
        let hashes: BTreeSet<Hash> = singles().filter_map(|set| hash_of(question, set)).collect();
        hashes.par_iter().find_map_first(signer_of)
    })
}

fn key_of(question: &SignQuestion, mistakes: MistakeSet) -> Option<SigningKey> {
    pair(&private_key(question, mistakes).ok()?).ok()
}

fn hash_of(question: &SignQuestion, mistakes: MistakeSet) -> Option<Hash> {
    signed_hash(question, mistakes).ok()
}

/// The hashes of the string to sign that a subject shows, the right one and the mistaken ones.
fn shown(answer: &SignedAnswer) -> Vec<Hash> {
    let Some(text) = &answer.stages.string_to_sign else { return Vec::new() };
    let canonical = answer.stages.canonical_request.as_deref().unwrap_or_default();
    let mistaken =
        [Mistake::V4aHashedTwice, Mistake::V4aUnhashed, Mistake::SignatureOfHash].map(Into::into);
    let sets = [MistakeSet::EMPTY].into_iter().chain(mistaken);
    sets.map(|set| digest(canonical, text, set)).collect()
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::{Answer, Question};

    use super::super::super::{Depth, diagnose_whole};
    use super::*;
    use crate::catalogue::catalogue;
    use crate::model::Model;
    use sigv4_protocol::StagesShown;

    /// Without stages, and with the other of the two signatures that have the same nonce.
    #[test]
    fn a_mistake_is_named_by_a_signature_that_is_not_the_models() {
        let own = catalogue().iter().filter(|entry| {
            let operation = entry.trigger.operation();
            operation == Operation::SignV4a
        });
        let mut count = 0;
        for entry in own {
            let question = entry.trigger.questions().unwrap().remove(0);
            let answer = Model::new(entry.mistake.into()).answer(&question).unwrap();
            let Answer::SignedV4a(mut answer) = answer else { panic!("{}", entry.mistake) };
            answer.stages = StagesShown::default();
            let Question::SignV4a(asked) = &question else { panic!("{}", entry.mistake) };
            let sent = Sent::read(asked.request.placement, &answer.request).unwrap().signature;
            if let Some((signature, form)) = read(&sent) {
                let (r, s) = (signature.r(), signature.s());
                let other = p256::ecdsa::Signature::from_scalars(*r, -*s).unwrap();
                let other = written(&other, form);
                // Whether the byte of a sign is missing shows in three of four signatures.
                let other = if read(&other).is_some_and(|(_, own)| own == form) {
                    assert_ne!(other, sent);
                    other
                } else {
                    sent.clone()
                };
                let replace = |text: &[u8]| {
                    let text = String::from_utf8(text.to_vec()).unwrap();
                    let digits = |text: &[u8]| String::from_utf8(text.to_vec()).unwrap();
                    text.replace(&digits(&sent), &digits(&other))
                };
                answer.request.target = replace(&answer.request.target).into();
                for (_, value) in &mut answer.request.headers {
                    *value = replace(value).into();
                }
            }
            let sets = diagnose_whole(question, &Answer::SignedV4a(answer), Depth::Singles);
            assert!(sets.contains(&entry.mistake.into()), "{}: {sets:?}", entry.mistake);
            count += 1;
        }
        assert_eq!(count, 46);
    }
}
