//! The message that a phone gets, where it goes, and what comes of it.

use super::accounts::Accounts;
use super::campaign::Answer;
use super::choice;
use super::inbox::{Inbox, Note, Poster};
use super::news;
use super::nodes::Nodes;
use super::registrations::Registrations;
use crate::asterisk::contact::{self, Contact, Endpoint};
use crate::asterisk::notify::{self, Outcome};
use crate::asterisk::res_pjsip;
use crate::asterisk::sorcery::Sorcery;
use crate::http::Http;
use crate::phone::evaluated::Evaluated;
use crate::phone::registration::Registration;
use crate::text::has_control;
use parking_lot::Mutex;
use std::ffi::{CStr, CString};
use std::sync::Arc;

/// What a phone is told where neither its section nor its profile says.
const USUAL_EVENT: &CStr = c"check-sync;reboot=false";
/// The variable that says.
const EVENT: &CStr = c"RESYNC_EVENT";

/// What is known of who is where.
pub struct Whereabouts<'a> {
    pub inbox: &'a Inbox,
    pub http: &'a Http,
    pub nodes: &'a Nodes,
    pub registrations: &'a Registrations,
}

/// Has a NOTIFY sent to each contact that the phone has; `notes` are told what comes of it, once.
pub fn send(phone: &CStr, accounts: &Accounts, whereabouts: &Whereabouts) {
    let table = whereabouts.http.table();
    let Some(evaluated) = table.phone(phone.to_bytes()) else { return };
    let event = event_of(evaluated);
    let notes = whereabouts.inbox.poster();
    let places = places_of(phone, accounts, whereabouts);
    if places.is_empty() {
        return notes.post(Note::Answered(phone.into(), Answer::NoContact));
    }
    let left = Mutex::new((places.len(), Answer::Silent));
    let gathered = Arc::new(Gathered { phone: phone.into(), left, notes });
    for Place { endpoint, contact, uri } in places {
        let gathered = Arc::clone(&gathered);
        let tell = Box::new(move |outcome| gathered.take(&uri, answer_of(outcome)));
        notify::send(endpoint, contact, event.clone(), tell);
    }
}

fn event_of(phone: &Evaluated) -> CString {
    let given = phone.lines.first().and_then(|line| line.get(EVENT.to_bytes())).filter(|event| !event.is_empty());
    let given = given.and_then(|event| CString::new(event).ok());
    // A profile's setvar may say anything: it shall not make headers of its own.
    given.filter(|event| !has_control(event)).unwrap_or_else(|| USUAL_EVENT.into())
}

/// Where a message goes.
struct Place {
    endpoint: Endpoint,
    contact: Contact,
    uri: CString,
}

/// The contacts that are this phone, of all its accounts; those of another node's registrations are told by that. If there are
/// none, then those that it had before, in the name of an account that it has now.
fn places_of(phone: &CStr, accounts: &Accounts, whereabouts: &Whereabouts) -> Vec<Place> {
    let Some(sorcery) = res_pjsip::sorcery() else { return Vec::new() };
    let endpoint = |id: &CString| Endpoint::find(sorcery, id);
    // Unload waits for this.
    let goes_on = || !whereabouts.inbox.is_closed();
    let now = accounts.now.iter().take_while(|_| goes_on()).flat_map(|id| {
        let aors = endpoint(id).map(|endpoint| endpoint.aors(sorcery)).unwrap_or_default();
        let contacts = aors.iter().flat_map(|aor| contact::of_aor(aor)).collect();
        whereabouts.chosen(phone, contacts, sorcery).into_iter().map(move |chosen| (id, chosen))
    });
    let mut found: Vec<(&CString, Chosen)> = now.collect();
    if let Some(speaker) = accounts.now.iter().find(|id| found.is_empty() && endpoint(id).is_some()) {
        for id in accounts.former.iter().take_while(|_| goes_on()) {
            let ids = whereabouts.registrations.ids_of(id);
            let contacts = ids.iter().filter_map(|id| Contact::find(sorcery, id)).collect();
            found.extend(whereabouts.chosen(phone, contacts, sorcery).into_iter().map(|chosen| (speaker, chosen)));
        }
    }
    let place = |(id, (contact, uri))| Some(Place { endpoint: endpoint(id)?, contact, uri });
    found.into_iter().filter_map(place).collect()
}

type Chosen = (Contact, CString);

impl Whereabouts<'_> {
    /// Those of an account's contacts that are the phone and this node's to tell, with their addresses.
    fn chosen(&self, phone: &CStr, contacts: Vec<Contact>, sorcery: Sorcery) -> Vec<Chosen> {
        let home = self.http.record.trace(phone).and_then(|trace| trace.home);
        let said = contacts.into_iter().map(|contact| (contact.registration(sorcery), contact));
        let (said, contacts): (Vec<Registration>, Vec<Contact>) =
            said.filter(|(said, _)| self.nodes.is_own(said)).unzip();
        let wanted = choice::of_phone(&said, phone, home);
        let all = said.into_iter().zip(contacts).enumerate();
        all.filter(|(at, _)| wanted.contains(at)).map(|(_, (said, contact))| (contact, said.uri)).collect()
    }
}

fn answer_of(outcome: Outcome) -> Answer {
    match outcome {
        // Nobody has said that: it is pjproject's own word for silence.
        Outcome::Answered(Some(408)) | Outcome::Silence => Answer::Silent,
        Outcome::Answered(Some(status)) if status >= 300 => Answer::Refused(status),
        // Where nobody knows the status, whether it fetches tells.
        Outcome::Answered(_) => Answer::Taken,
    }
}

/// What a phone's contacts say, until all have.
struct Gathered {
    phone: Box<CStr>,
    /// How many have not, and the best so far.
    left: Mutex<(usize, Answer)>,
    notes: Poster,
}

impl Gathered {
    fn take(&self, uri: &CStr, answer: Answer) {
        news::say_answered(&self.phone, uri, answer);
        let best = {
            let mut left = self.left.lock();
            left.0 = left.0.saturating_sub(1);
            left.1 = match (left.1, answer) {
                (Answer::Taken, _) | (_, Answer::Taken) => Answer::Taken,
                (Answer::Refused(status), _) | (_, Answer::Refused(status)) => Answer::Refused(status),
                _ => Answer::Silent,
            };
            (left.0 == 0).then_some(left.1)
        };
        if let Some(answer) = best {
            self.notes.post(Note::Answered(self.phone.clone(), answer));
        }
    }
}
