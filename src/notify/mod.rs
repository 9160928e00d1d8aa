//! Does each phone have what is served, and is it told to fetch if it has not?
//!
//! [`campaign`] is the rule whom to tell and when, [`teller`] the thread that goes by it, [`inbox`] the way to it, [`message`] what
//! a phone is told, [`registrations`] what is known of where accounts are registered, [`accounts`] which of them a phone has, and
//! [`nodes`] whose they are. This room uses what is served and who fetched it
//! ([`crate::http`]), and the host; it must not know where phones come from, nor who asks.

mod accounts;
pub mod campaign;
mod choice;
pub mod inbox;
mod kept;
mod message;
mod news;
mod nodes;
pub mod progress;
mod registrations;
mod spool;
mod teller;
mod templates;

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
use std::sync::atomic::{AtomicBool, Ordering};
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
    are_shared: AtomicBool,
    /// Ends with the thread.
    thread: OnceCell<Mutex<Receiver<()>>>,
}

/// The id of a line's endpoint.
fn account(line: &Line) -> Option<CString> {
    CString::new(line.get(standard::ENDPOINT_ID.to_bytes())?).ok()
}

impl Notify {
    /// Takes up what phones had before Asterisk was restarted. Before anything is served: what is noted of a fetch is made with the
    /// key that this takes up, too.
    pub fn take_up(&self, http: &Http) {
        spool::take_up(&http.ledger);
    }

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

    /// Contacts are in a database that other nodes may have, too, or they are not. Any thread.
    pub fn contacts_are(&self, shared: bool) {
        if self.are_shared.swap(shared, Ordering::Relaxed) != shared {
            self.inbox.post(Note::ContactsAre { shared });
        }
    }

    /// Where the account of a phone's line is registered. Any thread.
    pub fn registrations_of(&self, line: &Line) -> Vec<Registration> {
        account(line).map(|id| self.registrations.of(&id)).unwrap_or_default()
    }

    /// Of how many of a phone's lines the account is registered. Any thread.
    pub fn registered_lines(&self, phone: &Evaluated) -> usize {
        phone.lines.iter().filter(|line| account(line).is_some_and(|id| self.registrations.has(&id))).count()
    }
}
