//! Uploads in chunks and event streams, as the reference signs them.

use sigv4_protocol::{
    Answer, ChunksAnswer, ChunksQuestion, Digits, EventsAnswer, EventsQuestion, SignQuestion,
    SignedAnswer, SignedChunk, SignedPiece, hex,
};
use sigv4_reference::key::SigningKey;
use sigv4_reference::stream::{ChunkChain, Encoder, EventChain, Framing, Seed, TrailerLineEnd};
use sigv4_reference::v4a::{ScopedV4aKey, V4aKey};
use sigv4_reference::{Error, Scope, ScopedKey, Signature, Time};
use sigv4_vectors::model::{ChainKey, ChainStart, ChunkedPayload, Credentials, EventInput};
use sigv4_vectors::text;

/// Why a stream cannot be signed: what the reference says, or that the question has no answer.
pub(crate) type Refusal = Answer;

fn refused(error: &Error) -> Refusal {
    Answer::unrepresentable(error.to_string())
}

fn contradictory(problem: &str) -> Refusal {
    Answer::unrepresentable(problem)
}

/// Signs the head of an upload or of an event stream.
type SignHead<'s> = &'s mut dyn FnMut(&SignQuestion) -> Answer;

/// Signs an upload.
pub(super) fn sign_chunks(
    sign: SignHead<'_>,
    question: &ChunksQuestion,
) -> Result<ChunksAnswer, Refusal> {
    let head = head(sign, question.head())?;
    let signature = start(&question.start, head.as_ref())?;
    let time = time(&question.time)?;
    if question.payload.is_ecdsa() {
        let pair = pair(&question.key)?;
        let key = scoped_pair(&pair, question)?;
        return chunks(question, head, Seed { key: (&key).into(), time, signature: &signature });
    }
    let key = Key::new(&question.key, &question.region, &question.service).at(&time)?;
    chunks(question, head, Seed { key: (&key).into(), time, signature: &signature })
}

/// Signs what follows the head.
fn chunks(
    question: &ChunksQuestion,
    head: Option<SignedAnswer>,
    seed: Seed<'_>,
) -> Result<ChunksAnswer, Refusal> {
    // The signature before is checked even where nothing is chained to it.
    ChunkChain::new(&seed).map_err(|error| refused(&error))?;
    let mut encoder = Encoder::new(&framing(question.payload, seed), TrailerLineEnd::CrLf)
        .map_err(|error| refused(&error))?;
    for (name, value) in &question.trailers {
        encoder.add_trailer(name, value).map_err(|error| refused(&error))?;
    }
    let size = usize::try_from(question.chunk_size).unwrap_or(usize::MAX);
    if size == 0 {
        return Err(contradictory("chunk size: expected at least 1 byte"));
    }
    let data = || question.body.chunks(size);
    let mut answer = ChunksAnswer { head, chunks: Vec::new(), trailer: None, framed_body: None };
    if question.has_chunks() {
        let mut body = Vec::new();
        for chunk in data() {
            encoder.chunk(chunk).iter().for_each(|part| body.extend_from_slice(part));
        }
        body.extend(encoder.finish());
        answer.framed_body = Some(body.into());
    }
    if !question.payload.signs_chunks() && question.has_chunks() {
        return Ok(answer);
    }
    let end = [&b""[..]];
    let chunks = if question.has_chunks() { data().chain(end).collect() } else { Vec::new() };
    if chunks.is_empty() && !question.payload.signs_trailers() {
        return Err(contradictory(
            "nothing is to be signed: there are neither chunks nor trailers",
        ));
    }
    (answer.chunks, answer.trailer) = signed_pieces(question, &seed, &chunks)?;
    Ok(answer)
}

/// The signatures of chunks and, if the form has them, of the trailers.
pub(crate) fn signed_pieces(
    question: &ChunksQuestion,
    seed: &Seed<'_>,
    chunks: &[&[u8]],
) -> Result<(Vec<SignedChunk>, Option<SignedPiece>), Refusal> {
    let mut chain = ChunkChain::new(seed).map_err(|error| refused(&error))?;
    let signed = chunks.iter().map(|chunk| {
        let signature = chain.chunk(chunk);
        SignedChunk { size: chunk.len(), piece: piece(&signature, chain.string_to_sign()) }
    });
    let signed = signed.collect();
    let trailer = if question.payload.signs_trailers() {
        let trailers = question.trailers.iter().map(|(name, value)| (&name[..], &value[..]));
        let signature = chain.trailers(trailers).map_err(|error| refused(&error))?;
        Some(piece(&signature, chain.string_to_sign()))
    } else {
        None
    };
    Ok((signed, trailer))
}

/// How an upload of this form is framed.
pub(crate) fn framing(form: ChunkedPayload, seed: Seed<'_>) -> Framing<'_> {
    match form {
        ChunkedPayload::Signed | ChunkedPayload::EcdsaSigned => Framing::Signed(seed),
        ChunkedPayload::SignedTrailer | ChunkedPayload::EcdsaSignedTrailer => {
            Framing::SignedTrailer(seed)
        }
        ChunkedPayload::UnsignedTrailer => Framing::UnsignedTrailer,
    }
}

/// Signs an event stream.
pub(super) fn sign_events(
    sign: SignHead<'_>,
    question: &EventsQuestion,
) -> Result<EventsAnswer, Refusal> {
    let head = head(sign, question.head())?;
    let signature = start(&question.start, head.as_ref())?;
    let messages = signed_messages(question, &signature)?;
    Ok(EventsAnswer { head, messages })
}

/// The signatures of messages that follow a head with this signature.
pub(crate) fn signed_messages(
    question: &EventsQuestion,
    signature: &[u8],
) -> Result<Vec<SignedPiece>, Refusal> {
    let keys = Key::new(&question.key, &question.region, &question.service);
    let began = time(&question.time)?;
    let key = keys.at(&began)?;
    let seed = Seed { key: (&key).into(), time: began, signature };
    let mut chain = EventChain::new(&seed).map_err(|error| refused(&error))?;
    let sign = |message: &EventInput| {
        let time = time(&message.time)?;
        let signature = chain
            .sign(&keys.at(&time)?, &time, &message.headers, &message.payload)
            .map_err(|error| refused(&error))?;
        Ok(piece(&signature, chain.string_to_sign()))
    };
    question.messages.iter().map(sign).collect()
}

fn piece(signature: &Signature, string_to_sign: &[u8]) -> SignedPiece {
    SignedPiece {
        string_to_sign: Some(string_to_sign.into()),
        signature: Digits::from(&*signature.to_string()),
    }
}

pub(crate) fn time(time: &text::Time) -> Result<Time, Refusal> {
    Time::parse(time.as_bytes()).map_err(|error| refused(&error))
}

/// The signed head, if there is one to sign.
fn head(sign: SignHead<'_>, head: Option<SignQuestion>) -> Result<Option<SignedAnswer>, Refusal> {
    match head.map(|head| sign(&head)) {
        None => Ok(None),
        Some(Answer::Signed(answer) | Answer::SignedV4a(answer)) => Ok(Some(*answer)),
        Some(refusal) => Err(refusal),
    }
}

/// The signature that the chain starts from, as text.
fn start(start: &ChainStart, head: Option<&SignedAnswer>) -> Result<Vec<u8>, Refusal> {
    match start {
        ChainStart::Request(_) => {
            let signature = head.and_then(|head| head.stages.signature.as_ref());
            let signature = signature
                .ok_or_else(|| contradictory("key: expected credentials to sign a request with"))?;
            Ok(signature.as_bytes().to_vec())
        }
        ChainStart::SeedSignature(given) | ChainStart::FinalChunkSignature(given) => {
            Ok(given.to_vec())
        }
    }
}

/// The key pair of SigV4A.
pub(crate) fn pair(material: &ChainKey) -> Result<V4aKey, Refusal> {
    let pair = match material {
        ChainKey::Credentials(Credentials { access_key_id, secret_access_key, .. }) => {
            V4aKey::derive(access_key_id, secret_access_key)
        }
        ChainKey::SigningKey(digits) => V4aKey::from_bytes(&key_bytes(digits)?),
    };
    pair.map_err(|error| contradictory(&error.to_string()))
}

/// The key pair with what an upload is signed for.
pub(crate) fn scoped_pair<'k>(
    pair: &'k V4aKey,
    question: &'k ChunksQuestion,
) -> Result<ScopedV4aKey<'k>, Refusal> {
    ScopedV4aKey::new(pair, &question.region, &question.service).map_err(|error| refused(&error))
}

fn key_bytes(digits: &text::Hex32) -> Result<[u8; 32], Refusal> {
    hex::parse(digits).ok_or_else(|| contradictory("signing key: expected 64 hexadecimal digits"))
}

/// What signs, for any day.
pub(crate) struct Key<'q> {
    material: &'q ChainKey,
    region: &'q [u8],
    service: &'q [u8],
}

impl<'q> Key<'q> {
    pub(crate) fn new(material: &'q ChainKey, region: &'q [u8], service: &'q [u8]) -> Self {
        Self { material, region, service }
    }

    pub(crate) fn at(&self, time: &Time) -> Result<ScopedKey<'q>, Refusal> {
        let scope = Scope::new(time, self.region, self.service).map_err(|error| refused(&error))?;
        match self.material {
            ChainKey::Credentials(credentials) => {
                Ok(ScopedKey::derive(&credentials.secret_access_key, scope))
            }
            ChainKey::SigningKey(digits) => {
                Ok(ScopedKey::new(SigningKey::from_bytes(&key_bytes(digits)?), scope))
            }
        }
    }
}
