//! Why a signature does or does not match.

use sigv4_mistakes::MistakeSet;
use sigv4_protocol::Stage;

use super::{Before, Block, Finding, Point, Tone};
use crate::explain::{Cause, Explanation, Happened, Part, Reach, Way};
use crate::judge::{Component, Difference};
use crate::relatives::{Checked, Outcome, Relative};

/// How many alternatives are worth reading.
const MOST: usize = 2;
/// How many names of headers are.
const MOST_NAMES: usize = 20;

/// The words for an explanation, of which something may be said before it.
pub(super) fn of(explanation: &Explanation, before: Before) -> Vec<Block<'_>> {
    let finding = match explanation {
        Explanation::Right { reach } => return right(*reach),
        Explanation::Ways { is_change, changed, mistaken, sides } => {
            return ways(*is_change, changed, mistaken, sides);
        }
        Explanation::Related { relative, checked } => return related(*relative, checked),
        Explanation::TargetAsSent { part, right, wrong } => as_sent(part, right, wrong),
        Explanation::OtherProfile { normalize, double_encode } => {
            let words = match (normalize, double_encode) {
                (true, true) => "as for most services: path normalised and encoded once more",
                (false, false) => "as for S3: path taken as it was sent",
                (false, true) => "with the path encoded once more, and not normalised",
                (true, false) => "with the path normalised, and not encoded once more",
            };
            Finding::new(
                Tone::Bad,
                "The path was made canonical for another service",
                format!(": {words}."),
            )
        }
        Explanation::Misstated { problem } => Finding::new(
            Tone::Bad,
            "The signature is right, and what the request says of it is not",
            format!(
                ": {problem}. It was changed after it was signed, or the signer writes something else than \
                 it signs."
            ),
        ),
        Explanation::SignedByCurl(signing) => Finding::new(
            Tone::Plain,
            "This command is not signed yet",
            format!(
                ": curl signs it when it is run, for the service `{}` in the region `{}`. Run it with -v \
                 and give that output here.",
                signing.service, signing.region
            ),
        ),
        Explanation::Missing { names } => missing(names),
        Explanation::NotASignature { problem } => {
            Finding::new(Tone::Bad, "The signature cannot be used", format!(": {problem}"))
        }
        Explanation::PolicyUnexplained => Finding::new(
            Tone::Bad,
            "The signature is not that of the policy, and the cause was not found",
            ": no known change of the text gives it, and no known mistake with the key. Compare the field \
             `policy` with the text that was signed, and the secret with the signer's.",
        ),
        Explanation::Unexplained { reach: Reach::Seed, .. } => Finding::new(
            Tone::Bad,
            unexplained("The signature of the headers", before),
            ": no known mistake of a signer and no known change on the way gives it. The chunks of the \
             body are not checked.",
        ),
        Explanation::Unexplained { .. } => Finding::new(
            Tone::Bad,
            unexplained("The signature", before),
            ": no known mistake of a signer and no known change on the way gives it.",
        ),
        Explanation::Unchecked { .. } => Finding::new(
            Tone::Plain,
            "The signature is not checked",
            ": that needs the secret. The rest of this answer does not.",
        ),
    };
    vec![finding.into()]
}

fn unexplained(what: &str, before: Before) -> String {
    let rest = match before {
        Before::Nothing => "is wrong, and the cause was not found",
        Before::Cause => "is wrong, and no other cause was found",
        Before::Other => "is wrong besides, and that cause was not found",
    };
    format!("{what} {rest}")
}

fn as_sent<'r>(part: &Component, right: &[u8], wrong: &[u8]) -> Finding<'r> {
    let (what, fix) = if *part == Component::Path {
        (
            "Special characters in the path must be signed as %XX, also where they are sent raw",
            "Encode the path as on the right before signing, and send it so.",
        )
    } else {
        (
            "The query was signed as other bytes than a server reads in it: a raw `+` is a space, \
             and every special character is signed as %XX",
            "Write %20 for a space and %2B for a plus, and sign what is sent.",
        )
    };
    let points = vec![
        Point::Labelled("right", right.escape_ascii().to_string()),
        Point::Labelled("wrong", wrong.escape_ascii().to_string()),
        Point::Labelled("fix", fix.to_owned()),
    ];
    Finding { points, ..Finding::new(Tone::Bad, what, ".") }
}

fn missing<'r>(names: &[String]) -> Finding<'r> {
    let (listed, others) = names.split_at(names.len().min(MOST_NAMES));
    let more = match others.len() {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    Finding::new(
        Tone::Bad,
        "Signed headers did not arrive",
        format!(
            ": {}{more}. The sender has to send each with the value that was signed, or must not sign it.",
            listed.join(", ")
        ),
    )
}

/// What a right signature covers.
fn right<'r>(reach: Reach) -> Vec<Block<'r>> {
    let is_right =
        Finding::new(Tone::Good, "The signature is right", " for this request and this secret.");
    let covers = match reach {
        Reach::Seed => {
            "It covers the headers, with the marker for a body in chunks. The chunks are not checked."
        }
        Reach::Headers => "It covers the headers.",
        Reach::Chunks => {
            "It covers the headers; each chunk of the body has its own signature, which is right too."
        }
        Reach::Policy => {
            "It covers the policy of the form. Neither the fields nor the file are signed: the policy \
             says what they may be."
        }
        Reach::UnsignedChunks => {
            "It covers the headers. The body comes in chunks that are not signed; they are whole, and \
             their checksum is right if they have one."
        }
        Reach::Whole => return vec![is_right.into()],
    };
    vec![is_right.into(), Finding::plain(covers).into()]
}

/// A request that is signed in another way than with `AWS4-HMAC-SHA256`.
fn related(relative: Relative, checked: &Checked) -> Vec<Block<'_>> {
    let scheme = relative.name();
    match &checked.outcome {
        Outcome::Right | Outcome::Refused => vec![
            Finding::new(
                Tone::Good,
                "The signature is right",
                format!(" for this request and this secret: {scheme}."),
            )
            .into(),
        ],
        Outcome::Wrong(cause) => {
            let rest = format!(" ({scheme}): {}.", cause.what);
            let points = vec![Point::Labelled("fix", cause.fix.to_owned())];
            vec![
                Finding { points, ..Finding::new(Tone::Bad, "The signature is wrong", rest) }
                    .into(),
            ]
        }
        Outcome::Unexplained { canonical_request, string_to_sign } => {
            let rest = format!(
                " ({scheme}): no known mistake gives it. The secret may be another one, or the request \
                 was changed after signing."
            );
            let strong = "The signature is wrong, and the cause was not found";
            let texts = [
                ("A correct signer's canonical request", canonical_request.as_deref()),
                ("A correct signer's string to sign", Some(&string_to_sign[..])),
            ];
            let texts = texts
                .into_iter()
                .filter_map(|(heading, text)| text.map(|text| Block::Text { heading, text }));
            let finding = Finding::new(Tone::Bad, strong, rest);
            std::iter::once(finding.into()).chain(texts).collect()
        }
        Outcome::Unreadable => Vec::new(),
    }
}

/// One of several explanations.
enum Alternative<'r> {
    Change(&'r Way),
    Mistakes(&'r MistakeSet),
}

fn ways<'r>(
    is_change: bool,
    changed: &'r [Way],
    mistaken: &'r [MistakeSet],
    sides: &'r [Difference],
) -> Vec<Block<'r>> {
    let is_alone = changed.first().is_some_and(|way| way.mistakes.is_empty());
    let mut ways = changed.iter().map(Alternative::Change);
    let mut sets = mistaken.iter().map(Alternative::Mistakes);
    // The likeliest of each kind before a second one of either; a change together with a mistake is
    // the last resort.
    let firsts = match (is_change, is_alone) {
        (true, _) => [ways.next(), sets.next()],
        (false, true) => [sets.next(), ways.next()],
        (false, false) => [sets.next(), sets.next()],
    };
    let all: Vec<Alternative<'_>> = firsts.into_iter().flatten().chain(sets).chain(ways).collect();
    let mut names_mistake = false;
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (index, alternative) in all.iter().take(MOST).enumerate() {
        let or = if index == 0 { "The" } else { "Or the" };
        blocks.push(match *alternative {
            Alternative::Change(way) => {
                names_mistake |= !way.mistakes.is_empty();
                change(way, or).into()
            }
            Alternative::Mistakes(set) => {
                names_mistake = true;
                let is_first = mistaken.first() == Some(set);
                mistakes(*set, or, if is_first { sides } else { &[] }).into()
            }
        });
    }
    if let Some(others) = all.len().checked_sub(MOST).filter(|others| *others > 0) {
        let are = if others == 1 { "other explanation gives" } else { "other explanations give" };
        let text = format!("{others} {are} the same signature; `--format json` lists all.");
        blocks.push(Finding::plain(text).into());
    }
    if names_mistake {
        blocks.push(Block::Hint("`sigv4-conformance mistakes show ID` says more."));
    }
    blocks
}

fn change<'r>(way: &'r Way, or: &str) -> Finding<'r> {
    let part = way.happened.first().map(|happened| happened.change.part);
    let what = match part {
        Some(Part::Clock) => "times do not agree",
        Some(Part::Region) => "regions do not agree",
        Some(Part::Escapes) => "path was signed in another form",
        Some(Part::Host) => "request is signed for another host",
        Some(Part::Policy) => "policy was not signed as it has to be",
        Some(Part::Secret) => "secret is not the signer's",
        _ => "request was changed after signing",
    };
    let mut finding = Finding::new(Tone::Bad, format!("{or} {what}"), ":");
    for Happened { change, what, cause, .. } in &way.happened {
        let (before, id, what) = ("", change.id, Some(&what[..]));
        finding.points.push(Point::Named { before, id, what, is_mistake: false });
        finding.points.extend(labelled(cause));
    }
    for mistake in way.mistakes.iter() {
        let before = "and the signer made a mistake: ";
        finding.points.push(Point::Named {
            before,
            id: mistake.id(),
            what: None,
            is_mistake: true,
        });
        finding.points.push(Point::Sentence(&mistake.entry().title));
    }
    finding
}

/// Who did it, and what to do about it.
pub(super) fn labelled<'r>(Cause { who, fix }: &Cause) -> [Point<'r>; 2] {
    [Point::Labelled("who", who.clone()), Point::Labelled("fix", fix.clone())]
}

fn mistakes<'r>(set: MistakeSet, or: &str, sides: &'r [Difference]) -> Finding<'r> {
    let mistakes = if set.len() == 1 { "this mistake" } else { "these mistakes at once" };
    let mut finding = Finding::new(Tone::Bad, format!("{or} signer made {mistakes}"), ":");
    for mistake in set.iter() {
        let (before, id, what) = ("", mistake.id(), None);
        finding.points.push(Point::Named { before, id, what, is_mistake: true });
        let entry = mistake.entry();
        finding.points.push(Point::Sentence(&entry.title));
        // The request's own bytes are better than the catalogue's, and digits say nothing.
        if sides.is_empty() && entry.stage == Some(Stage::StringToSign) {
            finding.points.push(Point::Labelled("right", entry.correct.to_string()));
            finding.points.push(Point::Labelled("wrong", entry.wrong.to_string()));
        }
    }
    // A list of signed headers that differs follows from their lines.
    let told = sides.iter().take(set.len().max(1));
    let (expected, actual) = ("a correct signer", "signed");
    finding.points.extend(told.map(|difference| Point::Sides { difference, expected, actual }));
    finding
}
