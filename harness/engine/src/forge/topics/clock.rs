//! When a request is good.

use sigv4_vectors::model::Importance::{High, Low, Medium};

use super::super::base::{Base, Bases};
use super::super::table::{Say, Table, accept, reject};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// The window around the clock, the lifetime of presigned URLs, and how a time is written.
pub(super) fn topic(bases: &Bases<'_>) -> Table {
    let rule = (
        "create-signed-request",
        "A request must reach the service within a window around its signing time, five minutes in most \
         cases and fifteen for S3; a presigned URL from its signing time until its lifetime is over.",
    );
    let mut table = Table::new("sigv4", "clock", "When a request is good", rule);
    for base in [&bases.get, &bases.post, &bases.s3_get, &bases.s3_put] {
        window(&mut table, base);
        written(&mut table, base);
    }
    for base in bases.with_query() {
        lifetime(&mut table, base);
        written(&mut table, base);
    }
    for base in bases.with_header() {
        other_date(&mut table, base);
    }
    table
}

/// The request, signed this number of seconds after the clock; before it if negative.
fn signed(table: &mut Table, base: &Base<'_>, label: (&str, &str), say: Say, seconds: i64) {
    let moment = base.setting.moment(seconds);
    table.resigned(base, label, say, |draft| draft.at(&moment));
}

fn window_seconds(base: &Base<'_>) -> i64 {
    i64::try_from(base.setting.window).unwrap_or(i64::MAX)
}

fn window(table: &mut Table, base: &Base<'_>) {
    let window = window_seconds(base);
    let slack = base.setting.slack;
    let late = || reject(High, "request-time-too-skewed");
    signed(table, base, ("second-ago", "signed a second ago"), accept(Medium), -1);
    signed(table, base, ("in-a-second", "signed in a second"), accept(Medium), 1);
    signed(
        table,
        base,
        ("window-ago", "signed at the start of the window"),
        accept(Medium),
        slack - window,
    );
    signed(table, base, ("in-window", "signed at the end of the window"), accept(Medium), window);
    signed(
        table,
        base,
        ("past", "signed a second before the window"),
        late().twin("window-ago"),
        -window - 1,
    );
    signed(
        table,
        base,
        ("future", "signed a second after the window"),
        late().twin("in-window"),
        window + slack + 1,
    );
    signed(
        table,
        base,
        ("past-minute", "signed a minute before the window"),
        late().twin("window-ago"),
        -window - MINUTE,
    );
    signed(
        table,
        base,
        ("future-minute", "signed a minute after the window"),
        late().twin("in-window"),
        window + slack + MINUTE,
    );
    signed(
        table,
        base,
        ("past-hour", "signed an hour before the window"),
        late(),
        -window - 60 * MINUTE,
    );
    signed(
        table,
        base,
        ("future-hour", "signed an hour after the window"),
        late(),
        window + 60 * MINUTE,
    );
    signed(table, base, ("past-day", "signed a day ago"), late(), -DAY);
    signed(table, base, ("future-day", "signed in a day"), late(), DAY);
    signed(table, base, ("past-year", "signed a year ago"), late(), -365 * DAY);
    signed(table, base, ("future-year", "signed in a year"), late(), 365 * DAY);
}

fn lifetime(table: &mut Table, base: &Base<'_>) {
    let window = window_seconds(base);
    let slack = base.setting.slack;
    let expired = || reject(High, "expired");
    let early = || reject(High, "not-yet-valid");
    signed(
        table,
        base,
        ("hour-ago", "in the last second of its lifetime"),
        accept(Medium),
        slack - 3600,
    );
    signed(
        table,
        base,
        ("expired", "a second after its lifetime"),
        expired()
            .twin("hour-ago")
            .seen("Deuxfleurs/garage#196, treeverse/lakeFS#9599, s3s-project/s3s 613da26"),
        -3601,
    );
    signed(
        table,
        base,
        ("expired-minute", "a minute after its lifetime"),
        expired().twin("hour-ago"),
        -3660,
    );
    signed(
        table,
        base,
        ("expired-window", "a window after its lifetime"),
        expired().twin("hour-ago"),
        -3600 - window,
    );
    signed(table, base, ("expired-day", "a day after its signing time"), expired(), -DAY);
    signed(table, base, ("expired-year", "a year after its signing time"), expired(), -365 * DAY);
    signed(
        table,
        base,
        ("older-than-window", "older than the window of other requests"),
        accept(Medium),
        -window - 1,
    );
    signed(table, base, ("in-window", "signed at the end of the window"), accept(Medium), window);
    signed(
        table,
        base,
        ("future", "signed a second after the window"),
        early().twin("in-window").should(),
        window + slack + 1,
    );
    signed(table, base, ("future-day", "signed in a day"), early(), DAY);
    signed(table, base, ("future-year", "signed in a year"), early(), 365 * DAY);
    let week = 604_800;
    for (name, what, say, seconds) in [
        ("week-ago", "in the last second of seven days", accept(Medium), slack - week),
        ("week-expired", "a second after seven days", expired().twin("week-ago"), -week - 1),
    ] {
        let moment = base.setting.moment(seconds);
        table.resigned(base, (name, what), say, |draft| {
            draft.at(&moment);
            draft.expires = Some(week.to_string());
        });
    }
    for (name, what, say, seconds) in [
        ("one-second", "in the last second of one", accept(Medium), -1),
        (
            "one-second-expired",
            "a second after one second",
            expired().twin("one-second"),
            -slack - 2,
        ),
    ] {
        let moment = base.setting.moment(seconds);
        table.resigned(base, (name, what), say, |draft| {
            draft.at(&moment);
            draft.expires = Some((slack + 1).to_string());
        });
    }
}

/// The signing time in forms that are not its own.
fn written(table: &mut Table, base: &Base<'_>) {
    let now = base.setting.moment(0);
    let malformed = || reject(High, "malformed-authentication");
    let mut with = |name: &str, what: &str, say: Say, text: String| {
        table.resigned(base, (name, what), say, |draft| draft.date = text);
    };
    with(
        "written-extended",
        "the signing time in the extended form of ISO 8601",
        malformed().should(),
        {
            format!(
                "{}-{}-{}T{}:{}:{}Z",
                &now[..4],
                &now[4..6],
                &now[6..8],
                &now[9..11],
                &now[11..13],
                &now[13..15]
            )
        },
    );
    with(
        "written-without-z",
        "the signing time without its Z",
        malformed().should(),
        now[..15].to_owned(),
    );
    with(
        "written-lower-case",
        "the signing time in lower case",
        malformed().should(),
        now.to_ascii_lowercase(),
    );
    with(
        "written-unix",
        "seconds since 1970 for the signing time",
        malformed(),
        base.setting.now.unix_seconds().to_string(),
    );
    with(
        "written-milliseconds",
        "the signing time with milliseconds",
        malformed().should(),
        format!("{}.000Z", &now[..15]),
    );
    with("written-empty", "an empty signing time", malformed(), String::new());
    with("written-word", "a word for the signing time", malformed(), "now".to_owned());
    with("month-13", "the 13th month", malformed(), format!("{}13{}", &now[..4], &now[6..]));
    with("day-32", "the 32nd day", malformed(), format!("{}32{}", &now[..6], &now[8..]));
    with("hour-25", "the 25th hour", malformed(), format!("{}25{}", &now[..9], &now[11..]));
    written_day(table, base);
    if !base.is_presigned() {
        table.resigned(
            base,
            ("twice", "two signing times"),
            reject(Low, "malformed-authentication").may(),
            |draft| {
                let date = draft.date.clone();
                draft.header("X-Amz-Date", &date);
            },
        );
        table.resigned_as(
            base,
            ("lost", "no signing time at all"),
            reject(High, "missing-date"),
            |draft| draft.states_date = false,
            |_| {},
        );
    }
}

/// The day alone. Running servers get it at any hour, and one that takes a day for its midnight must rule
/// alike at each: in the header the day began before the window, in a URL the lifetime outlives the day.
fn written_day(table: &mut Table, base: &Base<'_>) {
    let ago = if base.is_presigned() { 0 } else { window_seconds(base) + 1 };
    let moment = base.setting.moment(-ago);
    let say = reject(High, "malformed-authentication");
    table.resigned(base, ("written-day", "the day for the signing time"), say, |draft| {
        draft.at(&moment);
        draft.date.truncate(8);
        draft.expires = draft.expires.as_ref().map(|_| (2 * DAY).to_string());
    });
}

/// The header `Date` instead of, or beside, `X-Amz-Date`.
fn other_date(table: &mut Table, base: &Base<'_>) {
    let now = base.setting.moment(0);
    let old = base.setting.moment(-DAY);
    table.resigned(
        base,
        ("date-beside", "an older Date beside it"),
        accept(Medium).should(),
        |draft| {
            draft.header("Date", &old);
        },
    );
    table.resigned(
        base,
        ("old-beside-date", "an old signing time, and a Date of now beside it"),
        reject(High, "request-time-too-skewed"),
        |draft| {
            draft.header("Date", &now);
            draft.at(&old);
        },
    );
    table.resigned(
        base,
        ("date-instead", "the signing time in Date instead"),
        accept(Low).may(),
        |draft| {
            draft.header("Date", &now);
            draft.states_date = false;
        },
    );
    table.resigned(
        base,
        ("old-date-instead", "an old signing time in Date instead"),
        reject(High, "request-time-too-skewed"),
        |draft| {
            draft.header("Date", &old);
            draft.states_date = false;
            draft.at(&old);
        },
    );
    table.tampered(
        base,
        ("date-added", "a Date, added after signing"),
        accept(Medium).should(),
        |sent| {
            sent.add("Date", &old);
        },
    );
}
