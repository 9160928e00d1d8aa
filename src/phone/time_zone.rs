//! A time zone in the forms that makers of phones have for it.
//!
//! Phones know of daylight saving that begins and ends on a day of a week of a month, at a full hour of that day. Zones that
//! have it a little otherwise (`M3.4.4/26`: two hours into the day after the fourth Thursday) come as near as that goes; the
//! form `posix` alone says it all.

use std::fmt::Write as _;
use tz::timezone::{AlternateTime, LocalTimeType, RuleDay, TransitionRule};

const HOUR: i32 = 3600;

/// What is in force in a zone, year by year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone {
    standard: Offset,
    saving: Option<Saving>,
}

/// A time, with the name that the zone has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Offset {
    name: String,
    /// Seconds east of UTC.
    seconds: i32,
}

/// Daylight saving.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Saving {
    time: Offset,
    /// In standard time.
    start: Switch,
    /// In daylight saving time.
    end: Switch,
}

/// When clocks are changed: on that day of the week, in that week of the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Switch {
    month: i32,
    /// 1 to 4; 5 is the last.
    week: i32,
    /// 0 is Sunday.
    weekday: i32,
    /// Since midnight; may be another day's.
    seconds: i32,
}

impl Offset {
    fn new(time: &LocalTimeType) -> Self {
        Offset { name: time.time_zone_designation().to_owned(), seconds: time.ut_offset() }
    }

    /// The name as POSIX has it: what is no word stands in angles.
    fn quoted(&self) -> String {
        let is_word = self.name.bytes().all(|byte| byte.is_ascii_alphabetic());
        if is_word { self.name.clone() } else { format!("<{}>", self.name) }
    }

    /// The name for those who know words alone.
    fn word(&self, instead: &str) -> String {
        let is_word = self.name.bytes().all(|byte| byte.is_ascii_alphabetic());
        if is_word { self.name.clone() } else { instead.to_owned() }
    }
}

impl Switch {
    fn new(day: &RuleDay, seconds: i32) -> Option<Self> {
        let RuleDay::MonthWeekDay(day) = day else { return None };
        let [month, week, weekday] = [day.month(), day.week(), day.week_day()].map(i32::from);
        Some(Switch { month, week, weekday, seconds })
    }

    /// The full hour, on that day.
    fn hour(self) -> i32 {
        (self.seconds / HOUR).clamp(0, 23)
    }

    /// Sunday is the seventh day.
    fn weekday_from_monday(self) -> i32 {
        (self.weekday + 6) % 7 + 1
    }

    /// The first day of the month that it can be; -1 where it is the last such day of the week.
    fn first_day(self) -> i32 {
        if self.week == 5 { -1 } else { self.week * 7 - 6 }
    }

    fn posix(self) -> String {
        let day = format!("M{}.{}.{}", self.month, self.week, self.weekday);
        if self.seconds == 2 * HOUR { day } else { format!("{day}/{}", clock(self.seconds, 1)) }
    }
}

/// `H`, or `H:MM` and `H:MM:SS` where there are such, with so many digits of an hour.
fn clock(seconds: i32, digits: usize) -> String {
    let (sign, rest) = (if seconds < 0 { "-" } else { "" }, seconds.abs());
    let mut text = format!("{sign}{:0digits$}", rest / HOUR);
    if rest % HOUR != 0 {
        let _ = write!(text, ":{:02}", rest / 60 % 60);
    }
    if rest % 60 != 0 {
        let _ = write!(text, ":{:02}", rest % 60);
    }
    text
}

/// All of it, with seconds.
fn long_clock(seconds: i32) -> String {
    format!("{:02}:{:02}:{:02}", seconds / HOUR, seconds / 60 % 60, seconds % 60)
}

impl TimeZone {
    /// A zone as its rule says.
    pub fn new(rule: &TransitionRule) -> Self {
        match rule {
            TransitionRule::Fixed(time) => Self::fixed(time),
            TransitionRule::Alternate(times) => Self::alternate(times),
        }
    }

    /// A zone that always has this time.
    pub fn fixed(time: &LocalTimeType) -> Self {
        TimeZone { standard: Offset::new(time), saving: None }
    }

    /// Where winter is called what is not standard (Dublin's), phones are told the contrary, which comes to the same.
    fn alternate(times: &AlternateTime) -> Self {
        let (standard, other) = (times.std(), times.dst());
        let start = Switch::new(times.dst_start(), times.dst_start_time());
        let end = Switch::new(times.dst_end(), times.dst_end_time());
        let (Some(start), Some(end)) = (start, end) else { return Self::fixed(standard) };
        let (standard, time, start, end) = match other.ut_offset() < standard.ut_offset() {
            true => (other, standard, end, start),
            false => (standard, other, start, end),
        };
        let saving = Saving { time: Offset::new(time), start, end };
        TimeZone { standard: Offset::new(standard), saving: Some(saving) }
    }

    /// The zone in the form of that name; `None` if there is no such form. What only daylight saving has is 0 without it, or
    /// the first there is of its kind: all of it is a number.
    pub fn form(&self, form: &str) -> Option<String> {
        let offset = self.standard.seconds;
        Some(match form {
            "posix" => self.posix(),
            "grandstream" => self.grandstream(),
            "seconds" => offset.to_string(),
            "minutes" => (offset / 60).to_string(),
            "quarters" => (offset / 900).to_string(),
            "hours" => format!("{}{}", sign(offset), clock(offset.abs(), 1)),
            "hh:mm" => format!("{}{:02}:{:02}", sign(offset), offset.abs() / HOUR, offset.abs() / 60 % 60),
            "snom" => self.saving.as_ref().map(|saving| self.snom(saving)).unwrap_or_default(),
            "cisco" => self.saving.as_ref().map(|saving| self.cisco(saving)).unwrap_or_default(),
            "dst" => i32::from(self.saving.is_some()).to_string(),
            "dst_minutes" => (self.saved() / 60).to_string(),
            _ => {
                let (which, part) = form.split_once('_')?;
                let none = Switch { month: 1, week: 1, weekday: 0, seconds: 0 };
                let switch = match (which, &self.saving) {
                    ("start", Some(saving)) => saving.start,
                    ("end", Some(saving)) => saving.end,
                    ("start" | "end", None) => none,
                    _ => return None,
                };
                let number = match part {
                    "month" => switch.month,
                    "week" => switch.week,
                    "weekday" => switch.weekday,
                    "hour" => switch.hour(),
                    _ => return None,
                };
                number.to_string()
            }
        })
    }

    /// How many seconds daylight saving saves.
    fn saved(&self) -> i32 {
        self.saving.as_ref().map_or(0, |saving| saving.time.seconds - self.standard.seconds)
    }

    /// As POSIX has it in TZ.
    fn posix(&self) -> String {
        let mut text = self.standard.quoted() + &clock(-self.standard.seconds, 1);
        if let Some(saving) = &self.saving {
            text += &saving.time.quoted();
            if self.saved() != HOUR {
                text += &clock(-saving.time.seconds, 1);
            }
            let _ = write!(text, ",{},{}", saving.start.posix(), saving.end.posix());
        }
        text
    }

    /// The same, with all that POSIX lets be left out, with words for names, and within the day.
    fn grandstream(&self) -> String {
        let mut text = self.standard.word("STD") + &clock(-self.standard.seconds, 1);
        if let Some(Saving { time, start, end }) = &self.saving {
            text += &(time.word("DST") + &clock(-time.seconds, 1));
            for switch in [start, end] {
                let at = long_clock(switch.hour() * HOUR);
                let _ = write!(text, ",M{}.{}.{}/{at}", switch.month, switch.week, switch.weekday);
            }
        }
        text
    }

    /// `SECONDS MONTH.WEEK.WEEKDAY TIME MONTH.WEEK.WEEKDAY TIME`.
    fn snom(&self, saving: &Saving) -> String {
        let [start, end] = [saving.start, saving.end].map(|switch| {
            let time = long_clock(switch.hour() * HOUR);
            format!("{:02}.{:02}.{:02} {time}", switch.month, switch.week, switch.weekday_from_monday())
        });
        format!("{} {start} {end}", self.saved())
    }

    /// `start=MONTH/DAY/WEEKDAY/TIME;end=…;save=TIME`: the first such day of the week from that day on, or the last.
    fn cisco(&self, saving: &Saving) -> String {
        let [start, end] = [saving.start, saving.end].map(|switch| {
            let (day, weekday) = (switch.first_day(), switch.weekday_from_monday());
            format!("{}/{day}/{weekday}/{}:0:0", switch.month, switch.hour())
        });
        let saved = self.saved();
        format!("start={start};end={end};save={}:{}:0", saved / HOUR, saved / 60 % 60)
    }
}

fn sign(offset: i32) -> char {
    if offset < 0 { '-' } else { '+' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tz::TimeZoneSettings;

    fn zone(posix: &str) -> TimeZone {
        let none = TimeZoneSettings::new(&[], |_| Err("there is no file".into()));
        let zone = none.parse_posix_tz(posix).unwrap();
        TimeZone::new(zone.as_ref().extra_rule().as_ref().unwrap())
    }

    fn forms<const N: usize>(posix: &str, forms: [&str; N]) -> [String; N] {
        forms.map(|form| zone(posix).form(form).unwrap())
    }

    const BERLIN: &str = "CET-1CEST,M3.5.0,M10.5.0/3";

    #[test]
    fn a_zone_with_daylight_saving_has_all_forms() {
        for (form, value) in [
            ("posix", BERLIN),
            ("grandstream", "CET-1CEST-2,M3.5.0/02:00:00,M10.5.0/03:00:00"),
            ("seconds", "3600"),
            ("minutes", "60"),
            ("quarters", "4"),
            ("hours", "+1"),
            ("hh:mm", "+01:00"),
            ("snom", "3600 03.05.07 02:00:00 10.05.07 03:00:00"),
            ("cisco", "start=3/-1/7/2:0:0;end=10/-1/7/3:0:0;save=1:0:0"),
            ("dst", "1"),
            ("dst_minutes", "60"),
            ("start_month", "3"),
            ("start_week", "5"),
            ("start_weekday", "0"),
            ("start_hour", "2"),
            ("end_month", "10"),
            ("end_week", "5"),
            ("end_weekday", "0"),
            ("end_hour", "3"),
        ] {
            assert_eq!(zone(BERLIN).form(form).as_deref(), Some(value), "{form}");
        }
        for form in ["", "POSIX", "start", "start_", "begin_month", "end_day"] {
            assert_eq!(zone(BERLIN).form(form), None, "{form}");
        }
    }

    #[test]
    fn a_zone_without_it_has_numbers_in_its_place() {
        let all = ["posix", "grandstream", "hours", "quarters", "hh:mm", "snom", "cisco", "dst", "dst_minutes"];
        assert_eq!(
            forms("IST-5:30", all),
            ["IST-5:30", "IST-5:30", "+5:30", "22", "+05:30", "", "", "0", "0"].map(str::to_owned)
        );
        assert_eq!(forms("UTC0", ["posix", "seconds", "hours", "hh:mm"]), ["UTC0", "0", "+0", "+00:00"]);
        assert_eq!(forms("UTC0", ["start_month", "end_week", "end_weekday", "start_hour"]), ["1", "1", "0", "0"]);
    }

    #[test]
    fn a_zone_in_the_west_counts_weeks_from_the_first() {
        let all = ["posix", "hours", "seconds", "quarters", "hh:mm", "cisco", "snom"];
        assert_eq!(
            forms("EST5EDT,M3.2.0,M11.1.0", all),
            [
                "EST5EDT,M3.2.0,M11.1.0",
                "-5",
                "-18000",
                "-20",
                "-05:00",
                "start=3/8/7/2:0:0;end=11/1/7/2:0:0;save=1:0:0",
                "3600 03.02.07 02:00:00 11.01.07 02:00:00"
            ]
        );
        assert_eq!(forms("NST3:30NDT,M3.2.0,M11.1.0", ["posix", "hours"]), ["NST3:30NDT,M3.2.0,M11.1.0", "-3:30"]);
    }

    #[test]
    fn names_that_are_no_words_and_half_an_hour_of_saving_are_told() {
        let lord_howe = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";
        assert_eq!(
            forms(lord_howe, ["posix", "grandstream", "dst_minutes", "cisco"]),
            [
                lord_howe,
                "STD-10:30DST-11,M10.1.0/02:00:00,M4.1.0/02:00:00",
                "30",
                "start=10/1/7/2:0:0;end=4/1/7/2:0:0;save=0:30:0"
            ]
        );
    }

    #[test]
    fn dublins_winter_is_what_phones_take_for_standard_time() {
        let posix = "IST-1GMT0,M10.5.0,M3.5.0/1";
        assert_eq!(
            forms(posix, ["posix", "seconds", "dst_minutes", "start_month", "start_hour", "end_month", "end_hour"]),
            ["GMT0IST,M3.5.0/1,M10.5.0", "0", "60", "3", "1", "10", "2"]
        );
    }

    #[test]
    fn an_hour_of_another_day_comes_as_near_as_it_can() {
        let santiago = "<-04>4<-03>,M9.1.6/24,M4.1.6/24";
        assert_eq!(forms(santiago, ["posix", "start_hour"]), [santiago, "23"]);
        assert_eq!(
            forms(santiago, ["grandstream", "cisco"]),
            ["STD4DST3,M9.1.6/23:00:00,M4.1.6/23:00:00", "start=9/1/6/23:0:0;end=4/1/6/23:0:0;save=1:0:0"]
        );
    }

    proptest! {
        #[test]
        fn posix_is_read_back_as_it_was(
            hours in -12i32..=12, half in 0i32..2, saved in 1i32..=2,
            start in (1u8..=12, 1u8..=5, 0u8..=6, 0i32..=24), end in (1u8..=12, 1u8..=5, 0u8..=6, 0i32..=24),
        ) {
            prop_assume!(start.0 != end.0);
            let at = |(month, week, day, hour): (u8, u8, u8, i32)| format!("M{month}.{week}.{day}/{hour}");
            let offset = hours * HOUR + half * HOUR / 2;
            let text = format!("AAA{}BBB{},{},{}", clock(-offset, 1), clock(-offset - saved * HOUR, 1), at(start), at(end));
            let once = zone(&text);
            prop_assert_eq!(zone(&once.posix()), once);
        }
    }
}
