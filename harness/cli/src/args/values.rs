//! Values that several verbs take.

use std::ops::RangeInclusive;
use std::time::Duration;

use sigv4_protocol::Side;
use sigv4_reference::Dialect;
use sigv4_vectors::model::{Level, Profile};

/// Reads a whole number of this range.
pub(super) fn whole<N: TryFrom<u64>>(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<N, String> + Clone {
    move |text| {
        let number = text.parse::<u64>().ok().filter(|number| range.contains(number));
        number.and_then(|number| N::try_from(number).ok()).ok_or_else(|| {
            match (*range.start(), *range.end()) {
                (0, u64::MAX) => "expected a whole number that is not negative".to_owned(),
                (least, u64::MAX) => format!("expected a whole number of at least {least}"),
                (least, most) => format!("expected a whole number from {least} to {most}"),
            }
        })
    }
}

/// Reads the two words of a dialect.
pub(super) fn dialect(text: &str) -> Result<Dialect, String> {
    let words = text.split_once(':').ok_or("expected two words, such as goog:goog")?;
    Dialect::of_words(words.0, words.1).map_err(|error| error.to_string())
}

pub(super) fn level(word: &str) -> Result<Level, String> {
    one_of(Level::ALL, Level::as_str, word)
}

pub(super) fn side(word: &str) -> Result<Side, String> {
    one_of(&[Side::Signer, Side::Verifier], Side::as_str, word)
}

pub(super) fn profile(word: &str) -> Result<Profile, String> {
    one_of(Profile::ALL, Profile::as_str, word)
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let problem = || "expected a number of seconds above 0".to_owned();
    let seconds: f64 = text.parse().map_err(|_| problem())?;
    Duration::try_from_secs_f64(seconds).ok().filter(|limit| !limit.is_zero()).ok_or_else(problem)
}

fn one_of<T: Copy>(all: &[T], text: fn(T) -> &'static str, word: &str) -> Result<T, String> {
    all.iter().copied().find(|value| text(*value) == word).ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|value| text(*value)).collect();
        format!("expected one of {}", words.join(", "))
    })
}
