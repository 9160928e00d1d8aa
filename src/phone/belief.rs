//! Whether what a database says is believed. "No rows" and "no database" look alike to Asterisk, and phones that are not
//! served are dead: so a fleet that vanishes is believed when it was seen to be gone twice, or when a person says so.

use super::object_type::ObjectType;
use super::rows::{Fall, Lost, Rows};
use std::time::{Duration, Instant};

/// What becomes of rows that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They are what is served from now on.
    Believed,
    /// They are not, for this reason.
    HeldBack(Fall),
}

/// Judges rows that were read `now`. `before` is what is believed so far; `doubtful` are types of which not even their
/// driver knows whether they have no rows: those are believed to be empty when a person says so, and never by themselves.
/// `held` is since when a fall has been held back, if one has; `after` is how long it must last.
pub fn judge(
    before: Option<&Rows>,
    rows: &Rows,
    doubtful: &[ObjectType],
    held: Option<Instant>,
    now: Instant,
    after: Duration,
) -> Verdict {
    let Some(before) = before else { return Verdict::Believed };
    let gone = |&kind: &ObjectType| {
        let before = before.table(kind).map_or(0, Vec::len);
        (before > 0).then_some(Fall { of: Lost::Rows(kind), before, after: 0, is_certain: false })
    };
    if let Some(fall) = doubtful.iter().find_map(gone) {
        return Verdict::HeldBack(fall);
    }
    match rows.fall_since(before) {
        Some(_) if held.is_some_and(|since| now.duration_since(since) >= after) => Verdict::Believed,
        Some(fall) => Verdict::HeldBack(fall),
        None => Verdict::Believed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CString;

    const AFTER: Duration = Duration::from_secs(300);

    fn rows(count: usize) -> Rows {
        let mut rows = Rows::default();
        let row = |number: usize| (CString::new(number.to_string()).unwrap(), [(c"mac", c"1")].into_iter().collect());
        rows.set(ObjectType::Phoneprov, (0..count).map(row).collect());
        rows
    }

    #[test]
    fn a_fall_is_believed_when_it_has_lasted() {
        let now = Instant::now();
        let judge =
            |held: Option<Duration>| judge(Some(&rows(100)), &rows(3), &[], held.map(|ago| now - ago), now, AFTER);
        let fall = Fall { of: Lost::Rows(ObjectType::Phoneprov), before: 100, after: 3, is_certain: true };
        assert_eq!(judge(None), Verdict::HeldBack(fall));
        assert_eq!(judge(Some(AFTER / 2)), Verdict::HeldBack(fall));
        assert_eq!(judge(Some(AFTER)), Verdict::Believed);
    }

    #[test]
    fn what_is_no_fall_is_believed_at_once() {
        let judge = |before: Option<&Rows>, count| judge(before, &rows(count), &[], None, Instant::now(), AFTER);
        assert_eq!(judge(None, 0), Verdict::Believed);
        assert_eq!(judge(Some(&rows(100)), 90), Verdict::Believed);
        assert_eq!(judge(Some(&rows(3)), 0), Verdict::Believed, "few phones may go at once");
    }

    #[test]
    fn even_few_rows_do_not_vanish_where_nobody_knows_whether_the_database_answered() {
        let now = Instant::now();
        let judge = |before, held| judge(Some(&rows(before)), &rows(0), &[ObjectType::Phoneprov], held, now, AFTER);
        let fall = Fall { of: Lost::Rows(ObjectType::Phoneprov), before: 3, after: 0, is_certain: false };
        assert_eq!(judge(3, None), Verdict::HeldBack(fall));
        assert_eq!(judge(3, now.checked_sub(2 * AFTER)), Verdict::HeldBack(fall), "however long it lasts");
        assert_eq!(judge(0, None), Verdict::Believed);
    }
}
