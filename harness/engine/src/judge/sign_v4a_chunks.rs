//! `sign-v4a-chunks`: the head, then chunk by chunk, then the trailers, then the framed body. Each
//! signature has to verify with the expected key, over a text that has the subject's own signature
//! before it; none is compared.

use sigv4_protocol::{Answer, ChunksAnswer, ChunksQuestion, SignQuestion, SignedAnswer, Stage};
use sigv4_reference::Time;
use sigv4_reference::stream::{ChunkChain, Seed, StreamKey};
use sigv4_reference::v4a::{EcdsaSignature, PublicKey, ScopedV4aKey};
use sigv4_vectors::model::{
    AroundSignature, ChainStart, V4aChunkSigning, V4aChunksExpectation, V4aExpectation, V4aSigning,
};

use super::difference::Difference;
use super::finding::{Finding, Judgement};
use super::stream::{self, Head, unsignable, wire};
use super::verdict::Verdict;
use super::{sign_chunks, sign_v4a};
use crate::subject::{Reference, streams};

/// Judges a signed upload; `None` for the answer of another operation.
pub(super) fn judge(signing: &V4aChunkSigning, answer: &Answer) -> Option<Judgement> {
    let Answer::SignedV4aChunks(answer) = answer else { return None };
    Some(judge_upload(signing, answer).unwrap_or_else(|finding| Judgement::mismatch(*finding)))
}

fn judge_upload(
    signing: &V4aChunkSigning,
    answer: &ChunksAnswer,
) -> Result<Judgement, Box<Finding>> {
    let question = ChunksQuestion::of(&signing.input);
    let expect = &signing.expect;
    let public = sign_v4a::public_key(&expect.public_key)
        .ok_or_else(|| wire("the vector has no valid public key"))?;
    let head = head(&question, expect, answer.head.as_ref())?;
    let mut judgement = head.judgement;

    let time = streams::time(&question.time).map_err(unsignable)?;
    let pair = streams::pair(&question.key).map_err(unsignable)?;
    let scoped = streams::scoped_pair(&pair, &question).map_err(unsignable)?;
    let data = sign_chunks::data(&question, answer)?;
    let texts = Texts { question: &question, key: &scoped, time, data: &data };
    let covered = pieces(&texts, answer, &head.signature, &public)?;
    if sign_chunks::sizes_as_asked(&question, &data, &mut judgement)
        && judgement.verdict == Verdict::Exact
    {
        published(expect, &covered)?;
    }
    if let Some(stated) = &head.own_length {
        sign_chunks::states_length(&question, answer, stated)?;
    }
    if let Some(body) = answer.framed_body.as_ref().filter(|_| question.has_chunks()) {
        let key = StreamKey::EcdsaPublic { key: &public, service: &question.service };
        let seed = Seed { key, time, signature: &head.signature };
        sign_chunks::framed(&question, answer, &seed, body)?;
    }
    Ok(judgement)
}

fn head(
    question: &ChunksQuestion,
    expect: &V4aChunksExpectation,
    answer: Option<&SignedAnswer>,
) -> Result<Head, Box<Finding>> {
    if let Some(asked) = question.head() {
        return stream::signed_head(&asked, answer, |own, is_chosen| {
            let signing = signing(own, expect, is_chosen)?;
            let judged = sign_v4a::judge_signed(&signing, answer?);
            Some(judged.unwrap_or_else(|finding| Judgement::mismatch(*finding)))
        });
    }
    match &question.start {
        ChainStart::SeedSignature(given) | ChainStart::FinalChunkSignature(given) => Ok(Head {
            judgement: Judgement::of(Verdict::Exact),
            signature: given.to_vec(),
            own_length: None,
        }),
        ChainStart::Request(_) => Err(wire("the head cannot be signed without credentials")),
    }
}

/// The head with what was published, or with what the reference makes of another length.
fn signing(
    own: &SignQuestion,
    expect: &V4aChunksExpectation,
    is_chosen: bool,
) -> Option<V4aSigning> {
    let published = expect.seed.clone().filter(|_| !is_chosen);
    let published = published.map(|seed| (seed.canonical_request, seed.string_to_sign));
    let (canonical_request, string_to_sign) = published.or_else(|| {
        let Answer::SignedV4a(signed) = Reference::new().sign_v4a(own) else { return None };
        signed.stages.canonical_request.zip(signed.stages.string_to_sign)
    })?;
    let public_key = expect.public_key.clone();
    Some(V4aSigning {
        profile: own.profile,
        placement: own.placement,
        input: own.input.clone(),
        expect: V4aExpectation { canonical_request, string_to_sign, public_key },
    })
}

/// What the strings to sign are made of.
struct Texts<'q> {
    question: &'q ChunksQuestion,
    key: &'q ScopedV4aKey<'q>,
    time: Time,
    data: &'q [&'q [u8]],
}

impl Texts<'_> {
    /// The string to sign of a piece that follows this signature.
    fn of(&self, index: usize, previous: &[u8]) -> Result<Vec<u8>, Box<Finding>> {
        let seed = Seed { key: self.key.into(), time: self.time, signature: previous };
        let unsignable = |error: sigv4_reference::Error| wire(error.to_string());
        let mut chain = ChunkChain::new(&seed).map_err(unsignable)?;
        if let Some(data) = self.data.get(index) {
            chain.chunk(data);
        } else {
            let trailers = self.question.trailers.iter();
            let trailers = trailers.map(|(name, value)| (&name[..], &value[..]));
            chain.trailers(trailers).map_err(unsignable)?;
        }
        Ok(chain.string_to_sign().to_vec())
    }
}

/// What a signature covers.
struct Covered {
    string_to_sign: Vec<u8>,
    /// The signature in it.
    previous: Vec<u8>,
}

/// Verifies the pieces in order.
fn pieces(
    texts: &Texts<'_>,
    answer: &ChunksAnswer,
    head: &[u8],
    public: &PublicKey,
) -> Result<Vec<Covered>, Box<Finding>> {
    let mut previous = head.to_vec();
    let mut covered = Vec::new();
    for (index, piece) in answer.pieces().enumerate() {
        let name = sign_chunks::piece_name(index, texts.data.len());
        let sent = piece.signature.trim_end_matches('*').as_bytes();
        let signature = EcdsaSignature::from_hex(sent).map_err(|error| {
            let summary = format!("{name}: the signature is not the digits of a DER form: {error}");
            Box::new(Finding { stage: Stage::Signature, summary, difference: None })
        })?;
        let string_to_sign = texts.of(index, &previous)?;
        let shown = piece.string_to_sign.as_deref();
        let difference = shown
            .and_then(|shown| Difference::between(Stage::StringToSign, &string_to_sign, shown));
        if let Some(difference) = difference {
            let what = format!("{name}: the string to sign");
            return Err(Box::new(Finding::located(Stage::StringToSign, &what, difference)));
        }
        if !public.verifies(&string_to_sign, &signature) {
            let summary = format!(
                "{name}: the signature does not verify with the key that follows from the secret and \
                 its id, over the expected string to sign"
            );
            return Err(Box::new(Finding { stage: Stage::Signature, summary, difference: None }));
        }
        let previous = std::mem::replace(&mut previous, sent.to_vec());
        covered.push(Covered { string_to_sign, previous });
    }
    Ok(covered)
}

/// What was published has to be in front of the signature before and behind it.
fn published(expect: &V4aChunksExpectation, covered: &[Covered]) -> Result<(), Box<Finding>> {
    let expected = expect.chunks.iter().chain(&expect.trailer);
    for (index, (around, covered)) in expected.zip(covered).enumerate() {
        let AroundSignature { before, after } = around;
        let Covered { string_to_sign, previous } = covered;
        let expected = [before, &previous[..], after].concat();
        if let Some(difference) =
            Difference::between(Stage::StringToSign, &expected, string_to_sign)
        {
            let what = format!("piece {}: the string to sign", index + 1);
            return Err(Box::new(Finding::located(Stage::StringToSign, &what, difference)));
        }
    }
    Ok(())
}
