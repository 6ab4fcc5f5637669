//! Times of signing.

use super::rules::DATE;
use super::sample::time;
use super::{Corner, GENERIC_AND_S3, Sample, Topic};

static TOPIC: Topic =
    Topic::new("dates", "Times at the edges of calendars and counters", &DATE, &["calendar"]);

pub(super) fn corners(corners: &mut Vec<Corner>) {
    for place in GENERIC_AND_S3 {
        for (name, title, text) in TIMES {
            let sample = Sample::new(place).with(|input| input.time = time(text));
            corners.push(TOPIC.corner(name, *title, sample));
        }
        for (name, title, date) in DATE_HEADERS {
            let sample = Sample::new(place).header("Date", *date);
            corners.push(TOPIC.corner(name, *title, sample));
        }
    }
}

/// The header is the caller's; the time of signing is given separately.
const DATE_HEADERS: &[(&str, &str, &str)] = &[
    ("date-header-behind", "A Date header of the day before", "Sat, 29 Aug 2015 12:36:00 GMT"),
    ("date-header-ahead", "A Date header of the next day", "Mon, 31 Aug 2015 00:00:00 GMT"),
    ("date-header-basic", "A Date header of the day before in basic form", "20150829T123600Z"),
];

const TIMES: &[(&str, &str, &str)] = &[
    ("epoch", "The first second of Unix time", "19700101T000000Z"),
    ("second-one", "The second second of Unix time", "19700101T000001Z"),
    ("first-day-ends", "The last second of the first day", "19700101T235959Z"),
    ("single-digits", "Every part a single digit", "20150102T030405Z"),
    ("midnight", "Midnight", "20150830T000000Z"),
    ("before-midnight", "The second before midnight", "20150829T235959Z"),
    ("after-midnight", "The second after midnight", "20150830T000001Z"),
    ("first-hour", "An hour after midnight", "20150830T010000Z"),
    ("day-before-month", "A day that could be a month", "20150709T080706Z"),
    ("whole-minute", "A time without seconds", "20150830T101500Z"),
    ("noon", "Noon", "20150830T120000Z"),
    ("after-noon", "One in the afternoon", "20150830T130000Z"),
    ("half-past-midnight", "Half past midnight", "20150830T003000Z"),
    ("half-past-noon", "Half past noon", "20150830T123000Z"),
    ("new-year", "The first second of a year", "20160101T000000Z"),
    ("year-end", "The last second of a year", "20151231T235959Z"),
    ("week-year-ahead", "A day whose week belongs to the next year", "20241230T123600Z"),
    ("week-year-behind", "A day whose week belongs to the year before", "20210101T123600Z"),
    ("leap-day", "A leap day", "20160229T123600Z"),
    ("leap-day-2000", "The leap day of a century", "20000229T123600Z"),
    ("after-leap-day", "The day after a leap day", "20160301T000000Z"),
    ("no-leap-day", "The end of February in a common year", "20150228T235959Z"),
    ("no-leap-day-2100", "The end of February in a common century", "21000228T235959Z"),
    ("after-no-leap-day-2100", "The first of March after it", "21000301T000000Z"),
    ("day-366", "The last day of a leap year", "20161231T123600Z"),
    ("clocks-forward", "The hour that summer time leaves out", "20150329T013000Z"),
    ("clocks-back", "The hour that winter time repeats", "20151025T013000Z"),
    ("before-leap-second", "The second before a leap second", "20161231T235959Z"),
    ("end-of-month", "The last second of a month", "20150430T235959Z"),
    ("december", "The twelfth month", "20151201T123600Z"),
    ("million", "Unix time of ten digits, the first", "20010909T014640Z"),
    ("before-million", "Unix time of nine digits, the last", "20010909T014639Z"),
    ("year-2000", "The first second of 2000", "20000101T000000Z"),
    ("before-year-2000", "The last second of 1999", "19991231T235959Z"),
    ("last-of-31-bits", "The last second of 31 bits", "20380119T031407Z"),
    ("after-31-bits", "The first second beyond 31 bits", "20380119T031408Z"),
    ("last-of-32-bits", "The last second of 32 bits", "21060207T062815Z"),
    ("after-32-bits", "The first second beyond 32 bits", "21060207T062816Z"),
    ("year-2100", "A day in 2100", "21000830T123600Z"),
    ("year-2262", "Beyond nanoseconds of 63 bits", "22620412T000000Z"),
    ("year-9999", "The last second of four digits", "99991231T235959Z"),
    ("before-epoch", "The second before Unix time", "19691231T235959Z"),
    ("year-1900", "A day in 1900", "19000301T123600Z"),
];
