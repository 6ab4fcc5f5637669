//! The digits of the signature.

use super::super::super::sent::Sent;
use super::super::change::{Change, after};
use super::super::place::{part, set};

/// The digit at this place changed.
fn flip(sent: &mut Sent, place: usize) -> Option<()> {
    let text = part(sent, "Signature")?;
    let at = text.find('=')? + 1 + place;
    let other = if text.get(at..=at)? == "0" { "1" } else { "0" };
    text.replace_range(at..=at, other);
    Some(())
}

/// The digits replaced by what is made of them.
fn digits(sent: &mut Sent, change: impl FnOnce(&str) -> String) -> Option<()> {
    let text = part(sent, "Signature")?;
    let changed = change(text.split_once('=')?.1);
    set(text, &changed)
}

pub(in super::super) const CHANGES: &[Change] = &[
    after("a digit of the signature changed", |sent, scene| flip(sent, scene.pick)),
    after("the last digit of the signature changed", |sent, _| flip(sent, 63)),
    after("a digit after the first half of the signature changed", |sent, _| flip(sent, 32)),
    after("a digit after the first quarter of the signature changed", |sent, _| flip(sent, 16)),
    after("an empty signature", |sent, _| digits(sent, |_| String::new())),
    after("the start of the signature", |sent, scene| {
        let length = scene.one_of(&[1, 8, 32, 63])?;
        digits(sent, |digits| digits.chars().take(length).collect())
    }),
    after("one more digit after the signature", |sent, _| {
        digits(sent, |digits| format!("{digits}0"))
    }),
    after("the digits of the signature twice", |sent, _| digits(sent, |digits| digits.repeat(2))),
    after("zeros for the signature", |sent, _| digits(sent, |_| "0".repeat(64))),
    after("letters instead of digits for the signature", |sent, _| {
        digits(sent, |_| "z".repeat(64))
    }),
    after("the signature of another method", |sent, scene| {
        let mut other = scene.original.clone();
        "OPTIONS".clone_into(&mut other.method);
        let signature = other.sign().signature().split_once('=')?.1.to_owned();
        digits(sent, |_| signature)
    }),
];
