//! One run: a host, its clients, and the reloads.

use fastrand::Rng;
use hosts::phones::{Fleet, Got, Phones, fetch_during, file, quantile_text};
use hosts::{Connection, Host};
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::thread::sleep;
use std::time::{Duration, Instant};

const RELOAD: &str = "module reload res_pjsip_phoneprov_provider.so";
const RELOAD_RES_PJSIP: &str = "module reload res_pjsip.so";
/// A command that has not been answered after so long never will be.
const PATIENCE: Duration = Duration::from_secs(60);
/// A reload of res_pjsip is followed after its command has returned; that long after the last one it must have been.
const FOLLOWED: Duration = Duration::from_secs(2);

#[derive(Clone, Copy)]
pub struct Plan {
    pub reloads: usize,
    pub pjsip_reloads: usize,
    /// Reloads after those, each of which changes all phones.
    pub all: usize,
    pub clients: usize,
    pub phones: usize,
    /// When to end even if not everything is done; how the host stops is nobody's concern then.
    pub time: Option<Duration>,
}

pub struct Outcome {
    pub alive: bool,
    /// How many reloads it has survived.
    pub reloads: usize,
    pub took: Duration,
    pub got: Got,
    /// Phones that were not served anew when the reload that they were changed for returned.
    pub late: Vec<usize>,
    /// How many phones get something old, or nothing, at the end.
    pub stale: Option<usize>,
}

impl Outcome {
    /// Everything but 200 that clients got.
    pub fn other(&self) -> String {
        let mut text = String::new();
        for (what, count) in &self.got.other {
            let _ = write!(text, "{}{what}: {count}", if text.is_empty() { "" } else { ", " });
        }
        if text.is_empty() { "0".into() } else { text }
    }

    /// The time within which that part of the requests was answered.
    pub fn latency(&self, part: f64) -> String {
        quantile_text(part, self.got.good.iter().map(|&(_, took)| took))
    }
}

pub fn run(mut host: Host, plan: &Plan) -> Outcome {
    let mut rng = Rng::new();
    let mut fleet = Fleet::new(plan.phones);
    fleet.configure(&host, "");
    host.start();
    let mut commands = [vec![RELOAD; plan.reloads], vec![RELOAD_RES_PJSIP; plan.pjsip_reloads]].concat();
    rng.shuffle(&mut commands);

    let start = Instant::now();
    let address = host.address().to_owned();
    let ((reloads, late), got) = fetch_during(&address, plan.clients, (Phones::Shared, plan.phones), || {
        let mut late = Vec::new();
        let all = std::iter::repeat_n((RELOAD, true), plan.all);
        for (done, (command, all)) in commands.iter().map(|&command| (command, false)).chain(all).enumerate() {
            if plan.time.is_some_and(|time| start.elapsed() > time) {
                return (done, late);
            }
            let phone = rng.usize(..fleet.len());
            if all {
                fleet.change_all()
            } else {
                fleet.change(phone)
            }
            fleet.configure(&host, "");
            if !reload(&mut host, command) {
                return (done, late);
            }
            if command == RELOAD && !is_current(&address, &fleet, phone) {
                late.push(phone);
            }
        }
        sleep(FOLLOWED);
        (plan.reloads + plan.pjsip_reloads + plan.all, late)
    });
    let took = start.elapsed();

    let alive = host.is_alive();
    let stale = alive.then(|| (0..fleet.len()).filter(|&phone| !is_current(&address, &fleet, phone)).count());
    if alive && plan.time.is_none() {
        host.finish();
    }
    Outcome { alive, reloads, took, got, late, stale }
}

/// Whether the host has lived through it.
fn reload(host: &mut Host, command: &str) -> bool {
    while host.is_alive() {
        match host.ask(command, PATIENCE) {
            Ok(answer) if answer.contains("already in progress") => sleep(Duration::from_millis(5)),
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::TimedOut => panic!("'{command}' is not answered: {error}"),
            // A dying host takes a moment until it is dead.
            Err(_) => sleep(Duration::from_millis(50)),
        }
    }
    host.is_alive()
}

fn is_current(address: &str, fleet: &Fleet, phone: usize) -> bool {
    let answer = Connection::open(address).and_then(|mut connection| connection.get(&file(phone)));
    answer.is_ok_and(|answer| fleet.is_current(phone, &answer))
}
