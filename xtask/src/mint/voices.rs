//! The vendor's own signers, as far as they are set up.

use std::path::Path;

use sigv4_conformance::expectations::Expectations;
use sigv4_conformance::log::Event;
use sigv4_conformance::run::{Observer, Plan, run};
use sigv4_conformance::selection::Selection;
use sigv4_conformance::subject::{
    Adapter, AdapterError, Fault, Limits, Subject, built_in, plug_in,
};
use sigv4_mistakes::diagnose::{Depth, diagnose};
use sigv4_mistakes::{Mistake, MistakeSet};
use sigv4_protocol::{Answer, Side, SignQuestion};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Suite};

use super::error::MintError;
use crate::setup::{self, ADAPTERS};

/// The signers that the vendor publishes: adapters by name, and one that is linked in.
pub(super) const OFFICIAL: &[&str] =
    &["aws-sdk-go-v2", "aws-sigv4", "awscrt", "botocore", "ruby-aws-sigv4", "smithy-signature-v4"];

/// Those that vote on the operations beside `sign` as well.
pub(super) const OFFICIAL_OF_FAMILIES: &[&str] = &["aws-sdk-java-v2", "aws-smithy-kotlin"];

/// A signer that can be asked.
pub(super) struct Voice {
    /// Its name and version.
    pub(super) name: String,
    pub(super) subject: Box<dyn Subject>,
    /// The mistakes that it makes in the vendor's own suite.
    refuted: Vec<MistakeSet>,
}

impl Voice {
    /// The mistake that the signer makes in the vendor's suite and that also explains this answer.
    pub(super) fn mistake(&self, case: &Case, reply: &Result<Answer, Fault>) -> Option<Mistake> {
        let Ok(answer) = reply else { return None };
        let calls = case.calls().iter().zip(answer.signed());
        let mut wrong = calls
            .map(|(signing, signed)| diagnose(&SignQuestion::of(signing), signed, Depth::Singles))
            .filter(|diagnosis| diagnosis.sets != [MistakeSet::EMPTY]);
        let first = wrong.next()?;
        let set = first.sets.into_iter().find(|set| self.refuted.contains(set))?;
        wrong.all(|other| other.sets.contains(&set)).then(|| set.iter().next()).flatten()
    }
}

/// Every official signer that is set up, by name.
pub(super) fn gather(
    root: &Path,
    official: &[&str],
    at_least: usize,
) -> Result<Vec<Voice>, MintError> {
    let adapters = Adapter::all(&root.join(ADAPTERS))?;
    let mut voices = Vec::new();
    for official in official {
        let Some(mut asked) = start(official, &adapters)? else { continue };
        let Some(subject) = start(official, &adapters)? else { continue };
        let identity = subject.identity();
        let name = format!("{} {}", identity.name, identity.version);
        voices.push(Voice { name, refuted: refuted(asked.as_mut()), subject });
    }
    if voices.len() < at_least {
        let names: Vec<&str> = voices.iter().map(|voice| &voice.name[..]).collect();
        let names = names.join(", ");
        return Err(MintError::TooFew { found: voices.len(), names, at_least });
    }
    Ok(voices)
}

/// A signer by name; `None` for an adapter that does not exist or is not set up.
fn start(name: &str, adapters: &[Adapter]) -> Result<Option<Box<dyn Subject>>, MintError> {
    if let Some(subject) = built_in(name) {
        return Ok(Some(Box::new(subject)));
    }
    let Some(adapter) = adapters.iter().find(|adapter| adapter.description.name == name) else {
        return Ok(None);
    };
    if let Some(missing) = setup::missing(adapter) {
        println!("{name}: not asked, {missing} is not installed");
        return Ok(None);
    }
    let command = match adapter.command() {
        Ok(command) => command,
        Err(AdapterError::NotSetUp { name, missing }) => {
            println!("{name}: not asked, {missing} is missing");
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    plug_in(&command, Limits::default())
        .map(Some)
        .map_err(|problem| MintError::Start { name: name.to_owned(), problem })
}

/// The mistakes that explain what a signer gets wrong in the vendor's suite.
fn refuted(subject: &mut dyn Subject) -> Vec<MistakeSet> {
    let selection = Selection { suites: vec![Suite::Official.to_string()], ..Selection::default() };
    let vectors = Vectors::embedded();
    let plan = Plan {
        side: Side::Signer,
        vectors,
        cases: &selection.cases(vectors),
        partial: true,
        expectations: &Expectations::default(),
        own_keys: false,
        invocation: &[],
    };
    let mut shown = Shown(Vec::new());
    run(subject, &plan, &mut shown, &|| ());
    shown.0
}

/// The mistakes that explain something in a run.
struct Shown(Vec<MistakeSet>);

impl Observer for Shown {
    fn event(&mut self, event: &Event) {
        let Event::Attribution(attribution) = event else { return };
        for set in attribution.groups.iter().flat_map(|group| &group.alternatives) {
            self.0.push(set.iter().filter_map(|id| Mistake::from_id(id)).collect());
        }
    }
}
