//! What is measured: a module in an Asterisk of its own, with a fleet.

use hosts::phones::{Fleet, mac};
use hosts::{Host, Kind, Module};
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The slowest thing that the C module does at 10,000 phones takes half a minute.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks whether the new state is served.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

pub struct Subject {
    host: Host,
    pub fleet: Fleet,
}

impl Subject {
    /// An Asterisk with these phones in pjsip.conf, started without the module.
    pub fn start(module: Module, phones: usize) -> Self {
        let mut host = Host::with(Kind::Asterisk22, module);
        for file in ["etc/phoneprov.conf", "data/phoneprov/phone.cfg"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bench/instance").join(file);
            host.write(file, fs::read(from).expect("tests/bench/instance is part of the checkout"));
        }
        let modules = host.read("etc/modules.conf").replace("load = res_pjsip_phoneprov_provider.so\n", "");
        host.write("etc/modules.conf", modules);
        let fleet = Fleet::new(phones);
        host.write("etc/pjsip.conf", fleet.pjsip_conf(""));
        host.start();
        Self { host, fleet }
    }

    /// Changes so many phones in pjsip.conf.
    pub fn change(&mut self, count: usize) {
        self.fleet.change_some(count);
        self.host.write("etc/pjsip.conf", self.fleet.pjsip_conf(""));
    }

    pub fn command(&mut self, command: &str) {
        let answer = self.host.ask(command, PATIENCE);
        assert!(self.host.is_alive(), "Asterisk died of '{command}'");
        if let Err(error) = answer {
            panic!("'{command}' is not answered: {error}");
        }
    }

    /// Seconds until a question is answered.
    pub fn answer(&mut self, question: &str) -> f64 {
        let start = Instant::now();
        self.command(question);
        start.elapsed().as_secs_f64()
    }

    /// Seconds from the command until the last phone's file shows what pjsip.conf says.
    pub fn until_served(&mut self, command: &str) -> f64 {
        let took = self.until(command, |subject| subject.is_served(subject.fleet.last()));
        let step = self.fleet.len().div_ceil(50);
        for phone in (0..self.fleet.len()).step_by(step) {
            assert!(self.is_served(phone), "after '{command}' {} is not as configured", file(phone));
        }
        took
    }

    /// Seconds from the command until the last phone's file is not there.
    pub fn until_gone(&mut self, command: &str) -> f64 {
        self.until(command, |subject| subject.host.fetch(&file(subject.fleet.last())).status == 404)
    }

    fn until(&mut self, command: &str, is_so: impl Fn(&Self) -> bool) -> f64 {
        let start = Instant::now();
        self.command(command);
        while !is_so(self) {
            assert!(start.elapsed() < PATIENCE, "'{command}' has no effect");
            sleep(LOOK_AGAIN);
        }
        start.elapsed().as_secs_f64()
    }

    fn is_served(&self, phone: usize) -> bool {
        self.fleet.is_current(phone, &self.host.fetch(&file(phone)))
    }

    /// How many phones have files.
    pub fn phones(&self) -> usize {
        let routes = self.host.ask("phoneprov show routes", PATIENCE).expect("phoneprov show routes is answered");
        routes.matches("-network.cfg").count()
    }

    /// Resident memory of Asterisk in MB.
    pub fn resident(&self) -> f64 {
        self.host.resident_kb() as f64 / 1024.0
    }
}

/// The file by which a phone is looked at.
fn file(phone: usize) -> String {
    format!("{}-network.cfg", mac(phone))
}
