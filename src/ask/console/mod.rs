//! The commands of Asterisk's console: their names, their arguments, and who answers them.

mod check;
mod convert;
mod file;
mod list;
mod phone;
mod reload;
mod resync;
mod status;
mod text;

use super::which::{WORDS, Which};
use crate::asterisk::cli::{Command, Refusal};
use crate::serve::loaded::loaded;
use crate::sources::sections;
use std::ffi::{CStr, CString};

/// All of them. The one with the most words comes first: Asterisk completes no word of a command behind another's arguments.
pub static COMMANDS: [Command; 8] = [
    Command {
        words: c"pjsip show phoneprov status",
        summary: c"Show how provisioning of desk phones is doing",
        usage: c"Usage: pjsip show phoneprov status
       How many phones are served and refused, and how many problems of which
       kind there are; what was changed when and why, whether all changes that
       Asterisk has read are followed; who answers phones' requests, where, and
       how they were answered; how phoneprov.conf and the database are, and how
       endpoints are read in this Asterisk. Times are local, as in the log.
       Nodes that serve the same have one content hash. No secret goes into it;
       with a hash_key in the phoneprov_global section, the second one has all.
",
        run: |arguments, _| if arguments.is_empty() { status::run() } else { Err(Refusal::Usage) },
        complete: |_, _| Vec::new(),
    },
    Command {
        words: c"pjsip list phoneprovs",
        summary: c"List desk phones that are provisioned",
        usage: c"Usage: pjsip list phoneprovs [refused|missed|silent|stale|new]
       pjsip list phoneprovs [profile NAME|like REGEX]
       One line for each phone: its MAC, its profile, how many lines it has,
       whether it is served ('held': as before its sections were gone from a
       file), when it last asked for a file, with '!' if it got none (404, 500),
       and the ids of its type=phoneprov sections. Below it stands what is wrong
       with it; what many have stands once, at the end.
       Those with trouble come first: refused, served in part, held, about to be
       changed, without a file at last; then the MAC counts, in any spelling.
       Files that other phones have, too, do not tell who asks for them.
       'refused': only phones of which a section or more is refused,
       'missed': whose last request got no file, 'silent': that never asked,
       'stale': that have something else than what is served, 'new': that have
       fetched no file of their own yet,
       'profile': of that profile, 'like': whose MAC or one of whose ids
       matches.
",
        run: |arguments, console| list::run(&which(arguments)?, list::Detail::Brief, console),
        complete: complete_which,
    },
    Command {
        words: c"pjsip show phoneprovs",
        summary: c"Show desk phones that are provisioned",
        usage: c"Usage: pjsip show phoneprovs [refused|missed|silent|stale|new]
       pjsip show phoneprovs [profile NAME|like REGEX]
       The same as 'pjsip list phoneprovs', and below each phone all of its
       section ids, when it was last changed, and when and from which address
       it last asked for which file, and with which status it was answered.
",
        run: |arguments, console| list::run(&which(arguments)?, list::Detail::Full, console),
        complete: complete_which,
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
       Of a phone of users.conf, which is res_phoneprov's own, its files and
       what it asked for.
       With 'file', what the phone gets when it asks for the file of that name;
       where nothing says what SERVER is, '(the address that the phone asks)'
       stands for it, and functions that Asterisk calls dangerous give nothing.
       Secrets are shown as ******** unless the command ends in 'unmask'.
",
        run: |arguments, _| match arguments {
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
       A database from which many phones have vanished is not believed at once,
       nor is a file that Asterisk has not read to its end or that has nothing
       left: phones are held back. 'confirm' says that it is right. If nothing changes because the file's
       sections cannot be taken, it says why.
",
        run: |arguments, _| match arguments {
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
        run: |arguments, _| match arguments {
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
       which phones a reload would add, change (with old and new values),
       remove and hold back, and everything that is wrong. Of each profile the
       files of its first phone are made: it tells of a template that cannot be
       used, of XML that is not well-formed, and where '${' is left over. The
       last line is 'OK' or 'N problems'. phoneprov.conf is read as
       res_phoneprov would read it: profiles that a reload of res_phoneprov
       would change are told, and what would stop it.
       A phone with '*' takes 'module reload res_pjsip.so': 'pjsip reload
       phoneprovs' reads no endpoints, auths and transports.
",
        run: |arguments, _| if arguments.is_empty() { check::run() } else { Err(Refusal::Usage) },
        complete: |_, _| Vec::new(),
    },
    Command {
        words: c"pjsip convert phoneprovs",
        summary: c"Show users.conf as sections of pjsip.conf",
        usage: c"Usage: pjsip convert phoneprovs [FILE] [unmask]
       Reads users.conf, from Asterisk 23 on phoneprov_users.conf, or another
       FILE like these, changes nothing, and writes what can be included in
       pjsip.conf in its place: endpoint, auth and aor of each account that
       chan_sip made of it and that pjsip.conf does not have yet, and a
       type=phoneprov section of each phone that res_phoneprov makes of it, in
       whose templates each variable is what it was. What cannot be carried
       over, and what is otherwise then, stands in comments.
       Secrets are shown as ******** unless the command ends in 'unmask': only
       that can be used.
",
        run: |arguments, console| match arguments {
            [] => convert::run(None, false, console),
            [unmask] if is(unmask, "unmask") => convert::run(None, true, console),
            [file] => convert::run(Some(file), false, console),
            [file, unmask] if is(unmask, "unmask") => convert::run(Some(file), true, console),
            _ => Err(Refusal::Usage),
        },
        complete: complete_convert,
    },
];

/// Whether an argument is that word.
fn is(argument: &CStr, word: &str) -> bool {
    argument.to_bytes().eq_ignore_ascii_case(word.as_bytes())
}

/// Which phones are to be listed.
fn which(arguments: &[&CStr]) -> Result<Which, Refusal> {
    match arguments {
        [] => Ok(Which::All),
        [word] => Which::named(word).ok_or(Refusal::Usage),
        [profile, name] if is(profile, "profile") => Ok(Which::Profile((*name).to_owned())),
        [like, expression] if is(like, "like") => Which::like(expression).map_err(|error| {
            let text = format!("'{}' is no regular expression: {error}\n", expression.to_string_lossy());
            Refusal::Failed(text)
        }),
        _ => Err(Refusal::Usage),
    }
}

fn complete_which(before: &[&CStr], word: &CStr) -> Vec<CString> {
    let words = || WORDS.into_iter().chain(["profile", "like"]).filter_map(|word| CString::new(word).ok());
    match before {
        [] => beginning_with(word, words()),
        [profile] if is(profile, "profile") => beginning_with(word, profiles()),
        _ => Vec::new(),
    }
}

/// The names of all profiles that res_phoneprov has.
fn profiles() -> Vec<CString> {
    loaded().map(|loaded| loaded.own().profiles.names().map(CStr::to_owned).collect()).unwrap_or_default()
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

/// The MACs of all phones that are known: served, refused, or of users.conf.
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

fn complete_convert(before: &[&CStr], word: &CStr) -> Vec<CString> {
    match before {
        [] => beginning_with(word, [convert::usual_file().to_owned(), c"unmask".to_owned()]),
        [file] if !is(file, "unmask") => beginning_with(word, [c"unmask".to_owned()]),
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
