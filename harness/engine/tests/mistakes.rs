//! Checks the catalogue with the model: every mistake does what its description says.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Entry, Mistake, MistakeSet, catalogue};
use sigv4_protocol::{Digits, Question, SentRequest, SignQuestion, SignedAnswer, Stage};
use sigv4_vectors::Vectors;

/// The stage, the correct lines and the wrong lines, as the model has them.
type Shown = (Stage, Vec<u8>, Vec<u8>);

#[test]
fn every_mistake_shows_on_its_trigger_what_the_catalogue_says() {
    let mut failures = Vec::new();
    for entry in catalogue() {
        let right = last_answer(entry, MistakeSet::EMPTY);
        let mistaken = last_answer(entry, entry.mistake.into());
        let described = (entry.stage, entry.correct.to_vec(), entry.wrong.to_vec());
        match first_difference(&right, &mistaken) {
            None => failures.push(format!("{}: changes nothing", entry.mistake)),
            Some(shown) if shown != described => {
                failures.push(format!("{}: {}", entry.mistake, in_words(&shown)));
            }
            Some(_) => {}
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The calls before the last must not give a mistake away that is said to need them.
#[test]
fn a_mistake_of_sequences_is_right_at_its_first_call() {
    for entry in catalogue().iter().filter(|entry| entry.trigger.len() > 1) {
        let question = entry.trigger[0].question().unwrap();
        let right = Model::new(MistakeSet::EMPTY).sign(&question).unwrap();
        let mistaken = Model::new(entry.mistake.into()).sign(&question).unwrap();
        assert_eq!(first_difference(&right, &mistaken), None, "{}", entry.mistake);
    }
}

#[test]
fn every_entry_says_something_and_links_to_its_reports() {
    for entry in catalogue() {
        for text in [&entry.title, &entry.goes_wrong] {
            assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", entry.mistake);
        }
        assert!(!entry.trigger.is_empty(), "{}", entry.mistake);
        for report in &entry.reports {
            assert!(report.url.starts_with("https://"), "{}: {}", entry.mistake, report.url);
        }
    }
}

/// Two names for one mistake would only halve what a diagnosis says.
#[test]
fn no_two_mistakes_sign_every_trigger_and_every_vector_alike() {
    let sequence = |entry: &Entry| {
        let calls = entry.trigger.iter().map(|call| call.question().unwrap());
        calls.collect::<Vec<SignQuestion>>()
    };
    let triggers = catalogue().iter().map(sequence);
    let vectors = Vectors::embedded().cases().map(|case| Question::of(case).calls().to_vec());
    let asked: Vec<Vec<SignQuestion>> = triggers.chain(vectors).collect();
    let mut groups = vec![Mistake::ALL.to_vec()];
    // A mistake that differs from all others early is not asked the rest.
    for some in asked.chunks(16) {
        groups = groups.into_iter().flat_map(|group| alike(group, some)).collect();
    }
    assert!(groups.is_empty(), "{groups:?}");
}

/// Groups of two or more of `mistakes` that make the same of every sequence.
fn alike(mistakes: Vec<Mistake>, sequences: &[Vec<SignQuestion>]) -> Vec<Vec<Mistake>> {
    let sent = |mistake: &Mistake| {
        let mut hasher = DefaultHasher::new();
        for calls in sequences {
            let mut model = Model::new((*mistake).into());
            for call in calls {
                let request = model.sign(call).map(|answer| answer.request);
                let Ok(SentRequest { method, target, headers, body }) = request else { continue };
                (&method[..], &target[..], body.as_deref()).hash(&mut hasher);
                for (name, value) in &headers {
                    (&name[..], &value[..]).hash(&mut hasher);
                }
            }
        }
        hasher.finish()
    };
    let hashes: Vec<u64> = mistakes.par_iter().map(sent).collect();
    let mut groups: BTreeMap<u64, Vec<Mistake>> = BTreeMap::new();
    for (mistake, hash) in mistakes.into_iter().zip(hashes) {
        groups.entry(hash).or_default().push(mistake);
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

fn last_answer(entry: &Entry, mistakes: MistakeSet) -> SignedAnswer {
    let mut model = Model::new(mistakes);
    let mut last = None;
    for call in &entry.trigger {
        let question = call.question().unwrap_or_else(|error| panic!("{}: {error}", entry.mistake));
        let mut answer =
            model.sign(&question).unwrap_or_else(|error| panic!("{}: {error}", entry.mistake));
        answer.request.body.get_or_insert(question.input.request.body);
        last = Some(answer);
    }
    last.expect("a call")
}

/// The first stage that differs, with the lines (presigned: and parameters) from the first to the
/// last that do.
fn first_difference(right: &SignedAnswer, mistaken: &SignedAnswer) -> Option<Shown> {
    let stages = texts(right).into_iter().zip(texts(mistaken));
    let (stage, right, mistaken) = stages
        .map(|((stage, right), (_, mistaken))| (stage, right, mistaken))
        .find(|(_, right, mistaken)| right != mistaken)?;
    let right: Vec<&[u8]> = pieces(&right);
    let mistaken: Vec<&[u8]> = pieces(&mistaken);
    let shorter = right.len().min(mistaken.len());
    let mut start = right.iter().zip(&mistaken).take_while(|(one, other)| one == other).count();
    let reversed = right.iter().rev().zip(mistaken.iter().rev());
    let same = reversed.take_while(|(one, other)| one == other).count().min(shorter - start);
    if start + same == shorter {
        // A line that is missing altogether is shown with the one before it.
        start = start.saturating_sub(1);
    }
    let part = |pieces: &[&[u8]]| pieces[start..pieces.len() - same].concat();
    let (mut right, mut mistaken) = (part(&right), part(&mistaken));
    if right.last() == mistaken.last() && matches!(right.last(), Some(b'\n' | b'&')) {
        right.pop();
        mistaken.pop();
    }
    Some((stage, right, mistaken))
}

/// Lines, and the parameters of a presigned query, each with what ends it.
fn pieces(text: &[u8]) -> Vec<&[u8]> {
    let name = b"x-amz-credential=";
    let presigned = text.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name));
    text.split_inclusive(|byte| *byte == b'\n' || (presigned && *byte == b'&')).collect()
}

fn texts(answer: &SignedAnswer) -> [(Stage, Vec<u8>); 5] {
    let stages = &answer.stages;
    let text = |digits: &Option<Digits>| digits.as_deref().unwrap_or_default().as_bytes().to_vec();
    let bytes = |bytes: &Option<sigv4_vectors::Bytes>| bytes.clone().unwrap_or_default().into();
    let request = &answer.request;
    let mut wire = [&request.method[..], b" ", &request.target].concat();
    for (name, value) in &request.headers {
        wire.extend([b"\n", &name[..], b": ", value].concat());
    }
    wire.extend([b"\nBody: ", request.body.as_deref().unwrap_or_default()].concat());
    [
        (Stage::CanonicalRequest, bytes(&stages.canonical_request)),
        (Stage::StringToSign, bytes(&stages.string_to_sign)),
        (Stage::SigningKey, text(&stages.signing_key)),
        (Stage::Signature, text(&stages.signature)),
        (Stage::Wire, wire),
    ]
}

/// As the catalogue would have it.
fn in_words((stage, correct, wrong): &Shown) -> String {
    let text = |text: &[u8]| {
        serde_json::to_string(&sigv4_vectors::Bytes::from(text)).expect("bytes are JSON")
    };
    format!("{{\"stage\":\"{stage}\",\"correct\":{},\"wrong\":{}}}", text(correct), text(wrong))
}
