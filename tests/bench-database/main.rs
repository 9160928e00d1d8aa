//! What phones in PostgreSQL cost, on a real Asterisk 22: `make bench-database`. The C module provisions none of them, so
//! nothing stands beside it.
//!
//! Settings come from the environment: `N` phones (10,000), each with an endpoint and an auth of its own and one file, and
//! `RUNS` (3) of each step.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing benchmark panics")]

#[path = "../hosts/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests use the rest")]
mod hosts;

use hosts::{Connection, Host, Kind, Link, Postgres};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

const RELOAD: &str = "pjsip reload phoneprovs";
const PATIENCE: Duration = Duration::from_secs(180);

fn main() {
    let (phones, runs) = (setting("N", 10_000), setting("RUNS", 3));
    let mut text = format!("{phones} phones in PostgreSQL; medians of {runs} runs\n\n");
    text += "| work | until served | queries | of it the read |\n|---|--:|--:|--:|\n";

    let postgres = Postgres::start();
    fill(&postgres, phones);
    let (mut host, _link) = node(&postgres);
    host.start();
    let before = resident(&host);
    let mut node = Node { host, postgres, label: 0 };
    let load = node.step(
        &mut |node| {
            node.ask("module load res_pjsip_phoneprov_provider.so");
        },
        phones - 1,
    );
    let _ = writeln!(text, "| load | {} |", load.shown());
    let after = resident(&node.host);

    let mut row = |what: &str, node: &mut Node, work: &mut dyn FnMut(&mut Node)| {
        let steps: Vec<Step> = (0..runs).map(|_| node.step(work, phones - 1)).collect();
        let _ = writeln!(text, "| {what} | {} |", Step::median(steps).shown());
    };
    row("refresh, nothing changed", &mut node, &mut |node| node.ask(RELOAD));
    row("refresh, one row changed", &mut node, &mut |node| {
        node.change(&format!("id = 'phone-{:05}'", phones - 1));
        node.ask(RELOAD);
    });
    row("refresh of one section by its id", &mut node, &mut |node| {
        node.change(&format!("id = 'phone-{:05}'", phones - 1));
        node.ask(&format!("{RELOAD} phone-{:05}", phones - 1));
    });
    row("refresh, all rows changed", &mut node, &mut |node| {
        node.change("true");
        node.ask(RELOAD);
    });
    let _ = write!(
        text,
        "\nMemory of the node: {before:.1} MB without the module, {after:.1} MB with it, {:.1} MB at the end.\n",
        resident(&node.host)
    );
    let missing = (0..phones).filter(|&phone| !node.is_served(phone)).count();
    let _ = writeln!(text, "Phones that are not served at the end: {missing}.");

    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    fs::create_dir_all(&dir).expect("target is writable");
    fs::write(dir.join(format!("database-{phones}.md")), &text).expect("target is writable");
    println!("{text}\nwritten to target/bench/database-{phones}.md");
}

fn setting(name: &str, otherwise: usize) -> usize {
    let text = std::env::var(name).ok().filter(|text| !text.is_empty());
    text.map_or(otherwise, |text| text.parse().unwrap_or_else(|_| panic!("{name}={text} is no number")))
}

fn project_file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).expect("part of the checkout")
}

fn fill(postgres: &Postgres, phones: usize) {
    for tables in ["share/realtime/postgresql.sql", "tests/hosts/realtime-pjsip.sql"] {
        postgres.sql(&project_file(tables));
    }
    let last = phones - 1;
    postgres.sql(&format!(
        "insert into ps_endpoints (id, transport, auth, callerid)
             select n, 'udp', n, '\"Phone ' || n || '\" <' || n || '>' from (select lpad(n::text, 5, '0') as n from generate_series(0, {last}) n) t;
         insert into ps_auths (id, auth_type, username, password)
             select n, 'userpass', 'user-' || n, 'secret-' || n from (select lpad(n::text, 5, '0') as n from generate_series(0, {last}) n) t;
         insert into ps_phoneprov (id, endpoint, mac, profile, label)
             select 'phone-' || n, n, '0015650' || n, 'desk', 'label 0' from (select lpad(n::text, 5, '0') as n from generate_series(0, {last}) n) t;
         analyze;"
    ));
}

/// A node with the module not yet loaded.
fn node(postgres: &Postgres) -> (Host, Link) {
    let host = Host::new(Kind::Asterisk22);
    let link = postgres.link(&host);
    for sample in ["extconfig.conf", "res_pgsql.conf"] {
        host.write(&format!("etc/{sample}"), project_file(&format!("share/realtime/{sample}")));
    }
    // Without this, res_pjsip reads all endpoints for itself when it loads, which takes it minutes at 50,000.
    let sorcery_conf =
        project_file("share/realtime/sorcery.conf").replace("ps_endpoints", "ps_endpoints,allow_unqualified_fetch=no");
    host.write("etc/sorcery.conf", sorcery_conf);
    let modules = host.read("etc/modules.conf").replace("load = res_pjsip_phoneprov_provider.so\n", "");
    host.write("etc/modules.conf", modules.replacen("preload = ", "preload = res_config_pgsql.so\npreload = ", 1));
    host.write("etc/phoneprov.conf", "[general]\n[desk]\nmime_type = text/plain\n${MAC}.cfg = phone.cfg\n");
    host.write("data/phoneprov/phone.cfg", "label=${LABEL} user=${USERNAME} secret=${SECRET}\n");
    host.configure("");
    (host, link)
}

struct Node {
    host: Host,
    postgres: Postgres,
    label: usize,
}

/// What a step took.
#[derive(Clone)]
struct Step {
    served: Duration,
    queries: usize,
    read: String,
}

impl Step {
    fn shown(&self) -> String {
        let Step { served, queries, read } = self;
        format!("{:.3} s | {queries} | {read}", served.as_secs_f64())
    }

    fn median(mut steps: Vec<Step>) -> Step {
        steps.sort_by_key(|step| step.served);
        steps[steps.len() / 2].clone()
    }
}

impl Node {
    /// Does the work and waits until that phone's file shows the last change.
    fn step(&mut self, work: &mut dyn FnMut(&mut Node), phone: usize) -> Step {
        let statements = self.postgres.statements().len();
        let start = Instant::now();
        work(self);
        while !self.is_current(phone) {
            assert!(start.elapsed() < PATIENCE, "phone {phone} is not served");
            sleep(Duration::from_millis(2));
        }
        let served = start.elapsed();
        let status = self.host.ask("pjsip show phoneprov status", PATIENCE).unwrap();
        let read = status.lines().find(|line| line.starts_with("Database last read")).unwrap_or_default();
        Step {
            served,
            queries: self.postgres.statements().len() - statements,
            read: read.rsplit(", ").next().unwrap_or_default().to_owned(),
        }
    }

    fn ask(&mut self, command: &str) {
        self.host.ask(command, PATIENCE).expect("a command ends");
    }

    /// Gives the rows for which that holds a new label.
    fn change(&mut self, condition: &str) {
        self.label += 1;
        self.postgres.sql(&format!("update ps_phoneprov set label = 'label {}' where {condition}", self.label));
    }

    /// What a phone gets.
    fn file(&self, phone: usize) -> String {
        let file = format!("0015650{phone:05}.cfg");
        let answer = Connection::open(self.host.address()).and_then(|mut connection| connection.get(&file)).unwrap();
        String::from_utf8_lossy(&answer.body).into_owned()
    }

    fn is_served(&self, phone: usize) -> bool {
        self.file(phone).contains(&format!("secret=secret-{phone:05}"))
    }

    fn is_current(&self, phone: usize) -> bool {
        self.is_served(phone) && self.file(phone).starts_with(&format!("label=label {} ", self.label))
    }
}

/// In megabytes (proc(5), `status`).
fn resident(host: &Host) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", host.pid())).expect("the host runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS is there");
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
}
