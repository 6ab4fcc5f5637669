//! Uploads in chunks and event streams: the model is the reference, and the judge says what is wrong.

use arbitrary::{Arbitrary as _, Unstructured};
use sigv4_conformance::judge::{Judgement, Verdict, judge};
use sigv4_conformance::properties::Outcome;
use sigv4_conformance::properties::streams::model_is_reference;
use sigv4_conformance::subject::Reference;
use sigv4_generate::Streamed;
use sigv4_protocol::{Answer, ChunksAnswer, ChunksQuestion, InProcess as _, Question};
use sigv4_vectors::model::{self, ChainStart, ChunkedPayload, ChunksExpectation};
use sigv4_vectors::{Bytes, Vectors};

/// How many streams are compared, unless the environment says otherwise.
const CASES: u64 = 10_000;

#[test]
fn without_a_mistake_the_model_signs_streams_as_the_reference_does() {
    let cases = std::env::var("SIGV4_CONFORMANCE_CASES").ok();
    let cases = cases.map_or(CASES, |text| text.parse().expect("SIGV4_CONFORMANCE_CASES"));
    let mut random = fastrand::Rng::with_seed(1);
    let mut reference = Reference::new();
    let mut counts = [0, 0];
    let mut bytes = [0; 512];
    for _ in 0..cases {
        random.fill(&mut bytes);
        let Streamed(question) =
            Streamed::arbitrary(&mut Unstructured::new(&bytes)).expect("any bytes are a stream");
        match model_is_reference(&mut reference, &question) {
            Ok(Outcome::Held) => counts[0] += 1,
            Ok(Outcome::Vacuous) => counts[1] += 1,
            Err(violation) => panic!("{violation}"),
        }
    }
    // A generator that only made what is refused would compare nothing.
    let [signed, refused] = counts;
    assert!(signed > refused && refused > 0, "{signed} signed, {refused} refused");
}

/// What is said of the reference's answer to a published upload, after `ask` changed the question that
/// it answered and `answer` what it said.
fn judged(
    id: &str,
    ask: impl FnOnce(&mut ChunksQuestion),
    change: impl FnOnce(&mut ChunksAnswer),
) -> Judgement {
    let case = Vectors::embedded().case(id).expect("a published upload");
    let Question::SignChunks(mut question) = Question::of(case) else { panic!("an upload") };
    ask(&mut question);
    let Answer::SignedChunks(mut answer) = Reference::new().answer(&Question::SignChunks(question))
    else {
        panic!("a signed upload");
    };
    change(&mut answer);
    judge(case, &Ok(Answer::SignedChunks(answer)))
}

const WITH_LENGTH: &str = "published/sigv4-chunked/s3-docs/s3doc-chunked-put";
const WITH_TRAILER: &str = "published/sigv4-chunked-trailer/s3-docs/s3doc-chunked-trailer-put";

fn set_length(question: &mut ChunksQuestion, length: &str) {
    let ChainStart::Request(request) = &mut question.start else { panic!("a request") };
    let is_length = |header: &&mut (Bytes, Bytes)| header.0.eq_ignore_ascii_case(b"content-length");
    request.headers.iter_mut().find(is_length).expect("a length").1 = length.into();
}

fn summary(judgement: &Judgement) -> &str {
    assert_eq!(judgement.verdict, Verdict::Mismatch, "{judgement:?}");
    &judgement.finding.as_ref().expect("a finding").summary
}

#[test]
fn chunks_of_another_size_are_a_choice_if_their_signatures_follow() {
    for (id, length) in [(WITH_TRAILER, None), (WITH_LENGTH, Some("67446"))] {
        let smaller = |question: &mut ChunksQuestion| {
            question.chunk_size = 8192;
            if let Some(length) = length {
                set_length(question, length);
            }
        };
        let judgement = judged(id, smaller, |_| ());
        assert_eq!(judgement.verdict, Verdict::Equivalent, "{judgement:?}");
        let without_body = judged(id, smaller, |answer| answer.framed_body = None);
        assert_eq!(without_body.verdict, Verdict::Equivalent, "{without_body:?}");
        let broken = judged(id, smaller, |answer| {
            answer.chunks[2].piece.signature = answer.chunks[1].piece.signature.clone();
            answer.chunks[2].piece.string_to_sign = None;
        });
        assert!(summary(&broken).starts_with("chunk 3 of 10: the signature differs"), "{broken:?}");
    }
}

#[test]
fn a_length_of_its_own_has_to_be_that_of_the_frames() {
    let decoded = |question: &mut ChunksQuestion| set_length(question, "66560");
    let expected = "`Content-Length` is 66560, and the framed body has 66824 bytes";
    assert_eq!(summary(&judged(WITH_LENGTH, decoded, |_| ())), expected);
    let without_body = judged(WITH_LENGTH, decoded, |answer| answer.framed_body = None);
    assert_eq!(summary(&without_body), expected);
}

#[test]
fn what_is_missing_is_said() {
    let of = |change: fn(&mut ChunksAnswer)| judged(WITH_TRAILER, |_| (), change);
    for (change, expected) in [
        (
            (|answer| answer.head = None) as fn(&mut ChunksAnswer),
            "the head was to be signed, and the answer has none",
        ),
        (
            |answer| drop(answer.chunks.pop()),
            "the empty chunk at the end of the body is not signed",
        ),
        (
            |answer| drop(answer.chunks.remove(1)),
            "the chunks hold 65536 of the 66560 bytes of the body",
        ),
        (|answer| answer.trailer = None, "the trailers are not signed"),
    ] {
        assert_eq!(summary(&of(change)), expected);
    }
}

/// As minio-go ends its trailers, and as a server refuses them.
#[test]
fn the_framed_body_is_read_as_a_server_reads_it() {
    let reframed = |from: &'static str, to: &'static str| {
        move |answer: &mut ChunksAnswer| {
            let body = answer.framed_body.as_deref().expect("a body");
            let body = String::from_utf8(body.to_vec()).expect("text").replace(from, to);
            answer.framed_body = Some(body.into());
        }
    };
    let minio = judged(WITH_TRAILER, |_| (), reframed("/Q==\r\n", "/Q==\n\r\n"));
    assert_eq!(minio.verdict, Verdict::Exact, "{minio:?}");
    for (from, to, expected) in [
        ("10000;", "010000;", "framed body: byte 0: expected the size of a chunk"),
        ("sOO8/Q==", "sOO8/R==", "framed body: byte "),
        ("x-amz-trailer-signature", "x-amz-trailer-sig", "framed body: byte "),
        ("\r\n400;", "\r\n3ff;", "framed body: byte "),
    ] {
        let judgement = judged(WITH_TRAILER, |_| (), reframed(from, to));
        assert!(summary(&judgement).starts_with(expected), "{judgement:?}");
    }
}

/// Nothing in such a body is signed: the head is, and what the frames hold has to be what was asked.
#[test]
fn an_upload_without_signed_chunks_is_judged_by_its_frames() {
    let case = Vectors::embedded().case(WITH_TRAILER).expect("a published upload");
    let mut case = case.clone();
    let model::Question::SignChunks(signing) = &mut case.question else { panic!("an upload") };
    signing.input.payload = ChunkedPayload::UnsignedTrailer;
    signing.expect =
        ChunksExpectation { seed: None, chunks: Vec::new(), trailer: None, framed_body: None };
    let question = Question::of(&case);
    let answer = Reference::new().answer(&question);
    assert_eq!(judge(&case, &Ok(answer.clone())).verdict, Verdict::Exact);
    let Answer::SignedChunks(mut answer) = answer else { panic!("a signed upload") };
    let body = answer.framed_body.as_deref().expect("a body");
    let body = String::from_utf8(body.to_vec()).expect("text");
    answer.framed_body = Some(body.replace("sOO8/Q==", "AAAAAA==").into());
    let judgement = judge(&case, &Ok(Answer::SignedChunks(answer)));
    assert!(summary(&judgement).contains("x-amz-checksum-crc32c is"), "{judgement:?}");
}

#[test]
fn a_message_that_is_not_signed_is_missed() {
    let id = "published/sigv4-eventstream/aws-c-auth/crt-event-stream-demo";
    let case = Vectors::embedded().case(id).expect("a published stream");
    let answer = Reference::new().answer(&Question::of(case));
    let Answer::SignedEvents(mut answer) = answer else { panic!("a signed stream") };
    answer.messages.pop();
    let judgement = judge(case, &Ok(Answer::SignedEvents(answer.clone())));
    assert_eq!(summary(&judgement), "4 messages were to be signed, 3 are");
    answer.messages.swap(1, 2);
    let judgement = judge(case, &Ok(Answer::SignedEvents(answer)));
    assert!(summary(&judgement).starts_with("message 2 of 4: the string to sign differs"));
}
