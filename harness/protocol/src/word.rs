//! Words of the greeting. An unknown word is an error that names the most similar known one: a
//! misspelt role or feature would otherwise silently leave out a part of the vectors.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, de};
use sigv4_vectors::model::{Need, Profile};

/// Words less similar than this (Jaro-Winkler, 0 to 1) are not suggested.
const ALIKE: f64 = 0.7;

/// A word of the greeting.
pub(crate) trait Word: Copy + 'static {
    /// What this kind of word is called.
    const KIND: &'static str;
    /// Every value.
    const ALL: &'static [Self];

    /// The word.
    fn word(self) -> &'static str;
}

impl Word for Need {
    const KIND: &'static str = "feature";
    const ALL: &'static [Self] = Need::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Profile {
    const KIND: &'static str = "profile";
    const ALL: &'static [Self] = Profile::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// Reads one word; for `serde`.
pub(crate) fn read<'de, D: Deserializer<'de>, W: Word>(deserializer: D) -> Result<W, D::Error> {
    find(&Cow::<str>::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// Reads a list of words; for `serde`.
pub(crate) fn read_list<'de, D, W>(deserializer: D) -> Result<Vec<W>, D::Error>
where
    D: Deserializer<'de>,
    W: Word,
{
    let words = Vec::<String>::deserialize(deserializer)?;
    words.iter().map(|word| find(word).map_err(de::Error::custom)).collect()
}

/// The value of a word, or what is wrong with it.
fn find<W: Word>(text: &str) -> Result<W, String> {
    if let Some(found) = W::ALL.iter().find(|value| value.word() == text) {
        return Ok(*found);
    }
    let kind = W::KIND;
    let words = W::ALL.iter().map(|value| value.word());
    Err(if let Some(nearest) = nearest(text, words) {
        format!("unknown {kind} {text:?}: did you mean `{nearest}`?")
    } else {
        let known: Vec<&str> = W::ALL.iter().map(|value| value.word()).collect();
        format!("unknown {kind} {text:?}: expected one of {}", known.join(", "))
    })
}

/// The name that a text resembles most, without regard to case; nothing where none is alike.
#[must_use]
pub fn nearest<'n>(text: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Every name that holds a single letter would be alike.
    let text = Some(text.to_lowercase()).filter(|text| text.chars().nth(1).is_some())?;
    let rated = names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&text, &name.to_lowercase()), name))
        .filter(|(alike, _)| *alike > ALIKE);
    rated.max_by(|left, right| left.0.total_cmp(&right.0)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Role};

    #[test]
    fn the_nearest_known_word_is_named() {
        assert_eq!(find::<Role>("sign-query"), Ok(Role::SignQuery));
        let said = |result: Result<Role, String>| result.unwrap_err();
        assert_eq!(
            said(find("sign_header")),
            "unknown role \"sign_header\": did you mean `sign-header`?"
        );
        assert!(
            said(find("zzz")).contains("expected one of derive-key, derive-key-pair, sign-header")
        );
        let feature = find::<Need>("session-tokens").unwrap_err();
        assert_eq!(feature, "unknown feature \"session-tokens\": did you mean `session-token`?");
        assert_eq!(find::<Clock>("own"), Ok(Clock::Own));
    }

    #[test]
    fn every_word_is_read_as_it_is_written() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.word());
        }
        for clock in Clock::ALL {
            assert_eq!(serde_json::to_value(clock).unwrap(), clock.word());
        }
    }
}
