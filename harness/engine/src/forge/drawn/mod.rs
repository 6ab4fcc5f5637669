//! Requests that are drawn at random and changed in up to two places, for the search.
//!
//! Each change has a certain ruling on any request that it applies to: what the documentation leaves
//! open is not among them. What follows from two changes together is left to those who ask.

mod change;
mod changes;
mod place;
mod plain;

use std::sync::Arc;

use fastrand::Rng;
use sigv4_generate::CaseId;
use sigv4_protocol::VerifyQuestion;

use change::{Change, How, Making, Scene};
use plain::Plain;

use super::setting::Setting;

/// How many different places a change can choose from.
const PICKS: usize = 64;
/// How often another change is drawn because the last one does not apply.
const TRIES: usize = 16;

/// A request, and what is changed in it.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    plain: Plain,
    changes: Vec<Applied>,
}

/// A change, and which of the places that it applies to.
#[derive(Clone, Copy, Debug)]
struct Applied {
    change: &'static Change,
    pick: usize,
}

impl Drawn {
    /// The case of this seed and number, which is always the same; for a running server, in its setting and at
    /// the time of day.
    pub(crate) fn of(id: CaseId, server: Option<&Arc<Setting>>) -> Self {
        let mut random = Rng::with_seed(id.hash());
        let mut drawn = Self { plain: Plain::draw(&mut random, server), changes: Vec::new() };
        let count = [0, 1, 1, 1, 1, 1, 2, 2][random.usize(..8)];
        let all = changes::all();
        for _ in 0..TRIES {
            if drawn.changes.len() == count {
                break;
            }
            let change = all[random.usize(..all.len())];
            drawn.changes.push(Applied { change, pick: random.usize(..PICKS) });
            if drawn.question().is_none() {
                drawn.changes.pop();
            }
        }
        drawn
    }

    /// What a verifier is asked; `None` if a change does not apply.
    pub(crate) fn question(&self) -> Option<VerifyQuestion> {
        let setting = &*self.plain.setting();
        let original = self.plain.draft(setting);
        let mut making = Making { keys: vec![self.plain.key(setting)], draft: original.clone() };
        let scene = |pick| Scene { setting, original: &original, pick };
        for Applied { change, pick } in &self.changes {
            if let How::BeforeSigning(apply) = change.how {
                apply(&mut making, &scene(*pick))?;
            }
        }
        let mut sent = making.draft.sign();
        for Applied { change, pick } in &self.changes {
            if let How::AfterSigning(apply) = change.how {
                apply(&mut sent, &scene(*pick))?;
            }
        }
        let can_be_asked = self.plain.can_be_asked(&making.keys, setting, &sent);
        can_be_asked.then(|| setting.verification(making.keys, sent).into())
    }

    /// The same request without the changes; the plainest one if there are none.
    pub(crate) fn twin(&self) -> Self {
        let plain =
            if self.changes.is_empty() { self.plain.plainest() } else { self.plain.clone() };
        Self { plain, changes: Vec::new() }
    }

    /// What is changed, in words.
    pub(crate) fn words(&self) -> Vec<String> {
        let words = |applied: &Applied| {
            let when = match applied.change.how {
                How::BeforeSigning(_) => "before signing",
                How::AfterSigning(_) => "after signing",
            };
            format!("{when}: {}", applied.change.words)
        };
        self.changes.iter().map(words).collect()
    }

    /// The same with one thing less or shorter, the larger steps first.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        for index in 0..self.changes.len() {
            let mut fewer = self.clone();
            fewer.changes.remove(index);
            smaller.push(fewer);
        }
        let plain = self.plain.smaller().into_iter();
        smaller.extend(plain.map(|plain| Self { plain, changes: self.changes.clone() }));
        for index in 0..self.changes.len() {
            let pick = self.changes[index].pick;
            for lower in [0, pick / 2, pick.saturating_sub(1)] {
                if lower < pick {
                    let mut lowered = self.clone();
                    lowered.changes[index].pick = lower;
                    smaller.push(lowered);
                }
            }
        }
        smaller
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_asked_to_write_in_its_folder_alone() {
        let place = ("us-east-1", "bucket");
        let setting = Setting::of_server("127.0.0.1:9000", place, ("AKIDEXAMPLE", "secret"), 900);
        let setting = Arc::new(setting.apart());
        let inside = format!("{}/", setting.folder);
        let (mut reads, mut writes) = (0, 0);
        for number in 0..20_000 {
            let drawn = Drawn::of(CaseId { seed: 1, number }, Some(&setting));
            let Some(question) = drawn.question() else { continue };
            let request = &question.input.request;
            let target = String::from_utf8_lossy(&request.target).into_owned();
            if ["GET", "HEAD"].iter().any(|method| request.method == (*method).into()) {
                reads += 1;
                continue;
            }
            writes += 1;
            let object = target.strip_prefix(&inside).unwrap_or_default();
            let name = object.split('?').next().unwrap_or_default();
            assert!(!name.is_empty() && !name.contains(".."), "{:?} {target}", request.method);
        }
        assert!(reads > 5_000 && writes > 5_000, "{reads} reads, {writes} writes");
    }
}
