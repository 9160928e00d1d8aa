//! What `pjsip check phoneprovs` tells is what the reload that follows does, and what it says is wrong is what is wrong then:
//! random edits of pjsip.conf, each checked, reloaded and compared. One host lives through all of them. Settings come from the
//! environment:
//! - `EDITS`: how many (200 on the stub core and 30 on a real 22, what `make test` runs);
//! - `SEED`: which, as printed by an earlier run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod edits;
mod told;

use edits::{Edited, MACS};
use fastrand::Rng;
use hosts::{Host, Kind, encoded, setting, unbroken};
use libtest_mimic::{Arguments, Trial};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;
use told::{Fate, Told};

/// A command may take so long.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let seed = setting("SEED").unwrap_or_else(|| fastrand::u64(..1 << 60));
    let mut trials = Vec::new();
    for (kind, usual) in [(Kind::Stub, 200), (Kind::Asterisk22, 30)] {
        if Kind::wanted().contains(&kind) {
            let edits: usize = setting("EDITS").unwrap_or(usual);
            trials.push(Trial::test(format!("{}::a_reload_does_what_a_check_tells", kind.label()), move || {
                println!("SEED={seed} EDITS={edits}");
                run(kind, edits, seed);
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// What has this module read its own sections again, and nothing else.
const OWN_RELOADS: [&str; 2] = ["pjsip reload phoneprovs", "module reload res_pjsip_phoneprov_provider.so"];

/// What phones get, by MAC as it is written; `None` where that is nothing.
type Files = BTreeMap<&'static str, Option<String>>;

fn run(kind: Kind, edits: usize, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut host = Host::new(kind);
    let mut edited = Edited::new(&mut rng);
    host.set_profile("${MAC}.cfg = phone.cfg\n\n[attic]\nmime_type = text/plain\n${MAC}.cfg = phone.cfg\n");
    write(&host, &edited);
    host.start();
    let mut round = Round { host: &host, log_read: 0 };
    round.settle();
    let mut before = round.files();
    let (mut known, mut compared) = (BTreeSet::new(), 0);
    let mut total = BTreeMap::from([("added", 0), ("changed", 0), ("removed", 0), ("problems", 0)]);
    for number in 1..=edits {
        let old = edited.text();
        edited.edit(&mut rng);
        write(&host, &edited);
        round.log_read = host.log().len();
        let mut told = round.check();
        // It changes nothing.
        assert_eq!(round.files(), before);
        let mut differences = Vec::new();
        let odd = edited.unforeseeable();
        // What nobody could foresee is known once it has been refused.
        let is_foreseen = odd.is_subset(&known);
        if rng.u8(..4) == 0 {
            let answer = ask(&host, OWN_RELOADS[rng.usize(..OWN_RELOADS.len())]);
            round.settle();
            let after = round.files();
            if is_foreseen {
                compare_own_reload(&told, &before, &after, &answer, &mut differences);
            }
            before = after;
            // It changes nothing of what is to come, but for what has come already.
            told = round.check();
            round.log_read = host.log().len();
        }
        ask(&host, "module reload res_pjsip.so");
        round.settle();
        let after = round.files();
        let again = round.check();
        if is_foreseen {
            compare_files(&told, &before, &after, &mut differences);
            compare_problems(&told, &again, &mut differences);
            round.compare_log(&told, &mut differences);
            compared += 1;
        }
        if !again.fates.is_empty() {
            differences.push(format!("after the reload a check still tells {:?}", again.fates));
        }
        if again.was_read() {
            known = odd;
        }
        round.compare_show(&again, &mut differences);
        assert!(
            differences.is_empty(),
            "SEED={seed}, edit {number}:\n{}\n--- before:\n{old}\n--- after:\n{}\n--- told:\n{}\n--- told after the reload:\n{}\n--- log:\n{}",
            differences.join("\n"),
            edited.text(),
            told.text,
            again.text,
            &host.log()[round.log_read..],
        );
        *total.get_mut("added").unwrap() += told.count(Fate::Added);
        *total.get_mut("changed").unwrap() += told.count(Fate::Changed);
        *total.get_mut("removed").unwrap() += told.count(Fate::Removed);
        *total.get_mut("problems").unwrap() += told.problems.len();
        before = after;
        if host.log().len() > 1 << 20 {
            host.write("log/full", "");
        }
    }
    println!("{edits} edits, {compared} compared: {total:?}");
    let changes: usize = ["added", "changed", "removed"].iter().map(|fate| total[fate]).sum();
    assert!(changes * 5 > edits && total["problems"] > edits, "most edits are for nothing");
    host.finish();
}

fn write(host: &Host, edited: &Edited) {
    // The tests may be root, who may read everything: a directory in its place is what nobody can read.
    let path = host.path("etc/pjsip.conf");
    if edited.is_unreadable {
        let _ = fs::remove_file(&path);
        fs::create_dir_all(&path).unwrap();
    } else {
        let _ = fs::remove_dir(&path);
        host.write_at_once("etc/pjsip.conf", edited.text());
    }
}

fn ask(host: &Host, command: &str) -> String {
    host.ask(command, PATIENCE).unwrap_or_else(|error| panic!("{command}: {error}"))
}

struct Round<'a> {
    host: &'a Host,
    /// So many bytes of the log are of earlier rounds.
    log_read: usize,
}

impl Round<'_> {
    fn settle(&self) {
        let is_settled = || ask(self.host, "pjsip show phoneprov status").contains("all are followed");
        for _ in 0..20_000 {
            if is_settled() {
                return;
            }
            std::thread::sleep(Duration::from_millis(3));
        }
        panic!("changes are never followed");
    }

    fn check(&self) -> Told {
        Told::new(&ask(self.host, "pjsip check phoneprovs"))
    }

    fn files(&self) -> Files {
        let file = |mac| {
            let answer = self.host.fetch(&encoded(&format!("{mac}.cfg")));
            (mac, (answer.status == 200).then(|| String::from_utf8_lossy(&answer.body).into_owned()))
        };
        MACS.into_iter().map(file).collect()
    }

    /// The reload's own words: its sum, and each problem that is new is one of those that were told before.
    fn compare_log(&self, told: &Told, differences: &mut Vec<String>) {
        let log = self.host.log()[self.log_read..].to_owned();
        let [added, changed, removed] = [Fate::Added, Fate::Changed, Fate::Removed].map(|fate| told.count(fate));
        let sum = format!(
            "{added} {} added, {changed} changed, {removed} removed, {} unchanged, ",
            if added == 1 { "phone" } else { "phones" },
            told.unchanged
        );
        let sums: Vec<&str> =
            log.lines().filter(|line| line.contains(" unchanged, ") && line.contains("NOTICE")).collect();
        let is_told =
            if added + changed + removed == 0 { sums.is_empty() } else { sums.len() == 1 && sums[0].contains(&sum) };
        if !is_told {
            differences.push(format!("the log has {sums:?} instead of '{sum}'"));
        }
        // Many that share one are told in one line, which has other examples here and there.
        if told.problems.iter().any(|problem| problem.contains(" sections '")) {
            return;
        }
        for line in log.lines().filter(|line| line.contains("phoneprov section '") || line.contains("phoneprov_")) {
            let Some(at) = line.find(": phoneprov").filter(|_| line.contains("ERROR[") || line.contains("WARNING["))
            else {
                continue;
            };
            let problem = unbroken(&line[at + 2..]);
            if !told.problems.iter().any(|told| told.ends_with(&problem)) {
                differences.push(format!("only the log says: {problem}"));
            }
        }
    }

    /// Every error of a section is told of its phone, too, and none else.
    fn compare_show(&self, again: &Told, differences: &mut Vec<String>) {
        let mut told: BTreeSet<String> = BTreeSet::new();
        for problem in &again.problems {
            let Some((who, fault)) =
                problem.split_once("phoneprov section '").and_then(|(_, rest)| rest.split_once(": "))
            else {
                continue;
            };
            let is_of_files_alone = ["is there twice", "has type '", "has MAC and PROFILE, and no type"];
            if !is_of_files_alone.iter().any(|what| fault.starts_with(what)) {
                told.insert(format!("'{who} {fault}"));
            }
        }
        let ids: BTreeSet<&str> = told.iter().filter_map(|text| text.split('\'').nth(1)).collect();
        for id in ids {
            let text = ask(self.host, &format!("pjsip show phoneprov \"{id}\""));
            let shown =
                Told::new(&format!("{}\nA reload would add 0 phones, change 0, remove 0 and leave 0", shown(&text)));
            for problem in told.iter().filter(|text| text.starts_with(&format!("'{id}' "))) {
                if !shown.problems.contains(problem) {
                    differences.push(format!("not shown: {problem}\n{text}"));
                }
            }
        }
    }
}

/// The lines of a phone's problems, as a check would have them.
fn shown(text: &str) -> String {
    let mut shown = String::new();
    let mut is_problem = false;
    for line in text.lines() {
        is_problem = line.starts_with("  ! '") || (is_problem && line.starts_with("    "));
        if is_problem {
            shown = shown + &line[2..] + "\n";
        }
    }
    shown
}

fn compare_files(told: &Told, before: &Files, after: &Files, differences: &mut Vec<String>) {
    for mac in MACS {
        let fate = told.fates.get(mac).map(|(fate, _)| *fate);
        let is_so = match fate {
            None => before[mac] == after[mac],
            Some(Fate::Added) => before[mac].is_none() && after[mac].is_some(),
            // Not everything that a phone knows stands in its file.
            Some(Fate::Changed) => before[mac].is_some() && after[mac].is_some(),
            Some(Fate::Removed) => before[mac].is_some() && after[mac].is_none(),
        };
        if !is_so {
            differences.push(format!("{mac}: {fate:?} was told, {:?} became {:?}", before[mac], after[mac]));
        }
    }
    if let Some(mac) = told.fates.keys().find(|mac| !MACS.contains(&mac.as_str())) {
        differences.push(format!("'{mac}' was told, who is that?"));
    }
}

/// Of what was told, a reload of this module alone does what is not said to take `res_pjsip`'s.
fn compare_own_reload(told: &Told, before: &Files, after: &Files, answer: &str, differences: &mut Vec<String>) {
    let is_left = |mac: &str| told.fates.get(mac).is_some_and(|(_, is_left)| *is_left);
    // What another endpoint will keep from being served may be served until then.
    let names_nothing = |text: &str| text.contains("does not exist") || text.contains("Asterisk refuses");
    let is_lost = told.problems.iter().any(|text| text.contains("names endpoint") && names_nothing(text));
    let is_said = |mac: &str| told.fates.contains_key(mac) || !is_lost;
    for mac in MACS.into_iter().filter(|mac| !is_left(mac) && is_said(mac)) {
        let is_told = told.fates.contains_key(mac);
        let is_so =
            is_told == (before[mac] != after[mac]) || (is_told && before[mac].is_some() && after[mac].is_some());
        if !is_so {
            differences.push(format!("{mac}, by this module's reload: {:?} became {:?}", before[mac], after[mac]));
        }
    }
    let left = told.fates.values().filter(|(_, is_left)| *is_left).count();
    let says = answer.contains("that 'module reload res_pjsip.so' brings");
    let is_so = says == (left > 0) || (says && is_lost);
    // What was not read at all is told instead.
    if answer.contains(" unchanged, ") && told.was_read() && !is_so {
        differences.push(format!("{left} phones take res_pjsip's reload, and this one says '{answer}'"));
    }
}

fn compare_problems(told: &Told, again: &Told, differences: &mut Vec<String>) {
    differences.extend(told.problems.difference(&again.problems).map(|problem| format!("only before: {problem}")));
    differences.extend(again.problems.difference(&told.problems).map(|problem| format!("only after: {problem}")));
}
