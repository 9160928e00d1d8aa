//! Edits and triggers in any order end in what a fresh start serves.

use fastrand::Rng;
use hosts::Host;
use std::fmt::Write as _;
use std::time::Duration;

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const STEPS: usize = 20;
const PHONES: usize = 10;
const ACCOUNTS: usize = 4;
/// Fewer than phones, so that some share one.
const MACS: usize = PHONES * 2 / 3;

/// A configuration of which each part can change.
struct Config {
    /// Some of them share a MAC, and some do not exist at the moment.
    phones: [Option<Phone>; PHONES],
    /// The password; `None` is an account that does not exist.
    accounts: [Option<u32>; ACCOUNTS],
    port: u16,
    label: Option<u32>,
    /// Whether phoneprov.conf has the profile `attic`.
    attic: bool,
}

#[derive(Clone, Copy)]
struct Phone {
    mac: usize,
    line: u8,
    account: Option<usize>,
    attic: bool,
    note: u32,
}

impl Config {
    fn new(rng: &mut Rng) -> Self {
        let mut config =
            Config { phones: [None; PHONES], accounts: [Some(0); ACCOUNTS], port: 5070, label: None, attic: true };
        (0..3 * PHONES).for_each(|_| config.edit(rng));
        config
    }

    fn edit(&mut self, rng: &mut Rng) {
        match rng.u8(..10) {
            0..5 => {
                let phone = Phone {
                    mac: rng.usize(..MACS),
                    line: rng.u8(1..4),
                    account: rng.bool().then(|| rng.usize(..ACCOUNTS)),
                    attic: rng.u8(..4) == 0,
                    note: rng.u32(..100),
                };
                self.phones[rng.usize(..PHONES)] = (rng.u8(..5) > 0).then_some(phone);
            }
            5..8 => self.accounts[rng.usize(..ACCOUNTS)] = (rng.u8(..5) > 0).then(|| rng.u32(..100)),
            8 if rng.bool() => self.port = rng.u16(5070..5080),
            8 => self.label = rng.bool().then(|| rng.u32(..100)),
            _ => self.attic = !self.attic,
        }
    }

    fn write(&self, host: &Host) {
        let mut pjsip =
            format!("[lan]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{}\nallow_reload = yes\n\n", self.port);
        for (number, password) in self.accounts.iter().enumerate().filter_map(|(n, account)| Some((n, (*account)?))) {
            let _ = writeln!(
                pjsip,
                "[a{number}]\ntype = endpoint\ntransport = lan\nauth = a{number}\n\n\
                 [a{number}]\ntype = auth\nusername = u\npassword = {password}\n"
            );
        }
        if let Some(label) = self.label {
            let _ = writeln!(pjsip, "[all]\ntype = phoneprov_default\nLABEL = label {label}\n");
        }
        for (number, phone) in self.phones.iter().enumerate().filter_map(|(n, phone)| Some((n, (*phone)?))) {
            let Phone { mac, line, account, attic, note } = phone;
            let profile = if attic { "attic" } else { "desk" };
            let _ = writeln!(
                pjsip,
                "[p{number}]\ntype = phoneprov\nMAC = {}\nLINE = {line}\nPROFILE = {profile}\n\
                 NOTE = {note}",
                mac_text(mac)
            );
            if let Some(account) = account {
                let _ = writeln!(pjsip, "endpoint = a{account}");
            }
            pjsip.push('\n');
        }
        let profiles = if self.attic { &["desk", "attic"][..] } else { &["desk"] };
        let mut phoneprov = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n".to_owned();
        for profile in profiles {
            let _ = writeln!(phoneprov, "\n[{profile}]\nmime_type = text/plain\n${{MAC}}.cfg = phone.cfg");
        }
        host.write_at_once("etc/pjsip.conf", pjsip);
        host.write_at_once("etc/phoneprov.conf", phoneprov);
    }
}

fn mac_text(number: usize) -> String {
    format!("0015650000{:02x}", 0xa0 + number)
}

/// Every file that a phone may have or ask for, whether it has it now or not.
fn any_file() -> impl Iterator<Item = String> {
    (0..MACS).flat_map(|mac| [format!("{}.cfg", mac_text(mac)), format!("{}.cfg", mac_text(mac).to_uppercase())])
}

fn pull_a_trigger(host: &Host, rng: &mut Rng) {
    match rng.u8(..12) {
        0..3 => host.reload(),
        3..6 => drop(host.cli("module reload res_pjsip.so")),
        6..8 => drop(host.cli("module reload res_phoneprov.so")),
        8 => drop(host.cli("core reload")),
        9 => drop(host.cli("module reload")),
        10 => drop(host.cli(&format!("module unload {MODULE}"))),
        _ => drop(host.cli(&format!("module load {MODULE}"))),
    }
    // In the midst of the burst, after it, or long after.
    std::thread::sleep(Duration::from_millis(rng.choice([0, 0, 0, 20, 80, 200]).unwrap()));
}

pub fn end_in_what_a_fresh_start_serves(host: &mut Host) {
    let mut rng = Rng::with_seed(0);
    Config::new(&mut rng).write(host);
    host.start();
    // Each order of the three commands that make sure that everything is read once more after the last edit.
    let [pjsip, phoneprov, load] =
        ["module reload res_pjsip.so", "module reload res_phoneprov.so", "module load res_pjsip_phoneprov_provider.so"];
    let last = [
        [pjsip, phoneprov, load],
        [pjsip, load, phoneprov],
        [phoneprov, pjsip, load],
        [phoneprov, load, pjsip],
        [load, pjsip, phoneprov],
        [load, phoneprov, pjsip],
    ];
    for (seed, last) in (1..).zip(last) {
        let mut rng = Rng::with_seed(seed);
        let mut config = Config::new(&mut rng);
        for _ in 0..STEPS {
            if rng.bool() {
                config.edit(&mut rng);
                config.write(host);
            }
            pull_a_trigger(host, &mut rng);
        }
        (0..PHONES).for_each(|_| config.edit(&mut rng));
        config.write(host);
        last.iter().for_each(|command| drop(host.cli(command)));

        let mut fresh = Host::new(host.kind);
        config.write(&fresh);
        fresh.start();
        let expected = fresh.served(any_file());
        fresh.finish();
        // From then on nothing that is still to come changes it again.
        host.settle();
        assert_eq!(host.served(any_file()).differences(&expected), [""; 0], "seed {seed}");
    }
}
