//! Finds problems in vectors that load: cases that assert nothing new, and cases that assert more
//! than their evidence supports.

use std::collections::HashMap;

use sigv4_conformance::kill_matrix::catches;
use sigv4_mistakes::Mistake;
use sigv4_vectors::model::{Case, Evidence, EvidenceKind, Level, Placement, Signing, SigningInput};
use sigv4_vectors::{Secret, Vectors};

use crate::mint::catches::NO_KNOWN_MISTAKE;
use crate::mint::families;

/// The largest file, in bytes: a browser must be able to show it.
const LARGEST: u64 = 640 << 10;

/// All findings, one per line, in the order of the vectors.
pub(super) fn findings(vectors: &Vectors) -> Vec<String> {
    let mut findings = Vec::new();
    let mut questions: HashMap<Vec<(Placement, SigningInput)>, &Case> = HashMap::new();
    let mut assertions: HashMap<String, &Case> = HashMap::new();
    for case in vectors.cases() {
        let mut say = |problem: String| findings.push(format!("{}: {problem}", case.id));
        if !case.calls().is_empty() {
            let asked = |signing: &Signing| (signing.placement, signing.input.clone());
            let question = case.calls().iter().map(asked).collect();
            match questions.insert(question, case) {
                // The vendor's suite repeats itself under several names.
                Some(first) if !(is_official(first) && is_official(case)) => {
                    say(format!("asks the same question as {}", first.id));
                }
                Some(_) => {}
                None => {
                    if let Some(first) =
                        assertions.insert(case.calls().iter().map(assertion).collect(), case)
                        && !(is_official(first) && is_official(case))
                    {
                        say(format!("asserts the same as {}, of the same kind of input", first.id));
                    }
                }
            }
        }
        if case.evidence.iter().any(|evidence| evidence.kind == EvidenceKind::Own) {
            say("has the evidence `own`, which is for the suites of users".to_owned());
        }
        if case.id.starts_with("edge/") {
            edge(case).into_iter().for_each(&mut say);
        }
    }
    findings
}

/// A file that is too large.
pub(super) fn too_large(path: &str, size: u64) -> Option<String> {
    (size > LARGEST).then(|| format!("{path}: {size} bytes, expected {LARGEST} at most: split it"))
}

fn edge(case: &Case) -> Vec<String> {
    let mut findings = Vec::new();
    let (voices, quorum) = (voices_for(case), families::quorum(case));
    if case.level == Level::Must && voices < quorum {
        findings
            .push(format!("is a must with {voices} voices, expected {quorum} and none otherwise"));
    }
    if case.flags.is_empty() {
        findings.push("has no flag, expected one that says what goes wrong".to_owned());
    }
    if case.spec.is_empty() {
        findings.push("names no rule, expected one".to_owned());
    }
    let excused = case.flags.iter().any(|flag| flag == NO_KNOWN_MISTAKE.0);
    if case.catches.is_empty() != excused {
        findings.push(format!(
            "catches {} mistakes and is {}flagged as catching none: run `cargo xtask vectors \
             refresh`",
            case.catches.len(),
            if excused { "" } else { "not " }
        ));
    }
    for id in &case.catches {
        match Mistake::from_id(id) {
            None => {
                findings.push(format!("catches `{id}`, which is not a mistake of the catalogue"));
            }
            Some(mistake) if !catches(case, mistake) => {
                findings.push(format!("claims to catch `{id}`, but does not"));
            }
            Some(mistake) if mistake.entry().by_chance => {
                findings.push(format!("claims to catch `{id}`, which shows there only by chance"));
            }
            Some(_) => {}
        }
    }
    findings
}

/// How many signers agree, if none disagrees, those that were recorded included.
fn voices_for(case: &Case) -> usize {
    let is_recorded = |evidence: &&Evidence| {
        matches!(evidence.kind, EvidenceKind::VendorSdk | EvidenceKind::ThirdParty)
    };
    votes_for(case) + case.evidence.iter().filter(is_recorded).count()
}

/// How many signers agree that were asked, if none disagrees.
fn votes_for(case: &Case) -> usize {
    let consensus = case.evidence.iter().filter(|one| one.kind == EvidenceKind::Consensus);
    let votes = consensus.filter_map(|one| one.votes.as_ref());
    votes
        .filter(|votes| votes.otherwise.iter().all(|dissent| dissent.mistake.is_some()))
        .map(|votes| votes.agree.len() + votes.agree_within_own_headers.len())
        .max()
        .unwrap_or(0)
}

fn is_official(case: &Case) -> bool {
    case.id.starts_with("official/")
}

/// What a case asserts, and for what kind of input. Of two cases with the same assertion, one is
/// redundant.
///
/// The kind of an input is its target and headers with all letters and all digits treated as equal,
/// and escapes distinguished only by the case of their digits: `%2F`, `%2f` and `/` are three
/// kinds.
fn assertion(signing: &Signing) -> String {
    let kind = |bytes: &[u8]| -> Vec<u8> {
        let mut kind = Vec::new();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            let escaped = bytes.get(at + 1..at + 3).filter(|_| *byte == b'%');
            if let Some(pair) = escaped.filter(|pair| pair.iter().all(u8::is_ascii_hexdigit)) {
                let lower = pair.iter().any(u8::is_ascii_lowercase);
                kind.extend_from_slice(if lower { b"%aa" } else { b"%AA" });
                at += 3;
                continue;
            }
            kind.push(match byte {
                b'a'..=b'z' => b'a',
                b'A'..=b'Z' => b'A',
                b'0'..=b'9' => b'0',
                other => *other,
            });
            at += 1;
        }
        kind
    };
    let input = &signing.input;
    let target = &input.request.target[..];
    let headers: Vec<_> =
        input.request.headers.iter().map(|(name, value)| (kind(name), kind(value))).collect();
    format!(
        "{:?}",
        (
            signing.profile,
            signing.placement,
            (input.normalize, input.double_encode, input.session_token_signed),
            // If there are several parameters, their order is what the case tests.
            if target.contains(&b'&') { target.to_vec() } else { kind(target) },
            headers,
            &input.credentials.access_key_id,
            &input.request.body,
            input.credentials.session_token.as_ref().map(Secret::expose),
            &signing.expect.canonical_request,
            &signing.expect.string_to_sign,
            &signing.expect.signature,
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use sigv4_vectors::model::Question;

    fn signing(id: &str) -> Signing {
        match &Vectors::embedded().case(id).unwrap().question {
            Question::Sign(signing) => (**signing).clone(),
            _ => panic!("{id} asks for no signature, or for several"),
        }
    }

    #[test]
    fn inputs_that_differ_in_letters_alone_are_alike() {
        let case = signing("official/sigv4/header/get-vanilla");
        let with = |target: &str| {
            let mut changed = case.clone();
            changed.input.request.target = target.into();
            assertion(&changed)
        };
        assert_eq!(with("/abc1"), with("/xyz2"));
        assert_eq!(with("/%2F"), with("/%3A"));
        for (left, right) in
            [("/%2F", "/%2f"), ("/%2F", "//"), ("/a", "/A"), ("/a", "/1"), ("/%2", "/%zz")]
        {
            assert_ne!(with(left), with(right), "{left} {right}");
        }
    }

    #[test]
    fn the_vectors_are_without_findings() {
        assert_eq!(findings(Vectors::embedded()), Vec::<String>::new());
    }

    #[test]
    fn a_must_needs_voices_and_a_reason() {
        let mut case =
            Vectors::embedded().case("official/sigv4/header/get-vanilla").unwrap().clone();
        case.spec.clear();
        let said = edge(&case).join("\n");
        for problem in ["a must with 0 voices", "no flag", "no rule", "run `cargo xtask vectors"] {
            assert!(said.contains(problem), "{said}");
        }
        case.catches = vec!["no-such-mistake".to_owned()];
        assert!(edge(&case).join("\n").contains("not a mistake of the catalogue"));
    }
}
