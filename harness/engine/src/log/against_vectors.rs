//! A log against the vectors that it names, if those are the built-in ones: which of them are asked, and how
//! binding each is, is not for a log to say.

use std::collections::HashMap;

use sigv4_protocol::Side;
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Level, Ruling};

use super::event::{CaseEvent, Header};
use crate::selection::Selection;

/// What the vectors say of the planned cases; of no case if the log names other vectors.
#[derive(Default)]
pub(super) struct AgainstVectors {
    cases: HashMap<&'static str, Vector>,
}

struct Vector {
    level: Level,
    expected: Option<Ruling>,
    twin: Option<&'static str>,
}

impl AgainstVectors {
    /// Reads what is needed of the vectors.
    ///
    /// # Errors
    /// A run of all vectors of a signer that plans only some of them.
    pub(super) fn of(header: &Header) -> Result<Self, String> {
        let vectors = Vectors::embedded();
        if header.suite.digest != vectors.digest().to_string() {
            return Ok(Self::default());
        }
        let side = header.subject.side;
        let all = Selection { side: Some(side), ..Selection::default() }.cases(vectors);
        // A server is asked those that it can be asked.
        if side == Side::Signer && !header.partial && header.planned.len() < all.len() {
            return Err(format!(
                "partial: false, but {} of the {} vectors are planned",
                header.planned.len(),
                all.len()
            ));
        }
        let cases = all.into_iter().map(|case| {
            let expect = case.verification().map(|verification| &verification.expect);
            let twin = expect.and_then(|expect| expect.twin.as_deref());
            let expected = expect.map(|expect| expect.verdict);
            (&case.id[..], Vector { level: case.level, expected, twin })
        });
        Ok(Self { cases: cases.collect() })
    }

    /// Whether a case says of its vector what the vector says.
    ///
    /// # Errors
    /// The field that differs.
    pub(super) fn check(&self, case: &CaseEvent) -> Result<(), String> {
        let Some(vector) = self.cases.get(&case.id[..]) else { return Ok(()) };
        if case.level != vector.level {
            return Err(format!("level: {}, but the vector is a `{}`", case.level, vector.level));
        }
        if case.expected != vector.expected || case.twin.as_deref() != vector.twin {
            return Err("expected or twin: not those of the vector".to_owned());
        }
        Ok(())
    }
}
