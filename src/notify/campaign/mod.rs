//! Whom to tell that there is something new, and when: a rule alone. No clock in here, no thread and no Asterisk.
//!
//! A campaign tells phones one after the other, at a pace. Many phones go in two waves: if those of the first do not fetch, the
//! others are not told, so that a template that breaks phones breaks few. A phone that has a call is left alone, one that has no
//! contact waits until it has one, and one that does not come is told again a few times, farther and farther apart.

use crate::phone::settings::Resync as Rules;
use std::cmp::max;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::ffi::CStr;
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::xxh3_64;

/// How often a phone that has a call, or no contact any more, is looked at again.
pub const LOOK: Duration = Duration::from_secs(2);
/// Who does not answer is told again after so long, and then after twice and four times as long.
pub const SILENCE: Duration = Duration::from_secs(60);
/// Of those of the first wave that took the message, so many in ten must have fetched, and be registered.
const IN_TEN: usize = 9;

/// What came of telling a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It took the message (2xx).
    Taken,
    /// It refused it, with that status.
    Refused(u16),
    /// It said nothing, or could not be reached.
    Silent,
    /// There is nobody to tell: no account of it is registered.
    NoContact,
}

/// What a campaign asks of the world.
pub trait World {
    /// Whether the phone has a call.
    fn is_in_call(&mut self, phone: &CStr) -> bool;
    /// Whether an account of the phone is registered.
    fn has_contact(&mut self, phone: &CStr) -> bool;
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Tell that phone.
    Tell(Box<CStr>),
    /// Say that it took the message and has not come in time.
    Late(Box<CStr>),
    /// Say that no others are told, because these of the first wave have not come.
    Held(Vec<Box<CStr>>),
}

/// How far a campaign is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// Nobody is to be told, but perhaps phones that are away.
    #[default]
    Idle,
    /// The first wave is being told, or has not come yet.
    First,
    /// All others are.
    Rest,
    /// Too few of the first wave have come.
    Held,
}

/// How many phones of a campaign are where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be told, in their turn or once more.
    pub waiting: usize,
    /// Told, without an answer yet.
    pub asked: usize,
    /// Took the message, and have not come yet.
    pub taken: usize,
    /// Have no contact.
    pub away: usize,
    /// Have fetched what is new.
    pub fetched: usize,
    /// Refused the message, by status.
    pub refused: BTreeMap<u16, usize>,
    /// Did not come, or did not answer, however often they were told.
    pub given_up: usize,
}

/// Where one phone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In the queue.
    Queued,
    /// To be told from then on.
    Later(Instant),
    /// Told.
    Asked,
    /// Took the message, and has until then to fetch.
    Taken(Instant),
    /// Of the first wave: has fetched, and has until then to be registered.
    Back(Instant),
    /// Without a contact.
    Away,
    Fetched,
    Refused(u16),
    GivenUp,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    place: Place,
    /// Which profile it is of.
    profile: usize,
    /// How often it was told.
    tries: u32,
    wave: Wave,
}

/// What a phone is to the first wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wave {
    /// No part of it.
    Other,
    /// It is told in it.
    First,
    /// And took the message.
    Judged,
    /// And did not come in time.
    Missed,
}

/// One campaign after the other.
#[derive(Debug, Default)]
pub struct Campaign {
    stage: Stage,
    phones: BTreeMap<Box<CStr>, Entry>,
    profiles: HashMap<Box<CStr>, usize>,
    /// Those in [`Place::Queued`], and perhaps others, which have left it without waiting for their turn.
    queue: VecDeque<Box<CStr>>,
    /// Those of whom somebody said so: they are told before all others, whatever is held.
    urgent: VecDeque<Box<CStr>>,
    /// When something is due of a phone; what is not its place any more is nothing.
    timers: BTreeSet<(Instant, Box<CStr>)>,
    next_turn: Option<Instant>,
    next_look: Option<Instant>,
}

impl Campaign {
    /// These phones, each with the name of its profile, have something new to fetch. A campaign that is under way takes them
    /// in; one that is held begins anew with all that have not fetched, because what held it may have been put right.
    pub fn want(&mut self, phones: impl IntoIterator<Item = (Box<CStr>, Box<CStr>)>, rules: &Rules) {
        let begins = matches!(self.stage, Stage::Idle | Stage::Held);
        if begins {
            self.forget_the_last();
        }
        for (phone, profile) in phones {
            let number = self.profiles.len();
            let profile = *self.profiles.entry(profile).or_insert(number);
            let entry = Entry { place: Place::Queued, profile, tries: 0, wave: Wave::Other };
            match self.phones.get_mut(&phone) {
                None => {
                    self.phones.insert(phone.clone(), entry);
                }
                Some(known) if matches!(known.place, Place::Fetched | Place::Refused(_) | Place::GivenUp) => {
                    // What it was to the first wave, it stays.
                    *known = Entry { wave: known.wave, ..entry };
                }
                // Who is told, or will be, fetches what there is by then.
                Some(_) => continue,
            }
            self.queue.push_back(phone);
        }
        if begins && !self.queue.is_empty() {
            self.shuffle();
            self.stage = if self.queue.len() > self.first_wave(rules) { Stage::First } else { Stage::Rest };
        }
    }

    /// Somebody says that this phone is to be told, once more if it has been.
    pub fn insist(&mut self, phone: Box<CStr>, profile: Box<CStr>) {
        let number = self.profiles.len();
        let profile = *self.profiles.entry(profile).or_insert(number);
        let entry = Entry { place: Place::Queued, profile, tries: 0, wave: Wave::Other };
        match self.phones.get_mut(&phone) {
            None => drop(self.phones.insert(phone.clone(), entry)),
            Some(known) if known.place == Place::Asked => return,
            // What it was to the first wave, it stays.
            Some(known) => *known = Entry { wave: known.wave, ..entry },
        }
        self.urgent.push_back(phone);
        if self.stage == Stage::Idle {
            self.stage = Stage::Rest;
        }
    }

    /// What is left of the last campaign: those that are away, and of one that is held all that have not fetched.
    fn forget_the_last(&mut self) {
        let was_held = self.stage == Stage::Held;
        self.stage = Stage::Idle;
        self.timers.clear();
        self.queue.clear();
        self.phones.retain(|_, entry| match entry.place {
            Place::Away => true,
            Place::Fetched | Place::Back(_) | Place::Refused(_) => false,
            Place::Queued | Place::Later(_) | Place::Asked | Place::Taken(_) | Place::GivenUp => was_held,
        });
        for (phone, entry) in &mut self.phones {
            (entry.tries, entry.wave) = (0, Wave::Other);
            if entry.place != Place::Away {
                entry.place = Place::Queued;
                self.queue.push_back(phone.clone());
            }
        }
    }

    /// Orders the queue: by chance, but always the same, and phones of all profiles from the beginning on. A template is one
    /// profile's.
    fn shuffle(&mut self) {
        let mut queue: Vec<Box<CStr>> = std::mem::take(&mut self.queue).into();
        queue.sort_by_cached_key(|phone| xxh3_64(phone.to_bytes()));
        let mut ranks = vec![0; self.profiles.len()];
        let mut ranked: Vec<(usize, Box<CStr>)> = Vec::with_capacity(queue.len());
        for phone in queue {
            let profile = self.phones.get(&phone).map_or(0, |entry| entry.profile);
            ranked.push((ranks[profile], phone));
            ranks[profile] += 1;
        }
        // Stable.
        ranked.sort_by_key(|(rank, _)| *rank);
        self.queue = ranked.into_iter().map(|(_, phone)| phone).collect();
    }

    /// How many phones have to take the message in the first wave: one of each profile at the least.
    fn first_wave(&self, rules: &Rules) -> usize {
        let profiles: BTreeSet<usize> = self.phones.values().map(|entry| entry.profile).collect();
        max(rules.first, profiles.len())
    }

    /// The phone has fetched all that is new.
    pub fn fetched(&mut self, phone: &CStr) {
        let is_first = self.stage == Stage::First;
        let Some(entry) = self.phones.get_mut(phone) else { return };
        entry.place = match (entry.place, entry.wave) {
            (Place::Taken(until), Wave::Judged) if is_first => Place::Back(until),
            (Place::Back(until), _) => Place::Back(until),
            _ => Place::Fetched,
        };
    }

    /// What came of telling it.
    pub fn answered(&mut self, phone: &CStr, answer: Answer, now: Instant, rules: &Rules) {
        let Some(entry) = self.phones.get_mut(phone).filter(|entry| entry.place == Place::Asked) else { return };
        match answer {
            Answer::Taken => {
                entry.place = Place::Taken(now + rules.wait);
                if entry.wave == Wave::First {
                    entry.wave = Wave::Judged;
                }
            }
            Answer::Refused(status) => entry.place = Place::Refused(status),
            Answer::Silent => entry.place = again(entry.tries, SILENCE, now, rules),
            Answer::NoContact => {
                entry.tries = entry.tries.saturating_sub(1);
                entry.place = Place::Away;
            }
        }
        let place = entry.place;
        self.set_timer(phone, place);
    }

    /// An account of the phone was registered.
    pub fn registered(&mut self, phone: &CStr) {
        if let Some(entry) = self.phones.get_mut(phone).filter(|entry| entry.place == Place::Away) {
            entry.place = Place::Queued;
            self.queue.push_back(phone.into());
            if self.stage == Stage::Idle {
                self.stage = Stage::Rest;
            }
        }
    }

    /// The phone is served no more.
    pub fn forget(&mut self, phone: &CStr) {
        self.phones.remove(phone);
    }

    /// Tells the others although too few of the first wave have come. False if nothing is held.
    pub fn proceed(&mut self) -> bool {
        let is_held = self.stage == Stage::Held;
        if is_held {
            self.stage = Stage::Rest;
        }
        is_held
    }

    /// Tells nobody any more. False if nobody was to be told.
    pub fn stop(&mut self) -> bool {
        let was_there = !self.phones.is_empty();
        *self = Campaign::default();
        was_there
    }

    /// How far it is.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// How many phones are where.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in self.phones.values() {
            let count = match entry.place {
                Place::Queued | Place::Later(_) => &mut counts.waiting,
                Place::Asked => &mut counts.asked,
                Place::Taken(_) => &mut counts.taken,
                Place::Away => &mut counts.away,
                Place::Back(_) | Place::Fetched => &mut counts.fetched,
                Place::Refused(status) => counts.refused.entry(status).or_default(),
                Place::GivenUp => &mut counts.given_up,
            };
            *count += 1;
        }
        counts
    }

    /// When [`Self::tick`] has something to do, if no answer, fetch or contact comes before.
    pub fn next(&self, rules: &Rules) -> Option<Instant> {
        let is_telling = match self.stage {
            Stage::First => !self.is_first_wave_told(rules),
            Stage::Rest => true,
            Stage::Idle | Stage::Held => false,
        };
        let is_anybodys = !self.urgent.is_empty() || (is_telling && !self.queue.is_empty());
        let turn = self.next_turn.filter(|_| is_anybodys);
        let timer = self.timers.first().map(|(at, _)| *at);
        let look = self.next_look.filter(|_| self.stage != Stage::Idle);
        [turn, timer, look].into_iter().flatten().min()
    }

    /// What is to be done now.
    pub fn tick(&mut self, now: Instant, rules: &Rules, world: &mut impl World) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.next_look.is_none_or(|at| at <= now) {
            self.look(world);
            self.next_look = Some(now + LOOK);
        }
        self.ring(now, rules, &mut actions);
        if self.stage == Stage::First {
            self.judge(rules, &mut actions);
        }
        if self.next_turn.is_none_or(|at| at <= now) {
            if let Some(phone) = self.take_turn(now, rules, world) {
                actions.push(Action::Tell(phone));
                self.next_turn = Some(now + Duration::from_secs(1) / rules.rate.max(1));
            } else {
                self.next_turn = Some(now);
            }
        }
        let is_over =
            |entry: &Entry| matches!(entry.place, Place::Away | Place::Fetched | Place::Refused(_) | Place::GivenUp);
        if matches!(self.stage, Stage::First | Stage::Rest) && self.phones.values().all(is_over) {
            self.stage = Stage::Idle;
        }
        actions
    }

    /// Looks at those that may have a call, and at those that may have come back.
    fn look(&mut self, world: &mut impl World) {
        let mut moved = Vec::new();
        for (phone, entry) in &mut self.phones {
            match entry.place {
                Place::Taken(until) if world.is_in_call(phone) => {
                    entry.place = Place::Taken(until + LOOK);
                    moved.push((phone.clone(), entry.place));
                }
                Place::Back(_) if world.has_contact(phone) => entry.place = Place::Fetched,
                _ => {}
            }
        }
        moved.into_iter().for_each(|(phone, place)| self.set_timer(&phone, place));
    }

    /// Does what is due of single phones.
    fn ring(&mut self, now: Instant, rules: &Rules, actions: &mut Vec<Action>) {
        while self.timers.first().is_some_and(|(at, _)| *at <= now) {
            let Some((at, phone)) = self.timers.pop_first() else { return };
            let Some(entry) = self.phones.get_mut(&phone) else { continue };
            match entry.place {
                Place::Later(from) if from == at => {
                    entry.place = Place::Queued;
                    self.queue.push_back(phone);
                }
                Place::Taken(until) if until == at => {
                    entry.place = again(entry.tries, rules.wait, now, rules);
                    if entry.wave == Wave::Judged {
                        entry.wave = Wave::Missed;
                    }
                    let place = entry.place;
                    self.set_timer(&phone, place);
                    actions.push(Action::Late(phone));
                }
                Place::Back(until) if until == at => {
                    // It has what is new, and has not been registered since: that may be why.
                    entry.place = Place::Fetched;
                    entry.wave = Wave::Missed;
                }
                _ => {}
            }
        }
    }

    /// Goes on with the others, or does not.
    fn judge(&mut self, rules: &Rules, actions: &mut Vec<Action>) {
        // Of all that took the message, and of each profile's: how many, and how many of them have come.
        let mut judged: HashMap<usize, (usize, usize)> = HashMap::new();
        let (mut taken, mut come, mut open) = (0, 0, 0);
        for entry in self.phones.values() {
            open += usize::from(entry.wave == Wave::First && entry.place == Place::Asked);
            if matches!(entry.wave, Wave::Judged | Wave::Missed) {
                let has_come = entry.wave == Wave::Judged && entry.place == Place::Fetched;
                let of_profile = judged.entry(entry.profile).or_default();
                (taken, come) = (taken + 1, come + usize::from(has_come));
                (of_profile.0, of_profile.1) = (of_profile.0 + 1, of_profile.1 + usize::from(has_come));
                open += usize::from(matches!(entry.place, Place::Taken(_) | Place::Back(_)));
            }
        }
        let is_complete = taken >= self.first_wave(rules) || (open == 0 && self.queue.is_empty());
        let is_enough = come * 10 >= IN_TEN * taken && judged.values().all(|(_, come)| *come > 0);
        if is_complete && is_enough {
            self.stage = Stage::Rest;
        } else if is_complete && open == 0 {
            self.stage = Stage::Held;
            let missed = self.phones.iter().filter(|(_, entry)| entry.wave == Wave::Missed);
            actions.push(Action::Held(missed.map(|(phone, _)| phone.clone()).collect()));
        }
    }

    /// The next phone to tell, if it is anybody's turn.
    fn take_turn(&mut self, now: Instant, rules: &Rules, world: &mut impl World) -> Option<Box<CStr>> {
        let may_go_on = match self.stage {
            Stage::First => !self.is_first_wave_told(rules),
            Stage::Rest => true,
            Stage::Idle | Stage::Held => false,
        };
        loop {
            let (phone, is_first) = match self.urgent.pop_front() {
                Some(phone) => (phone, false),
                None if may_go_on => (self.queue.pop_front()?, self.stage == Stage::First),
                None => return None,
            };
            let Some(entry) = self.phones.get_mut(&phone).filter(|entry| entry.place == Place::Queued) else {
                continue;
            };
            if !rules.in_call && world.is_in_call(&phone) {
                entry.place = Place::Later(now + LOOK);
                let place = entry.place;
                self.set_timer(&phone, place);
                continue;
            }
            entry.place = Place::Asked;
            entry.tries += 1;
            if is_first && entry.wave == Wave::Other {
                entry.wave = Wave::First;
            }
            return Some(phone);
        }
    }

    /// Whether as many as make the first wave have taken the message, or may yet.
    fn is_first_wave_told(&self, rules: &Rules) -> bool {
        let counts = |entry: &&Entry| match entry.wave {
            Wave::Judged | Wave::Missed => true,
            Wave::First => entry.place == Place::Asked,
            Wave::Other => false,
        };
        self.phones.values().filter(counts).count() >= self.first_wave(rules)
    }

    fn set_timer(&mut self, phone: &CStr, place: Place) {
        if let Place::Later(at) | Place::Taken(at) | Place::Back(at) = place {
            self.timers.insert((at, phone.into()));
        }
    }
}

/// Where a phone is that was told so often in vain: it is told once more after `pause`, and then after twice as long each time.
fn again(tries: u32, pause: Duration, now: Instant, rules: &Rules) -> Place {
    if tries >= rules.tries {
        return Place::GivenUp;
    }
    Place::Later(now + pause.saturating_mul(1 << tries.saturating_sub(1).min(6)))
}

#[cfg(test)]
mod tests;
