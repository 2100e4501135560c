//! The proleptic Gregorian calendar: days since year 1, weeks, and what months have how many days.

pub const MIN_YEAR: i32 = 1;
pub const MAX_YEAR: i32 = 9999;
pub const MAX_ORDINAL: i32 = 3_652_059;

/// A day of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Ymd {
    pub year: i16,
    pub month: u8,
    pub day: u8,
}

/// A time of day. `fold` says which of two equal readings it is, and takes no part in comparing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Clock {
    pub micro: u32,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
    pub fold: u8,
}

impl Clock {
    pub fn seconds(self) -> i64 {
        i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second)
    }
    /// Microseconds since midnight.
    pub fn micros(self) -> i64 {
        self.seconds() * 1_000_000 + i64::from(self.micro)
    }
    /// The time of day that is so many microseconds after midnight.
    pub fn from_micros(n: i64) -> Clock {
        let seconds = n / 1_000_000;
        Clock {
            micro: (n % 1_000_000) as u32,
            hour: (seconds / 3600) as u8,
            minute: (seconds / 60 % 60) as u8,
            second: (seconds % 60) as u8,
            fold: 0,
        }
    }
}

pub fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_in_month(year: i32, month: i32) -> i32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i32::from(is_leap(year)),
        _ => 31,
    }
}

fn days_before_month(year: i32, month: i32) -> i32 {
    const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    BEFORE[month as usize - 1] + i32::from(month > 2 && is_leap(year))
}

fn days_before_year(year: i32) -> i32 {
    let y = year - 1;
    y * 365 + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400)
}

/// Number of a day; the first of January of year 1 is 1.
pub fn ordinal(year: i32, month: i32, day: i32) -> i32 {
    days_before_year(year) + days_before_month(year, month) + day
}

/// Year, month and day of a number that is at least 1.
pub fn from_ordinal(ordinal: i32) -> (i32, i32, i32) {
    let n = ordinal - 1;
    let (n400, n) = (n / 146_097, n % 146_097);
    let (n100, n) = (n / 36_524, n % 36_524);
    let (n4, n) = (n / 1461, n % 1461);
    let (n1, n) = (n / 365, n % 365);
    let year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
    if n1 == 4 || n100 == 4 {
        return (year - 1, 12, 31);
    }
    let mut month = (n + 50) >> 5;
    if days_before_month(year, month) > n {
        month -= 1;
    }
    (year, month, n - days_before_month(year, month) + 1)
}

/// 0: Monday.
pub fn weekday(year: i32, month: i32, day: i32) -> i32 {
    (ordinal(year, month, day) + 6).rem_euclid(7)
}

/// Number of the Monday that the first ISO week of a year begins with.
fn first_monday(year: i32) -> i32 {
    let first = ordinal(year, 1, 1);
    let weekday = (first + 6).rem_euclid(7);
    let monday = first - weekday;
    if weekday > 3 { monday + 7 } else { monday }
}

/// ISO year, week, and day of the week from 1.
pub fn iso_calendar(year: i32, month: i32, day: i32) -> (i32, i32, i32) {
    let today = ordinal(year, month, day);
    let mut year = year;
    let mut start = first_monday(year);
    if today < start {
        year -= 1;
        start = first_monday(year);
    } else if today >= first_monday(year + 1) {
        year += 1;
        start = first_monday(year);
    }
    let days = today - start;
    (year, days / 7 + 1, days % 7 + 1)
}

/// What is wrong with an ISO week date.
pub enum IsoError {
    Year,
    Week,
    Weekday,
}

/// Year, month and day of an ISO week date; the year may be one past the last.
pub fn from_iso(year: i32, week: i32, day: i32) -> Result<(i32, i32, i32), IsoError> {
    if !(MIN_YEAR..=MAX_YEAR).contains(&year) {
        return Err(IsoError::Year);
    }
    if !(1..=52).contains(&week) {
        let first = weekday(year, 1, 1);
        if week != 53 || !(first == 3 || first == 2 && is_leap(year)) {
            return Err(IsoError::Week);
        }
    }
    if !(1..=7).contains(&day) {
        return Err(IsoError::Weekday);
    }
    let ordinal = first_monday(year) + (week - 1) * 7 + day - 1;
    // The first days of year 1's first ISO week would belong to the year before.
    if ordinal < 1 {
        return Err(IsoError::Year);
    }
    Ok(from_ordinal(ordinal))
}

/// Seconds since the calendar's start (one day before day 1).
pub fn seconds_of(date: Ymd, clock: Clock) -> i64 {
    let days = ordinal(date.year.into(), date.month.into(), date.day.into());
    i64::from(days) * 86_400 + clock.seconds()
}
