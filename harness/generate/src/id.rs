//! A case of the search by its number: the same calls every time and everywhere.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use arbitrary::Unstructured;
use sigv4_protocol::{Question, SequenceQuestion, SignQuestion};

use super::corners::corners;
use super::draw::Draw;
use super::{raw, request, sequence};

/// The seed and the number of a generated case.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct CaseId {
    /// The seed of the search.
    pub seed: u64,
    /// The number of the case, from 0.
    pub number: u64,
}

/// A text that is not the id of a case.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("`{0}` is not the id of a case: expected SEED:NUMBER, such as 1:1234, or SEED:FIRST-LAST")]
pub struct IdError(String);

impl IdError {
    /// The error for this text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// The calls of a case; a single call is boxed, as in the question.
#[derive(Debug)]
pub enum Case {
    /// One call, as nearly always.
    One(Box<SignQuestion>),
    /// Several in a row.
    Row(Vec<SignQuestion>),
}

/// How many bytes decide a case; if they do not suffice, the rest of it is plain.
const BYTES: usize = 256;

/// One in this many cases is a corner.
const EVERY: u64 = 3;
/// The distance in the tables between two successive corners.
const STEP: u64 = 7919;

impl CaseId {
    /// The calls that the case consists of: mostly one, sometimes several in a row.
    #[must_use]
    pub fn calls(self) -> Vec<SignQuestion> {
        match self.case() {
            Case::One(call) => vec![*call],
            Case::Row(calls) => calls,
        }
    }

    /// The calls that the case consists of, in the form in which they are asked.
    #[must_use]
    pub fn case(self) -> Case {
        if let Some(calls) = self.corner() {
            return match calls {
                [call] => Case::One(Box::new(call.clone())),
                calls => Case::Row(calls.to_vec()),
            };
        }
        let bytes = self.bytes();
        let (kind, rest) = bytes.split_at(1);
        let mut rest = Unstructured::new(rest);
        let mut draw = Draw::new(&mut rest);
        match kind[0] {
            0..0xE8 => Case::One(Box::new(request::question(&mut draw))),
            0xE8..0xF0 => Case::One(Box::new(raw::question(&mut draw))),
            _ => Case::Row(sequence::calls(&mut draw)),
        }
    }

    /// Every third case is a corner, until each was asked once, from a start that the seed decides:
    /// what only one odd input shows would hardly ever be drawn.
    fn corner(self) -> Option<&'static [SignQuestion]> {
        static CORNERS: LazyLock<Vec<Vec<SignQuestion>>> =
            LazyLock::new(|| corners().into_iter().map(|corner| corner.calls).collect());
        let turn = self.number / EVERY;
        let count = CORNERS.len() as u64;
        if self.number % EVERY != EVERY - 1 || turn >= count {
            return None;
        }
        // The step is a prime that does not divide the count, so that each corner is reached.
        let place = (turn.wrapping_mul(STEP) + mixed(self.seed) % count) % count;
        usize::try_from(place).ok().and_then(|place| CORNERS.get(place)).map(Vec::as_slice)
    }

    /// The case as one question, for a subject that takes several calls in a row.
    #[must_use]
    pub fn question(self) -> Question {
        match self.case() {
            Case::One(call) => Question::Sign(call),
            Case::Row(calls) => Question::SignSequence(SequenceQuestion { calls }),
        }
    }

    /// A number that depends on both evenly: the seed of another generator.
    #[must_use]
    pub fn hash(self) -> u64 {
        mixed(self.seed ^ mixed(self.number))
    }

    /// The bytes that decide the case: from a `SplitMix64` whose state is the hash of seed and
    /// number, so that each case is independent of the others.
    fn bytes(self) -> [u8; BYTES] {
        let mut state = self.hash();
        let mut bytes = [0; BYTES];
        for word in bytes.chunks_exact_mut(8) {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            word.copy_from_slice(&mixed(state).to_le_bytes());
        }
        bytes
    }
}

/// The output function of `SplitMix64`.
fn mixed(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

impl fmt::Display for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.seed, self.number)
    }
}

impl FromStr for CaseId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError::of(text);
        let (seed, number) = text.split_once(':').ok_or_else(wrong)?;
        let parse = |digits: &str| digits.parse().map_err(|_| wrong());
        Ok(Self { seed: parse(seed)?, number: parse(number)? })
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;
    use sigv4_protocol::hex::hex;

    #[test]
    fn a_case_is_the_same_whenever_it_is_made_and_another_than_its_neighbours() {
        let case = |seed, number| CaseId { seed, number }.calls();
        assert_eq!(case(1, 7), case(1, 7));
        assert_ne!(case(1, 7), case(1, 8));
        assert_ne!(case(1, 7), case(2, 7));
        assert_ne!(case(1, 2), case(2, 1));
    }

    /// The calls of a printed id change only if the generator does, which this digest shows.
    #[test]
    fn a_case_is_what_it_has_always_been() {
        let mut hasher = Sha256::new();
        for (seed, number) in (1..=2).flat_map(|seed| (0..4000).map(move |number| (seed, number))) {
            let calls = CaseId { seed, number }.calls();
            hasher.update(serde_json::to_vec(&calls).expect("JSON"));
        }
        let digest = "26940e08cbe5b68fc9882881459b5f20b984d8e391b822cdc285a5ccbb38c791";
        assert_eq!(hex(&hasher.finalize()), digest);
    }

    #[test]
    fn an_id_reads_back() {
        let id = CaseId { seed: 3, number: u64::MAX };
        assert_eq!(id.to_string().parse(), Ok(id));
        for wrong in ["", "1", "1:", ":1", "1:2:3", "a:1", "1:-2"] {
            let error = wrong.parse::<CaseId>().unwrap_err();
            assert!(error.to_string().contains("expected SEED:NUMBER"), "{wrong}: {error}");
        }
    }
}
