//! Values that several verbs take.

use std::time::Duration;

use sigv4_vectors::model::{Level, Profile, Suite};

pub(super) fn suite(word: &str) -> Result<Suite, String> {
    one_of(Suite::ALL, Suite::as_str, word)
}

pub(super) fn level(word: &str) -> Result<Level, String> {
    one_of(Level::ALL, Level::as_str, word)
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
