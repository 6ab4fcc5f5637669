//! The vote of the signers on one case.

use std::fmt::Write as _;

use sigv4_conformance::judge::{Judgement, Verdict};
use sigv4_mistakes::Mistake;
use sigv4_vectors::model::{Dissent, Evidence, EvidenceKind, Level, Votes};

/// How many signers must agree with the reference to make a case a `must`.
pub(crate) const QUORUM: usize = 3;

/// What the signers answered to one case.
#[derive(Clone, Debug, Default)]
pub(super) struct Ballot {
    agree: Vec<String>,
    agree_within_own_headers: Vec<String>,
    otherwise: Vec<Dissent>,
}

impl Ballot {
    /// Counts one signer's verdict. A refusal is an abstention; an error is not a vote but a fault,
    /// whose message is returned. `mistake` is a mistake that the signer makes in the vendor's
    /// suite and that also explains this answer: such a vote is recorded but not counted.
    pub(super) fn cast(
        &mut self,
        who: &str,
        judgement: Judgement,
        mistake: Option<Mistake>,
    ) -> Result<(), String> {
        match judgement.verdict {
            Verdict::Exact => self.agree.push(who.to_owned()),
            Verdict::Equivalent => self.agree_within_own_headers.push(who.to_owned()),
            Verdict::Mismatch => self.otherwise.push(Dissent {
                who: who.to_owned(),
                how: judgement.finding.map(|finding| finding.summary).unwrap_or_default(),
                mistake: mistake.map(|mistake| mistake.id().to_owned()),
            }),
            Verdict::Accept | Verdict::Reject | Verdict::Unrepresentable | Verdict::Unsupported => {
            }
            Verdict::Error => return Err(judgement.notes.join("; ")),
        }
        Ok(())
    }

    /// How binding the vote makes the case, if this many have to agree.
    pub(super) fn level(&self, quorum: usize) -> Level {
        if self.dissenting() > 0 {
            Level::May
        } else if self.agreeing() >= quorum {
            Level::Must
        } else {
            Level::Should
        }
    }

    /// The vote as evidence.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let mistaken = self.otherwise.len() - self.dissenting();
        let mut source = match (self.agreeing(), self.dissenting()) {
            (0, 0) => "no official signer can hold the question: the reference alone".to_owned(),
            (agree, 0) => format!("official signers asked by `cargo xtask mint`: {agree} agree"),
            (agree, other) => format!(
                "official signers asked by `cargo xtask mint`: {agree} agree, {other} say otherwise"
            ),
        };
        if mistaken > 0 {
            let _ = write!(source, ", {mistaken} against the vendor's own suite");
        }
        let kind = if self.agreeing() + self.otherwise.len() == 0 {
            EvidenceKind::Rule
        } else {
            EvidenceKind::Consensus
        };
        vec![Evidence {
            kind,
            source,
            votes: (kind == EvidenceKind::Consensus).then(|| Votes {
                agree: self.agree.clone(),
                agree_within_own_headers: self.agree_within_own_headers.clone(),
                otherwise: self.otherwise.clone(),
            }),
            servers: Vec::new(),
        }]
    }

    /// Which signers disagree with which, without versions; `None` if all agree.
    pub(super) fn partition(&self) -> Option<String> {
        let names = |list: &mut dyn Iterator<Item = &String>| {
            let mut names: Vec<&str> = list.filter_map(|name| name.split(' ').next()).collect();
            names.sort_unstable();
            names.join(" ")
        };
        let agree = names(&mut self.agree.iter().chain(&self.agree_within_own_headers));
        let counted = self.otherwise.iter().filter(|dissent| dissent.mistake.is_none());
        let otherwise = names(&mut counted.map(|dissent| &dissent.who));
        (!otherwise.is_empty()).then(|| format!("{agree} | {otherwise}"))
    }

    /// How many disagree, except because of a mistake that the vendor's suite refutes.
    fn dissenting(&self) -> usize {
        self.otherwise.iter().filter(|dissent| dissent.mistake.is_none()).count()
    }

    fn agreeing(&self) -> usize {
        self.agree.len() + self.agree_within_own_headers.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vote(verdicts: &[Verdict]) -> Ballot {
        let mut ballot = Ballot::default();
        for (index, verdict) in verdicts.iter().enumerate() {
            let judgement = Judgement::of(*verdict);
            ballot.cast(&format!("signer-{index} 1.0"), judgement, None).unwrap();
        }
        ballot
    }

    #[test]
    fn three_voices_make_a_rule_and_one_against_it_unmakes_it() {
        use Verdict::{Equivalent, Exact, Mismatch, Unrepresentable, Unsupported};
        for (verdicts, level) in [
            (&[Exact, Exact, Exact][..], Level::Must),
            (&[Exact, Equivalent, Exact, Unsupported], Level::Must),
            (&[Exact, Exact, Unrepresentable], Level::Should),
            (&[], Level::Should),
            (&[Exact, Exact, Exact, Exact, Mismatch], Level::May),
            (&[Mismatch], Level::May),
        ] {
            assert_eq!(vote(verdicts).level(QUORUM), level, "{verdicts:?}");
        }
    }

    #[test]
    fn what_the_vendor_s_suite_refutes_is_written_down_and_not_counted() {
        let mut ballot = vote(&[Verdict::Exact; 3]);
        let wrong = || Judgement::of(Verdict::Mismatch);
        let mistake = Mistake::ALL[0];
        ballot.cast("signer-3 1.0", wrong(), Some(mistake)).unwrap();
        assert_eq!((ballot.level(QUORUM), ballot.partition()), (Level::Must, None));
        let votes = ballot.evidence()[0].votes.clone().unwrap();
        assert_eq!(votes.otherwise[0].mistake.as_deref(), Some(mistake.id()));
        ballot.cast("signer-4 1.0", wrong(), None).unwrap();
        assert_eq!(ballot.level(QUORUM), Level::May);
    }

    #[test]
    fn a_fault_is_no_vote() {
        let fault = Judgement { notes: vec!["x".into()], ..Judgement::of(Verdict::Error) };
        assert_eq!(Ballot::default().cast("signer 1.0", fault, None), Err("x".to_owned()));
    }

    #[test]
    fn a_partition_names_both_sides_without_versions() {
        let ballot = vote(&[Verdict::Exact, Verdict::Mismatch, Verdict::Equivalent]);
        assert_eq!(ballot.partition().as_deref(), Some("signer-0 signer-2 | signer-1"));
        assert_eq!(vote(&[Verdict::Exact]).partition(), None);
    }
}
