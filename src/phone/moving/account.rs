//! The SIP account of a section: chan_sip's peer as endpoint, auth and aor.

use super::super::directory::{Auth, Endpoint};
use super::super::users_conf::{is_true, option};
use super::super::variables::Variables;
use super::options::{Meaning, Options, meaning};
use super::told::Told;
use crate::text::Shown;
use std::ffi::{CStr, CString};

/// One account.
pub struct Account {
    /// What the endpoint says beside what all say.
    pub endpoint: Options,
    /// The auth; none where nobody asks for a password.
    pub auth: Option<Options>,
    /// The aor.
    pub aor: Options,
    /// What lines will know of the endpoint.
    pub known_endpoint: Endpoint,
    /// What lines will know of the auth.
    pub known_auth: Auth,
}

/// Splits a caller id into name and number.
pub type Split<'a> = &'a dyn Fn(&CStr) -> (CString, CString);

/// Whether chan_sip made an account of the section.
pub fn has_account(options: &Variables, general: &Variables) -> bool {
    option(options, c"hassip").or_else(|| option(general, c"hassip")).is_some_and(is_true)
}

/// What a section says of endpoints, with what is left out.
pub fn endpoint_options(options: &Variables, told: &mut Told, unmask: bool) -> Options {
    let mut endpoint = Vec::new();
    for (name, value) in options.iter().filter(|(name, _)| !is_of_phone_alone(name)) {
        match meaning(name, value) {
            Meaning::Endpoint(options) => endpoint.extend(options),
            Meaning::Elsewhere(whose) => told.left_out(whose, name, value, unmask),
            Meaning::Account | Meaning::Nothing => {}
        }
    }
    endpoint
}

/// Whether it is an option that chan_sip did not read, or not as res_phoneprov does.
fn is_of_phone_alone(name: &CStr) -> bool {
    const ALONE: [&[u8]; 8] = [
        b"autoprov",
        b"macaddress",
        b"profile",
        b"label",
        b"timezone",
        b"linenumber",
        b"linekeys",
        b"localextenlength",
    ];
    ALONE.iter().any(|each| name.to_bytes().eq_ignore_ascii_case(each))
}

/// Makes it: of what all say and of what the section says, the last counts, as with chan_sip. `user` is the name that the phone
/// shows a password for.
pub fn account(
    id: &CStr,
    user: &CStr,
    options: &Variables,
    general: &Variables,
    split: Split,
    told: &mut Told,
    unmask: bool,
) -> Account {
    let last = |wanted: &CStr| -> Option<&CStr> {
        let is_it = |name: &CStr| name.to_bytes().eq_ignore_ascii_case(wanted.to_bytes());
        let all = general.iter().chain(options.iter());
        all.filter(|(name, _)| is_it(name)).last().map(|(_, value)| value)
    };
    let mut endpoint = Vec::new();
    let mut put = |name: &CStr, value: &CStr| endpoint.push((name.to_owned(), value.to_owned()));

    let (password, digest) = (last(c"secret"), last(c"md5secret"));
    let auth = match (digest, password) {
        (Some(digest), _) => Some(vec![
            (c"auth_type".into(), c"md5".into()),
            (c"username".into(), user.into()),
            (c"md5_cred".into(), digest.into()),
        ]),
        (None, Some(password)) => Some(vec![(c"username".into(), user.into()), (c"password".into(), password.into())]),
        (None, None) => {
            told.note("nobody asks it for a password, as chan_sip did not: give it an auth");
            None
        }
    };
    if auth.is_some() {
        put(c"auth", id);
    }
    put(c"aors", id);

    let (name, number) = caller(options, general, split);
    let mut known_endpoint = Endpoint { auth: auth.as_ref().map(|_| id.to_owned()), ..Endpoint::default() };
    if let Some(written) = written_caller(name.as_deref(), number.as_deref()) {
        put(c"callerid", &written);
        let (as_name, as_number) = split(&written);
        let given = |text: CString| (!text.is_empty()).then_some(text);
        (known_endpoint.callerid_name, known_endpoint.callerid_number) = (given(as_name), given(as_number));
        if (&known_endpoint.callerid_name, &known_endpoint.callerid_number) != (&name, &number) {
            told.note(format!("its caller id is read as {}", in_words(&known_endpoint)));
        }
    }

    let mut aor: Options = Vec::new();
    let mailboxes = mailboxes(id, last(c"mailbox"), last(c"hasvoicemail").is_some_and(is_true));
    if let Some(mailboxes) = mailboxes {
        // Who subscribes is told by the aor, others by the endpoint.
        match last(c"subscribemwi").is_some_and(is_true) {
            true => aor.push((c"mailboxes".into(), mailboxes)),
            false => put(c"mailboxes", &mailboxes),
        }
    }
    match last(c"host").filter(|host| !host.to_bytes().eq_ignore_ascii_case(b"dynamic")) {
        None => {
            aor.push((c"max_contacts".into(), c"1".into()));
            aor.push((c"remove_existing".into(), c"yes".into()));
        }
        Some(host) => {
            let port = last(c"port").map_or(String::new(), |port| format!(":{}", port.to_string_lossy()));
            let user = last(c"defaultuser").or(last(c"username")).map(CStr::to_bytes).unwrap_or_default();
            let at: &[u8] = if user.is_empty() { b"" } else { b"@" };
            let contact = [b"sip:", user, at, host.to_bytes(), port.as_bytes()].concat();
            aor.push((c"contact".into(), CString::new(contact).unwrap_or_default()));
            told.note(format!(
                "it does not register: if its calls do not come from '{}' in their From, a type=identify section with match = {} \
                 knows it",
                Shown(id),
                Shown(host)
            ));
        }
    }
    aor.extend(qualify(last(c"qualify"), last(c"qualifyfreq")));

    endpoint.extend(endpoint_options(options, told, unmask));
    let password = password.filter(|_| digest.is_none()).map(CStr::to_owned);
    let known_auth = Auth { username: Some(user.to_owned()), password };
    Account { endpoint, auth, aor, known_endpoint, known_auth }
}

/// The caller's name and number, as the options in their order leave them.
fn caller(options: &Variables, general: &Variables, split: Split) -> (Option<CString>, Option<CString>) {
    let (mut name, mut number) = (None, None);
    let given = |text: CString| (!text.is_empty()).then_some(text);
    for (option, value) in general.iter().chain(options.iter()) {
        match option.to_bytes().to_ascii_lowercase().as_slice() {
            b"callerid" => {
                let (of_name, of_number) = split(value);
                (name, number) = (given(of_name), given(of_number));
            }
            b"fullname" => name = Some(value.to_owned()),
            b"trunkname" => name = None,
            b"cid_number" => number = Some(value.to_owned()),
            _ => {}
        }
    }
    (name, number)
}

/// `"Name" <number>`, with what would end the name escaped.
fn written_caller(name: Option<&CStr>, number: Option<&CStr>) -> Option<CString> {
    if name.is_none() && number.is_none() {
        return None;
    }
    let mut text = Vec::new();
    if let Some(name) = name {
        text.push(b'"');
        for &byte in name.to_bytes() {
            if byte == b'"' || byte == b'\\' {
                text.push(b'\\');
            }
            text.push(byte);
        }
        text.extend_from_slice(b"\" ");
    }
    text.push(b'<');
    text.extend_from_slice(number.map(CStr::to_bytes).unwrap_or_default());
    text.push(b'>');
    CString::new(text).ok()
}

fn in_words(endpoint: &Endpoint) -> String {
    let shown = |part: &Option<CString>| part.as_ref().map_or("none".to_owned(), |text| format!("'{}'", Shown(text)));
    format!("name {}, number {}", shown(&endpoint.callerid_name), shown(&endpoint.callerid_number))
}

/// The mailboxes that it is told of; one without a context is in `default`.
fn mailboxes(id: &CStr, given: Option<&CStr>, has_one: bool) -> Option<CString> {
    let given = given.or_else(|| has_one.then_some(id))?;
    let with_context = given.to_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii).map(|mailbox| {
        let context: &[u8] = if mailbox.contains(&b'@') { b"" } else { b"@default" };
        [mailbox, context].concat()
    });
    CString::new(with_context.collect::<Vec<_>>().join(&b',')).ok()
}

/// chan_sip asks each minute, and waits for two seconds, if nobody says otherwise.
fn qualify(qualify: Option<&CStr>, every: Option<&CStr>) -> Options {
    let patience = match qualify {
        Some(value) if value.to_bytes().eq_ignore_ascii_case(b"yes") => 2_000,
        Some(value) => value.to_str().ok().and_then(|text| text.trim().parse::<u32>().ok()).unwrap_or_default(),
        None => 0,
    };
    if patience == 0 {
        return Vec::new();
    }
    let every = every.and_then(|every| every.to_str().ok()?.parse::<u32>().ok()).filter(|every| *every > 0);
    let number = |text: String| CString::new(text).unwrap_or_default();
    vec![
        (c"qualify_frequency".into(), number(every.unwrap_or(60).to_string())),
        (c"qualify_timeout".into(), number(format!("{:.3}", f64::from(patience) / 1000.0))),
    ]
}
