//! Fills one template after another both ways.

use crate::asterisk::chanvars::VarList;
use crate::asterisk::pbx::Leaves;
use crate::asterisk::reference;
use crate::generate::{self, Case};
use crate::template::arguments;
use crate::template::bounds::{Bound, Limits};
use crate::template::line::NamePool;
use crate::template::parse::Template;
use crate::template::phones::Elsewhere;
use crate::template::render::{Scope, render};
use fastrand::Rng;
use std::ffi::CStr;

/// Compares so many templates; each has a seed of its own, of which the first is given. The error is the first difference, with
/// the seed that makes it again.
pub fn compare(count: u64, seed: u64) -> Result<String, String> {
    for (name, value) in generate::GLOBALS {
        reference::set_global(name, &value.to_owned());
    }
    let (mut bytes, mut with_forms, mut refused) = (0, 0, 0);
    for seed in seed..seed + count {
        let case = generate::case(&mut Rng::with_seed(seed));
        let host = of_the_host(&case);
        match ours(&case) {
            Ok(text) if text == host => {}
            Ok(text) => return Err(difference(seed, case, &host, &text)),
            Err(_) => refused += 1,
        }
        let text = c_string(&case.template);
        let (first, second) = arguments::two(text.to_bytes());
        if reference::two_arguments(text) != [first, second.to_vec()] {
            return Err(format!(
                "seed {seed}: the arguments of {} are split otherwise\n",
                case.template.escape_ascii()
            ));
        }
        bytes += host.len();
        with_forms += u64::from(host != text.to_bytes());
    }
    Ok(format!("{count} templates, {with_forms} with forms, {refused} refused, {bytes} bytes, no difference\n"))
}

/// A template as it is read from a file: up to its first zero.
fn c_string(template: &[u8]) -> &CStr {
    CStr::from_bytes_until_nul(template).unwrap_or_default()
}

fn of_the_host(case: &Case) -> Vec<u8> {
    let Ok(mut variables) = VarList::new() else { return Vec::new() };
    let server = case.server().map(|server| (c"SERVER", server));
    for (name, value) in case.variables().chain(server) {
        let _ = variables.push(name, value);
    }
    reference::substitute(c_string(&case.template), &variables)
}

fn ours(case: &Case) -> Result<Vec<u8>, Bound> {
    let line = NamePool::default().line(case.variables());
    // As the host does: only a line that has none gets one.
    let scope =
        Scope { host: &mut Leaves::default(), phones: &Elsewhere, server: case.asked_at(), limits: Limits::USUAL };
    render(&Template::parse(&case.template)?, &line, scope)
}

/// What differs, in as short a template as differs, too.
fn difference(seed: u64, mut case: Case, host: &[u8], ours_text: &[u8]) -> String {
    let (mut host, mut own) = (host.to_vec(), ours_text.to_vec());
    let mut step = case.template.len() / 2;
    while step > 0 {
        let mut at = 0;
        while at + step < case.template.len() {
            let mut shorter = case.clone();
            shorter.template.drain(at..at + step);
            let text = of_the_host(&shorter);
            match ours(&shorter) {
                Ok(ours_text) if ours_text != text => (case, host, own) = (shorter, text, ours_text),
                _ => at += step,
            }
        }
        step /= 2;
    }
    let variables: Vec<String> = case
        .variables()
        .map(|(name, value)| format!("  {}={}\n", name.to_bytes().escape_ascii(), value.to_bytes().escape_ascii()))
        .collect();
    format!(
        "seed {seed}: {}\nhost: {}\nours: {}\nasked at: {:?}\n{}",
        case.template.escape_ascii(),
        host.escape_ascii(),
        own.escape_ascii(),
        case.asked_at(),
        variables.concat()
    )
}
