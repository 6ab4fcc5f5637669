//! The time of signing and the texts made from it.

use std::fmt::Write as _;

use crate::catalogue::{Mistake, MistakeSet};

/// How far local time is ahead of UTC for a signer that writes local time as UTC.
const LOCAL_AHEAD: i64 = 3600;
/// How far it is behind if only the day is local: the previous day until eight in the morning.
const LOCAL_BEHIND: i64 = -8 * 3600;

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A second of UTC.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    year: i64,
    month: i64,
    day: i64,
    /// Seconds since midnight.
    second: i64,
}

impl Moment {
    /// Reads `YYYYMMDDTHHMMSSZ`; `None` for days and hours that do not exist.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let (hour, minute, second) = (number(9, 11)?, number(11, 13)?, number(13, 15)?);
        let moment = Self {
            year: number(0, 4)?,
            month: number(4, 6)?,
            day: number(6, 8)?,
            second: hour * 3600 + minute * 60 + second,
        };
        let exists = (1..=12).contains(&moment.month)
            && (1..=days_in_month(moment.year, moment.month)).contains(&moment.day)
            && hour < 24
            && minute < 60
            && second < 60;
        exists.then_some(moment)
    }

    /// The time as the request carries it: `YYYYMMDD'T'HHMMSS'Z'`.
    pub(super) fn text(self, mistakes: MistakeSet) -> Vec<u8> {
        let has = |mistake| mistakes.contains(mistake);
        let moment = self.local(mistakes);
        let day = moment.day_text(mistakes);
        let (hour, minute, second) =
            (moment.second / 3600, moment.second / 60 % 60, moment.second % 60);
        let written_hour = if has(Mistake::DateTwelveHourClock) {
            (hour + 11) % 12 + 1
        } else if has(Mistake::DateMidnightIs24) && hour == 0 {
            24
        } else {
            hour
        };
        let written_minute = if has(Mistake::DateMonthForMinute) { moment.month } else { minute };
        let clock = if has(Mistake::DateUnpadded) {
            format!("{written_hour}{written_minute}{second}")
        } else if has(Mistake::DateWithoutSeconds) {
            two_digits([written_hour, written_minute])
        } else {
            two_digits([written_hour, written_minute, second])
        };
        let text = if has(Mistake::DateExtended) || has(Mistake::DateIsoMilliseconds) {
            let (year, month, day) = (moment.year, moment.month, moment.day);
            let fraction = if has(Mistake::DateIsoMilliseconds) { ".000" } else { "" };
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}Z")
        } else if has(Mistake::DateHttp) {
            moment.http_text()
        } else if has(Mistake::DateUnixSeconds) {
            moment.unix_seconds().to_string()
        } else if has(Mistake::DateUtcSuffix) {
            format!("{day}T{clock}UTC")
        } else if has(Mistake::DateWithoutZ) {
            format!("{day}T{clock}")
        } else if has(Mistake::DateMilliseconds) {
            format!("{day}T{clock}.000Z")
        } else if has(Mistake::DateOffset) {
            format!("{day}T{clock}+0000")
        } else if has(Mistake::DateWithoutT) {
            format!("{day}{clock}Z")
        } else if has(Mistake::DateLowerCase) {
            format!("{day}t{clock}z")
        } else {
            [&day, "T", &clock, "Z"].concat()
        };
        in_digits(text, mistakes)
    }

    /// The time as `x-amz-date` carries it in header placement.
    pub(super) fn header_text(self, mistakes: MistakeSet) -> Vec<u8> {
        let extended = mistakes.contains(Mistake::DateExtendedInHeader);
        self.text(if extended { mistakes.with(Mistake::DateExtended) } else { mistakes })
    }

    /// The time in the string to sign, which is the same.
    pub(super) fn text_to_sign(self, mistakes: MistakeSet) -> Vec<u8> {
        let mut moment = self;
        if mistakes.contains(Mistake::DateSecondsZero) {
            moment.second -= moment.second % 60;
        }
        if mistakes.contains(Mistake::DateReadTwice) {
            moment = moment.later(1);
        }
        if mistakes.contains(Mistake::DateDayOnlyInStringToSign) {
            return moment.day(mistakes);
        }
        let extended = mistakes.contains(Mistake::DateExtendedInStringToSign);
        moment.text(if extended { mistakes.with(Mistake::DateExtended) } else { mistakes })
    }

    /// The day as it is in the credential scope and the derivation: `YYYYMMDD`.
    pub(super) fn day(self, mistakes: MistakeSet) -> Vec<u8> {
        in_digits(self.local(mistakes).day_text(mistakes), mistakes)
    }

    /// The day of a signer that takes it from a clock behind UTC.
    pub(super) fn local_day(self, mistakes: MistakeSet) -> Vec<u8> {
        self.later(LOCAL_BEHIND).day(mistakes)
    }

    /// Reads the day of a Date header, such as `Sun, 30 Aug 2015 12:36:00 GMT`.
    pub(super) fn day_of_date_header(text: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(text).ok()?;
        let mut words = text.split(' ').skip(1);
        let (day, month, year) = (words.next()?, words.next()?, words.next()?);
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        Some(format!("{year}{month:02}{day}").into_bytes())
    }

    /// Seconds since 1970.
    pub(super) fn unix_seconds(self) -> i64 {
        self.days_since_1970() * 86_400 + self.second
    }

    fn local(self, mistakes: MistakeSet) -> Self {
        if mistakes.contains(Mistake::Date32Bit) {
            self.wrapped()
        } else if mistakes.contains(Mistake::DateLocalTime) {
            self.later(LOCAL_AHEAD)
        } else {
            self
        }
    }

    /// The moment in a 32-bit counter, which wraps around.
    fn wrapped(self) -> Self {
        let [.., a, b, c, d] = self.unix_seconds().to_be_bytes();
        let counted = i64::from(i32::from_be_bytes([a, b, c, d]));
        let days = counted.div_euclid(86_400);
        let mut moment = Self { year: 1970, month: 1, day: 1, second: counted.rem_euclid(86_400) };
        // At most some months too early: no year has fewer than 365 or more than 366 days.
        moment.year += days.div_euclid(if days < 0 { 365 } else { 366 });
        loop {
            let missing = days - moment.days_since_1970();
            let month = days_in_month(moment.year, moment.month);
            if missing < month {
                moment.day += missing;
                return moment;
            }
            moment.year += i64::from(moment.month == 12);
            moment.month = moment.month % 12 + 1;
        }
    }

    fn day_text(self, mistakes: MistakeSet) -> String {
        let has = |mistake| mistakes.contains(mistake);
        let year = if has(Mistake::DateWeekYear) { self.week_year() } else { self.year };
        let mut day = self.day;
        if has(Mistake::DateDayOfYear) {
            day = self.day_of_year();
        } else if has(Mistake::DateWeekdayForDay) {
            day = (self.weekday() + 1) % 7;
        }
        let mut month = self.month;
        if has(Mistake::DateMonthFromZero) {
            month -= 1;
        }
        if has(Mistake::DateDayAndMonthSwapped) {
            (day, month) = (month, day);
        }
        if has(Mistake::DateUnpadded) {
            format!("{year}{month}{day}")
        } else if has(Mistake::DateTwoDigitYear) {
            format!("{:02}{month:02}{day:02}", year % 100)
        } else {
            two_digits([year / 100, year % 100, month, day])
        }
    }

    fn http_text(self) -> String {
        let (weekday, month) = (self.weekday(), self.month - 1);
        format!(
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
            name(&WEEKDAYS, weekday),
            self.day,
            name(&MONTHS, month),
            self.year,
            self.second / 3600,
            self.second / 60 % 60,
            self.second % 60
        )
    }

    /// The moment `seconds` later, or earlier: less than a day either way.
    fn later(self, seconds: i64) -> Self {
        let mut moment = self;
        moment.second += seconds;
        if moment.second < 0 {
            moment.second += 86_400;
            moment.day -= 1;
            if moment.day == 0 {
                moment.month = if moment.month == 1 { 12 } else { moment.month - 1 };
                moment.year -= i64::from(moment.month == 12);
                moment.day = days_in_month(moment.year, moment.month);
            }
        } else if moment.second >= 86_400 {
            moment.second -= 86_400;
            moment.day += 1;
            if moment.day > days_in_month(moment.year, moment.month) {
                moment.day = 1;
                moment.month = moment.month % 12 + 1;
                moment.year += i64::from(moment.month == 1);
            }
        }
        moment
    }

    fn day_of_year(self) -> i64 {
        (1..self.month).map(|month| days_in_month(self.year, month)).sum::<i64>() + self.day
    }

    fn days_since_1970(self) -> i64 {
        let before = self.year - 1;
        let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
        before * 365 + leap_days + self.day_of_year() - 1 - 719_162
    }

    /// 0 for Monday.
    fn weekday(self) -> i64 {
        // 1970-01-01 was a Thursday.
        (self.days_since_1970() + 3).rem_euclid(7)
    }

    /// ISO 8601: the year of the Thursday of this week.
    fn week_year(self) -> i64 {
        let thursday = self.day_of_year() + 3 - self.weekday();
        if thursday < 1 {
            self.year - 1
        } else if thursday > 365 + i64::from(is_leap(self.year)) {
            self.year + 1
        } else {
            self.year
        }
    }
}

/// At least two digits for each. The texts of a time are made several times per request.
fn two_digits<const COUNT: usize>(numbers: [i64; COUNT]) -> String {
    let mut text = String::with_capacity(2 * COUNT);
    for number in numbers {
        match u8::try_from(number) {
            Ok(number @ ..100) => {
                text.extend([number / 10, number % 10].map(|digit| char::from(b'0' + digit)));
            }
            // Writing into a String cannot fail.
            _ => _ = write!(text, "{number:02}"),
        }
    }
    text
}

fn name(names: &[&'static str], index: i64) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn in_digits(text: String, mistakes: MistakeSet) -> Vec<u8> {
    if !mistakes.contains(Mistake::DateArabicDigits) {
        return text.into_bytes();
    }
    let arabic = |character: char| match character.to_digit(10) {
        Some(digit) => char::from_u32(0x660 + digit).unwrap_or(character),
        None => character,
    };
    text.chars().map(arabic).collect::<String>().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn seconds_and_weekdays_are_those_of_the_calendar() {
        for (text, seconds, weekday) in [
            ("19700101T000000Z", 0, "Thu"),
            ("20000229T235959Z", 951_868_799, "Tue"),
            ("20150830T123600Z", 1_440_938_160, "Sun"),
            ("99991231T235959Z", 253_402_300_799, "Fri"),
        ] {
            let moment = moment(text);
            assert_eq!(moment.unix_seconds(), seconds, "{text}");
            assert!(moment.http_text().starts_with(weekday), "{text}");
        }
    }

    #[test]
    fn a_clock_beside_utc_crosses_days_months_and_years() {
        let text = |moment: Moment| moment.text(MistakeSet::EMPTY);
        assert_eq!(text(moment("20151231T235959Z").later(1)), b"20160101T000000Z");
        assert_eq!(text(moment("20160301T000000Z").later(-1)), b"20160229T235959Z");
        assert_eq!(text(moment("20160101T000000Z").later(-1)), b"20151231T235959Z");
    }

    #[test]
    fn a_counter_of_32_bits_starts_again_in_1901() {
        let text = |text| moment(text).wrapped().text(MistakeSet::EMPTY);
        assert_eq!(text("20380119T031407Z"), b"20380119T031407Z");
        assert_eq!(text("20380119T031408Z"), b"19011213T204552Z");
        assert_eq!(text("21060207T062816Z"), b"19700101T000000Z");
        assert_eq!(text("20160229T235959Z"), b"20160229T235959Z");
    }

    #[test]
    fn the_year_of_the_week_is_another_around_new_year() {
        for (text, year) in [
            ("20181231T000000Z", 2019),
            ("20210103T000000Z", 2020),
            ("20210104T000000Z", 2021),
            ("20201231T000000Z", 2020),
        ] {
            assert_eq!(moment(text).week_year(), year, "{text}");
        }
    }

    #[test]
    fn days_that_do_not_exist_are_none() {
        for text in ["20150229T000000Z", "20151301T000000Z", "20150101T240000Z", ""] {
            assert!(Moment::parse(text).is_none(), "{text}");
        }
    }
}
