//! Functions for templates and the dialplan: a phone's variables, a text that breaks no XML, a host as URIs have it, a time
//! zone in makers' forms.

use crate::asterisk::logger::warning;
use crate::asterisk::pbx::{Function, func_read};
use crate::asterisk::phoneprov;
use crate::phone::configuration::{Configuration, Content as _, Sections};
use crate::phone::line;
use crate::phone::secrets::secret;
use crate::phone::standard;
use crate::phone::xml;
use crate::serve::loaded::loaded;
use crate::sources::directory::PjsipDirectory;
use crate::sources::sections::{self, Phoneprov, PhoneprovDefault};
use crate::sources::zoneinfo;
use crate::text::Shown;
use std::ffi::{CStr, CString};

/// Asterisk refuses this one to whoever may not read what is dangerous; `PJSIP_PHONEPROV` asks it for secrets.
const SECRET_FUNCTION: &CStr = c"PJSIP_PHONEPROV_SECRET";

/// All of them.
pub static FUNCTIONS: [Function; 5] = [
    Function { name: c"PJSIP_PHONEPROV", dangerous: false, read: |arguments| read(arguments, Secrets::AskAsterisk) },
    Function { name: SECRET_FUNCTION, dangerous: true, read: |arguments| read(arguments, Secrets::Allowed) },
    Function {
        name: c"PHONEPROV_XML",
        dangerous: false,
        read: |text| CString::new(xml::escaped(text.to_bytes())).ok(),
    },
    Function { name: c"PHONEPROV_HOST", dangerous: false, read: |hosts| CString::new(host(hosts.to_bytes())).ok() },
    Function { name: c"PHONEPROV_TZ", dangerous: false, read: time_zone },
];

/// Who may read secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Secrets {
    /// Whoever Asterisk lets call the other function.
    AskAsterisk,
    /// Whoever asks: Asterisk has let them.
    Allowed,
}

/// The value of `ID_OR_MAC,VARIABLE`. Empty if the line has no such variable.
fn read(arguments: &CStr, secrets: Secrets) -> Option<CString> {
    let mut parts = arguments.to_bytes().splitn(2, |&byte| byte == b',').map(<[u8]>::trim_ascii);
    let (Some(name), Some(variable)) = (parts.next(), parts.next()) else {
        warning!("PJSIP_PHONEPROV({}) names no variable; write PJSIP_PHONEPROV(id_or_mac,variable)", Shown(arguments));
        return None;
    };
    let (name, variable) = (CString::new(name).ok()?, CString::new(variable).ok()?);
    if secrets == Secrets::AskAsterisk && secret::is_secret(&variable) {
        let call = [SECRET_FUNCTION.to_bytes(), b"(", name.as_bytes(), b",", variable.as_bytes(), b")"].concat();
        return func_read(&CString::new(call).ok()?);
    }
    let value = value(&name, &variable);
    if value.is_none() {
        warning!("PJSIP_PHONEPROV({}): there is no phone with that MAC and no section of that id", Shown(arguments));
    }
    value
}

/// Reads what one line needs and resolves it: this runs while a phone's file is made, so it waits for nothing and nobody.
fn value(name: &CStr, variable: &CStr) -> Option<CString> {
    let loaded = loaded()?;
    let sources = loaded.sources()?;
    let section = sections::find::<Phoneprov>(&sources, name).or_else(|| {
        let id = loaded.http.record.sections_of(name).into_iter().next()?;
        sections::find::<Phoneprov>(&sources, &id)
    })?;
    let configuration = Configuration {
        sections: Sections {
            phoneprov: Vec::new(),
            phoneprov_default: sections::read_type::<PhoneprovDefault>(&sources),
            phoneprov_global: Vec::new(),
        },
        names: phoneprov::standard_names(),
        directory: PjsipDirectory::new(sources),
        profiles: None,
    };
    configuration.interpret(|interpreted| {
        let line = line::explain(section.id(), section.variables(), interpreted.context);
        if let Some(value) = line.get(variable) {
            return Some(value.to_owned());
        }
        // What res_phoneprov adds to it, as it came out when it was applied; but a setvar may be made of a secret.
        let table = loaded.http.table();
        let number = line.get(standard::LINE).unwrap_or(c"1");
        let phone = line.get(standard::MAC).and_then(|mac| table.phone(mac.to_bytes()));
        let lines = phone.into_iter().flat_map(|phone| &phone.lines);
        let mut given = lines
            .filter(|line| line.get(standard::LINE.to_bytes()) == Some(number.to_bytes()))
            .flat_map(|line| line.given());
        Some(given.find(|(name, _)| *name == variable).map(|(_, value)| value).unwrap_or_default().to_owned())
    })
}

/// The first of the hosts that is not empty, as URIs and `host:port` have it: an address of IPv6 in brackets.
fn host(hosts: &[u8]) -> Vec<u8> {
    let mut hosts = hosts.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let host = hosts.find(|host| !host.is_empty()).unwrap_or_default();
    if host.contains(&b':') && !host.starts_with(b"[") { [b"[", host, b"]"].concat() } else { host.to_vec() }
}

/// A time zone, `FORM,ZONE`, in that form; the machine's own where none is named. What nobody knows is UTC, for Asterisk, too.
fn time_zone(arguments: &CStr) -> Option<CString> {
    let mut parts = arguments.to_bytes().splitn(2, |&byte| byte == b',').map(<[u8]>::trim_ascii);
    let form = std::str::from_utf8(parts.next().unwrap_or_default()).unwrap_or_default();
    let name = CString::new(parts.next().unwrap_or_default()).ok()?;
    let zone = zoneinfo::zone(&name).or_else(|| {
        warning!("PHONEPROV_TZ({}): there is no such time zone on this machine; UTC is taken", Shown(arguments));
        zoneinfo::zone(c"UTC0")
    })?;
    let value = zone.form(form);
    if value.is_none() {
        warning!(
            "PHONEPROV_TZ({}): there is no such form; core show function PHONEPROV_TZ tells which there are",
            Shown(arguments)
        );
    }
    CString::new(value?).ok()
}
