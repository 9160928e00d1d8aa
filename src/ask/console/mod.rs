//! The commands of Asterisk's console: their names, their arguments, and who answers them.

mod check;
mod file;
mod list;
mod phone;
mod reload;
mod resync;
mod status;
mod text;

use super::like::pattern;
use crate::asterisk::cli::{Command, Refusal};
use crate::serve::loaded::loaded;
use crate::sources::sections;
use regex_lite::Regex;
use std::ffi::{CStr, CString};

/// All of them. The one with the most words comes first: Asterisk completes no word of a command behind another's arguments.
pub static COMMANDS: [Command; 7] = [
    Command {
        words: c"pjsip show phoneprov status",
        summary: c"Show how provisioning of desk phones is doing",
        usage: c"Usage: pjsip show phoneprov status
       How many phones are served, what was changed when and why, whether all
       changes that Asterisk has read are followed, who answers phones' requests
       and how they were answered, and how endpoints are read in this Asterisk.
",
        run: |arguments| if arguments.is_empty() { status::run() } else { Err(Refusal::Usage) },
        complete: |_, _| Vec::new(),
    },
    Command {
        words: c"pjsip list phoneprovs",
        summary: c"List desk phones that are provisioned",
        usage: c"Usage: pjsip list phoneprovs [like REGEX]
       One line for each phone: its MAC, its profile, how many lines it has,
       whether it is served, when it last asked for a file, with '!' if it got
       none (404, 500), and the ids of its type=phoneprov sections. Below a
       section that is not served stands why. Files that other phones have, too,
       do not tell who asks for them.
       With 'like', only phones whose MAC or one of whose ids matches.
",
        run: |arguments| list::run(like(arguments)?.as_ref(), list::Detail::Brief),
        complete: complete_like,
    },
    Command {
        words: c"pjsip show phoneprovs",
        summary: c"Show desk phones that are provisioned",
        usage: c"Usage: pjsip show phoneprovs [like REGEX]
       The same as 'pjsip list phoneprovs', and below each phone all of its
       section ids, when it was last changed, and when and from which address
       it last asked for which file, and with which status it was answered.
",
        run: |arguments| list::run(like(arguments)?.as_ref(), list::Detail::Full),
        complete: complete_like,
    },
    Command {
        words: c"pjsip show phoneprov",
        summary: c"Show one desk phone with all its variables",
        usage: c"Usage: pjsip show phoneprov ID|MAC [file NAME] [unmask]
       Every variable of every line that the phone with that MAC, or with a
       type=phoneprov section of that id, has in its templates, with its value
       and where that comes from: the section, a phoneprov_default section, the
       endpoint, its transport, its auth, this module, the profile, or
       res_phoneprov. A value that an earlier source hides is marked '(hidden)'.
       With 'file', what the phone gets when it asks for the file of that name;
       where nothing says what SERVER is, '(the address that the phone asks)'
       stands for it, and functions that Asterisk calls dangerous give nothing.
       Secrets are shown as ******** unless the command ends in 'unmask'.
",
        run: |arguments| match arguments {
            [name] => phone::run(name, false),
            [name, unmask] if is(unmask, "unmask") => phone::run(name, true),
            [name, word, file] if is(word, "file") => file::run(name, file, false),
            [name, word, file, unmask] if is(word, "file") && is(unmask, "unmask") => file::run(name, file, true),
            _ => Err(Refusal::Usage),
        },
        complete: complete_phone,
    },
    Command {
        words: c"pjsip reload phoneprovs",
        summary: c"Read desk phones' configuration again",
        usage: c"Usage: pjsip reload phoneprovs [ID|confirm]
       Reads type=phoneprov sections again, from pjsip.conf and from a database,
       and serves the phones that changed anew. With an ID, only that section is
       asked for in the database, with its endpoint and its auth.
       A database from which many phones have vanished is not believed at once;
       'confirm' says that it is right. If nothing changes because the file's
       sections cannot be taken, it says why.
",
        run: |arguments| match arguments {
            [] => reload::run(None, false),
            [confirm] if is(confirm, "confirm") => reload::run(None, true),
            [id] => reload::run(Some(id), false),
            _ => Err(Refusal::Usage),
        },
        complete: complete_section,
    },
    Command {
        words: c"pjsip resync phoneprovs",
        summary: c"Tell desk phones to fetch their files again",
        usage: c"Usage: pjsip resync phoneprovs ID|MAC|stale|all|continue|stop
       Sends a NOTIFY to where the accounts of the phone are registered, or of
       those that have something else than what is served, or of all, one after
       the other. Its Event is the variable RESYNC_EVENT,
       'check-sync;reboot=false' if nobody gives that. Many phones go in two
       waves: if those of the first do not fetch and register again, the others
       wait until 'continue' or 'stop' is said.
",
        run: |arguments| match arguments {
            [whom] => resync::run(whom),
            _ => Err(Refusal::Usage),
        },
        complete: complete_resync,
    },
    Command {
        words: c"pjsip check phoneprovs",
        summary: c"Show what a reload would change for desk phones",
        usage: c"Usage: pjsip check phoneprovs
       Reads the configuration files as they are now, applies nothing, and tells
       which phones a reload would add, change (with old and new values) and
       remove, and everything that is wrong. Of each profile the files of its
       first phone are made: it tells of a template that cannot be used, of XML
       that is not well-formed, and where '${' is left over. The last line is
       'OK' or 'N problems'. Options of endpoints, auths and transports that
       Asterisk itself refuses are not foreseen: the log tells of them at the
       reload.
",
        run: |arguments| if arguments.is_empty() { check::run() } else { Err(Refusal::Usage) },
        complete: |_, _| Vec::new(),
    },
];

/// Whether an argument is that word.
fn is(argument: &CStr, word: &str) -> bool {
    argument.to_bytes().eq_ignore_ascii_case(word.as_bytes())
}

/// The expression behind `like`, if there is one.
fn like(arguments: &[&CStr]) -> Result<Option<Regex>, Refusal> {
    match arguments {
        [] => Ok(None),
        [like, expression] if is(like, "like") => {
            let expression = expression.to_string_lossy();
            let fault = |error| Refusal::Failed(format!("'{expression}' is no regular expression: {error}\n"));
            pattern(&expression).map(Some).map_err(fault)
        }
        _ => Err(Refusal::Usage),
    }
}

fn complete_like(before: &[&CStr], word: &CStr) -> Vec<CString> {
    match before {
        [] => beginning_with(word, [c"like".to_owned()]),
        _ => Vec::new(),
    }
}

fn complete_section(before: &[&CStr], word: &CStr) -> Vec<CString> {
    match before {
        [] => beginning_with(word, section_ids(word).into_iter().chain([c"confirm".to_owned()])),
        _ => Vec::new(),
    }
}

fn complete_resync(before: &[&CStr], word: &CStr) -> Vec<CString> {
    match before {
        [] => {
            let words = [c"stale", c"all", c"continue", c"stop"].map(CStr::to_owned);
            beginning_with(word, words.into_iter().chain(section_ids(word)).chain(macs()))
        }
        _ => Vec::new(),
    }
}

/// The ids of all sections, of those in a database the ones that begin with that text.
fn section_ids(word: &CStr) -> Vec<CString> {
    let rows = loaded().and_then(|loaded| loaded.believed.rows());
    sections::ids(rows.as_deref(), word)
}

/// The MACs of all phones that have files.
fn macs() -> Vec<CString> {
    loaded().map(|loaded| loaded.http.record.macs()).unwrap_or_default()
}

fn complete_phone(before: &[&CStr], word: &CStr) -> Vec<CString> {
    match before {
        [] => beginning_with(word, section_ids(word).into_iter().chain(macs())),
        [_] => beginning_with(word, [c"file".to_owned(), c"unmask".to_owned()]),
        [name, file] if is(file, "file") => beginning_with(word, file::names(name)),
        [_, file, _] if is(file, "file") => beginning_with(word, [c"unmask".to_owned()]),
        _ => Vec::new(),
    }
}

fn beginning_with(word: &CStr, candidates: impl IntoIterator<Item = CString>) -> Vec<CString> {
    let begins = |candidate: &CString| {
        let head = candidate.to_bytes().get(..word.count_bytes());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word.to_bytes()))
    };
    candidates.into_iter().filter(begins).collect()
}
