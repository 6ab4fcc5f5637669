//! Session tokens, signed and added.

use super::rules::{TOKEN, TOKEN_ADDED};
use super::{Corner, EVERYWHERE, GENERIC_AND_S3, Sample, Topic};

static SIGNED: Topic =
    Topic::new("tokens-signed", "Session tokens that are signed", &TOKEN, &["token", "empty-text"]);
static ADDED: Topic = Topic::new(
    "tokens-added",
    "Session tokens that are added after signing",
    &TOKEN_ADDED,
    &["token", "empty-text"],
);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    let long = "Aa0+/".repeat(400);
    for (topic, signed) in [(&SIGNED, true), (&ADDED, false)] {
        for place in EVERYWHERE {
            let tokens = TOKENS.iter().copied().chain([("long", &long[..])]);
            // The token does not depend on the profile: one placement of S3 is enough to show that.
            let shown = GENERIC_AND_S3.contains(&place);
            for (name, token) in tokens.filter(|(name, _)| shown || *name == "usual") {
                let sample = holding(token, signed, Sample::new(place));
                let title = match name {
                    "long" => "A token of 2000 bytes".to_owned(),
                    _ => format!("The token `{}`", token.escape_debug()),
                };
                corners.push(topic.corner(name, title, sample));
            }
            let plain = Sample::new(place);
            let between = plain.clone().header("X-Amz-Security", "a");
            for (name, title, sample) in [
                (
                    "among-parameters",
                    "A token and parameters that sort before and behind it",
                    plain.clone().target("/?X-Amz-Sec=a&X-Amz-T=b"),
                ),
                (
                    "among-headers",
                    "A token and headers that sort before and behind it",
                    between.header("X-Amz-Security-Token2", "b"),
                ),
                (
                    "stale-header",
                    "A token, and a header with the one before it",
                    plain.header("X-Amz-Security-Token", "stale"),
                ),
            ] {
                corners.push(topic.corner(name, title, holding("token", signed, sample)));
            }
        }
    }
}

fn holding(token: &str, signed: bool, sample: Sample) -> Sample {
    sample.with(|input| {
        input.credentials.session_token = Some(token.into());
        input.session_token_signed = signed;
    })
}

const TOKENS: &[(&str, &str)] = &[
    (
        "usual",
        "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMi==",
    ),
    ("one-byte", "a"),
    ("plus", "a+b"),
    ("slash", "a/b"),
    ("equals", "a=b"),
    ("escape", "a%2Fb"),
    ("percent", "a%b"),
    ("ampersand", "a&b"),
    ("comma", "a,b"),
    ("tilde", "a~b"),
    ("quoted", "\"a\""),
    ("quoted-spaces", "\"a  b\""),
    ("space-inside", "a b"),
    ("spaces-inside", "a  b"),
    ("leading-space", " a"),
    ("trailing-space", "a "),
    ("spaces-around", "  a  "),
    ("tab-inside", "a\tb"),
    ("empty", ""),
    ("e-acute", "\u{e9}"),
    ("astral", "\u{1f511}"),
    ("no-break-space", "a\u{a0}"),
];
