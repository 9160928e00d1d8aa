//! Everything at once: reloads of everything, unload and load, edits, and phones that fetch their files.

use super::Field;
use super::config::{self, Config};
use super::tables::{self, Tables};
use super::watch::command;
use fastrand::Rng;
use hosts::Host;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const RELOADERS: usize = 3;
const CLIENTS: usize = 4;

/// Disturbs the host for so long; then the module is loaded and nothing is asked of the host any more.
pub fn disturb(host: &Host, field: Field, config: &mut Config, rng: &mut Rng, duration: Duration) {
    let end = Instant::now() + duration;
    scope(|scope| {
        for _ in 0..RELOADERS {
            let rng = rng.fork();
            scope.spawn(move || reload_things(host, rng, end));
        }
        let loader = rng.fork();
        scope.spawn(move || unload_and_load(host, loader, end));
        spawn_clients(scope, host, rng, end);
        if let Some(way) = field.way {
            let rng = rng.fork();
            scope.spawn(move || way.disturb(rng, end));
        }
        let mut rng = rng.fork();
        while Instant::now() < end {
            config.edit(&mut rng);
            write(host, field.tables, config);
            pause(&mut rng, 300);
        }
    });
}

/// The last edit, and what makes Asterisk read it: in any order and at once with other reloads, but each of the two that
/// read all of it is carried out.
pub fn finish(host: &Host, field: Field, config: &mut Config, rng: &mut Rng) {
    config.mend();
    write(host, field.tables, config);
    let mut last = vec!["module reload res_pjsip.so", "module reload res_phoneprov.so"];
    for other in ["module reload res_pjsip_phoneprov_provider.so", "core reload", "module reload res_pjsip.so"] {
        if rng.bool() {
            last.push(other);
        }
    }
    rng.shuffle(&mut last);
    let (first, second) = last.split_at(last.len() / 2);
    scope(|scope| {
        for commands in [first, second] {
            let mut rng = rng.fork();
            scope.spawn(move || {
                for text in commands {
                    pause(&mut rng, 100);
                    while command(host, text).contains("already in progress") {
                        sleep(Duration::from_millis(5));
                    }
                }
            });
        }
    });
    if field.tables.is_some() {
        tables::read(host);
    }
}

/// Writes both files, each at once, as a careful administrator does: half a file would be another configuration; then
/// the tables, likewise.
pub fn write(host: &Host, tables: Option<&Tables>, config: &Config) {
    host.write_at_once("etc/pjsip.conf", config.pjsip_conf());
    host.write_at_once("etc/phoneprov.conf", config.phoneprov_conf());
    tables.into_iter().for_each(|tables| tables.write(config));
}

fn reload_things(host: &Host, mut rng: Rng, end: Instant) {
    while Instant::now() < end {
        let text = match rng.u8(..12) {
            0..4 => "module reload res_pjsip_phoneprov_provider.so",
            4..7 => "module reload res_pjsip.so",
            7..9 => "module reload res_phoneprov.so",
            9 => "core reload",
            10 => "phoneprov show routes",
            _ => "pjsip show endpoints",
        };
        command(host, text);
        pause(&mut rng, 200);
    }
}

fn unload_and_load(host: &Host, mut rng: Rng, end: Instant) {
    while Instant::now() < end {
        pause(&mut rng, 1500);
        command(host, &format!("module unload {MODULE}"));
        pause(&mut rng, 300);
        command(host, &format!("module load {MODULE}"));
    }
}

fn spawn_clients<'scope>(
    scope: &'scope std::thread::Scope<'scope, '_>,
    host: &'scope Host,
    rng: &mut Rng,
    end: Instant,
) {
    for _ in 0..CLIENTS {
        let rng = rng.fork();
        scope.spawn(move || fetch_files(host, rng, end));
    }
}

fn fetch_files(host: &Host, mut rng: Rng, end: Instant) {
    while Instant::now() < end {
        let file = config::one_file(&mut rng);
        let answer = host.fetch(&file);
        match answer.status {
            200 => {
                let body = String::from_utf8_lossy(&answer.body).into_owned();
                assert!(body.contains("\nend of "), "{file} is served in part:\n{body}");
            }
            404 => {}
            status => panic!("{file} is answered with status {status}"),
        }
        pause(&mut rng, 10);
    }
}

/// Sleeps for up to so many milliseconds, and often not at all.
pub fn pause(rng: &mut Rng, milliseconds: u64) {
    if rng.u8(..4) > 0 {
        sleep(Duration::from_millis(rng.u64(..milliseconds)));
    }
}
