//! Whom to tell that there is something new, and when: a rule alone. No clock in here, no thread and no Asterisk.
//!
//! A campaign tells phones one after the other, at a pace. Many phones go in two waves: if those of the first do not fetch, the
//! others are not told, so that a template that breaks phones breaks few. A phone that has a call is left alone, one that has no
//! contact waits until it has one, and one that does not come is told again a few times, farther and farther apart.

mod first_wave;
mod order;
mod roll;

use crate::phone::settings::Resync as Rules;
use first_wave::Verdict;
pub use roll::Counts;
use roll::{Entry, Place, Roll, Wave};
use std::collections::{HashMap, VecDeque};
use std::ffi::CStr;
use std::fmt;
use std::time::{Duration, Instant};

/// How often a phone that has a call, or no contact any more, is looked at again.
pub const LOOK: Duration = Duration::from_secs(2);
/// Who does not answer is told again after so long, and then after twice and four times as long.
pub const SILENCE: Duration = Duration::from_secs(60);

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

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Taken => f.write_str("Taken"),
            Answer::Refused(status) => write!(f, "{status}"),
            Answer::Silent => f.write_str("Silent"),
            Answer::NoContact => f.write_str("Away"),
        }
    }
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

/// One campaign after the other.
#[derive(Debug, Default)]
pub struct Campaign {
    stage: Stage,
    roll: Roll,
    /// Profiles have numbers, in the order in which they come.
    profiles: HashMap<Box<CStr>, usize>,
    /// Those in [`Place::Queued`], and perhaps others, which have left it without waiting for their turn.
    queue: VecDeque<Box<CStr>>,
    /// Those of whom somebody said so: they are told before all others, whatever is held.
    urgent: VecDeque<Box<CStr>>,
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
            let profile = self.number_of(profile);
            match self.roll.get(&phone) {
                // Who is told, or will be, fetches what there is by then.
                Some(Entry { place: Place::Queued | Place::Later(_) | Place::Asked, .. }) => continue,
                Some(Entry { place: Place::Taken(_) | Place::Away, .. }) => continue,
                known => self.roll.put(&phone, Entry::to_tell(profile, known)),
            }
            self.queue.push_back(phone);
        }
        if begins && !self.queue.is_empty() {
            self.queue = order::shuffled(std::mem::take(&mut self.queue), &self.roll);
            let is_small = self.queue.len() <= first_wave::size(&self.roll, rules);
            self.stage = if is_small { Stage::Rest } else { Stage::First };
        }
    }

    /// Somebody says that this phone is to be told, once more if it has been.
    pub fn insist(&mut self, phone: Box<CStr>, profile: Box<CStr>) {
        let profile = self.number_of(profile);
        let known = self.roll.get(&phone);
        if known.is_some_and(|known| known.place == Place::Asked) {
            return;
        }
        self.roll.put(&phone, Entry::to_tell(profile, known));
        self.urgent.push_back(phone);
        if self.stage == Stage::Idle {
            self.stage = Stage::Rest;
        }
    }

    fn number_of(&mut self, profile: Box<CStr>) -> usize {
        let number = self.profiles.len();
        *self.profiles.entry(profile).or_insert(number)
    }

    /// What is left of the last campaign: those that are away, and of one that is held all that have not fetched.
    fn forget_the_last(&mut self) {
        let was_held = self.stage == Stage::Held;
        self.stage = Stage::Idle;
        self.queue.clear();
        for (phone, entry) in self.roll.take() {
            let place = match entry.place {
                Place::Away => Place::Away,
                Place::Fetched | Place::Back(_) | Place::Refused(_) => continue,
                _ if was_held => Place::Queued,
                _ => continue,
            };
            self.roll.put(&phone, Entry { place, tries: 0, wave: Wave::Other, ..entry });
            if place == Place::Queued {
                self.queue.push_back(phone);
            }
        }
    }

    /// The phone has fetched all that is new.
    pub fn fetched(&mut self, phone: &CStr, now: Instant, rules: &Rules) {
        let Some(mut entry) = self.roll.get(phone) else { return };
        let is_first = self.stage == Stage::First;
        entry.place = match (entry.place, entry.wave) {
            (Place::Taken(until), Wave::Judged) if is_first => Place::Back(until),
            // It was quicker than its answer.
            (Place::Asked, Wave::First) if is_first => {
                entry.wave = Wave::Judged;
                Place::Back(now + rules.wait)
            }
            (Place::Back(until), _) => Place::Back(until),
            _ => Place::Fetched,
        };
        self.roll.put(phone, entry);
    }

    /// What came of telling it.
    pub fn answered(&mut self, phone: &CStr, answer: Answer, now: Instant, rules: &Rules) {
        let Some(mut entry) = self.roll.get(phone).filter(|entry| entry.place == Place::Asked) else { return };
        entry.place = match answer {
            Answer::Taken => {
                if entry.wave == Wave::First {
                    entry.wave = Wave::Judged;
                }
                Place::Taken(now + rules.wait)
            }
            Answer::Refused(status) => Place::Refused(status),
            Answer::Silent => again(entry.tries, SILENCE, now, rules),
            Answer::NoContact => {
                entry.tries = entry.tries.saturating_sub(1);
                Place::Away
            }
        };
        self.roll.put(phone, entry);
    }

    /// An account of the phone was registered.
    pub fn registered(&mut self, phone: &CStr) {
        if let Some(entry) = self.roll.get(phone).filter(|entry| entry.place == Place::Away) {
            self.roll.put(phone, Entry { place: Place::Queued, ..entry });
            self.queue.push_back(phone.into());
            if self.stage == Stage::Idle {
                self.stage = Stage::Rest;
            }
        }
    }

    /// The phone is served no more.
    pub fn forget(&mut self, phone: &CStr) {
        self.roll.remove(phone);
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
        let was_there = !self.roll.is_empty();
        *self = Campaign::default();
        was_there
    }

    /// How far it is.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// How many phones are where.
    pub fn counts(&self) -> Counts {
        self.roll.counts().clone()
    }

    /// When [`Self::tick`] has something to do, if no answer, fetch or contact comes before.
    pub fn next(&self, rules: &Rules) -> Option<Instant> {
        let is_anybodys = !self.urgent.is_empty() || (!self.queue.is_empty() && self.is_telling(rules));
        let turn = self.next_turn.filter(|_| is_anybodys);
        let look = self.next_look.filter(|_| self.stage != Stage::Idle);
        [turn, self.roll.next(), look].into_iter().flatten().min()
    }

    /// Whether those in the queue have their turns.
    fn is_telling(&self, rules: &Rules) -> bool {
        match self.stage {
            Stage::First => !first_wave::is_told(&self.roll, rules),
            Stage::Rest => true,
            Stage::Idle | Stage::Held => false,
        }
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
        if matches!(self.stage, Stage::First | Stage::Rest) && self.roll.is_done() {
            self.stage = Stage::Idle;
        }
        actions
    }

    /// Looks at those that may have a call, and at those that may have come back.
    fn look(&mut self, world: &mut impl World) {
        let mut moved = Vec::new();
        for (phone, entry) in self.roll.iter() {
            match entry.place {
                Place::Taken(until) if world.is_in_call(phone) => {
                    moved.push((phone.into(), Place::Taken(until + LOOK)))
                }
                Place::Back(_) if world.has_contact(phone) => moved.push((phone.into(), Place::Fetched)),
                _ => {}
            }
        }
        moved.into_iter().for_each(|(phone, place): (Box<CStr>, Place)| self.roll.place(&phone, place));
    }

    /// Does what is due of single phones.
    fn ring(&mut self, now: Instant, rules: &Rules, actions: &mut Vec<Action>) {
        while let Some((phone, entry)) = self.roll.take_due(now) {
            match entry.place {
                Place::Taken(_) => {
                    let wave = if entry.wave == Wave::Judged { Wave::Missed } else { entry.wave };
                    self.roll.put(&phone, Entry { place: again(entry.tries, rules.wait, now, rules), wave, ..entry });
                    actions.push(Action::Late(phone));
                }
                // It has what is new, and has not been registered since: that may be why.
                Place::Back(_) => self.roll.put(&phone, Entry { place: Place::Fetched, wave: Wave::Missed, ..entry }),
                _ => {
                    self.roll.put(&phone, Entry { place: Place::Queued, ..entry });
                    self.queue.push_back(phone);
                }
            }
        }
    }

    /// Goes on with the others, or does not.
    fn judge(&mut self, rules: &Rules, actions: &mut Vec<Action>) {
        match first_wave::verdict(&self.roll, self.queue.is_empty(), rules) {
            Verdict::Open => {}
            Verdict::Enough => self.stage = Stage::Rest,
            Verdict::TooFew(missed) => {
                self.stage = Stage::Held;
                actions.push(Action::Held(missed));
            }
        }
    }

    /// The next phone to tell, if it is anybody's turn.
    fn take_turn(&mut self, now: Instant, rules: &Rules, world: &mut impl World) -> Option<Box<CStr>> {
        let may_go_on = self.is_telling(rules);
        loop {
            let (phone, is_first) = match self.urgent.pop_front() {
                Some(phone) => (phone, false),
                None if may_go_on => (self.queue.pop_front()?, self.stage == Stage::First),
                None => return None,
            };
            let Some(mut entry) = self.roll.get(&phone).filter(|entry| entry.place == Place::Queued) else {
                continue;
            };
            if !rules.in_call && world.is_in_call(&phone) {
                self.roll.put(&phone, Entry { place: Place::Later(now + LOOK), ..entry });
                continue;
            }
            if is_first && entry.wave == Wave::Other {
                entry.wave = Wave::First;
            }
            self.roll.put(&phone, Entry { place: Place::Asked, tries: entry.tries + 1, ..entry });
            return Some(phone);
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
