//! The catalogue of mistakes that signers and verifiers make.
//!
//! A mistake is one small, named deviation from a correct signer or verifier. Its description is data
//! ([`catalogue`], from `catalogue/*.toml`). Its effect is one small hook in [`crate::model`],
//! which checks its [`MistakeSet`] at the step that the mistake changes. [`Mistake`] connects the
//! two: the compiler finds a hook without a name, and a test finds a name without data.

mod entry;
#[macro_use]
mod signers;
#[macro_use]
mod families;
#[macro_use]
mod verifiers;
mod mistake;
mod set;
mod trigger;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use sigv4_protocol::Operation;

pub use entry::{CatalogueError, Component, Entry, HowBad, Report};
pub use mistake::Mistake;
pub use set::MistakeSet;
pub use trigger::{AuthToken, Call, Legacy, Policy, Stream, Trigger, Upload};

/// The description of every mistake, in the order of [`Mistake::ALL`].
///
/// # Panics
/// Never: the data is compiled into the program, and a test reads it.
#[must_use]
pub fn catalogue() -> &'static [Entry] {
    static CATALOGUE: OnceLock<Vec<Entry>> = OnceLock::new();
    CATALOGUE.get_or_init(|| match entry::read_all() {
        Ok(entries) => entries,
        Err(error) => panic!("the catalogue of mistakes: {error}"),
    })
}

/// The mistakes that may show in an operation, those that are made in it first. What begins with a
/// request to sign also shows the mistakes in signing requests, and a key pair those in it and in the secret.
#[must_use]
pub fn made_in(operation: Operation) -> &'static [Mistake] {
    static MADE_IN: LazyLock<BTreeMap<Operation, Vec<Mistake>>> = LazyLock::new(|| {
        let of = |operation| {
            catalogue()
                .iter()
                .filter(move |entry| entry.trigger.operation() == operation)
                .map(|entry| entry.mistake)
        };
        let shown = |operation: Operation| match operation {
            Operation::Sign | Operation::SignSequence => of(Operation::Sign).collect(),
            Operation::Verify => of(Operation::Verify).collect(),
            Operation::DeriveKeyPair => {
                let all = of(Operation::SignV4a).chain(of(Operation::Sign));
                let is_key = |mistake: &Mistake| {
                    matches!(mistake.entry().component, Component::KeyPair | Component::Key)
                };
                all.filter(is_key).collect()
            }
            Operation::SignV4aChunks => of(operation)
                .chain(of(Operation::SignChunks))
                .chain(of(Operation::SignV4a))
                .chain(of(Operation::Sign))
                .collect(),
            _ => of(operation).chain(of(Operation::Sign)).collect(),
        };
        Operation::ALL.iter().map(|operation| (*operation, shown(*operation))).collect()
    });
    MADE_IN.get(&operation).map_or(&[], Vec::as_slice)
}

impl Mistake {
    /// Its description.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        &catalogue()[self as usize]
    }

    /// The ids that share the most words with `text`, at most three, for a message.
    #[must_use]
    pub fn near(text: &str) -> Vec<&'static str> {
        let text = text.to_ascii_lowercase();
        let shared = |mistake: &Self| {
            let words = mistake.id().split('-');
            words.filter(|word| text.split('-').any(|asked| asked == *word)).count()
        };
        let most = Self::ALL.iter().map(shared).max().filter(|most| *most > 0);
        let mut near: Vec<&str> = Self::ALL
            .iter()
            .filter(|mistake| Some(shared(mistake)) == most)
            .map(|mistake| mistake.id())
            .collect();
        near.sort_by_key(|id| id.len());
        near.truncate(3);
        near
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_described_where_its_number_says() {
        for mistake in Mistake::ALL {
            assert_eq!(mistake.entry().mistake, *mistake);
        }
        assert_eq!(catalogue().len(), Mistake::ALL.len());
    }

    #[test]
    fn ids_are_kebab_case_and_read_back() {
        for mistake in Mistake::ALL {
            let id = mistake.id();
            let fits = |word: &str| {
                !word.is_empty()
                    && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            };
            assert!(id.split('-').all(fits), "{id}");
            assert_eq!(Mistake::from_id(id), Some(*mistake), "an id that stands twice");
        }
        assert_eq!(Mistake::from_id("path-reserved"), None);
    }

    #[test]
    fn a_misspelt_id_is_answered_with_those_that_share_its_words() {
        let near = ["path-reserved-raw", "path-s3-reserved-escaped"];
        assert_eq!(Mistake::near("path-reserved"), near);
        assert!(Mistake::near("nothing").is_empty());
    }
}
