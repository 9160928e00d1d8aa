//! The rule: which phones stay although their sections are gone.

use super::super::conf::conf_text::{Standing, Texts};
use super::super::database::rows::FEW;
use super::super::fleet::Phone;
use super::super::object_type::ObjectType;
use super::super::problem::{Fault, Problem};
use super::why::{Cause, HeldBack, Since, Why};
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

/// So many sections are named.
const NAMED: usize = 5;

/// A phone as it is served.
#[derive(Clone, Copy, Debug)]
pub struct Was<'a> {
    /// The MAC, to the letter.
    pub mac: &'a CStr,
    /// The file that its first section stood in; `None` if it came from elsewhere.
    pub file: Option<&'a CStr>,
    /// The ids of its sections.
    pub sections: &'a [CString],
}

/// What there is to see of the configuration.
pub trait Sight {
    /// What stands in its files now; read when it is asked for.
    fn texts(&self) -> Texts;
    /// Whether there is a section of that id.
    fn has(&self, id: &CStr) -> bool;
    /// Whether there is a section in that file.
    fn has_any_in(&self, file: &CStr) -> bool;
}

/// When phones that are held back go.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// Which are held back already.
    pub before: &'a Since,
    /// The time.
    pub now: Instant,
    /// How long it must last.
    pub after: Duration,
    /// Whether a person has said that it is right.
    pub is_confirmed: bool,
}

#[cfg(test)]
impl<'a> Terms<'a> {
    /// Nothing is held back.
    pub fn that_let_go(before: &'a Since) -> Self {
        Terms { before, now: Instant::now(), after: Duration::ZERO, is_confirmed: true }
    }
}

#[cfg(test)]
impl Sight for super::super::directory::Nothing {
    fn texts(&self) -> Texts {
        Texts::default()
    }

    fn has(&self, _id: &CStr) -> bool {
        false
    }

    fn has_any_in(&self, _file: &CStr) -> bool {
        false
    }
}

/// Tells which phones are held back, for the length of one sync.
pub struct Keeper<'a, S> {
    sight: S,
    terms: Terms<'a>,
    seen: Option<Seen>,
    held: HeldBack,
}

/// What was seen of the files.
struct Seen {
    texts: Texts,
    /// Sections of ours that stand in them, each with whether it is read.
    standing: HashMap<CString, bool>,
}

impl Seen {
    fn new(texts: Texts) -> Self {
        let mut standing = HashMap::new();
        // One that is read and has no type is nobody's; what is broken off may have lost it.
        let is_ours = |section: &&Standing| match section.kind.as_deref() {
            None => !section.is_read,
            Some(kind) => kind == ObjectType::Phoneprov.name(),
        };
        for section in texts.sections.iter().filter(is_ours) {
            let is_read = standing.entry(section.id.clone()).or_insert(section.is_read);
            *is_read &= section.is_read;
        }
        Seen { texts, standing }
    }

    /// The first thing that is not read, what stops the reading before what does not.
    fn damage(&self) -> Option<Why> {
        let unread = &self.texts.unread;
        let first = unread.iter().find(|unread| unread.reason.stops()).or(unread.first());
        first.cloned().map(Why::Unread)
    }
}

impl<'a, S: Sight> Keeper<'a, S> {
    /// One that goes by that.
    pub fn new(sight: S, terms: Terms<'a>) -> Self {
        Keeper { sight, terms, seen: None, held: HeldBack::default() }
    }

    /// Whether a phone stays as it was although there is only `phone` of it now. `told` is what is wrong with its sections.
    pub fn keeps(&mut self, was: Was, phone: Option<&Phone>, told: &[Problem]) -> bool {
        let Was { mac, file, sections } = was;
        let Some(file) = file.filter(|_| !self.is_over(mac)) else { return false };
        let is_line = |id: &CStr| phone.is_some_and(|phone| phone.lines.iter().any(|line| line.section == id));
        let gone = sections.iter().filter(|id| !is_line(id));
        let why = gone.filter_map(|id| self.why(id, file, told)).next();
        why.map(|why| self.hold(mac, sections, why)).is_some()
    }

    /// Why a section that is not served any more should be, if there is a reason.
    fn why(&mut self, id: &CStr, file: &CStr, told: &[Problem]) -> Option<Why> {
        let is_there = self.sight.has(id);
        let sight = &self.sight;
        let seen = self.seen.get_or_insert_with(|| Seen::new(sight.texts()));
        let damage = seen.damage();
        match seen.standing.get(id) {
            // It stands where nobody reads, or is broken off there.
            Some(false) if damage.is_some() => return damage,
            Some(_) if !is_there => return Some(Why::NotTaken),
            _ => {}
        }
        // Nobody knows what else the file says that it was in, nor whether the rest of the configuration has what it names.
        let is_whole = seen.texts.whole.contains(file);
        let misses = |fault: &Fault| {
            matches!(
                fault,
                Fault::UnknownEndpoint(_)
                    | Fault::UnknownTransport { .. }
                    | Fault::UnknownAuth { .. }
                    | Fault::MissingProfile
            )
        };
        let misses_something = told.iter().any(|problem| *problem.section == *id && misses(&problem.fault));
        // What was held back before of a file that has become worse since.
        let is_kept = !is_there && seen.texts.kept.contains(file);
        let damage = damage.filter(|_| if is_there { misses_something } else { !is_whole });
        damage.or_else(|| is_kept.then_some(Why::NotTaken))
    }

    /// Of the phones that go, those that stay because nothing is left in their file; `all` are those that are served.
    pub fn keep_of_emptied<'b>(&mut self, all: impl Iterator<Item = Was<'b>>, going: &[Was]) -> HashSet<Box<CStr>> {
        let mut kept = HashSet::new();
        let of_files = going.iter().filter(|was| was.file.is_some());
        if of_files.map(|was| was.sections.len()).sum::<usize>() < FEW {
            return kept;
        }
        let goes: HashSet<&CStr> = going.iter().map(|was| was.mac).collect();
        let left: HashSet<&CStr> = all.filter(|was| !goes.contains(was.mac)).filter_map(|was| was.file).collect();
        let mut lost: HashMap<&CStr, usize> = HashMap::new();
        for (file, was) in going.iter().filter_map(|was| Some((was.file?, was))) {
            *lost.entry(file).or_default() += was.sections.len();
        }
        lost.retain(|file, _| !left.contains(file) && !self.sight.has_any_in(file));
        // Many small files, of which none has anything any more.
        let sections_of_all: usize = lost.values().sum();
        let is_all = left.is_empty() && sections_of_all >= FEW;
        for (file, was) in going.iter().filter_map(|was| Some((was.file?, was))) {
            let sections = lost.get(file).copied().unwrap_or_default();
            let why = match sections {
                FEW.. => Why::Emptied { file: Some(file.into()), sections },
                1.. if is_all => Why::Emptied { file: None, sections: sections_of_all },
                _ => continue,
            };
            if !self.is_over(was.mac) {
                self.hold(was.mac, was.sections, why);
                kept.insert(was.mac.into());
            }
        }
        kept
    }

    fn is_over(&self, mac: &CStr) -> bool {
        let Terms { before, now, after, is_confirmed } = self.terms;
        let has_lasted = |since: &Instant| now.duration_since(*since) >= after;
        is_confirmed || after.is_zero() || before.get(mac).is_some_and(has_lasted)
    }

    fn hold(&mut self, mac: &CStr, sections: &[CString], why: Why) {
        let HeldBack { since, causes, until } = &mut self.held;
        let then = self.terms.before.get(mac).copied().unwrap_or(self.terms.now);
        since.insert(mac.into(), then);
        let end = then + self.terms.after;
        *until = Some(until.map_or(end, |until| until.min(end)));
        let cause = match causes.iter_mut().find(|cause| cause.why == why) {
            Some(cause) => cause,
            None => {
                causes.push(Cause { why, phones: 0, sections: Vec::new() });
                let last = causes.len() - 1;
                &mut causes[last]
            }
        };
        cause.phones += 1;
        cause.sections.extend(sections.iter().cloned());
        cause.sections.sort();
        cause.sections.truncate(NAMED);
    }

    /// Which are held back, and what was seen of the files, if anybody looked.
    pub fn done(self) -> (HeldBack, Option<Texts>) {
        (self.held, self.seen.map(|seen| seen.texts))
    }
}
