//! The cases of the operations beside `sign` before the vote: corners, answered by the reference.
//!
//! Fewer signers have these operations, and no server is asked about them. What an implementation sent
//! that cannot be asked is recorded with its corner, and counts as its voice.

use p256::ecdsa::SigningKey;
use sigv4_conformance::subject::built_in;
use sigv4_generate::corners::{FamilyCorner, Recorded};
use sigv4_protocol::hex::{self, hex};
use sigv4_protocol::{
    Answer, ChunksAnswer, ChunksQuestion, EventsAnswer, EventsQuestion, Question, SignedAnswer,
    SignedPiece, V4aQuestion,
};
use sigv4_vectors::model::{
    self, AroundSignature, Case, ChunkSigning, ChunksExpectation, ChunksInput, EventSigning,
    EventsExpectation, EventsInput, Evidence, EvidenceKind, Level, Need, Operation,
    PieceExpectation, Rule, SeedExpectation, V4aChunkSigning, V4aChunksExpectation, V4aExpectation,
    V4aPublicKey, V4aSeedExpectation, V4aSigning,
};
use sigv4_vectors::text::Hex32;
use sigv4_vectors::{Body, Signature};

use super::ballot::{Ballot, QUORUM};
use super::error::MintError;

/// How many implementations must agree to make a case a `must`: of a presigned request of SigV4A two can
/// vote, of chunks and of messages one.
pub(crate) fn quorum(case: &Case) -> usize {
    match case.question.operation() {
        Operation::SignV4a => 2,
        Operation::SignChunks | Operation::SignV4aChunks | Operation::SignEvents => 1,
        _ => QUORUM,
    }
}

/// Each corner as a case with what the reference expects, not yet voted on.
pub(crate) fn expected(corners: &[FamilyCorner]) -> Result<Vec<Case>, MintError> {
    let mut reference = built_in("reference");
    let mut model = built_in("model");
    let mut cases = Vec::new();
    for corner in corners {
        let id = format!("edge/{}/{}/{}", corner.family, corner.topic.name, corner.name);
        let question = &corner.question;
        let answer = reference.as_mut().map(|reference| reference.answer(question));
        let by_model = model.as_mut().map(|model| model.answer(question));
        let made = answer
            .as_ref()
            .zip(by_model.as_ref())
            .and_then(|(answer, by_model)| expecting(question, answer, by_model, corner.recorded));
        let failed = || MintError::Reference { case: id.clone(), answer: format!("{answer:?}") };
        let question = made.ok_or_else(failed)?;
        let needs = match &question {
            model::Question::SignV4a(signing) => {
                Need::of(signing.profile, signing.placement, &signing.input)
            }
            _ => Vec::new(),
        };
        cases.push(Case {
            id,
            title: corner.title.to_owned(),
            family: corner.family.to_owned(),
            level: Level::Must,
            evidence: corner.recorded.into_iter().map(evidence).collect(),
            spec: vec![Rule {
                anchor: corner.topic.rule.anchor.to_owned(),
                rule: corner.topic.rule.rule.to_owned(),
            }],
            flags: corner.topic.flags.iter().map(|flag| (*flag).to_owned()).collect(),
            needs,
            catches: Vec::new(),
            question,
        });
    }
    Ok(cases)
}

/// Adds the votes to what was recorded.
pub(super) fn count(case: &mut Case, ballot: &Ballot) {
    let recorded = case.evidence.len();
    case.level = ballot.level(quorum(case).saturating_sub(recorded));
    let votes = ballot.evidence();
    let is_vote = |evidence: &Evidence| evidence.kind == EvidenceKind::Consensus;
    case.evidence.extend(votes.into_iter().filter(|vote| recorded == 0 || is_vote(vote)));
}

fn evidence(recorded: Recorded) -> Evidence {
    Evidence {
        kind: if recorded.is_official { EvidenceKind::VendorSdk } else { EvidenceKind::ThirdParty },
        source: recorded.source.to_owned(),
        votes: None,
        servers: Vec::new(),
    }
}

/// The question with what the reference answers; `None` if it shows too little, or if something else was
/// recorded.
fn expecting(
    question: &Question,
    answer: &Answer,
    by_model: &Answer,
    recorded: Option<Recorded>,
) -> Option<model::Question> {
    Some(match (question, answer, by_model) {
        (Question::SignV4a(question), Answer::SignedV4a(answer), Answer::SignedV4a(by_model)) => {
            model::Question::SignV4a(Box::new(signing_v4a(question, answer, by_model)?))
        }
        (Question::SignChunks(question), Answer::SignedChunks(answer), _) => {
            model::Question::SignChunks(Box::new(signing_chunks(question, answer, recorded)?))
        }
        (
            Question::SignV4aChunks(question),
            Answer::SignedV4aChunks(answer),
            Answer::SignedV4aChunks(by_model),
        ) => model::Question::SignV4aChunks(Box::new(signing_v4a_chunks(
            question, answer, by_model,
        )?)),
        (Question::SignEvents(question), Answer::SignedEvents(answer), _) => {
            model::Question::SignEvents(Box::new(signing_events(question, answer)?))
        }
        _ => return None,
    })
}

/// The public key is that of the private key that the model shows.
fn signing_v4a(
    question: &V4aQuestion,
    answer: &SignedAnswer,
    by_model: &SignedAnswer,
) -> Option<V4aSigning> {
    let request = question.request.clone();
    Some(V4aSigning {
        profile: request.profile,
        placement: request.placement,
        input: request.input,
        expect: V4aExpectation {
            canonical_request: answer.stages.canonical_request.clone()?,
            string_to_sign: answer.stages.string_to_sign.clone()?,
            public_key: public_key(by_model)?,
        },
    })
}

/// The public half of the private key that a signed request shows.
fn public_key(answer: &SignedAnswer) -> Option<V4aPublicKey> {
    let private = hex::parse(answer.stages.signing_key.as_ref()?)?;
    let key = SigningKey::from_slice(&private).ok()?;
    let point = key.verifying_key().to_sec1_point(false);
    let coordinate = |bytes: &[u8]| Hex32::try_from(hex(bytes)).ok();
    Some(V4aPublicKey { x: coordinate(point.x()?)?, y: coordinate(point.y()?)? })
}

/// The strings to sign of the reference, without the signatures in them.
fn signing_v4a_chunks(
    question: &ChunksQuestion,
    answer: &ChunksAnswer,
    by_model: &ChunksAnswer,
) -> Option<V4aChunkSigning> {
    let head = answer.head.as_ref()?;
    let signatures = answer.pieces().map(|piece| piece.signature.to_string());
    let first = head.stages.signature.as_ref()?.to_string();
    let mut before = std::iter::once(first).chain(signatures);
    let mut around = |piece: &SignedPiece| {
        let text = piece.string_to_sign.as_ref()?.as_str()?;
        let (before, after) = text.split_once(&before.next()?)?;
        Some(AroundSignature { before: before.into(), after: after.into() })
    };
    let chunks = answer.chunks.iter().map(|chunk| around(&chunk.piece)).collect::<Option<_>>()?;
    let trailer = match &answer.trailer {
        Some(trailer) => Some(around(trailer)?),
        None => None,
    };
    let seed = V4aSeedExpectation {
        canonical_request: head.stages.canonical_request.clone()?,
        string_to_sign: head.stages.string_to_sign.clone()?,
    };
    let public_key = public_key(by_model.head.as_ref()?)?;
    Some(V4aChunkSigning {
        input: chunks_input(question),
        expect: V4aChunksExpectation { seed: Some(seed), chunks, trailer, public_key },
    })
}

fn signing_chunks(
    question: &ChunksQuestion,
    answer: &ChunksAnswer,
    recorded: Option<Recorded>,
) -> Option<ChunkSigning> {
    let seed = match &answer.head {
        Some(head) => Some(seed(head)?),
        None => None,
    };
    let framed_body = match recorded {
        Some(recorded) => {
            let signature = seed.as_ref().map(|seed| seed.signature.to_string());
            let framed = answer.framed_body.clone()?;
            let is_same = signature.as_deref() == Some(recorded.signature)
                && framed[..] == *recorded.framed_body.as_bytes();
            is_same.then_some(())?;
            Some(framed)
        }
        None => None,
    };
    let pieces = answer.chunks.iter().map(|chunk| piece(&chunk.piece));
    let expect = ChunksExpectation {
        seed,
        chunks: pieces.collect::<Option<_>>()?,
        trailer: match &answer.trailer {
            Some(trailer) => Some(piece(trailer)?),
            None => None,
        },
        framed_body,
    };
    Some(ChunkSigning { input: chunks_input(question), expect })
}

fn chunks_input(question: &ChunksQuestion) -> ChunksInput {
    let ChunksQuestion { time, region, service, key, start, payload, chunk_size, body, trailers } =
        question.clone();
    let body = Body::from(body);
    ChunksInput { time, region, service, key, start, payload, chunk_size, body, trailers }
}

fn signing_events(question: &EventsQuestion, answer: &EventsAnswer) -> Option<EventSigning> {
    let EventsQuestion { time, region, service, key, start, messages } = question.clone();
    let expect = EventsExpectation {
        seed: match &answer.head {
            Some(head) => Some(seed(head)?),
            None => None,
        },
        messages: answer.messages.iter().map(piece).collect::<Option<_>>()?,
    };
    Some(EventSigning {
        input: EventsInput { time, region, service, key, start, messages },
        expect,
    })
}

/// What is expected of the head; `None` if it does not show every stage.
fn seed(SignedAnswer { stages, .. }: &SignedAnswer) -> Option<SeedExpectation> {
    Some(SeedExpectation {
        canonical_request: stages.canonical_request.clone()?,
        string_to_sign: stages.string_to_sign.clone()?,
        signature: Signature::try_from(stages.signature.as_ref()?.to_string()).ok()?,
    })
}

fn piece(piece: &SignedPiece) -> Option<PieceExpectation> {
    Some(PieceExpectation {
        string_to_sign: Some(piece.string_to_sign.clone()?),
        signature: Some(Signature::try_from(piece.signature.to_string()).ok()?),
    })
}
