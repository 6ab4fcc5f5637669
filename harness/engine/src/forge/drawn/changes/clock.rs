//! When the request was signed, and how long it is good.

use super::super::change::{Change, Making, Scene, before, only_if};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;

/// Signed this number of seconds after the clock; before it if negative.
fn signed(making: &mut Making, scene: &Scene<'_>, seconds: i64) -> Option<()> {
    making.draft.at(&scene.setting.moment(seconds));
    Some(())
}

/// The same, only in header placement.
fn in_header(making: &mut Making, scene: &Scene<'_>, seconds: i64) -> Option<()> {
    only_if(!scene.is_presigned())?;
    signed(making, scene, seconds)
}

/// The same, only in query placement, with a lifetime.
fn in_query(making: &mut Making, scene: &Scene<'_>, seconds: i64, lifetime: i64) -> Option<()> {
    only_if(scene.is_presigned())?;
    making.draft.expires = Some(lifetime.to_string());
    signed(making, scene, seconds)
}

/// A presigned URL with this lifetime, whatever it says.
fn lasting(making: &mut Making, scene: &Scene<'_>, texts: &[&str]) -> Option<()> {
    only_if(scene.is_presigned())?;
    making.draft.expires = Some(scene.one_of(texts)?.to_owned());
    Some(())
}

pub(in super::super) const CHANGES: &[Change] = &[
    before("signed within the window", |making, scene| {
        let window = scene.window();
        signed(making, scene, scene.one_of(&[-1, 1, -window / 2, window / 2])?)
    }),
    before("signed at the start of the window", |making, scene| {
        in_header(making, scene, -scene.window())
    }),
    before("signed at the end of the window", |making, scene| {
        signed(making, scene, scene.window())
    }),
    before("signed a second before the window", |making, scene| {
        in_header(making, scene, -scene.window() - 1)
    }),
    before("signed a second after the window", |making, scene| {
        signed(making, scene, scene.window() + 1)
    }),
    before("signed a minute before the window", |making, scene| {
        in_header(making, scene, -scene.window() - MINUTE)
    }),
    before("signed a minute after the window", |making, scene| {
        signed(making, scene, scene.window() + MINUTE)
    }),
    before("signed an hour before the window or earlier", |making, scene| {
        in_header(making, scene, scene.one_of(&[-2 * HOUR, -DAY, -365 * DAY])?)
    }),
    before("signed an hour after the window or later", |making, scene| {
        signed(making, scene, scene.one_of(&[2 * HOUR, DAY, 365 * DAY])?)
    }),
    before("signed earlier on the same day", |making, scene| {
        let since_midnight = scene.setting.now.unix_seconds().rem_euclid(DAY);
        only_if(since_midnight > 2 * HOUR)?;
        in_header(making, scene, -2 * HOUR)
    }),
    before("in the last second of its lifetime", |making, scene| {
        in_query(making, scene, -HOUR, HOUR)
    }),
    before("older than the window, within its lifetime", |making, scene| {
        in_query(making, scene, -scene.window() - 1, HOUR)
    }),
    before("a second after its lifetime", |making, scene| in_query(making, scene, -HOUR - 1, HOUR)),
    before("a minute after its lifetime", |making, scene| {
        in_query(making, scene, -HOUR - MINUTE, HOUR)
    }),
    before("a window after its lifetime", |making, scene| {
        in_query(making, scene, -HOUR - scene.window(), HOUR)
    }),
    before("on the day of its lifetime, after it", |making, scene| {
        in_query(making, scene, -2 * HOUR, HOUR)
    }),
    before("a day after its lifetime or later", |making, scene| {
        in_query(making, scene, scene.one_of(&[-2 * DAY, -365 * DAY])?, HOUR)
    }),
    before("in the last second of seven days", |making, scene| {
        in_query(making, scene, -WEEK, WEEK)
    }),
    before("a second after seven days", |making, scene| in_query(making, scene, -WEEK - 1, WEEK)),
    before("in the last second of a lifetime of one", |making, scene| {
        in_query(making, scene, -1, 1)
    }),
    before("a second after a lifetime of one", |making, scene| in_query(making, scene, -2, 1)),
    before("a lifetime at its limits", |making, scene| lasting(making, scene, &["1", "604800"])),
    before("a lifetime of seven days and a second, or longer", |making, scene| {
        lasting(making, scene, &["604801", "31536000", "4294970896", "18446744073709555216"])
    }),
    before("a lifetime of nothing", |making, scene| lasting(making, scene, &["0"])),
    before("a negative lifetime", |making, scene| lasting(making, scene, &["-1"])),
    before("a lifetime that is not a whole number", |making, scene| {
        lasting(making, scene, &["never", "", "3600.5", "3e3", "0xe10"])
    }),
    before("no lifetime", |making, scene| {
        only_if(scene.is_presigned())?;
        making.draft.states_expires = false;
        Some(())
    }),
    before("a signing time that is none", |making, scene| {
        let now = scene.setting.moment(0);
        let texts = [
            String::new(),
            "now".to_owned(),
            now[..8].to_owned(),
            scene.setting.now.unix_seconds().to_string(),
            format!("{}13{}", &now[..4], &now[6..]),
            format!("{}32{}", &now[..6], &now[8..]),
            format!("{}25{}", &now[..9], &now[11..]),
        ];
        making.draft.date.clone_from(&texts[scene.pick % texts.len()]);
        Some(())
    }),
    before("no signing time", |making, scene| {
        only_if(!scene.is_presigned())?;
        making.draft.states_date = false;
        Some(())
    }),
    before("an older Date beside the signing time", |making, scene| {
        only_if(!scene.is_presigned())?;
        making.draft.header("Date", &scene.setting.moment(-DAY));
        Some(())
    }),
    before("an old signing time, and a Date of now beside it", |making, scene| {
        in_header(making, scene, -DAY)?;
        making.draft.header("Date", &scene.setting.moment(0));
        Some(())
    }),
    before("an old signing time in Date instead", |making, scene| {
        in_header(making, scene, -DAY)?;
        making.draft.header("Date", &scene.setting.moment(-DAY));
        making.draft.states_date = false;
        Some(())
    }),
];
