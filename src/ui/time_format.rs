//! Times as people say them: "14:32", "yesterday", "Tue", "12 Nov".

use chrono::{DateTime, Datelike, FixedOffset, Local, NaiveDateTime, Utc};

use crate::i18n::Words;

/// Where the person is, as far as clocks are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// Where the system says.
    #[default]
    Local,
    /// A fixed distance from Greenwich, for tests.
    Fixed(FixedOffset),
}

impl Zone {
    /// What the clock on the wall showed then.
    #[must_use]
    pub fn at(self, time: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Self::Local => time.with_timezone(&Local).naive_local(),
            Self::Fixed(offset) => time.with_timezone(&offset).naive_local(),
        }
    }
}

/// Hours and minutes.
#[must_use]
pub fn clock(zone: Zone, time: DateTime<Utc>) -> String {
    zone.at(time).format("%H:%M").to_string()
}

/// Date, hours and minutes, for technical facts.
#[must_use]
pub fn exact(zone: Zone, time: DateTime<Utc>) -> String {
    zone.at(time).format("%Y-%m-%d %H:%M").to_string()
}

/// The date alone, for technical facts.
#[must_use]
pub fn exact_day(zone: Zone, time: DateTime<Utc>) -> String {
    zone.at(time).format("%Y-%m-%d").to_string()
}

/// For the chat list: the time today, the weekday within a week, else the date.
#[must_use]
pub fn short(words: &Words, zone: Zone, now: DateTime<Utc>, time: DateTime<Utc>) -> String {
    let (then, today) = (zone.at(time), zone.at(now));
    let days = (today.date() - then.date()).num_days();
    match days {
        0 => clock(zone, time),
        1..=6 => words.with(
            "weekday",
            &[("day", then.weekday().number_from_monday().into())],
        ),
        _ => date(words, then, today),
    }
}

/// For the headings of a conversation: today, yesterday, else the date.
#[must_use]
pub fn day(words: &Words, zone: Zone, now: DateTime<Utc>, time: DateTime<Utc>) -> String {
    let (then, today) = (zone.at(time), zone.at(now));
    match (today.date() - then.date()).num_days() {
        0 => words.get("today"),
        1 => words.get("yesterday"),
        _ => date(words, then, today),
    }
}

fn date(words: &Words, then: NaiveDateTime, today: NaiveDateTime) -> String {
    if then.year() == today.year() {
        words.with(
            "date",
            &[("month", then.month().into()), ("day", then.day().into())],
        )
    } else {
        then.format("%Y-%m-%d").to_string()
    }
}
