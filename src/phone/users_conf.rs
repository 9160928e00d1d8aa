//! The phones that `res_phoneprov` itself provides: users.conf, and what phoneprov.conf's `general` says for them
//! (res_phoneprov.c, `load_users` and `get_defaults`).

use super::fleet::Phone;
use super::line::{Line, Origin, line_number};
use super::phoneprov_conf::profiles::Profiles;
use super::standard;
use super::variables::Variables;
use std::ffi::{CStr, CString};

/// What users.conf calls the standard variables, in their order (asterisk/phoneprov.h).
const OPTIONS: [(&CStr, &CStr); 12] = [
    (standard::MAC, c"macaddress"),
    (standard::PROFILE, c"profile"),
    (standard::USERNAME, c"username"),
    (standard::DISPLAY_NAME, c"fullname"),
    (standard::SECRET, c"secret"),
    (standard::LABEL, c"label"),
    (standard::CALLERID, c"cid_number"),
    (standard::TIMEZONE, c"timezone"),
    (standard::LINE, c"linenumber"),
    (standard::LINEKEYS, c"linekeys"),
    (c"VOICEMAIL_EXTEN", c"vmexten"),
    (c"EXTENSION_LENGTH", c"localextenlength"),
];

/// A section's id and the variables of its line.
pub type User = (CString, Variables);

fn is(name: &CStr, text: &[u8]) -> bool {
    name.to_bytes().eq_ignore_ascii_case(text)
}

/// An option's first value, whatever the case of its name (config.c, `ast_variable_retrieve`).
pub fn option<'a>(options: &'a Variables, name: &CStr) -> Option<&'a CStr> {
    options.iter().find(|(each, _)| is(each, name.to_bytes())).map(|(_, value)| value)
}

/// What the section `general` of a file says.
pub fn general(file: &[User]) -> Variables {
    file.iter().find(|(name, _)| is(name, b"general")).map(|(_, options)| options.clone()).unwrap_or_default()
}

/// Whether a section is nobody's.
pub fn is_for_all(id: &CStr) -> bool {
    is(id, b"general") || is(id, b"authentication")
}

/// What lines have of which their own sections say nothing. `address_of` gives the address of a network interface. `None` without
/// a default profile: there are no phones at all then.
pub fn defaults(
    users: &[User],
    phoneprov_conf: &[User],
    address_of: impl Fn(&CStr) -> Option<CString>,
) -> Option<Variables> {
    let general = (general(phoneprov_conf), general(users));
    let profile = option(&general.0, c"default_profile")?;
    let mut defaults = Variables::default();
    let of_interface = || option(&general.0, c"serveriface").and_then(&address_of);
    if let Some(server) = option(&general.0, c"serveraddr").map(CStr::to_owned).or_else(of_interface) {
        defaults.push(standard::SERVER, &server);
    }
    defaults.push(standard::SERVER_PORT, option(&general.0, c"serverport").unwrap_or(c"5060"));
    defaults.push(standard::PROFILE, profile);
    for (variable, name) in &OPTIONS[10..] {
        option(&general.1, name).into_iter().for_each(|value| defaults.push(variable, value));
    }
    Some(defaults)
}

/// What the line of a section has; `None` if it is no phone's.
pub fn line(options: &Variables, defaults: &Variables) -> Option<Variables> {
    option(options, c"autoprov").filter(|value| is_true(value))?;
    let mut variables = Variables::default();
    for (variable, name) in OPTIONS {
        option(options, name).into_iter().for_each(|value| variables.push(variable, value));
    }
    variables.get(standard::MAC)?;
    for (name, value) in defaults.iter() {
        if variables.get(name).is_none() {
            variables.push(name, value);
        }
    }
    variables.shrink();
    Some(variables)
}

/// What each line of users.conf has. `address_of` gives the address of a network interface.
pub fn read(users: &[User], phoneprov_conf: &[User], address_of: impl Fn(&CStr) -> Option<CString>) -> Vec<User> {
    let Some(defaults) = defaults(users, phoneprov_conf, address_of) else { return Vec::new() };
    let of_somebody = users.iter().filter(|(id, _)| !is_for_all(id));
    of_somebody.filter_map(|(id, options)| Some((id.clone(), line(options, &defaults)?))).collect()
}

/// As `ast_true` (utils.c).
pub fn is_true(value: &CStr) -> bool {
    [&b"yes"[..], b"true", b"y", b"t", b"1", b"on"].iter().any(|word| is(value, word))
}

/// As `ast_false` (utils.c).
pub fn is_false(value: &CStr) -> bool {
    [&b"no"[..], b"false", b"n", b"f", b"0", b"off"].iter().any(|word| is(value, word))
}

/// The phones that these lines make up, as far as `res_phoneprov` takes them: those that name a user and a profile that it has.
pub fn phones<'a>(users: &'a [User], profiles: &Profiles) -> Vec<Phone<'a>> {
    let mut phones: Vec<Phone> = Vec::new();
    for (id, variables) in users {
        let given = |name| variables.get(name);
        let (Some(mac), Some(_), Some(profile)) =
            (given(standard::MAC), given(standard::USERNAME), given(standard::PROFILE))
        else {
            continue;
        };
        if !profiles.has(profile) {
            continue;
        }
        let mut line = Line::new(id);
        line.number = given(standard::LINE).map_or(1, |text| line_number(text).0);
        variables.iter().for_each(|(name, value)| line.offer(name, value, Origin::ResPhoneprov));
        match phones.iter_mut().find(|phone| phone.mac == mac) {
            None => phones.push(Phone { mac, lines: vec![line] }),
            Some(phone) if phone.lines.iter().any(|other| other.number == line.number) => {}
            Some(phone) => phone.lines.push(line),
        }
    }
    phones.iter_mut().for_each(|phone| phone.lines.sort_by_key(|line| line.number));
    phones
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(sections: &[(&CStr, &[(&CStr, &CStr)])]) -> Vec<User> {
        sections.iter().map(|(id, options)| ((*id).to_owned(), options.iter().copied().collect())).collect()
    }

    #[test]
    fn phones_are_made_of_their_sections_and_of_what_general_says() {
        let users = file(&[
            (c"general", &[(c"vmexten", c"*97")]),
            (c"alice", &[(c"autoprov", c"yes"), (c"macaddress", c"aa"), (c"username", c"al"), (c"FullName", c"Alice")]),
            (c"second", &[(c"autoprov", c"yes"), (c"macaddress", c"aa"), (c"username", c"s"), (c"linenumber", c"2")]),
            (c"none", &[(c"macaddress", c"bb"), (c"username", c"n")]),
            (c"nameless", &[(c"autoprov", c"yes"), (c"macaddress", c"cc")]),
        ]);
        let phoneprov =
            file(&[(c"General", &[(c"default_profile", c"desk"), (c"serveriface", c"eth0")]), (c"desk", &[])]);
        let read = read(&users, &phoneprov, |interface| (interface == c"eth0").then(|| c"192.0.2.7".to_owned()));
        let profiles = Profiles::new(phoneprov);
        let phones = phones(&read, &profiles);
        let shown: Vec<_> = phones.iter().map(|phone| (phone.mac, phone.lines.len())).collect();
        assert_eq!(shown, [(c"aa", 2)]);
        let first = &phones[0].lines[0];
        let get = |name| first.get(name);
        assert_eq!(
            [get(standard::DISPLAY_NAME), get(standard::SERVER), get(standard::SERVER_PORT), get(c"VOICEMAIL_EXTEN")],
            [Some(c"Alice"), Some(c"192.0.2.7"), Some(c"5060"), Some(c"*97")]
        );
    }

    #[test]
    fn there_are_none_without_a_default_profile() {
        let users = file(&[(c"alice", &[(c"autoprov", c"yes"), (c"macaddress", c"aa"), (c"username", c"al")])]);
        assert_eq!(read(&users, &file(&[(c"general", &[])]), |_| None), []);
    }
}
