//! The steps that are measured.

use super::subject::Subject;
use super::table::{Table, Unit};
use hosts::Module;
use hosts::phones::mac;

const LOAD: &str = "module load res_pjsip_phoneprov_provider.so";
const RELOAD: &str = "module reload res_pjsip_phoneprov_provider.so";
const UNLOAD: &str = "module unload res_pjsip_phoneprov_provider.so";
const RELOAD_RES_PJSIP: &str = "module reload res_pjsip.so";
const RELOAD_RES_PHONEPROV: &str = "module reload res_phoneprov.so";

/// How often each question is asked.
const QUESTIONS: usize = 5;

/// A module's whole life. Without `slow_too` the steps are left out that take the C module long.
pub fn every_change(module: Module, phones: usize, slow_too: bool, table: &mut Table) {
    let without_phones = resident_without_phones(module);
    let mut subject = Subject::start(module, phones);
    let before = subject.resident();
    table.add("load", Unit::Seconds, module, subject.until_served(LOAD));
    let resident = subject.resident();
    table.add("memory: resident after load", Unit::Megabytes, module, resident);
    table.add("memory: of that, since before load", Unit::Megabytes, module, resident - before);
    table.add("memory: of that, above Asterisk without phones", Unit::Megabytes, module, resident - without_phones);
    table.add("res_phoneprov reload", Unit::Seconds, module, subject.until_served(RELOAD_RES_PHONEPROV));
    if !slow_too {
        return;
    }
    table.add("reload, nothing changed", Unit::Seconds, module, subject.until_served(RELOAD));
    for (work, count) in [("one", 1), ("100", phones.min(100)), ("all", phones)] {
        subject.change(count);
        table.add(&format!("reload, {work} changed"), Unit::Seconds, module, subject.until_served(RELOAD));
    }
    subject.change(1);
    let work = "res_pjsip reload, one changed";
    match module {
        Module::Ours => table.add(work, Unit::Seconds, module, subject.until_served(RELOAD_RES_PJSIP)),
        Module::C => {
            subject.until_gone(RELOAD_RES_PJSIP);
            table.say(work, module, format!("loses {} of {phones} phones", phones - subject.phones()));
            subject.until_served(RELOAD);
        }
    }
    if let Module::Ours = module {
        for question in ["show phoneprov MAC", "show phoneprov status", "list phoneprovs", "check phoneprovs"] {
            let command = format!("pjsip {}", question.replace("MAC", &mac(subject.fleet.last())));
            (0..QUESTIONS).for_each(|_| table.add(question, Unit::Seconds, module, subject.answer(&command)));
        }
    }
    table.add("unload", Unit::Seconds, module, subject.until_gone(UNLOAD));
}

/// What an Asterisk takes that has the module and no phones, and no endpoints for them.
fn resident_without_phones(module: Module) -> f64 {
    let mut subject = Subject::start(module, 0);
    subject.command(LOAD);
    subject.resident()
}

/// The step that the C module's cost of reading sections shows in.
pub fn load_only(module: Module, phones: usize, table: &mut Table) {
    let mut subject = Subject::start(module, phones);
    table.add(&format!("load {phones}"), Unit::Seconds, module, subject.until_served(LOAD));
}

/// What reloads leave behind, once old and new phones have been in memory side by side a few times.
pub fn growth(module: Module, phones: usize, table: &mut Table) {
    let mut subject = Subject::start(module, phones);
    subject.until_served(LOAD);
    for _ in 0..10 {
        subject.change(phones);
        subject.until_served(RELOAD);
    }
    for (work, changed) in [("nothing changed", 0), ("all changed", phones)] {
        let before = subject.resident();
        for _ in 0..20 {
            if changed > 0 {
                subject.change(changed);
            }
            subject.until_served(RELOAD);
        }
        let work = format!("memory: growth over 20 reloads of {phones} phones, {work}");
        table.add(&work, Unit::Megabytes, module, subject.resident() - before);
    }
}
