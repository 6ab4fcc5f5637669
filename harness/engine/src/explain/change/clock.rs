//! Signers whose clock, or whose day, is not the one that the request states.

use sigv4_protocol::SignQuestion;
use sigv4_reference::{Scope, ScopedKey, Time};
use sigv4_vectors::text;

use super::super::parts::header;
use super::account::{Account, Piece};
use super::{Change, Part, Received, Undone, copies};

pub(in crate::explain) const KEY_DAY: Change = Change {
    id: "key-of-another-day",
    title: "The signing key was derived for another day than that of the signing time.",
    part: Part::Clock,
    who: "Programs that keep the signing key beyond midnight UTC, or that take the local date for \
          it.",
    fix: "Derive the key for the UTC date of X-Amz-Date, and again after midnight UTC.",
    undo: undo_key_day,
};

pub(super) const SCOPE_DAY: Change = Change {
    id: "scope-of-another-day",
    title: "The credential scope and the key have another day than the signing time.",
    part: Part::Clock,
    who: "Programs that take the local date for the scope and UTC for X-Amz-Date, or that keep the \
          scope beyond midnight UTC.",
    fix: "Take the day of the scope from X-Amz-Date: its first eight digits.",
    undo: undo_scope_day,
};

pub(super) const TWICE: Change = Change {
    id: "clock-read-twice",
    title: "The string to sign has another time than the one that the request states.",
    part: Part::Clock,
    who: "Programs that read the clock once for the header and once for the string to sign.",
    fix: "Read the clock once for each request, and use that time everywhere.",
    undo: undo_twice,
};

pub(super) const REDATED: Change = Change {
    id: "time-changed",
    title: "The time of the request was written again after signing.",
    part: Part::Clock,
    who: "Programs and HTTP libraries that set the date again when they retry.",
    fix: "Sign again for every attempt.",
    undo: undo_redated,
};

/// The part of the account that another time, or another region, is in.
#[derive(Clone, Copy, Debug)]
pub(super) enum Slip {
    Key(Time),
    KeyAndScope(Time),
    StringToSign(Time),
    /// The key, for another region.
    Region(&'static str),
}

const DAY: i64 = 86_400;
/// How many days a program is expected to keep a signing key at most.
const KEPT: i64 = 30;
/// How many seconds lie between two readings of the clock at most.
const READINGS: i64 = 120;
/// How many seconds lie between two attempts at most, apart from the usual steps.
const ATTEMPTS: i64 = 300;

impl Slip {
    /// The account of a signer that slips.
    pub(super) fn applied(self, account: Account, asked: &SignQuestion) -> Option<Account> {
        let input = &asked.input;
        let stated = Time::parse(input.time.as_bytes()).ok()?;
        let key = |time: &Time| {
            let scope = Scope::new(time, &input.region, &input.service).ok()?;
            let secret = &input.credentials.secret_access_key;
            Some(ScopedKey::derive(secret, scope).key().clone())
        };
        match self {
            Self::Key(time) => Some(account.with_key(key(&time)?)),
            Self::Region(region) => {
                let scope = Scope::new(&stated, region.as_bytes(), &input.service).ok()?;
                let secret = &input.credentials.secret_access_key;
                Some(account.with_key(ScopedKey::derive(secret, scope).key().clone()))
            }
            Self::KeyAndScope(time) => {
                let (old, new) = (stated.date(), time.date());
                let line = |day: &[u8; 8]| [b"\n", &day[..], b"/"].concat();
                let value = |day: &[u8; 8]| [b"%2F", &day[..], b"%2F"].concat();
                let account = account.rewritten(&Piece::Head, &line(old), &line(new));
                let account = account.rewritten(&Piece::Query, &value(old), &value(new));
                Some(account.with_key(key(&time)?))
            }
            Self::StringToSign(time) => {
                Some(account.rewritten(&Piece::Head, stated.text(), time.text()))
            }
        }
    }
}

fn undo_key_day(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    days(asked, Slip::Key, "the key was derived for")
}

fn undo_scope_day(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    days(asked, Slip::KeyAndScope, "the scope has the day")
}

fn days(asked: &SignQuestion, slip: fn(Time) -> Slip, what: &str) -> Vec<Undone> {
    let kept = (3..=KEPT).map(|days| -days);
    let others = [-1, 1, -2, 2].into_iter().chain(kept);
    let others = others.filter_map(|days| shifted(asked, days * DAY));
    others
        .map(|(stated, time)| {
            let (own, other) = (digits(stated.date()), digits(time.date()));
            let what = format!("{what} {other}, the request states {own}");
            Undone { slip: Some(slip(time)), ..Undone::new(asked, what, |_| {}) }
        })
        .collect()
}

fn undo_twice(_: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let others = distances(READINGS).filter_map(|seconds| shifted(asked, seconds));
    let others = others.take(copies(asked));
    // With another day, the scope would change too.
    others
        .filter(|(stated, time)| stated.date() == time.date())
        .map(|(stated, time)| {
            let (own, other) = (digits(stated.text()), digits(time.text()));
            let what = format!("the string to sign has {other}, the request states {own}");
            let slip = Some(Slip::StringToSign(time));
            Undone { slip, ..Undone::new(asked, what, |_| {}) }
        })
        .collect()
}

fn undo_redated(received: &Received<'_>, asked: &SignQuestion) -> Vec<Undone> {
    let usual = [600, 900, 1800, 3600].into_iter().flat_map(|seconds| [-seconds, seconds]);
    let of_date = seconds_to_date(received, asked);
    of_date
        .into_iter()
        .chain(distances(ATTEMPTS))
        .chain(usual)
        .take(copies(asked))
        .filter_map(|seconds| {
            let (stated, time) = shifted(asked, seconds)?;
            let (own, other) = (digits(stated.text()), digits(time.text()));
            let time = text::Time::try_from(other.clone()).ok()?;
            let what = format!("signed at {other}, the request states {own}");
            let mut undone = Undone::new(asked, what, |_| {});
            undone.question.input.time = time;
            Some(undone)
        })
        .collect()
}

/// How much later the header `Date` is, which is often written with the other time and left alone later.
fn seconds_to_date(received: &Received<'_>, asked: &SignQuestion) -> Option<i64> {
    let date = Time::parse_date_header(header(received.request, "date")?)?;
    let stated = Time::parse(asked.input.time.as_bytes()).ok()?;
    Some(date.unix_seconds() - stated.unix_seconds()).filter(|seconds| *seconds != 0)
}

/// Each number of seconds before and after, the nearest first.
fn distances(most: i64) -> impl Iterator<Item = i64> {
    (1..=most).flat_map(|seconds| [-seconds, seconds])
}

/// The stated time, and the time that many seconds later.
fn shifted(asked: &SignQuestion, seconds: i64) -> Option<(Time, Time)> {
    let stated = Time::parse(asked.input.time.as_bytes()).ok()?;
    let moment = jiff::Timestamp::from_second(stated.unix_seconds() + seconds).ok()?;
    let other = moment.strftime("%Y%m%dT%H%M%SZ").to_string();
    Some((stated, Time::parse(other.as_bytes()).ok()?))
}

fn digits(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
