//! Does each phone have what is served, and is it told to fetch if it has not?
//!
//! [`campaign`] is the rule whom to tell and when, [`teller`] the thread that goes by it, [`inbox`] the way to it, and
//! [`registrations`] what is known of where accounts are registered. This room uses what is served and who fetched it
//! ([`crate::http`]), and the host; it must not know where phones come from, nor who asks.

pub mod campaign;
mod choice;
pub mod inbox;
mod kept;
pub mod progress;
mod registrations;
mod spool;
mod teller;

use crate::asterisk::contact::Event;
use crate::http::Http;
use crate::phone::evaluated::Evaluated;
use crate::phone::registration::Registration;
use crate::phone::standard;
use crate::template::line::Line;
use inbox::{Inbox, Note};
use once_cell::sync::OnceCell;
use parking_lot::Mutex;
use registrations::Registrations;
use std::ffi::CString;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// How long unload waits for the thread: what it asks `res_pjsip` for may be in a database.
const LAST_WORD: Duration = Duration::from_secs(2);

/// What one load of the module has for telling phones.
#[derive(Debug, Default)]
pub struct Notify {
    /// The way to the thread, and what it shows.
    pub inbox: Inbox,
    registrations: Registrations,
    /// Ends with the thread.
    thread: OnceCell<Mutex<Receiver<()>>>,
}

impl Notify {
    /// What the thread that tells phones keeps for as long as it runs.
    pub fn alive(&self) -> Sender<()> {
        let (alive, thread) = channel();
        let _ = self.thread.set(Mutex::new(thread)); // there is one thread
        alive
    }

    /// Tells phones until the module is unloaded: what its thread does.
    pub fn run(&self, http: &Http) {
        teller::run(&self.inbox, &self.registrations, http);
    }

    /// Ends the thread, waits a moment for what it is at, and keeps what phones have, where that has changed. Where Asterisk ends,
    /// `res_pjsip` goes next: whoever still asks it for a contact, or has it send something, takes Asterisk down. The thread never
    /// wants the module list's lock, which whoever unloads has.
    pub fn stop(&self, http: &Http) {
        self.inbox.close();
        if let Some(thread) = self.thread.get() {
            // Nobody sends anything: it is the end of the thread that ends this.
            let _ = thread.lock().recv_timeout(LAST_WORD);
        }
        spool::keep(http);
    }

    /// Sorcery tells of a contact. In its threads, under its locks.
    pub fn note(&self, event: Event) {
        self.inbox.post(match event {
            Event::Is(id, registration) => Note::Registered(id, registration),
            Event::Gone(id) => Note::Unregistered(id),
        });
    }

    /// Where the accounts of a phone's lines are registered, each line's in its place. Any thread.
    pub fn registrations_of(&self, phone: &Evaluated) -> Vec<Vec<Registration>> {
        let of_line = |line: &Line| {
            let id = CString::new(line.get(standard::ENDPOINT_ID.to_bytes())?).ok()?;
            Some(self.registrations.of(&id))
        };
        phone.lines.iter().map(|line| of_line(line).unwrap_or_default()).collect()
    }
}
