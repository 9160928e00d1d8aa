//! What is said of requests that were answered 404: in the log, over AMI, and where fail2ban and the like read.

use super::fetches;
use super::record::{Missed, Notice};
use super::strangers::{Alarm, Line};
use super::table::Table;
use crate::asterisk::http::Request;
use crate::asterisk::logger::{notice, warning};
use crate::asterisk::manager::{Class, Headers, event, joined};
use crate::asterisk::security_events;
use crate::phone::mac::Digits;
use crate::phone::secrets::mask;
use crate::text::Shown;
use std::ffi::{CStr, CString};

/// Says it. In a request's thread, which holds no lock.
pub fn tell(notice: &Notice, request: &Request, asked: &fetches::Request, table: &Table) {
    match notice {
        Notice::Missed(missed) => tell_missed(missed, request.uri, asked, table),
        Notice::Unknown { mac, alarm, requests } => tell_unknown(mac, alarm, *requests, request, asked),
    }
}

fn tell_unknown(mac: &Digits, alarm: &Alarm, requests: u64, request: &Request, asked: &fetches::Request) {
    let (from, file) = (asked.from, Shown(request.uri));
    if let Some(Line { guesses, left_out, events_left_out }) = alarm.line {
        let events = match events_left_out {
            0 => String::new(),
            count => format!("; {count} security events were left out"),
        };
        let counts = format!("({left_out} more since the last line, {requests} in all{events})");
        match guesses {
            None => notice!(
                "{from} asked for /phoneprov/{file}, and no phone has that MAC: add a section for it or correct the phone's \
                 provisioning URL {counts}"
            ),
            Some(guesses) => warning!(
                "{from} asked for /phoneprov/{file}, the last of {guesses} phones within ten minutes that nobody has: it is \
                 taken for somebody who guesses, and each of them is a security event from now on {counts}"
            ),
        }
    }
    // The MAC alone: the rest of the URI is the client's own text, which Asterisk writes into its logs as it is.
    if !alarm.event {
        return;
    }
    if let Ok(account) = CString::new(mac.as_slice()) {
        security_events::invalid_account(request, &account);
    }
}

fn tell_missed(missed: &Missed, file: &CStr, asked: &fetches::Request, table: &Table) {
    let Missed { mac, sections, refusal, misses, left_out } = missed;
    let mac = String::from_utf8_lossy(mac).into_owned();
    // A name may be made of a secret, and another one is asked for that differs from it elsewhere.
    let lines = table.phones_with(&missed.mac).flat_map(|phone| &phone.lines);
    let file = mask::without_secrets(file, lines.flat_map(|line| line.iter()));
    let (from, shown) = (asked.from, Shown(&file));
    let counts = format!("({left_out} more such requests since the last line)");
    match refusal {
        Some(reason) => notice!(
            "{from} asked for /phoneprov/{shown}, but phone {mac} is refused because phoneprov section {reason} {counts}"
        ),
        None => {
            let section = sections.first().map(|id| Shown(id).to_string()).unwrap_or_default();
            notice!(
                "{from} asked for /phoneprov/{shown} and got 404: that is none of the files of phone {mac} ('{section}'), which \
                 'pjsip show phoneprov {mac}' lists; unless it can do without, correct the profile in phoneprov.conf, MAC of the \
                 section, or the phone's provisioning URL {counts}"
            );
        }
    }
    let mut headers: Headers = vec![
        ("MAC", mac),
        ("Sections", joined(sections.iter().map(|id| id.as_c_str()))),
        ("File", shown.to_string()),
        ("Address", from.to_string()),
        ("UserAgent", Shown(&CString::new(asked.agent).unwrap_or_default()).to_string()),
        ("Misses", misses.to_string()),
    ];
    headers.extend(refusal.iter().map(|reason| ("Reason", reason.to_string())));
    event(Class::System, c"PhoneprovMissed", &headers);
}
