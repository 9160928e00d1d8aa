//! Telling phones to fetch again because somebody asked for it.

use crate::http::delivery::Delivery;
use crate::notify::campaign::Stage;
use crate::notify::inbox::Note;
use crate::phone::view::is_mac;
use crate::serve::loaded::Loaded;
use crate::text::Shown;
use std::ffi::{CStr, CString};

const PROGRESS: &str = "'pjsip show phoneprov status' tells how far that is";

/// Who is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The phone with that MAC, in whatever spelling, or with a section of that id.
    One(CString),
    /// All that have something else than what is served.
    Stale,
    /// All phones that are served.
    All,
    /// Those who are held.
    Continue,
    /// Nobody any more.
    Stop,
}

impl Wanted {
    /// What somebody wrote.
    pub fn of(text: &CStr) -> Self {
        match text.to_bytes().to_ascii_lowercase().as_slice() {
            b"stale" => Wanted::Stale,
            b"all" => Wanted::All,
            b"continue" => Wanted::Continue,
            b"stop" => Wanted::Stop,
            _ => Wanted::One(text.into()),
        }
    }
}

/// Leaves it to the thread that tells phones; what that will do, in words, or why it does nothing. Any thread; never waits.
pub fn resync(loaded: &Loaded, wanted: Wanted) -> Result<String, String> {
    let inbox = &loaded.notify.inbox;
    let view = inbox.view();
    match wanted {
        Wanted::Continue if view.stage != Stage::Held => Err("nothing is held: nobody waits to be told".to_owned()),
        Wanted::Continue => {
            inbox.post(Note::Proceed);
            Ok(format!("the {} phones that wait are told now", view.counts.waiting))
        }
        Wanted::Stop if !inbox.is_busy() => Err("nobody is being told".to_owned()),
        Wanted::Stop => {
            inbox.post(Note::Stop);
            Ok(format!("nobody is told any more; {} phones were not told yet", view.counts.waiting))
        }
        Wanted::Stale => {
            let states = inbox.states();
            match states.values().filter(|(delivery, _)| *delivery == Delivery::Stale).count() {
                0 => Err("no phone is stale: all that ever fetched have what is served".to_owned()),
                count => {
                    inbox.post(Note::WantStale);
                    Ok(format!("{count} phones are told to fetch again; {PROGRESS}"))
                }
            }
        }
        Wanted::All => {
            let phones: Vec<Box<CStr>> = served(loaded, |_, _| true);
            let count = phones.len();
            inbox.post(Note::Want(phones));
            Ok(format!("{count} phones are told to fetch again; {PROGRESS}"))
        }
        Wanted::One(name) => {
            let is_meant = |mac: &CStr, sections: &[CString]| is_mac(mac, &name) || sections.contains(&name);
            let phones = served(loaded, is_meant);
            let Some(mac) = phones.first().map(|mac| Shown(mac).to_string()) else {
                return Err(format!("no phone is served with the MAC or the section '{}'", Shown(&name)));
            };
            phones.into_iter().for_each(|phone| inbox.post(Note::Insist(phone)));
            Ok(format!("phone {mac} is told to fetch again"))
        }
    }
}

fn served(loaded: &Loaded, is_meant: impl Fn(&CStr, &[CString]) -> bool) -> Vec<Box<CStr>> {
    let Some(snapshot) = loaded.snapshot() else { return Vec::new() };
    let meant = snapshot.applied.iter().filter(|(mac, held)| is_meant(mac, &held.sections));
    meant.map(|(mac, _)| mac.clone()).collect()
}
