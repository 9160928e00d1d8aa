//! A fleet that registers, is changed all at once, and fetches what is new, while calls are put through.

use hosts::databases::settings;
use hosts::phones::{Fetchers, Manner, SetUps, SipPhones, mac, registering};
use hosts::{Ami, Connection, Host, eventually, eventually_within, unbroken};
use std::collections::HashMap;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

/// Nothing of it may take longer.
const LIMIT: Duration = Duration::from_secs(1800);

/// How often it is looked how far they are.
const LOOK: Duration = Duration::from_millis(250);

/// Telling may take so many kilobytes of memory a phone, and so many besides: a message and its answer are kept for half a minute,
/// the contact of who was away for longer.
const MOST_MEMORY: usize = 16;
const SPARE: usize = 16 * 1024;

/// What is to happen.
pub struct Plan {
    pub phones: usize,
    /// So many of them register only when the others have come.
    pub away: usize,
    /// `resync_rate` and `resync_first`.
    pub rate: u32,
    pub first: usize,
    /// How many calls are placed before, and as many during it, and how many in a second.
    pub calls: usize,
    pub calls_per_second: usize,
}

/// What came of it: of two changes of all phones, one after the other.
pub struct Outcome {
    /// How long calls took to be answered when nobody was told anything.
    pub before: SetUps,
    pub after: SetUps,
    pub changes: [Change; 2],
}

/// What came of one change.
pub struct Change {
    /// How many were away.
    pub away: usize,
    /// How long calls took to be answered meanwhile, and whether all were placed before all phones had come.
    pub calls: SetUps,
    pub calls_were_during: bool,
    /// Kilobytes that Asterisk had when the first wave was told, and at most from then on. What went before is a reload of
    /// everything, which takes Asterisk memory with this module and without.
    pub memory: usize,
    pub peak: usize,
    /// From the change until those had come that were registered, and from then on until those had who were not.
    pub took: Duration,
    pub took_away: Duration,
    /// How long the slowest phone took from the message to the end of its fetch.
    pub slowest: Duration,
}

fn configure(host: &Host, plan: &Plan, label: &str) {
    let Plan { phones, rate, first, .. } = plan;
    let rules = settings(&format!("resync = changed\nresync_rate = {rate}\nresync_first = {first}"));
    let defaults = format!("[all]\ntype = phoneprov_default\nLABEL = {label}\n\n");
    host.configure(rules + &defaults + &host.callers() + &registering(0..*phones, "transport = udp", ""));
}

fn line(host: &Host, name: &str) -> String {
    let status = host.ask("pjsip show phoneprov status", Duration::from_secs(60)).expect("the host answers");
    let (_, rest) = status.split_once(name).unwrap_or_else(|| panic!("no '{name}' in\n{status}"));
    // It may go on below, indented.
    let mut lines = rest.lines();
    let first = lines.next().unwrap_or_default();
    let further = lines.take_while(|line| line.starts_with(' '));
    unbroken(&std::iter::once(first).chain(further).collect::<Vec<_>>().join(" "))
}

pub fn run(host: &mut Host, plan: &Plan) -> Outcome {
    let here = plan.phones - plan.away;
    host.take_registrations();
    host.take_calls();
    configure(host, plan, "one");
    host.start();
    let _callee = host.callee();
    let macs: Vec<String> = (0..plan.phones).map(mac).collect();
    host.register(macs[..here].iter().map(String::as_str));
    let mut connection = Connection::open(host.address()).expect("the host listens");
    for mac in &macs {
        assert_eq!(connection.get(&format!("{mac}.cfg")).expect("the host answers").status, 200);
    }
    drop(connection);
    assert_all_current(host, plan);
    let before = host.place_calls(plan.calls, plan.calls_per_second);
    let late: Vec<&str> = macs[here..].iter().map(String::as_str).collect();
    let changes = [change(host, plan, "two", &late), change(host, plan, "three", &[])];
    let after = host.place_calls(plan.calls, plan.calls_per_second);
    Outcome { before, after, changes }
}

fn assert_all_current(host: &Host, plan: &Plan) {
    let current = || line(host, "Phones current");
    let all = format!("{}, 0 stale, 0 new", plan.phones);
    // Who fetched last is noted a moment after.
    assert!(eventually(|| current().starts_with(&all)), "{}", current());
}

/// What is seen of Asterisk while phones are told.
struct Watch<'a> {
    host: &'a Host,
    ami: Ami,
    events: HashMap<String, usize>,
    peak: usize,
}

impl Watch<'_> {
    fn look(&mut self) {
        // Whoever looks all the time is what disturbs calls.
        sleep(LOOK);
        self.peak = self.peak.max(self.host.resident_kb());
        for event in self.ami.events() {
            *self.events.entry(event.get("Event").unwrap_or_default().to_owned()).or_default() += 1;
        }
    }

    fn seen(&self, event: &str) -> usize {
        self.events.get(event).copied().unwrap_or_default()
    }

    fn wait_until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let is_over = || {
            self.look();
            is_so(self)
        };
        assert!(eventually_within(LIMIT, is_over), "{what}: {}", line(self.host, "Telling phones"));
    }
}

/// Changes all, of whom those that come late are registered when the others have come.
fn change(host: &Host, plan: &Plan, label: &str, late: &[&str]) -> Change {
    let (all, away) = (plan.phones, late.len());
    let phones = host.phones(Manner::Break);
    let mut watch = Watch { host, ami: host.ami("system"), events: HashMap::new(), peak: 0 };
    configure(host, plan, label);
    let mut memory = 0;
    let ((took, took_away, calls, calls_were_during), came) = Fetchers::default().during(host, &phones, |fetchers| {
        let start = Instant::now();
        host.cli("module reload res_pjsip.so");
        first_wave_is_told(host, plan, &phones);
        let (began, first) = (Instant::now(), phones.told());
        watch.peak = host.resident_kb();
        memory = watch.peak;
        fetchers.let_come(all);
        let (mut took, mut calls_were_during) = (None, true);
        let calls = scope(|scope| {
            let calls = scope.spawn(|| host.place_calls(plan.calls, plan.calls_per_second));
            watch.wait_until("not all come", |_| {
                let have_come = line(host, "Phones current").starts_with(&format!("{}, ", all - away));
                calls_were_during &= !have_come || calls.is_finished();
                have_come
            });
            took = Some(start.elapsed());
            // The rate is kept: nobody can be told sooner.
            let least = Duration::from_secs(1) / plan.rate * (all - away - first).saturating_sub(1) as u32;
            assert!(began.elapsed() >= least, "{} phones are told in {:?}", all - away, began.elapsed());
            calls.join().expect("calls end")
        });
        if away > 0 {
            assert_eq!(watch.seen("PhoneprovDelivered"), 0, "{away} are away");
            // Whose turn comes last may be one of them.
            let are_away = |_: &Watch| line(host, "Telling phones").contains(&format!(" {away} away"));
            watch.wait_until("they are not away", are_away);
        }
        let start = Instant::now();
        if away > 0 {
            host.register(late.iter().copied());
        }
        // Who is quicker with the file than with its answer is told of the other way round.
        watch.wait_until("it is not delivered", |watch| {
            watch.seen("PhoneprovDelivered") > 0 && watch.seen("PhoneprovResync") >= all
        });
        (took.unwrap_or_default(), start.elapsed(), calls, calls_were_during)
    });
    assert_all_current(host, plan);
    let times: Vec<Duration> =
        came.values().filter_map(|(told, fetched)| Some(fetched.as_ref()?.duration_since(*told))).collect();
    assert_eq!((came.len(), times.len(), phones.told()), (all, all, all), "each is told once, and has fetched");
    let events = ["PhoneprovResync", "PhoneprovFetched", "PhoneprovDelivered"].map(|event| watch.seen(event));
    assert_eq!(events, [all, all, 1], "{:?}", watch.events);
    let slowest = times.into_iter().max().unwrap_or_default();
    let peak = watch.peak;
    assert!(peak - memory < MOST_MEMORY * all + SPARE, "{memory} kB, and {peak} kB when phones are told");
    Change { away, calls, calls_were_during, memory, peak, took, took_away, slowest }
}

/// Waits until it is, and nobody else.
fn first_wave_is_told(host: &Host, plan: &Plan, phones: &SipPhones) {
    let first = plan.first;
    assert!(eventually_within(LIMIT, || phones.told() == first), "{} are told", phones.told());
    let is_waiting = || line(host, "Telling phones").contains(&format!(" {first} took it"));
    assert!(eventually_within(LIMIT, is_waiting), "{}", line(host, "Telling phones"));
    // Some others would have had their turns meanwhile.
    sleep(LOOK * 4);
    assert!(line(host, "Telling phones").starts_with("the first wave"), "{}", line(host, "Telling phones"));
    assert_eq!(phones.told(), first);
}
