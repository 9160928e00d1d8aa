//! A module for a real Asterisk that compares its substitution with ours: `substitution compare COUNT SEED` fills COUNT made-up
//! templates both ways, `substitution extremes` those that are as much as the evaluator's bounds allow. Compiles the evaluator
//! and the wrappers that it needs on their own.

#![allow(dead_code, unused_imports, unused_macros, reason = "what only res_pjsip_phoneprov_provider uses is dead here")]

#[allow(unsafe_code, reason = "the boundary to C")]
mod asterisk;
mod compare;
mod extremes;
#[path = "../../src/ffi.rs"]
#[allow(unsafe_code, reason = "the boundary to C")]
mod ffi;
mod generate;
#[path = "../../src/phone/mod.rs"]
mod phone;
#[allow(unsafe_code, reason = "the boundary to C")]
mod registration;
#[path = "../../src/template/mod.rs"]
mod template;
#[path = "../../src/text.rs"]
mod text;

use asterisk::cli::{Command, Refusal};
use std::ffi::CStr;

static COMMANDS: [Command; 2] = [
    Command {
        words: c"substitution compare",
        summary: c"Fill made-up templates both ways",
        usage: c"Usage: substitution compare COUNT SEED\n       Says what differed first.\n",
        run: |arguments, _| compare(arguments),
        complete: |_, _| Vec::new(),
    },
    Command {
        words: c"substitution extremes",
        summary: c"Fill templates that are as much as can be",
        usage: c"Usage: substitution extremes\n",
        run: |_, _| extremes::render_all().map_err(Refusal::Failed),
        complete: |_, _| Vec::new(),
    },
];

fn compare(arguments: &[&CStr]) -> Result<String, Refusal> {
    let number = |argument: &CStr| argument.to_str().ok()?.parse().ok();
    let [count, seed] = arguments else { return Err(Refusal::Usage) };
    let (Some(count), Some(seed)) = (number(count), number(seed)) else { return Err(Refusal::Usage) };
    compare::compare(count, seed).map_err(Refusal::Failed)
}
