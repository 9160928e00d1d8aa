//! Who asks for phones that nobody has, and whether they guess. No Asterisk in here.
//!
//! A phone whose MAC was mistyped asks for one of them, again and again. Somebody who guesses asks for many.

use super::bound::Bound;
use crate::phone::mac::Digits;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

/// More different MACs than that within [`WINDOW`] are guesses.
const MOST_MISTYPED: usize = 5;
/// The same from an address that known phones fetch from: an office, or a proxy, behind which there are many.
const MOST_MISTYPED_BESIDE_PHONES: usize = 50;
/// For so long a MAC counts.
const WINDOW: Duration = Duration::from_secs(600);

/// One address's requests are logged once in so long.
const LOG_INTERVAL: Duration = Duration::from_secs(10);
/// So many lines, whoever asks, in each of the bound's intervals.
const MOST_LINES: u32 = 10;
/// Likewise, so many security events.
const MOST_EVENTS: u32 = 50;
/// Of those, so many of one address: whoever asks for most must not hide the others.
const MOST_EVENTS_EACH: u32 = 10;

/// The last so many addresses are remembered, and at most twice as many.
const ADDRESSES: usize = 2048;

/// What is known of one address.
#[derive(Debug)]
struct Asker {
    logged: Option<Instant>,
    /// When it was called somebody who guesses.
    called: Option<Instant>,
    /// The different MACs, each with when it was asked for last: one more at most than are no guesses.
    macs: Vec<(Digits, Instant)>,
    events: Bound,
}

impl Default for Asker {
    fn default() -> Self {
        Asker { logged: None, called: None, macs: Vec::new(), events: Bound::new(MOST_EVENTS_EACH) }
    }
}

impl Asker {
    /// Notes a MAC; whether it is a new one, and whether there are too many.
    fn note(&mut self, mac: Digits, most: usize, now: Instant) -> (bool, bool) {
        self.macs.retain(|(_, at)| now.duration_since(*at) < WINDOW);
        let known = self.macs.iter().position(|(each, _)| *each == mac);
        let is_new = known.is_none();
        if let Some(known) = known {
            self.macs.remove(known);
        } else if self.macs.len() > most {
            self.macs.remove(0);
        }
        // The one that was asked for last is the last.
        self.macs.push((mac, now));
        (is_new, self.macs.len() > most)
    }
}

/// Addresses, of which those that were silent for longest are forgotten: when the young ones are as many as may be, they are
/// the old ones, and those that were are gone.
#[derive(Debug, Default)]
struct Askers {
    young: HashMap<IpAddr, Asker>,
    old: HashMap<IpAddr, Asker>,
}

impl Askers {
    fn of(&mut self, address: IpAddr) -> &mut Asker {
        if !self.young.contains_key(&address) {
            let known = self.old.remove(&address).unwrap_or_default();
            if self.young.len() >= ADDRESSES {
                self.old = std::mem::take(&mut self.young);
            }
            self.young.insert(address, known);
        }
        self.young.entry(address).or_default()
    }
}

/// What an address counts as: of IPv6 all that one customer has, who may take another one for each request.
pub fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

/// A line of the log about a request for a phone that nobody has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its address has just begun to guess: it has asked for so many of them.
    pub guesses: Option<usize>,
    /// How many such requests had no line since the last one.
    pub left_out: u64,
    /// How many of them had no security event, although they should.
    pub events_left_out: u64,
}

/// What should be done about a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Alarm {
    /// Log it.
    pub line: Option<Line>,
    /// It is a guess: raise a security event.
    pub event: bool,
}

/// All of them. Its size is bounded, whoever asks.
#[derive(Debug)]
pub struct Strangers {
    /// Requests for phones that nobody has.
    pub requests: u64,
    /// How many of them were guesses.
    pub guesses: u64,
    /// The last of them: for which MAC, from where, and when.
    pub last: Option<(Digits, IpAddr, Instant)>,
    askers: Askers,
    lines: Bound,
    events: Bound,
    events_left_out: u64,
}

impl Default for Strangers {
    fn default() -> Self {
        let (lines, events) = (Bound::new(MOST_LINES), Bound::new(MOST_EVENTS));
        Strangers { requests: 0, guesses: 0, last: None, askers: Askers::default(), lines, events, events_left_out: 0 }
    }
}

impl Strangers {
    /// Notes a request for a MAC that nobody has; `beside_phones` if known phones fetch from that address. Answers what should
    /// be done about it.
    pub fn note(&mut self, mac: Digits, from: IpAddr, beside_phones: bool, now: Instant) -> Alarm {
        self.requests += 1;
        self.last = Some((mac, from, now));
        let asker = self.askers.of(network(from));
        let most = if beside_phones { MOST_MISTYPED_BESIDE_PHONES } else { MOST_MISTYPED };
        let (is_new, are_too_many) = asker.note(mac, most, now);
        let is_guess = is_new && are_too_many;
        let event = is_guess && asker.events.take(true, now).is_some() && self.events.take(true, now).is_some();
        self.guesses += u64::from(is_guess);
        self.events_left_out += u64::from(is_guess && !event);

        let is_past = |last: Option<Instant>, interval| last.is_none_or(|last| now.duration_since(last) >= interval);
        let is_called = is_guess && is_past(asker.called, WINDOW);
        let left_out = self.lines.take(is_called || is_past(asker.logged, LOG_INTERVAL), now);
        let line = left_out.map(|left_out| {
            asker.logged = Some(now);
            if is_called {
                asker.called = Some(now);
            }
            let guesses = is_called.then_some(asker.macs.len());
            Line { guesses, left_out, events_left_out: std::mem::take(&mut self.events_left_out) }
        });
        Alarm { line, event }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bound::INTERVAL;
    use super::*;
    use std::net::Ipv4Addr;

    const ANN: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const BOB: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));
    const MONTH: Duration = Duration::from_secs(30 * 86_400);

    fn mac(number: usize) -> Digits {
        format!("aa00{number:08x}").as_bytes().try_into().unwrap()
    }

    fn address(number: usize) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(number as u32))
    }

    /// An ordinary line, after so many without one.
    fn line(left_out: u64) -> Alarm {
        Alarm { line: Some(Line { guesses: None, left_out, events_left_out: 0 }), event: false }
    }

    /// How many of them are told of as guesses.
    fn events(alarms: &[Alarm]) -> usize {
        alarms.iter().filter(|alarm| alarm.event).count()
    }

    #[test]
    fn one_phone_that_asks_again_and_again_is_logged_now_and_then_and_is_no_guesser() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        assert_eq!(strangers.note(mac(1), ANN, false, now), line(0));
        for _ in 0..20 {
            assert_eq!(strangers.note(mac(1), ANN, false, now), Alarm::default());
        }
        assert_eq!(strangers.note(mac(1), ANN, false, now + LOG_INTERVAL), line(20));
        assert_eq!(strangers.note(mac(1), BOB, false, now + LOG_INTERVAL), line(0));
        assert_eq!((strangers.requests, strangers.guesses), (23, 0));
        assert_eq!(strangers.last, Some((mac(1), BOB, now + LOG_INTERVAL)));
    }

    #[test]
    fn more_than_five_macs_of_one_address_are_guesses() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        let alarms: Vec<Alarm> = (0..8).map(|number| strangers.note(mac(number), ANN, false, now)).collect();
        assert_eq!(
            alarms.iter().map(|alarm| alarm.event).collect::<Vec<_>>(),
            [false, false, false, false, false, true, true, true]
        );
        let called = Line { guesses: Some(6), left_out: 4, events_left_out: 0 };
        assert_eq!(alarms[5].line, Some(called), "who guesses is called so at once");
        assert_eq!(alarms[6].line, None);
        assert!(!strangers.note(mac(7), ANN, false, now).event, "the same again is no new guess");
        assert!(!strangers.note(mac(8), BOB, false, now).event, "another address has guessed nothing");
        assert_eq!(strangers.guesses, 3);
    }

    /// Case 35.
    #[test]
    fn a_mistyped_mac_each_month_is_never_a_guess() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        for month in 0..60 {
            assert_eq!(strangers.note(mac(month), ANN, false, now + MONTH * month as u32), line(0), "month {month}");
        }
    }

    #[test]
    fn guesses_that_take_their_time_are_guesses_within_ten_minutes_only() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        let mut ask = |from, pause: u64| {
            let at = |number: usize| now + Duration::from_secs(pause * number as u64);
            let alarms: Vec<Alarm> = (0..20).map(|each| strangers.note(mac(each), from, false, at(each))).collect();
            events(&alarms)
        };
        assert_eq!(ask(ANN, 120), 0, "five in ten minutes");
        assert_eq!(ask(BOB, 119), 15, "six in ten minutes");
    }

    /// Case 45.
    #[test]
    fn an_office_may_have_fifty_mistyped_phones() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        let ask = |strangers: &mut Strangers, numbers: std::ops::Range<usize>, now| {
            events(&numbers.map(|number| strangers.note(mac(number), ANN, true, now)).collect::<Vec<Alarm>>())
        };
        for round in 0..10 {
            assert_eq!(ask(&mut strangers, 0..50, now + Duration::from_secs(30) * round), 0, "round {round}");
        }
        assert_eq!(ask(&mut strangers, 50..53, now + Duration::from_secs(300)), 3);
        let five: usize = (0..5).map(|number| usize::from(strangers.note(mac(number), BOB, false, now).event)).sum();
        assert_eq!(five, 0, "five mistyped phones behind a proxy");
    }

    /// Case 36: as many addresses as requests.
    #[test]
    fn many_addresses_get_few_lines_and_a_count() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        let alarms: Vec<Alarm> = (0..3_000).map(|each| strangers.note(mac(each), address(each), false, now)).collect();
        assert_eq!(alarms.iter().filter(|alarm| alarm.line.is_some()).count(), MOST_LINES as usize);
        assert_eq!(strangers.note(mac(0), BOB, false, now + INTERVAL), line(2_990));
    }

    /// Case 44: 4,000 addresses, and 42,000 requests a second.
    #[test]
    fn a_flood_of_guesses_costs_bounded_lines_events_and_memory() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        let (mut lines, mut raised, mut told) = (0, 0, 0);
        for request in 0..840_000 {
            let at = now + Duration::from_secs(20).mul_f64(request as f64 / 840_000.0);
            let alarm = strangers.note(mac(request), address(request % 4_000), false, at);
            raised += u64::from(alarm.event);
            if let Some(line) = alarm.line {
                lines += 1;
                told += 1 + line.left_out;
            }
        }
        assert!(lines <= 3 * MOST_LINES, "{lines} lines");
        assert!(raised <= 3 * u64::from(MOST_EVENTS), "{raised} events");
        let next = strangers.note(mac(0), BOB, false, now + Duration::from_secs(60));
        assert_eq!(told + 1 + next.line.unwrap().left_out, 840_001, "each has a line or is counted by one");
        assert!(strangers.askers.young.len() + strangers.askers.old.len() <= 2 * ADDRESSES);
        let all = strangers.askers.young.values().chain(strangers.askers.old.values());
        assert!(all.map(|asker| asker.macs.len()).max() <= Some(MOST_MISTYPED + 1));
    }

    #[test]
    fn whoever_asks_for_most_does_not_hide_the_others() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        for number in 0..1_000 {
            strangers.note(mac(number), ANN, false, now);
        }
        let alarms: Vec<Alarm> = (0..10).map(|number| strangers.note(mac(number), BOB, false, now)).collect();
        assert_eq!(events(&alarms), 5);
    }

    #[test]
    fn the_addresses_that_asked_last_are_remembered() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        let come = |strangers: &mut Strangers, addresses: usize| {
            for each in 0..addresses {
                strangers.note(mac(0), address(each), false, now);
            }
        };
        for number in 0..5 {
            strangers.note(mac(number), ANN, false, now);
        }
        come(&mut strangers, ADDRESSES);
        assert!(strangers.note(mac(5), ANN, false, now).event, "it is still known");
        come(&mut strangers, 2 * ADDRESSES + 1);
        assert!(!strangers.note(mac(6), ANN, false, now).event, "it is forgotten");
    }

    #[test]
    fn whoever_has_many_addresses_of_ipv6_is_one() {
        let (mut strangers, now) = (Strangers::default(), Instant::now());
        let address = |number: usize| format!("2001:db8:1:2::{number:x}").parse().unwrap();
        let alarms: Vec<Alarm> = (0..8).map(|each| strangers.note(mac(each), address(each), false, now)).collect();
        assert_eq!(events(&alarms), 3);
    }
}
