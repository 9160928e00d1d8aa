//! One run: a host, its clients, and the reloads.

use fastrand::Rng;
use hosts::phones::{Connections, Crowd, Fleet, Got, is_whole, model, quantile_text};
use hosts::{Host, eventually};
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::thread::sleep;
use std::time::{Duration, Instant};

const RELOAD: &str = "module reload res_pjsip_phoneprov_provider.so";
const RELOAD_RES_PJSIP: &str = "module reload res_pjsip.so";
const RELOAD_RES_PHONEPROV: &str = "module reload res_phoneprov.so";
const RELOAD_EVERYTHING: &str = "core reload";
/// A command that has not been answered after so long never will be.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy)]
pub struct Plan {
    pub reloads: usize,
    pub pjsip_reloads: usize,
    pub core_reloads: usize,
    pub phoneprov_reloads: usize,
    /// Reloads after those, each of which changes all phones.
    pub all: usize,
    pub clients: usize,
    pub phones: usize,
    /// When to end even if not everything is done; how the host stops is nobody's concern then.
    pub time: Option<Duration>,
}

impl Plan {
    /// What is to be reloaded, in any order.
    fn commands(&self, rng: &mut Rng) -> Vec<&'static str> {
        let mut commands = [
            vec![RELOAD; self.reloads],
            vec![RELOAD_RES_PJSIP; self.pjsip_reloads],
            vec![RELOAD_EVERYTHING; self.core_reloads],
            vec![RELOAD_RES_PHONEPROV; self.phoneprov_reloads],
        ]
        .concat();
        rng.shuffle(&mut commands);
        // A reload of res_phoneprov does not read what has changed.
        commands.push(RELOAD);
        commands
    }
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
    /// Everything that clients got beside whole files.
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
    model::set_up(&host);
    fleet.configure(&host, "");
    host.start();

    let start = Instant::now();
    let address = host.address().to_owned();
    let crowd = crowd(&host, plan);
    let ((reloads, late, stale), got) = crowd.during(|| {
        let (mut done, mut late) = (0, Vec::new());
        let mixed = plan.commands(&mut rng).into_iter().map(|command| (command, false));
        for (command, all) in mixed.chain(std::iter::repeat_n((RELOAD, true), plan.all)) {
            if plan.time.is_some_and(|time| start.elapsed() > time) {
                break;
            }
            let phone = rng.usize(..fleet.len());
            if all {
                fleet.change_all()
            } else {
                fleet.change(phone)
            }
            fleet.configure(&host, "");
            if !reload(&mut host, command) {
                return (done, late, None);
            }
            done += 1;
            if command == RELOAD && !model::is_current(&address, &fleet, phone) {
                late.push(phone);
            }
        }
        // A reload of res_pjsip is followed after its command has returned. Nobody else ever gets there.
        let mut left = model::stale(&address, &fleet);
        if plan.time.is_none() {
            eventually(|| {
                left = model::stale(&address, &fleet);
                left == 0 || !host.is_alive()
            });
        }
        (done, late, Some(left))
    });
    let took = start.elapsed();

    let alive = host.is_alive();
    if alive && plan.time.is_none() {
        host.finish();
    }
    Outcome { alive, reloads, took, got, late, stale: stale.filter(|_| alive) }
}

/// Clients that fetch what phones fetch, of any phone: half of them over one connection each, half over a new one each time.
fn crowd(host: &Host, plan: &Plan) -> Crowd {
    let files = model::files(host, plan.phones);
    let kept = plan.clients.div_ceil(2);
    Crowd::at(host.address()).fetch(kept, Connections::Kept, &files, is_whole).fetch(
        plan.clients - kept,
        Connections::New,
        &files,
        is_whole,
    )
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
