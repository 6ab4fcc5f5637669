//! What is expected of a client, and where it differs.

use sigv4_conformance::subject::{Deviation, NamesDescription, Said, Step};

use super::outcome::{NONE, Outcome};
use super::{KEYS, PREFIXES};

/// The keys or prefixes of a step.
pub(super) fn names_of(step: Step) -> &'static [&'static str] {
    if step == Step::List { &PREFIXES } else { &KEYS }
}

/// Whether the deviations make sense: each is about something that is asked, and no two about the same.
pub(super) fn check(names: &NamesDescription) -> Result<(), String> {
    let asked: Vec<(Step, &str)> = names
        .steps
        .iter()
        .flat_map(|&step| names_of(step).iter().map(move |name| (step, *name)))
        .collect();
    for deviation in &names.deviations {
        if !asked.iter().any(|(step, name)| covers(deviation, *step, name)) {
            return Err(format!(
                "names.deviation: nothing is asked that it is about: {}",
                deviation.reason
            ));
        }
        for name in &deviation.names {
            if !asked.iter().any(|(step, asked)| asked == name && covers(deviation, *step, asked)) {
                return Err(format!("names.deviation: {name:?} is not asked"));
            }
        }
    }
    for (step, name) in asked {
        let covering = names.deviations.iter().filter(|deviation| covers(deviation, step, name));
        if covering.count() > 1 {
            return Err(format!("names.deviation: {} {name:?} has more than one", step.word()));
        }
    }
    Ok(())
}

/// What is not as expected, a line each, in either direction.
pub(super) fn differences(names: &NamesDescription, outcomes: &[Outcome]) -> Vec<String> {
    let mut differences = Vec::new();
    for outcome in outcomes {
        let expected = expected(names, outcome.step, &outcome.name);
        if outcome.clone().without_message() != expected {
            let Outcome { step, name, message, .. } = outcome;
            differences.push(format!(
                "{} {name:?}: {}\n    expected {}\n    it said: {message}",
                step.word(),
                outcome.line(),
                expected.line()
            ));
        }
    }
    differences
}

fn expected(names: &NamesDescription, step: Step, name: &str) -> Outcome {
    let mut expected = Outcome::ideal(step, name);
    if let Some(signature) = &names.signature {
        expected.signature.clone_from(signature);
    }
    let found = names.deviations.iter().find(|deviation| covers(deviation, step, name));
    let Some(deviation) = found else { return expected };
    if let Some(signature) = &deviation.signature {
        expected.signature.clone_from(signature);
    }
    if expected.signature == NONE {
        expected.addresses.clear();
    }
    if let Some(addresses) = &deviation.addresses {
        expected.addresses.clone_from(addresses);
    }
    expected.respelled = deviation.respelled;
    let usual = if expected.is_taken() { Said::Success } else { Said::Failure };
    expected.said = deviation.said.unwrap_or(usual);
    expected
}

pub(super) fn covers(deviation: &Deviation, step: Step, name: &str) -> bool {
    let named = |own: &String| own == name;
    (deviation.steps.is_empty() || deviation.steps.contains(&step))
        && (deviation.names.is_empty() || deviation.names.iter().any(named))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(deviations: &serde_json::Value) -> NamesDescription {
        serde_json::from_value(json!({
            "command": ["x"],
            "signer": "own",
            "steps": ["put", "list"],
            "deviation": deviations,
        }))
        .expect("a table")
    }

    #[test]
    fn what_a_deviation_leaves_out_is_as_it_should_be() {
        let names = names(&json!([{"names": ["a b"], "signature": "unexplained", "reason": ""}]));
        let outcome = expected(&names, Step::Put, "a b");
        assert_eq!((&outcome.signature[..], outcome.said), ("unexplained", Said::Failure));
        assert_eq!(outcome.addresses, ["a b"]);
        assert_eq!(expected(&names, Step::Put, "a+b"), Outcome::ideal(Step::Put, "a+b"));
    }

    #[test]
    fn both_a_new_deviation_and_one_that_is_gone_are_differences() {
        let names = names(
            &json!([{"steps": ["put"], "names": ["a b"], "addresses": ["a+b"], "reason": ""}]),
        );
        let ideal = |name| Outcome::ideal(Step::Put, name);
        assert_eq!(differences(&names, &[ideal("a b")]).len(), 1);
        let other = Outcome { addresses: vec!["a+b".to_owned()], ..ideal("a b") };
        assert_eq!(differences(&names, &[other, ideal("a~b")]), [""; 0]);
        let other = Outcome { addresses: vec!["x".to_owned()], ..ideal("a~b") };
        assert_eq!(differences(&names, &[other]).len(), 1);
    }

    #[test]
    fn a_deviation_about_nothing_is_an_error() {
        let about = |deviations| check(&names(&deviations));
        assert!(about(json!([{"steps": ["get"], "reason": ""}])).is_err());
        assert!(about(json!([{"names": ["b"], "reason": ""}])).is_err());
        assert!(about(json!([{"names": ["a b/"], "steps": ["put"], "reason": ""}])).is_err());
        let twice = about(json!([{"names": ["a b"], "reason": ""}, {"reason": ""}]));
        assert_eq!(twice, Err("names.deviation: put \"a b\" has more than one".to_owned()));
        assert_eq!(about(json!([{"names": ["a b", "a b/"], "reason": ""}])), Ok(()));
    }
}
