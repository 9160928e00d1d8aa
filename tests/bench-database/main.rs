//! What phones in PostgreSQL cost, on a real Asterisk 22: `make bench-database`. The C module provisions none of them, so
//! nothing stands beside it.
//!
//! Settings come from the environment: `N` phones (10,000), each with an endpoint and an auth of its own and one file,
//! `RUNS` (3) of each step, `SECONDS` (20) for what is watched, and `FILL=no` for a `res_phoneprov` without the phones.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing benchmark panics")]

mod watched;
mod writers;

use hosts::databases::{Database, Link, settings, status};
use hosts::phones::{Fleet, account, file, id};
use hosts::{Connection, Host, Kind, setting, top};
use std::fmt::Write as _;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

const RELOAD: &str = "pjsip reload phoneprovs";
const PATIENCE: Duration = Duration::from_secs(180);

fn main() {
    let (phones, runs) = (setting("N").unwrap_or(10_000), setting("RUNS").unwrap_or(3));
    let without = if fills() { "" } else { ", fill_res_phoneprov = no" };
    let mut text = format!("{phones} phones in PostgreSQL{without}; medians of {runs} runs\n\n");
    text += "| work | until served | processor of the node | queries | of it the read |\n|---|--:|--:|--:|--:|\n";

    let database = Database::of(Kind::Asterisk22);
    let fleet = Fleet::new(phones);
    database.hold(&fleet);
    database.sql("analyze");
    let (mut host, _link) = node(&database);
    host.start();
    let before = resident(&host);
    let mut node = Node { host, database, label: fleet.label(0), changes: 0 };
    let load = node.step(
        &mut |node| {
            node.ask("module load res_pjsip_phoneprov_provider.so");
        },
        phones - 1,
    );
    let _ = writeln!(text, "| load | {} |", load.shown());
    let after = resident(&node.host);

    let (queries, read) = node.looked();
    let _ = writeln!(text, "| refresh by the interval, the version is the same | | | {queries} | {read} |");
    let mut row = |what: &str, node: &mut Node, work: &mut dyn FnMut(&mut Node)| {
        let steps: Vec<Step> = (0..runs).map(|_| node.step(work, phones - 1)).collect();
        let _ = writeln!(text, "| {what} | {} |", Step::median(steps).shown());
    };
    row("refresh, nothing changed", &mut node, &mut |node| node.ask(RELOAD));
    row("refresh, one row changed", &mut node, &mut |node| {
        node.change(&format!("id = '{}'", id(phones - 1)));
        node.ask(RELOAD);
    });
    row("refresh of one section by its id", &mut node, &mut |node| {
        node.change(&format!("id = '{}'", id(phones - 1)));
        node.ask(&format!("{RELOAD} {}", id(phones - 1)));
    });
    row("refresh, all rows changed", &mut node, &mut |node| {
        node.change("true");
        node.ask(RELOAD);
    });
    let _ = write!(
        text,
        "\nMemory of the node: {before:.1} MB without the module, {after:.1} MB with it, {:.1} MB at the end, {:.1} MB at most.\n",
        resident(&node.host),
        megabytes(node.host.most_resident_kb())
    );
    text += &watched::table(&mut node, setting("SECONDS").unwrap_or(20));
    text += &writers::table(phones, runs);
    let mut connection = node.connection();
    let missing = (0..phones).filter(|&phone| !is_served(&got(&mut connection, phone), phone)).count();
    let _ = writeln!(text, "Phones that are not served at the end: {missing}.");

    let dir = top().join("target/bench");
    fs::create_dir_all(&dir).expect("target is writable");
    let name = format!("database-{phones}{}.md", if fills() { "" } else { "-unfilled" });
    fs::write(dir.join(&name), &text).expect("target is writable");
    println!("{text}\nwritten to target/bench/{name}");
}

/// A node with the module not yet loaded.
fn node(database: &Database) -> (Host, Option<Link>) {
    let host = Host::new(Kind::Asterisk22);
    let link = database.serve(&host);
    // Without this, res_pjsip reads all endpoints for itself when it loads, which takes it minutes at 50,000.
    let sorcery_conf = host.read("etc/sorcery.conf").replace("ps_endpoints", "ps_endpoints,allow_unqualified_fetch=no");
    host.write("etc/sorcery.conf", sorcery_conf);
    let modules = host.read("etc/modules.conf").replace("load = res_pjsip_phoneprov_provider.so\n", "");
    host.write("etc/modules.conf", modules);
    host.write("etc/phoneprov.conf", "[general]\n[desk]\nmime_type = text/plain\n${MAC}.cfg = phone.cfg\n");
    host.write("data/phoneprov/phone.cfg", "LABEL=${LABEL}\nuser=${USERNAME} secret=${SECRET}\n");
    set(&host, "");
    (host, link)
}

/// Whether `res_phoneprov` is given the phones.
fn fills() -> bool {
    std::env::var("FILL").as_deref() != Ok("no")
}

/// Sets the module's own options: those lines, and what the environment says.
fn set(host: &Host, lines: &str) {
    let fill = if fills() { "yes" } else { "no" };
    host.configure(settings(&format!("fill_res_phoneprov = {fill}\n{lines}")));
}

struct Node {
    host: Host,
    database: Database,
    /// What the rows that were changed last have.
    label: String,
    changes: usize,
}

/// What a step took.
#[derive(Clone)]
struct Step {
    served: Duration,
    processor: Duration,
    queries: usize,
    read: String,
}

impl Step {
    fn shown(&self) -> String {
        let Step { served, processor, queries, read } = self;
        format!("{:.3} s | {:.3} s | {queries} | {read}", served.as_secs_f64(), processor.as_secs_f64())
    }

    fn median(mut steps: Vec<Step>) -> Step {
        steps.sort_by_key(|step| step.served);
        steps[steps.len() / 2].clone()
    }
}

impl Node {
    /// Does the work and waits until that phone's file shows the last change.
    fn step(&mut self, work: &mut dyn FnMut(&mut Node), phone: usize) -> Step {
        let statements = self.database.postgres().statements().len();
        let (start, used) = (Instant::now(), self.host.processor_time());
        work(self);
        while !self.is_current(phone) {
            assert!(start.elapsed() < PATIENCE, "phone {phone} is not served");
            sleep(Duration::from_millis(2));
        }
        let (served, processor) = (start.elapsed(), self.host.processor_time() - used);
        let queries = self.database.postgres().statements().len() - statements;
        Step { served, processor, queries, read: self.last_read() }
    }

    /// How long the last read took.
    fn last_read(&self) -> String {
        status(&self.host, "Database last read").rsplit(", ").next().unwrap_or_default().to_owned()
    }

    /// How many queries it is to look by itself, and how long that takes.
    fn looked(&mut self) -> (usize, String) {
        set(&self.host, "refresh_interval = 1");
        self.ask(RELOAD);
        let reads = |node: &Node| status(&node.host, "Database reads");
        let (statements, before) = (self.database.postgres().statements().len(), reads(self));
        while reads(self) == before {
            sleep(Duration::from_millis(20));
        }
        let looked = (self.database.postgres().statements().len() - statements, self.last_read());
        set(&self.host, "");
        self.ask(RELOAD);
        looked
    }

    fn ask(&mut self, command: &str) {
        self.host.ask(command, PATIENCE).expect("a command ends");
    }

    /// Gives the rows for which that holds a new label.
    fn change(&mut self, condition: &str) {
        self.changes += 1;
        self.label = format!("row {}", self.changes);
        self.database.sql(&format!("update ps_phoneprov set label = '{}' where {condition}", self.label));
    }

    /// What a phone gets over a connection of its own.
    fn file(&self, phone: usize) -> String {
        got(&mut self.connection(), phone)
    }

    fn connection(&self) -> Connection {
        Connection::open(self.host.address()).expect("the host listens")
    }

    fn is_current(&self, phone: usize) -> bool {
        let file = self.file(phone);
        is_served(&file, phone) && file.starts_with(&format!("LABEL={}\n", self.label))
    }
}

/// What a phone gets over that connection: for all of them, one each would be more than Asterisk takes at once.
fn got(connection: &mut Connection, phone: usize) -> String {
    let answer = connection.get(&file(phone)).expect("the host answers");
    String::from_utf8_lossy(&answer.body).into_owned()
}

/// Whether that is a phone's file.
fn is_served(file: &str, phone: usize) -> bool {
    file.contains(&format!("secret=secret-{}\n", account(phone)))
}

/// What a host has in memory when it has come to rest.
fn resident(host: &Host) -> f64 {
    const REST: Duration = Duration::from_secs(1);
    let until = Instant::now() + PATIENCE;
    let mut before = 0;
    loop {
        let now = host.resident_kb();
        if now.abs_diff(before) < 1024 || Instant::now() > until {
            return megabytes(now);
        }
        before = now;
        sleep(REST);
    }
}

fn megabytes(kilobytes: usize) -> f64 {
    kilobytes as f64 / 1024.0
}
