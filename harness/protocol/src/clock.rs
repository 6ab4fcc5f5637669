//! Which time a subject signs with.

use serde::{Deserialize, Serialize};

use crate::word::Word;

/// Which time a subject signs with.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// One fixed time, whatever the question says.
    Frozen,
    /// The time of the question.
    #[default]
    Given,
    /// The time at which it is asked.
    Own,
}

impl Word for Clock {
    const KIND: &'static str = "clock";
    const ALL: &'static [Self] = &[Self::Frozen, Self::Given, Self::Own];

    fn word(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Given => "given",
            Self::Own => "own",
        }
    }
}
