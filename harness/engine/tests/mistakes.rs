//! Checks the catalogue with the model: every mistake does what its description says.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sigv4_mistakes::diagnose::{Ruled, attribute_rulings};
use sigv4_mistakes::model::Model;
use sigv4_mistakes::{Entry, Mistake, MistakeSet, catalogue};
use sigv4_protocol::{Answer, Question, Side, Stage};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{self, Case, Ruling};

/// The stage, the correct lines and the wrong lines, as the model has them.
type Shown = (Stage, Vec<u8>, Vec<u8>);

#[test]
fn every_mistake_shows_on_its_trigger_what_the_catalogue_says() {
    let mut failures = Vec::new();
    for entry in signers() {
        let right = last_answer(entry, MistakeSet::EMPTY);
        let mistaken = last_answer(entry, entry.mistake.into());
        let Some(stage) = entry.stage else { panic!("{}: no stage", entry.mistake) };
        let described = (stage, entry.correct.to_vec(), entry.wrong.to_vec());
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

/// The vector that an entry names is one that a verifier with the mistake gets wrong, and says so.
#[test]
fn every_mistake_of_a_verifier_shows_on_its_vector() {
    let mut failures = Vec::new();
    for entry in verifiers() {
        let rulings = [MistakeSet::EMPTY, entry.mistake.into()]
            .map(|mistakes| ruling(&last_answer(entry, mistakes)));
        let described = [&entry.correct, &entry.wrong].map(|text| text.to_vec());
        if rulings != described.map(|text| String::from_utf8(text).expect("a word")) {
            failures.push(format!("{}: {rulings:?}", entry.mistake));
        }
        assert!(entry.stage.is_none(), "{}", entry.mistake);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Two names for one mistake would only halve what a diagnosis says.
#[test]
fn no_two_mistakes_rule_every_vector_alike() {
    let asked: Vec<Question> = verifications().map(Question::of).collect();
    let mut groups = vec![Mistake::of(Side::Verifier).to_vec()];
    for some in asked.chunks(64) {
        let said = |mistake: &Mistake| -> Vec<String> {
            let answer =
                |question| Model::new((*mistake).into()).answer(question).expect("a ruling");
            some.iter().map(answer).map(|answer| ruling(&answer)).collect()
        };
        groups = groups
            .into_iter()
            .flat_map(|group| {
                let mut alike: BTreeMap<Vec<String>, Vec<Mistake>> = BTreeMap::new();
                let rulings: Vec<Vec<String>> = group.par_iter().map(said).collect();
                for (mistake, rulings) in group.into_iter().zip(rulings) {
                    alike.entry(rulings).or_default().push(mistake);
                }
                alike.into_values().filter(|group| group.len() > 1)
            })
            .collect();
    }
    assert!(groups.is_empty(), "{groups:?}");
}

/// Over one vector in eight, and those of the catalogue.
#[test]
fn every_mistake_of_a_verifier_is_named() {
    let own: BTreeSet<String> =
        verifiers().flat_map(|entry| entry.trigger.given().concat()).map(|(_, id)| id).collect();
    let asked: Vec<&Case> = verifications()
        .enumerate()
        .filter(|(index, case)| index % 8 == 0 || own.contains(&case.id))
        .map(|(_, case)| case)
        .collect();
    let unnamed: Vec<String> = Mistake::of(Side::Verifier)
        .par_iter()
        .filter_map(|mistake| {
            let ruled: Vec<Ruled<'_>> = asked
                .iter()
                .map(|case| {
                    let answer = Model::new((*mistake).into()).answer(&Question::of(case));
                    let accepts = matches!(answer, Ok(Answer::Accept));
                    let ruling = if accepts { Ruling::Accept } else { Ruling::Reject };
                    Ruled { case, ruling }
                })
                .collect();
            let attribution = attribute_rulings(&ruled, &[]);
            let id = [mistake.id().to_owned()];
            let is_named = attribution.left.is_empty()
                && attribution
                    .groups
                    .iter()
                    .any(|group| group.alternatives.iter().any(|set| **set == id));
            (!is_named).then(|| format!("{mistake}: {:?}", attribution.groups))
        })
        .collect();
    assert!(unnamed.is_empty(), "{} mistakes:\n{}", unnamed.len(), unnamed.join("\n"));
}

fn verifiers() -> impl Iterator<Item = &'static Entry> {
    Mistake::of(Side::Verifier).iter().map(|mistake| mistake.entry())
}

fn verifications() -> impl Iterator<Item = &'static Case> {
    let is_asked = |case: &&Case| matches!(case.question, model::Question::Verify(_));
    Vectors::embedded().cases().filter(is_asked)
}

fn ruling(answer: &Answer) -> String {
    let word = match answer {
        Answer::Accept => "accept",
        Answer::Reject { .. } => "reject",
        other => panic!("no ruling: {other:?}"),
    };
    word.to_owned()
}

/// The calls before the last must not give a mistake away that is said to need them.
#[test]
fn a_mistake_of_sequences_is_right_at_its_first_call() {
    for entry in signers() {
        let [first, _, ..] = &questions(entry)[..] else { continue };
        let right = Model::new(MistakeSet::EMPTY).answer(first).unwrap();
        let mistaken = Model::new(entry.mistake.into()).answer(first).unwrap();
        assert_eq!(first_difference(&right, &mistaken), None, "{}", entry.mistake);
    }
}

#[test]
fn every_entry_says_something_and_links_to_its_reports() {
    for entry in catalogue() {
        for text in [&entry.title, &entry.goes_wrong] {
            assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", entry.mistake);
        }
        for report in &entry.reports {
            assert!(report.url.starts_with("https://"), "{}: {}", entry.mistake, report.url);
        }
    }
}

/// Two names for one mistake would only halve what a diagnosis says.
#[test]
fn no_two_mistakes_sign_every_trigger_and_every_vector_alike() {
    let triggers = signers().map(questions);
    let is_signed = |case: &&Case| !matches!(case.question, model::Question::Verify(_));
    let vectors = Vectors::embedded().cases().filter(is_signed);
    let vectors = vectors.map(|case| vec![Question::of(case)]);
    let asked: Vec<Vec<Question>> = triggers.chain(vectors).collect();
    let mut groups = vec![Mistake::of(Side::Signer).to_vec()];
    // A mistake that differs from all others early is not asked the rest.
    for some in asked.chunks(16) {
        groups = groups.into_iter().flat_map(|group| alike(group, some)).collect();
    }
    assert!(groups.is_empty(), "{groups:?}");
}

/// Groups of two or more of `mistakes` that make the same of every sequence of questions.
fn alike(mistakes: Vec<Mistake>, sequences: &[Vec<Question>]) -> Vec<Vec<Mistake>> {
    let sent = |mistake: &Mistake| {
        let mut hasher = DefaultHasher::new();
        for questions in sequences {
            let mut model = Model::new((*mistake).into());
            for question in questions {
                let Ok(answer) = model.answer(question) else { continue };
                // What is sent, and of a stream the signatures too.
                let is_request = !answer.signed().is_empty();
                let is_sent =
                    |stage| stage == Stage::Wire || (!is_request && stage == Stage::Signature);
                let sent = answer.steps().into_iter().filter(|(stage, _)| is_sent(*stage));
                sent.for_each(|(_, text)| text.hash(&mut hasher));
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

fn signers() -> impl Iterator<Item = &'static Entry> {
    Mistake::of(Side::Signer).iter().map(|mistake| mistake.entry())
}

fn last_answer(entry: &Entry, mistakes: MistakeSet) -> Answer {
    let mut model = Model::new(mistakes);
    let mut last = None;
    for question in questions(entry) {
        let mut answer =
            model.answer(&question).unwrap_or_else(|error| panic!("{}: {error}", entry.mistake));
        if let (Question::Sign(question), Answer::Signed(answer)) = (question, &mut answer) {
            answer.request.body.get_or_insert(question.input.request.body);
        }
        last = Some(answer);
    }
    last.expect("a question")
}

fn questions(entry: &Entry) -> Vec<Question> {
    entry.trigger.questions().unwrap_or_else(|error| panic!("{}: {error}", entry.mistake))
}

/// The first stage that differs, with the lines (presigned: and parameters) from the first to the
/// last that do.
fn first_difference(right: &Answer, mistaken: &Answer) -> Option<Shown> {
    let (right, mistaken) = (right.steps(), mistaken.steps());
    // A piece that is not signed at all leaves one of them shorter.
    let steps = (0..right.len().max(mistaken.len())).map(|index| {
        let text = |steps: &[(Stage, Vec<u8>)]| steps.get(index).cloned();
        (text(&right), text(&mistaken))
    });
    let (right, mistaken) = steps.into_iter().find(|(right, mistaken)| right != mistaken)?;
    let stage = right.iter().chain(&mistaken).map(|(stage, _)| *stage).min()?;
    let text = |step: Option<(Stage, Vec<u8>)>| {
        step.filter(|(own, _)| *own == stage).map(|(_, text)| text).unwrap_or_default()
    };
    let (right, mistaken) = (text(right), text(mistaken));
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

/// As the catalogue would have it.
fn in_words((stage, correct, wrong): &Shown) -> String {
    let text = |text: &[u8]| {
        serde_json::to_string(&sigv4_vectors::Bytes::from(text)).expect("bytes are JSON")
    };
    format!("{{\"stage\":\"{stage}\",\"correct\":{},\"wrong\":{}}}", text(correct), text(wrong))
}
