//! The whole file: what all have, and section by section what becomes of it.

use super::super::directory::Directory;
use super::super::line::{Context, line_number};
use super::super::standard;
use super::super::users_conf::{self, User, general, is_for_all, is_true, option};
use super::super::variables::Variables;
use super::account::{self, Account, Split};
use super::dialplan;
use super::options::Options;
use super::phone::{self, Planned};
use super::told::Told;
use super::written::Text;
use crate::text::Shown;
use std::ffi::{CStr, CString};

/// The templates that sections are made from.
const OF_ENDPOINTS: &str = "users-conf-endpoint";
const OF_PHONES: &str = "users-conf-phone";

/// What is known of where the sections are to go.
pub struct Known<'a, D> {
    /// What resolving needs.
    pub context: &'a Context<'a, D>,
    /// Whether there is a `type=phoneprov` section of that id.
    pub has_section: &'a dyn Fn(&CStr) -> bool,
    /// Splits a caller id into name and number.
    pub split: Split<'a>,
    /// The address of a network interface.
    pub address_of: &'a dyn Fn(&CStr) -> Option<CString>,
    /// Whether secrets are written as they are.
    pub unmask: bool,
}

/// One of the file's sections.
struct Entry<'a> {
    id: &'a CStr,
    options: &'a Variables,
    /// What res_phoneprov gives its line, if it is a phone's.
    line: Option<Variables>,
    number: i32,
    /// Whether an endpoint can name an auth and an aor of that id, and it is the first one.
    can_be_named: bool,
    told: Told,
}

/// The sections of users.conf as those of pjsip.conf; `file` is its name.
pub fn text<D: Directory>(file: &CStr, users: &[User], phoneprov_conf: &[User], known: &Known<D>) -> Vec<u8> {
    let of_all = general(users);
    let defaults = users_conf::defaults(users, phoneprov_conf, known.address_of);
    let mut entries = entries(users, defaults.as_ref());
    tell_of_phones(&mut entries);

    let mut text = Text::new(known.unmask);
    // The port is that of each one's transport, if it has one.
    let shared: Variables = defaults
        .iter()
        .flat_map(|defaults| defaults.iter())
        .filter(|(name, _)| *name != standard::SERVER_PORT)
        .collect();
    write_head(&mut text, file, &entries, known.unmask);
    if shared.get(standard::PROFILE).is_none() {
        text.comment(
            "phoneprov.conf names no default_profile, without which res_phoneprov serves none of these phones",
        );
    }

    let is_new = |entry: &Entry| {
        entry.can_be_named && account::has_account(entry.options, &of_all) && !has_endpoint(entry, known)
    };
    if entries.iter().any(is_new) {
        write_endpoints_template(&mut text, &of_all, known.unmask);
    }
    if entries.iter().any(|entry| entry.line.is_some()) {
        let options = [(c"type".to_owned(), c"phoneprov".to_owned())].into_iter().chain(owned(&shared));
        text.comment("What phones have of which their own sections say nothing");
        text.section(&template(OF_PHONES), Some("!"), &options.collect::<Options>());
    }

    let mut extensions = Vec::new();
    for entry in entries {
        let is_new = is_new(&entry);
        if is_new {
            extensions.extend(dialplan::extensions(entry.id, entry.options, &of_all));
        }
        write_entry(&mut text, entry, is_new, &of_all, &shared, known);
    }
    if !extensions.is_empty() {
        text.comment(
            "For extensions.conf: what pbx_config made of users.conf in its userscontext, 'default' if nobody says another",
        );
        extensions.iter().for_each(|line| text.elsewhere(line));
    }
    text.into_bytes()
}

fn template(name: &str) -> CString {
    CString::new(name).unwrap_or_default()
}

fn owned(variables: &Variables) -> impl Iterator<Item = (CString, CString)> {
    variables.iter().map(|(name, value)| (name.to_owned(), value.to_owned()))
}

fn has_endpoint<D: Directory>(entry: &Entry, known: &Known<D>) -> bool {
    known.context.directory.endpoint(entry.id).is_some()
}

fn entries<'a>(users: &'a [User], defaults: Option<&Variables>) -> Vec<Entry<'a>> {
    let none = Variables::default();
    let of_somebody = users.iter().filter(|(id, _)| !is_for_all(id));
    let entry = |(id, options): &'a User| {
        let line = users_conf::line(options, defaults.unwrap_or(&none));
        let number = line.as_ref().and_then(|line| line.get(standard::LINE)).map_or(1, |text| line_number(text).0);
        let can_be_named = !id.to_bytes().contains(&b',');
        let mut told = Told::default();
        if !can_be_named {
            told.note("no account: endpoints take a comma for the end of an id");
        }
        Entry { id, options, line, number, can_be_named, told }
    };
    of_somebody.map(entry).collect()
}

/// Finds what one section does to another, as res_phoneprov takes one after the other: the first of a phone names its profile and
/// its files, and has its number to itself.
fn tell_of_phones(entries: &mut [Entry]) {
    for at in 0..entries.len() {
        let (before, rest) = entries.split_at_mut(at);
        let entry = &mut rest[0];
        if before.iter().any(|other| other.id == entry.id) {
            entry.told.note("it is there a second time, and there can be one of an id: left out");
            entry.line = None;
            entry.can_be_named = false;
            continue;
        }
        let is_wanted = option(entry.options, c"autoprov").is_some_and(is_true);
        let Some(line) = &mut entry.line else {
            match (is_wanted, option(entry.options, c"macaddress")) {
                (true, None) => entry.told.note("no phone: it has autoprov and no macaddress"),
                (false, Some(_)) => entry.told.note("no phone: it has a macaddress and not autoprov = yes"),
                _ => {}
            }
            continue;
        };
        if line.get(standard::USERNAME).is_none() {
            entry.told.note("no phone: res_phoneprov refuses it, because it has no username");
            entry.line = None;
            continue;
        }
        fn mac(line: &Variables) -> Option<&CStr> {
            line.get(standard::MAC)
        }
        let of_phone = |other: &&Entry| other.line.as_ref().is_some_and(|other| mac(other) == mac(line));
        let others: Vec<&Entry> = before.iter().filter(of_phone).collect();
        if let Some(other) = others.iter().find(|other| other.number == entry.number) {
            let reason = format!(
                "no phone: res_phoneprov refuses it, because [{}] is line {} of '{}' already",
                Shown(other.id),
                entry.number,
                Shown(mac(line).unwrap_or_default())
            );
            entry.told.note(reason);
            entry.line = None;
            continue;
        }
        let is_lowest = others.iter().all(|other| other.number > entry.number);
        if let Some(first) = others.first().filter(|_| is_lowest) {
            entry.told.note(format!(
                "it is the phone's lowest line, by which its files are named now; res_phoneprov named them by [{}], which \
                 comes first in the file",
                Shown(first.id)
            ));
            let profile = |line: &Variables| line.get(standard::PROFILE).map(CStr::to_owned);
            if let Some(of_first) =
                first.line.as_ref().and_then(profile).filter(|first| profile(line).as_ref() != Some(first))
            {
                entry.told.note(format!("its phone's profile is '{}', as that one says", Shown(&of_first)));
                line.set(standard::PROFILE, &of_first);
            }
        }
        if others.iter().filter(|other| other.number > entry.number).count() > 1 {
            entry.told.note("res_phoneprov loses lines that come behind higher ones; now the phone has them all");
        }
    }
}

fn write_head(text: &mut Text, file: &CStr, entries: &[Entry], unmask: bool) {
    let phones = entries.iter().filter(|entry| entry.line.is_some()).count();
    text.comment(&format!(
        "Made of {} (sections: {}, lines of phones: {phones}) by 'pjsip convert phoneprovs', which changes nothing. What is left \
         out, or otherwise than before, stands in comments; how to go on is told in moving-from-users-conf.md.",
        Shown(file),
        entries.len()
    ));
    if !unmask {
        text.comment("Secrets are masked: what 'pjsip convert phoneprovs unmask' says can be included in pjsip.conf.");
    }
    text.gap();
}

fn write_endpoints_template(text: &mut Text, of_all: &Variables, unmask: bool) {
    let mut told = Told::default();
    let mut options: Options = vec![(c"type".into(), c"endpoint".into())];
    options.push((c"allow".into(), c"ulaw,alaw,gsm".into()));
    options.extend(account::endpoint_options(of_all, &mut told, unmask));
    text.comment(
        "What [general] says for all, behind the codecs that chan_sip has where nobody says any; what sip.conf says for all is not \
         here",
    );
    told.sentences().iter().for_each(|sentence| text.comment(sentence));
    text.section(&template(OF_ENDPOINTS), Some("!"), &options);
}

fn write_entry<D: Directory>(
    text: &mut Text,
    mut entry: Entry,
    is_new: bool,
    of_all: &Variables,
    shared: &Variables,
    known: &Known<D>,
) {
    let Entry { id, options, .. } = entry;
    let told = &mut entry.told;
    let directory = known.context.directory;
    let user = option(options, c"username").unwrap_or(id);
    let made = is_new.then(|| account::account(id, user, options, of_all, known.split, told, known.unmask));
    if made.is_some() && user != id {
        told.note(format!(
            "its phone registers as '{}', and an endpoint is found by the name that registers: chan_sip looked for a peer of that \
             name, too",
            Shown(user)
        ));
    }
    let has_account = made.is_some() || directory.endpoint(id).is_some();
    if !is_new && has_account {
        told.note("there is an endpoint of that id: what users.conf says of its account is left out");
    }
    if !account::has_account(options, of_all) && !has_account && entry.line.is_some() {
        told.note("no account is made of it, because hassip is not yes: its phone is told what users.conf says");
    }

    let planned_account = made.as_ref().map(|made| (id, &made.known_endpoint, &made.known_auth));
    let planned = Planned { known: directory, account: planned_account };
    let context = Context {
        defaults: known.context.defaults,
        names: known.context.names,
        directory: &planned,
        profiles: known.context.profiles,
    };
    let phone = entry.line.as_ref().filter(|_| {
        let is_there = (known.has_section)(id);
        if is_there {
            told.note("there is a type=phoneprov section of that id: it is left out");
        }
        !is_there
    });
    let phone = phone.map(|line| {
        let profile = line.get(standard::PROFILE);
        let is_missing = |profile: &&CStr| context.profiles.is_some_and(|profiles| !profiles.has(profile));
        if let Some(profile) = profile.filter(is_missing) {
            told.note(format!("phoneprov.conf has no profile '{}'", Shown(profile)));
        }
        phone::section(id, line, shared, has_account.then_some(id), &context, told)
    });
    if made.is_none() && phone.is_none() {
        told.note("nothing becomes of it");
    }

    text.comment(&format!("--- {} ---", Shown(id)));
    std::mem::take(told).sentences().iter().for_each(|sentence| text.comment(sentence));
    if let Some(Account { endpoint, auth, aor, .. }) = made {
        text.section(id, Some(OF_ENDPOINTS), &endpoint);
        if let Some(auth) = auth.filter(|_| directory.auth(id).is_none()) {
            text.section(id, None, &typed(c"auth", auth));
        }
        text.section(id, None, &typed(c"aor", aor));
    }
    match phone {
        Some(options) => text.section(id, Some(OF_PHONES), &options),
        None => text.gap(),
    }
}

fn typed(object_type: &CStr, options: Options) -> Options {
    [(c"type".to_owned(), object_type.to_owned())].into_iter().chain(options).collect()
}
