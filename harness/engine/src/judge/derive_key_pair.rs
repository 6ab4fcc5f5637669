//! `derive-key-pair`: the private key, and the public half if it is shown.

use sigv4_protocol::{Answer, DerivedKeyPair};
use sigv4_vectors::model;

use super::finding::{Finding, Judgement};
use super::verdict::Verdict;

/// Judges a derivation; `None` for the answer of another operation.
pub(super) fn judge(derivation: &model::PairDerivation, answer: &Answer) -> Option<Judgement> {
    let Answer::DerivedKeyPair(answer) = answer else { return None };
    Some(judge_pair(&derivation.expect, answer))
}

fn judge_pair(expect: &model::DerivedKeyPair, answer: &DerivedKeyPair) -> Judgement {
    let public = answer.public_key.iter().flat_map(|shown| {
        let expected = &expect.public_key;
        [
            ("the first coordinate of the public key", &expected.x, &shown.x),
            ("the second coordinate of the public key", &expected.y, &shown.y),
        ]
    });
    let private = [("the private key", &expect.private_key, &answer.private_key)];
    let finding = private
        .into_iter()
        .chain(public)
        .find_map(|(name, expected, actual)| Finding::of_key(name, expected.as_bytes(), actual));
    finding.map_or_else(|| Judgement::of(Verdict::Exact), Judgement::mismatch)
}

#[cfg(test)]
mod tests {
    use sigv4_protocol::PublicKey;
    use sigv4_vectors::Vectors;

    use super::*;

    #[test]
    fn the_first_wrong_number_is_named() {
        let case =
            Vectors::embedded().case("published/sigv4a/aws-c-auth/random").expect("a vector");
        let model::Question::DeriveKeyPair(derivation) = &case.question else { panic!("{case:?}") };
        let [right, x, y] = {
            let model::DerivedKeyPair { private_key, public_key } = &derivation.expect;
            [private_key, &public_key.x, &public_key.y].map(ToString::to_string)
        };
        let shown = |private_key: &str, public_key: Option<(&str, &str)>| {
            let public_key = public_key.map(|(x, y)| PublicKey { x: x.into(), y: y.into() });
            let answer = DerivedKeyPair { private_key: private_key.to_owned(), public_key };
            judge_pair(&derivation.expect, &answer)
        };
        assert_eq!(shown(&right, None).verdict, Verdict::Exact);
        assert_eq!(shown(&right, Some((&x, &y))).verdict, Verdict::Exact);
        for (judgement, what) in [
            (shown(&x, Some((&y, &x))), "the private key differs"),
            (shown(&right, Some((&y, &y))), "the first coordinate of the public key differs"),
            // Its first digit is a zero, which some print and some do not.
            (
                shown(&right, Some((&x, y.trim_start_matches('0')))),
                "the second coordinate of the public key differs",
            ),
        ] {
            assert_eq!(judgement.verdict, Verdict::Mismatch);
            let summary = judgement.finding.expect("a finding").summary;
            assert!(summary.starts_with(what), "{summary}");
        }
    }
}
