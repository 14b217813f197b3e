//! Times of publication as inputs give them, and which of two is demonstrably earlier.
//! Knows nothing of clocks or of the local zone: the same text gives the same time everywhere.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

const DAY: i64 = 86_400;
const RFC_2822: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A time of publication as given, with its granularity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    given: String,
    start: i64,
    end: i64,
    granularity: Granularity,
    zone_assumed: bool,
}

/// How exactly a [`Time`] was given, coarsest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A day.
    Day,
    /// A minute.
    Minute,
    /// A second or finer.
    Second,
}

impl Time {
    /// Reads a time; `None` if it is in none of the known forms.
    ///
    /// Known: RFC 3339 and RFC 2822; `YYYY-MM-DD HH:MM[:SS]` without a zone, taken as UTC and flagged;
    /// `YYYY-MM-DD`, `YYYY/MM/DD`, `YYYYMMDD`, `YYYY-MM`, `YYYY`; "September 10, 2013",
    /// "10 September 2013", "Sep 10, 2013"; Unix time as 10 digits (seconds) or 13 (milliseconds).
    pub fn parse(given: &str) -> Option<Self> {
        let given = given.trim();
        let span = if !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit()) {
            digits(given)
        } else {
            numeric_date(given)
                .or_else(|| written_date(given))
                .or_else(|| date_and_time(given))
                .or_else(|| mail_date(given))
        }?;
        Some(Self {
            given: given.to_owned(),
            start: span.start,
            end: span.end,
            granularity: span.granularity,
            zone_assumed: span.zone_assumed,
        })
    }

    /// As the input gave it, white space at both ends left out.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// Its first instant, in Unix seconds. What articles are ordered by.
    pub fn start(&self) -> i64 {
        self.start
    }

    /// The first instant after it, in Unix seconds.
    pub fn end(&self) -> i64 {
        self.end
    }

    /// How exactly it was given.
    pub fn granularity(&self) -> Granularity {
        self.granularity
    }

    /// Whether it has a time of day without a zone, which was taken as UTC.
    pub fn zone_assumed(&self) -> bool {
        self.zone_assumed
    }

    /// Whether this is demonstrably the earlier: it ends before the other begins.
    /// An hour against the bare date of the same day is a tie, so `false` both ways.
    pub fn is_before(&self, other: &Self) -> bool {
        self.end <= other.start
    }
}

struct Span {
    start: i64,
    end: i64,
    granularity: Granularity,
    zone_assumed: bool,
}

impl Span {
    fn days(first: Date, days: i64, granularity: Granularity) -> Option<Self> {
        let start = Offset::UTC.to_timestamp(first.at(0, 0, 0, 0)).ok()?.as_second();
        Some(Self { start, end: start + days * DAY, granularity, zone_assumed: false })
    }

    fn day(year: i16, month: i8, day: i8) -> Option<Self> {
        Self::days(Date::new(year, month, day).ok()?, 1, Granularity::Day)
    }

    fn month(year: i16, month: i8) -> Option<Self> {
        let first = Date::new(year, month, 1).ok()?;
        Self::days(first, first.days_in_month().into(), Granularity::Month)
    }

    fn year(year: i16) -> Option<Self> {
        let first = Date::new(year, 1, 1).ok()?;
        Self::days(first, first.days_in_year().into(), Granularity::Year)
    }

    fn instant(second: i64, granularity: Granularity) -> Self {
        let length = if granularity == Granularity::Minute { 60 } else { 1 };
        Self { start: second, end: second + length, granularity, zone_assumed: false }
    }
}

fn digits(text: &str) -> Option<Span> {
    match text.len() {
        4 => Span::year(text.parse().ok()?),
        8 => Span::day(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?),
        10 => Some(Span::instant(text.parse().ok()?, Granularity::Second)),
        13 => Some(Span::instant(text[..10].parse().ok()?, Granularity::Second)),
        _ => None,
    }
}

/// `YYYY-MM-DD`, `YYYY/MM/DD` and `YYYY-MM`.
fn numeric_date(text: &str) -> Option<Span> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let year = number(parts.next()?, 4)?;
    let month = i8::try_from(number(parts.next()?, 2)?).ok()?;
    match (parts.next(), parts.next()) {
        (Some(day), None) => Span::day(year, month, i8::try_from(number(day, 2)?).ok()?),
        (None, None) if separator == '-' => Span::month(year, month),
        _ => None,
    }
}

/// A number of exactly so many digits.
fn number(text: &str, digits: usize) -> Option<i16> {
    let plain = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// Dates with the month in English words, a weekday before them or not.
fn written_date(text: &str) -> Option<Span> {
    let mut words = text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty());
    let mut first = words.next()?;
    if named(&WEEKDAYS, first).is_some() {
        first = words.next()?;
    }
    let (second, third) = (words.next()?, words.next());
    if words.next().is_some() {
        return None;
    }
    match (named(&MONTHS, first), named(&MONTHS, second), third) {
        (Some(month), None, Some(year)) => Span::day(number(year, 4)?, month, day_of_month(second)?),
        (None, Some(month), Some(year)) => Span::day(number(year, 4)?, month, day_of_month(first)?),
        (Some(month), None, None) => Span::month(number(second, 4)?, month),
        _ => None,
    }
}

/// 1-based place of a name in a list, given whole or by its first three letters ("Sept" too).
fn named(names: &[&str], word: &str) -> Option<i8> {
    let word = word.strip_suffix('.').unwrap_or(word).to_ascii_lowercase();
    let place = names.iter().position(|name| {
        word == *name || (word.len() == 3 && name.starts_with(&word)) || (word == "sept" && *name == "september")
    })?;
    i8::try_from(place + 1).ok()
}

fn day_of_month(word: &str) -> Option<i8> {
    number(word, word.len().clamp(1, 2)).and_then(|day| i8::try_from(day).ok())
}

/// RFC 3339, with a blank for the `T`, without seconds, or without a zone.
fn date_and_time(text: &str) -> Option<Span> {
    let granularity = granularity_of_clock(text.get(11..)?)?;
    if !matches!(text.as_bytes().get(10), Some(b'T' | b't' | b' ')) {
        return None;
    }
    let (bare, universal) = match text.strip_suffix("UTC").or_else(|| text.strip_suffix("GMT")) {
        Some(bare) => (bare.trim_end(), true),
        None => (text, false),
    };
    if let Ok(instant) = bare.parse::<Timestamp>() {
        return (!universal).then(|| Span::instant(seconds(instant), granularity));
    }
    // A blank before the offset, as several databases write it.
    if let Some((moment, offset)) = bare.rsplit_once(' ')
        && offset.starts_with(['+', '-'])
        && let Ok(instant) = format!("{moment}{offset}").parse::<Timestamp>()
    {
        return Some(Span::instant(seconds(instant), granularity));
    }
    let clock = bare.get(11..)?;
    if clock.bytes().any(|byte| !matches!(byte, b'0'..=b'9' | b':' | b'.' | b',')) {
        return None;
    }
    let instant = Offset::UTC.to_timestamp(bare.parse::<DateTime>().ok()?).ok()?;
    Some(Span { zone_assumed: !universal, ..Span::instant(seconds(instant), granularity) })
}

/// Minute for `14:05`, second for `14:05:09`; an hour alone is not a time.
fn granularity_of_clock(clock: &str) -> Option<Granularity> {
    let hours_end = clock.bytes().position(|byte| !matches!(byte, b'0'..=b'9' | b':')).unwrap_or(clock.len());
    match clock.as_bytes()[..hours_end].iter().filter(|byte| byte.is_ascii_digit()).count() {
        4 => Some(Granularity::Minute),
        6 => Some(Granularity::Second),
        _ => None,
    }
}

/// RFC 2822, as in mail headers and RSS.
fn mail_date(text: &str) -> Option<Span> {
    let instant = RFC_2822.parse_timestamp(text).ok()?;
    let granularity = if text.matches(':').count() == 1 { Granularity::Minute } else { Granularity::Second };
    Some(Span::instant(seconds(instant), granularity))
}

/// The second that an instant lies in, also before 1970.
fn seconds(instant: Timestamp) -> i64 {
    instant.as_nanosecond().div_euclid(1_000_000_000) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(given: &str) -> Time {
        Time::parse(given).unwrap_or_else(|| panic!("{given} should be a time"))
    }

    // 2013-09-10 00:00 UTC
    const THE_DAY: i64 = 1_378_771_200;

    #[test]
    fn every_form_of_a_bare_date_is_the_whole_day_and_assumes_no_zone() {
        for given in [
            "2013-09-10",
            "2013/09/10",
            "20130910",
            "September 10, 2013",
            "10 September 2013",
            "Sep 10, 2013",
            "Sept. 10, 2013",
            "Tuesday, September 10, 2013",
            " 2013-09-10\n",
        ] {
            let time = time(given);
            assert_eq!((time.start(), time.end()), (THE_DAY, THE_DAY + DAY), "{given}");
            assert_eq!(time.granularity(), Granularity::Day, "{given}");
            assert!(!time.zone_assumed(), "{given}");
            assert_eq!(time.given(), given.trim());
        }
    }

    #[test]
    fn a_month_and_a_year_last_as_long_as_they_do() {
        let month = time("2016-02");
        assert_eq!((month.end() - month.start(), month.granularity()), (29 * DAY, Granularity::Month));
        let year = time("2013");
        assert_eq!((year.end() - year.start(), year.granularity()), (365 * DAY, Granularity::Year));
        assert_eq!(time("September 2013"), Time { given: "September 2013".into(), ..time("2013-09") });
        assert!(Time::parse("9999").is_some(), "the last year has an end as well");
    }

    #[test]
    fn instants_with_a_zone_are_the_same_instant_in_every_form() {
        for given in [
            "2013-09-10T21:01:00-04:00",
            "2013-09-10 21:01:00-04:00",
            "2013-09-10T21:01:00.750-04:00",
            "2013-09-11T01:01:00Z",
            "2013-09-11 01:01:00 UTC",
            "2013-09-11 01:01:00 +0000",
            "Tue, 10 Sep 2013 21:01:00 -0400",
            "Wed, 11 Sep 2013 01:01:00 GMT",
            "1378861260",
            "1378861260999",
        ] {
            let time = time(given);
            assert_eq!((time.start(), time.end()), (1_378_861_260, 1_378_861_261), "{given}");
            assert_eq!(time.granularity(), Granularity::Second, "{given}");
            assert!(!time.zone_assumed(), "{given}");
        }
    }

    #[test]
    fn a_clock_without_a_zone_is_utc_and_flagged() {
        let minute = time("2013-09-10 14:05");
        assert_eq!((minute.start(), minute.end()), (THE_DAY + 50_700, THE_DAY + 50_760));
        assert_eq!(minute.granularity(), Granularity::Minute);
        assert!(minute.zone_assumed());
        let second = time("2013-09-10T14:05:09");
        assert_eq!((second.start(), second.granularity()), (THE_DAY + 50_709, Granularity::Second));
        assert!(second.zone_assumed());
        assert!(!time("2013-09-10T14:05Z").zone_assumed());
        assert_eq!(time("2013-09-10T14:05Z").granularity(), Granularity::Minute);
    }

    #[test]
    fn the_same_day_against_a_bare_date_is_a_tie() {
        let (day, evening, next) = (time("2013-09-10"), time("2013-09-10T21:00:00Z"), time("2013-09-11"));
        assert!(!day.is_before(&evening) && !evening.is_before(&day));
        assert!(day.is_before(&next) && evening.is_before(&next) && !next.is_before(&day));
        assert!(!day.is_before(&day));
        assert!(time("2013-09-10T20:59:59Z").is_before(&evening));
        assert!(!time("2013").is_before(&evening));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for given in [
            "",
            "yesterday",
            "2013-13-01",
            "2013-02-30",
            "20130230",
            "12345",
            "2013-09-10T25:00",
            "2013-09-10T14",
            "Smarch 1, 2013",
            "10/09/2013",
            "September 10",
            "2013-09-1é",
            "２０１３",
            "2013-09-10 14:05 in the afternoon",
        ] {
            assert_eq!(Time::parse(given), None, "{given}");
        }
    }

    #[test]
    fn instants_before_1970_round_towards_the_past() {
        assert_eq!(time("1969-12-31T23:59:59.5Z").start(), -1);
    }
}
