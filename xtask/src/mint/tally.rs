//! The votes of the servers on one case, and what they change.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sigv4_vectors::model::{Evidence, EvidenceKind, Level, Reading, Taking};

/// Who takes what.
#[derive(Debug)]
pub(super) struct Tally {
    takings: Vec<Taking>,
}

impl Tally {
    /// Groups the servers by what they take; `None` if no server was asked.
    pub(super) fn of<'v>(
        votes: impl Iterator<Item = (&'v str, Option<&'v Vec<Reading>>)>,
    ) -> Option<Self> {
        let mut groups: BTreeMap<&[Reading], Vec<String>> = BTreeMap::new();
        for (who, takes) in votes {
            if let Some(takes) = takes {
                groups.entry(takes).or_default().push(who.to_owned());
            }
        }
        let mut takings: Vec<Taking> =
            groups.into_iter().map(|(takes, who)| Taking { takes: takes.to_vec(), who }).collect();
        // Those that refuse it in every reading last.
        takings.sort_by_key(|taking| taking.takes.is_empty());
        (!takings.is_empty()).then_some(Self { takings })
    }

    /// How binding the case is, by what the signers make of it and what the servers do. `is_usual`
    /// says that signers send such a request themselves.
    pub(super) fn level(&self, by_signers: Level, is_usual: bool) -> Level {
        let (takers, asked) = (self.takers(Reading::Expected), self.asked());
        match by_signers {
            // What signers agree on only because none of them ever sends it.
            Level::Must if !is_usual && takers * 2 < asked => Level::May,
            // What signers disagree on is decided by those who compute it again.
            Level::May if is_nearly_all(takers, asked) => Level::Should,
            level => level,
        }
    }

    /// The votes as evidence.
    pub(super) fn evidence(&self) -> Evidence {
        let (takers, asked) = (self.takers(Reading::Expected), self.asked());
        let mut source = if takers == asked {
            format!("servers asked by `cargo xtask mint`: all {asked} take it")
        } else {
            format!(
                "servers asked by `cargo xtask mint`: {takers} of {asked} take it, {} refuse it",
                asked - takers
            )
        };
        for reading in &Reading::ALL[1..] {
            let others = self.takers(*reading);
            if others > takers {
                let _ = write!(source, "; {others} take it as `{reading}`");
            }
        }
        Evidence {
            kind: EvidenceKind::ThirdParty,
            source,
            votes: None,
            servers: self.takings.clone(),
        }
    }

    /// Which servers take something else than which others; `None` if all take it as expected.
    pub(super) fn partition(&self) -> Option<String> {
        let is_split = self.takers(Reading::Expected) < self.asked();
        let group = |taking: &Taking| {
            let takes: Vec<&str> = taking.takes.iter().map(|reading| reading.as_str()).collect();
            let takes = if takes.is_empty() { "nothing".to_owned() } else { takes.join(", ") };
            format!("{takes}: {}", taking.who.join(" "))
        };
        is_split.then(|| self.takings.iter().map(group).collect::<Vec<_>>().join(" | "))
    }

    fn asked(&self) -> usize {
        self.takings.iter().map(|taking| taking.who.len()).sum()
    }

    fn takers(&self, reading: Reading) -> usize {
        let taking = self.takings.iter().filter(|taking| taking.takes.contains(&reading));
        taking.map(|taking| taking.who.len()).sum()
    }
}

/// Two of three at least.
fn is_nearly_all(count: usize, of: usize) -> bool {
    count * 3 >= of * 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use Reading::{AsSent, Expected, Recoded};

    fn tallied(takes: &[&[Reading]]) -> Tally {
        let takes = takes.iter().enumerate();
        let all: Vec<(String, Vec<Reading>)> =
            takes.map(|(index, takes)| (format!("s{index}"), takes.to_vec())).collect();
        let asked = all.iter().map(|(who, takes)| (&who[..], Some(takes)));
        Tally::of(asked.chain([("not-asked", None)])).unwrap()
    }

    #[test]
    fn servers_decide_what_signers_never_send_or_disagree_on() {
        use Level::{May, Must, Should};
        let refused = tallied(&[&[Expected], &[Recoded], &[Recoded]]);
        let split = tallied(&[&[Expected], &[Recoded]]);
        let taken = tallied(&[&[Expected], &[Expected], &[Expected, Recoded], &[AsSent]]);
        for (tally, by_signers, is_usual, level) in [
            (&refused, Must, false, May),
            (&refused, Must, true, Must),
            (&refused, May, false, May),
            (&refused, Should, false, Should),
            (&split, Must, false, Must),
            (&split, May, false, May),
            (&taken, Must, false, Must),
            (&taken, May, false, Should),
        ] {
            assert_eq!(tally.level(by_signers, is_usual), level, "{tally:?} {by_signers}");
        }
    }

    #[test]
    fn servers_are_grouped_by_what_they_take() {
        let tally = tallied(&[&[Recoded], &[], &[Expected], &[Recoded]]);
        let evidence = tally.evidence();
        assert_eq!(
            evidence.source,
            "servers asked by `cargo xtask mint`: 1 of 4 take it, 3 refuse it; 2 take it as \
             `recoded`"
        );
        let groups: Vec<_> =
            evidence.servers.iter().map(|one| (&one.takes[..], one.who.join(" "))).collect();
        assert_eq!(
            groups,
            [
                (&[Expected][..], "s2".to_owned()),
                (&[Recoded], "s0 s3".to_owned()),
                (&[], "s1".to_owned())
            ]
        );
        assert_eq!(
            tally.partition().as_deref(),
            Some("expected: s2 | recoded: s0 s3 | nothing: s1")
        );
    }

    #[test]
    fn without_a_server_there_is_no_vote() {
        assert!(Tally::of([("a", None)].into_iter()).is_none());
    }
}
