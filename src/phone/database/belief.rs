//! Whether what a database says is believed. "No rows" and "no database" look alike to Asterisk, and phones that are not
//! served are dead: so a table that has lost most of its rows is believed when it was so for a while, or when a person says so.
//! Until then it stays as it was, and changes of other tables are followed.

use super::super::object_type::ObjectType;
use super::references;
use super::rows::{Certainty, Fall, Lost, Rows};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A table that is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it has lost.
    pub fall: Fall,
    /// Since when it has, or has lost more than before.
    pub since: Instant,
    /// How few rows it had when that began.
    lowest: usize,
}

/// What was read, and what its driver does not know of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The rows.
    pub rows: Rows,
    /// The types of which not even their driver knows whether they have no rows.
    pub doubtful: Vec<ObjectType>,
    /// How many rows of a type the database counts, where it does.
    pub counted: Vec<(ObjectType, usize)>,
}

impl Reading {
    /// The types of which the driver gave fewer rows than the database counts, and how many that are.
    pub fn short(&self) -> impl Iterator<Item = (ObjectType, usize)> {
        let counted = self.counted.iter().copied();
        counted.filter(|&(kind, counted)| self.rows.count(Lost::Rows(kind)) < counted)
    }
}

/// Judges what was read `now`, and answers what of it is not believed. `before` is what is believed so far, `held` what of it
/// has been held back, and `after` how long a fall must last until it is believed: those that nobody knows to be true never
/// are, unless a person says so.
pub fn judge(before: Option<&Rows>, reading: &Reading, held: &[Held], now: Instant, after: Duration) -> Vec<Held> {
    let Some(before) = before else { return Vec::new() };
    let lost = |kind, certainty| {
        let of = Lost::Rows(kind);
        Fall { of, before: before.count(of), after: reading.rows.count(of), certainty }
    };
    let unknown = reading.doubtful.iter().map(|&kind| lost(kind, Certainty::Unknown));
    let mut falls: Vec<Fall> = unknown.filter(|fall| fall.before > 0).collect();
    // A row that was never there is no loss.
    let misses = |kind| before.table(kind).into_iter().flatten().any(|(id, _)| reading.rows.get(kind, id).is_none());
    let skipped = reading.short().filter(|&(kind, _)| misses(kind));
    falls.extend(skipped.map(|(kind, counted)| lost(kind, Certainty::Skipped { counted })));
    for fall in reading.rows.falls_since(before) {
        if !falls.iter().any(|other| other.of == fall.of) {
            falls.push(fall);
        }
    }
    let hold = |fall: Fall| {
        let known = held.iter().find(|held| held.fall.of == fall.of && held.lowest <= fall.after);
        let (since, lowest) = known.map_or((now, fall.after), |held| (held.since, held.lowest));
        let has_lasted = fall.is_certain() && now.duration_since(since) >= after;
        (!has_lasted).then_some(Held { fall, since, lowest })
    };
    falls.into_iter().filter_map(hold).collect()
}

/// What is believed where that is held back: those tables as they were, with what their rows name, and the others as they are.
pub fn without(falls: impl IntoIterator<Item = Fall>, rows: &Rows, before: &Rows) -> Rows {
    let mut believed = rows.clone();
    falls.into_iter().for_each(|fall| believed.take_table(fall.of, before));
    references::complete(&mut believed, before);
    believed
}

/// What would be believed at once of those rows, and the first fall that would not.
pub fn at_once(seen: Arc<Rows>, before: &Rows) -> (Arc<Rows>, Option<Fall>) {
    let falls = seen.falls_since(before);
    match falls.first() {
        Some(&first) => (Arc::new(without(falls, &seen, before)), Some(first)),
        None => (seen, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::{CStr, CString};

    const AFTER: Duration = Duration::from_secs(300);
    const SECOND: Duration = Duration::from_secs(1);

    fn set(rows: &mut Rows, kind: ObjectType, count: usize, variable: (&CStr, &CStr)) {
        let row = |number: usize| {
            (CString::new(number.to_string()).unwrap(), [variable, (c"auth", c"0")].into_iter().collect())
        };
        rows.set(kind, (0..count).map(row).collect());
    }

    fn of(phones: usize, endpoints: usize) -> Reading {
        let mut rows = Rows::default();
        set(&mut rows, ObjectType::Phoneprov, phones, (c"endpoint", c"50"));
        set(&mut rows, ObjectType::Endpoint, endpoints, (c"callerid", c"x"));
        Reading { rows, ..Reading::default() }
    }

    fn judged(before: &Reading, now: &Reading, held: &[Held], at: Instant) -> Vec<Held> {
        judge(Some(&before.rows), now, held, at, AFTER)
    }

    fn falls(held: &[Held]) -> Vec<(usize, usize)> {
        held.iter().map(|held| (held.fall.before, held.fall.after)).collect()
    }

    #[test]
    fn a_fall_is_believed_when_it_has_lasted() {
        let (before, now) = (of(100, 100), Instant::now());
        let held = judged(&before, &of(3, 100), &[], now);
        assert_eq!(falls(&held), [(100, 3)]);
        assert_eq!(judged(&before, &of(3, 100), &held, now + AFTER / 2), held, "since it began");
        assert_eq!(judged(&before, &of(3, 100), &held, now + AFTER), []);
        assert_eq!(judged(&before, &of(90, 100), &held, now + SECOND), [], "it is over");
    }

    #[test]
    fn another_fall_or_a_deeper_one_has_a_clock_of_its_own() {
        let (before, start) = (of(100, 100), Instant::now());
        let held = judged(&before, &of(100, 3), &[], start);
        let late = start + AFTER - SECOND;
        let other = judged(&before, &of(0, 100), &held, late);
        assert_eq!(falls(&other), [(100, 0)]);
        assert_eq!(
            judged(&before, &of(0, 100), &other, start + AFTER),
            other,
            "the endpoints' fall says nothing of it"
        );

        let held = judged(&before, &of(40, 100), &[], start);
        let deeper = judged(&before, &of(20, 100), &held, late);
        assert_eq!(judged(&before, &of(20, 100), &deeper, start + AFTER), deeper);
        let risen = judged(&before, &of(30, 100), &deeper, start + AFTER);
        assert_eq!(falls(&risen), [(100, 30)]);
        assert_eq!(judged(&before, &of(20, 100), &risen, late + AFTER), [], "to have been better meanwhile is no harm");

        let both = judged(&before, &of(3, 3), &judged(&before, &of(3, 100), &[], start), late);
        assert_eq!(falls(&judged(&before, &of(3, 3), &both, start + AFTER)), [(100, 3)], "each has its own");
    }

    #[test]
    fn what_is_no_fall_is_believed_at_once() {
        let now = Instant::now();
        assert_eq!(judge(None, &of(0, 0), &[], now, AFTER), []);
        assert_eq!(judged(&of(100, 0), &of(90, 0), &[], now), []);
        assert_eq!(judged(&of(3, 0), &of(0, 0), &[], now), [], "few phones may go at once");
    }

    #[test]
    fn even_few_rows_do_not_vanish_where_nobody_knows_whether_the_database_answered() {
        let now = Instant::now();
        let silent = Reading { doubtful: vec![ObjectType::Phoneprov], ..of(0, 0) };
        let held = judged(&of(3, 0), &silent, &[], now);
        let fall = Fall { of: Lost::Rows(ObjectType::Phoneprov), before: 3, after: 0, certainty: Certainty::Unknown };
        assert_eq!(held.iter().map(|held| held.fall).collect::<Vec<_>>(), [fall]);
        assert_eq!(judged(&of(3, 0), &silent, &held, now + 2 * AFTER), held, "however long it lasts");
        assert_eq!(judged(&of(0, 0), &silent, &[], now), []);
    }

    #[test]
    fn rows_that_the_database_counts_and_its_driver_did_not_give_are_not_gone() {
        let now = Instant::now();
        let short = Reading { counted: vec![(ObjectType::Phoneprov, 100), (ObjectType::Endpoint, 60)], ..of(99, 60) };
        assert_eq!(short.short().collect::<Vec<_>>(), [(ObjectType::Phoneprov, 100)]);
        let held = judged(&of(100, 60), &short, &[], now);
        assert_eq!(falls(&held), [(100, 99)]);
        assert_eq!(judged(&of(100, 60), &short, &held, now + 2 * AFTER), held, "however long it lasts");
        assert_eq!(judge(None, &short, &[], now, AFTER), [], "there is nothing better");
        assert_eq!(judged(&of(50, 60), &short, &[], now), [], "what is known is there");
    }

    #[test]
    fn other_tables_are_followed_meanwhile() {
        let before = of(100, 100);
        let mut now = of(3, 40);
        now.rows.set(ObjectType::Auth, vec![(c"0".to_owned(), [(c"username", c"new")].into_iter().collect())]);
        let held = judged(&before, &of(3, 100), &[], Instant::now());
        let believed = without(held.iter().map(|held| held.fall), &now.rows, &before.rows);
        assert_eq!(believed.table(ObjectType::Phoneprov), before.rows.table(ObjectType::Phoneprov));
        assert_eq!(believed.table(ObjectType::Auth), now.rows.table(ObjectType::Auth));
        assert!(believed.get(ObjectType::Endpoint, c"50").is_some(), "the sections that are held back name it");
        assert_eq!(believed.count(Lost::Rows(ObjectType::Endpoint)), 41, "and no other");
    }
}
