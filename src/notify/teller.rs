//! The thread that tells phones to fetch again: it goes by the rule of [`super::campaign`], one phone after the other. Nobody ever
//! waits for it.

use super::campaign::{Action, Answer, Campaign, Stage, World};
use super::inbox::{Inbox, Note, Poster, View};
use super::progress::{News, Progress, State};
use super::registrations::Registrations;
use super::{choice, spool};
use crate::asterisk::callback::guard;
use crate::asterisk::contact::{self, Contact, Endpoint};
use crate::asterisk::logger::{error, notice};
use crate::asterisk::manager::{Class, event, joined, text};
use crate::asterisk::notify::{self, Outcome};
use crate::asterisk::{endpoints, paths, res_pjsip};
use crate::http::Http;
use crate::http::delivery::{Delivery, Prints};
use crate::http::render::path_of;
use crate::http::table::Table;
use crate::phone::evaluated::Evaluated;
use crate::phone::registration::Registration;
use crate::phone::settings::Resync;
use crate::phone::standard;
use crate::text::{Shown, has_control};
use parking_lot::Mutex;
use std::collections::{BTreeSet, HashMap};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

/// What a phone is told where neither its section nor its profile says.
const USUAL_EVENT: &CStr = c"check-sync;reboot=false";
/// The variable that says.
const EVENT: &CStr = c"RESYNC_EVENT";
/// How many phones are named.
const EXAMPLES: usize = 5;
/// So often templates are looked at, which nobody tells of, and what phones have is kept.
const LOOK: Duration = Duration::from_secs(60);

/// Runs until the module is unloaded.
pub(super) fn run(inbox: &Inbox, registrations: &Registrations, http: &Http) {
    let Some(notes) = inbox.receiver() else { return };
    let poster = inbox.poster();
    let _ = http.news.set(Box::new(move |phone| poster.post(Note::News(phone.into())))); // there is none yet
    let mut teller = Teller {
        inbox,
        registrations,
        http,
        campaign: Campaign::default(),
        rules: Resync::DEFAULT,
        held: Vec::new(),
        progress: Progress::default(),
        templates: HashMap::new(),
        next_look: Instant::now() + LOOK,
    };
    guard("teller", (), || {
        spool::take_up(&http.ledger);
        teller.read_contacts();
    });
    while teller.wait(&notes) {
        guard("teller", (), || teller.go_on());
    }
}

struct Teller<'a> {
    inbox: &'a Inbox,
    registrations: &'a Registrations,
    http: &'a Http,
    campaign: Campaign,
    rules: Resync,
    held: Vec<Box<CStr>>,
    progress: Progress,
    /// What the templates of each profile came to when they were looked at last.
    templates: HashMap<CString, u64>,
    next_look: Instant,
}

impl Teller<'_> {
    /// Takes notes until something else is due; false when there is nothing more to do at all.
    fn wait(&mut self, notes: &Receiver<Note>) -> bool {
        let next = self.campaign.next(&self.rules).into_iter().chain([self.next_look]).min();
        let mut patience = next.map_or(LOOK, |next| next.saturating_duration_since(Instant::now()));
        loop {
            match notes.recv_timeout(patience) {
                Err(RecvTimeoutError::Disconnected) => return false,
                Ok(_) if self.inbox.is_closed() => return false,
                Ok(note) => {
                    let inbox = self.inbox;
                    inbox.take_in(note, |note| guard("teller", (), || self.take(note)));
                }
                Err(RecvTimeoutError::Timeout) => return !self.inbox.is_closed(),
            }
            // Whatever else has been left.
            patience = Duration::ZERO;
        }
    }

    fn take(&mut self, note: Note) {
        match note {
            Note::Want(phones) => self.want(phones),
            Note::Insist(phone) => {
                let table = self.http.table();
                if let Some(profile) = profile_of(&table, &phone) {
                    self.campaign.insist(phone, profile);
                }
            }
            Note::WantStale => {
                let states = self.inbox.states();
                let stale = states.into_iter().filter(|(_, (delivery, _))| *delivery == Delivery::Stale);
                self.want(stale.map(|(phone, _)| phone).collect());
            }
            Note::Synced(phones) => {
                self.changed(&phones);
                // Who reloads may have changed them, too.
                self.look_at_templates();
            }
            Note::News(phone) => self.fetched(&phone),
            Note::Answered(phone, answer) => {
                self.inbox.set_answer(&phone, answer);
                self.campaign.answered(&phone, answer, Instant::now(), &self.rules);
            }
            Note::Registered(id, Some(registration)) => self.registered(id, registration),
            Note::Registered(id, None) => self.ask(&id),
            Note::Unregistered(id) => self.registrations.remove(&id),
            Note::Rules(rules) => self.rules = rules,
            Note::Proceed => drop(self.campaign.proceed()),
            Note::Stop => drop(self.campaign.stop()),
            Note::Close => {}
        }
    }

    /// Those that are there already.
    fn read_contacts(&self) {
        let Some(sorcery) = res_pjsip::sorcery() else { return };
        for contact in contact::all(sorcery) {
            self.registrations.add(contact.id().to_owned(), contact.registration(sorcery));
        }
    }

    fn ask(&mut self, id: &CStr) {
        let Some(sorcery) = res_pjsip::sorcery() else { return };
        if let Some(contact) = Contact::find(sorcery, id) {
            let registration = contact.registration(sorcery);
            self.registered(id.to_owned(), registration);
        }
    }

    fn registered(&mut self, id: CString, registration: Registration) {
        let endpoint = registration.endpoint.clone();
        if !self.registrations.add(id, registration) || self.campaign.counts().away == 0 {
            return;
        }
        let table = self.http.table();
        for phone in table.phones().iter().filter(|phone| endpoints_of(phone).contains(&endpoint)) {
            self.campaign.registered(&phone.mac);
        }
    }

    fn want(&mut self, phones: Vec<Box<CStr>>) {
        let table = self.http.table();
        self.inbox.forget_others(|phone| table.phone(phone.to_bytes()).is_some());
        let wanted = phones.into_iter().filter_map(|mac| Some((mac.clone(), profile_of(&table, &mac)?)));
        self.campaign.want(wanted, &self.rules);
    }

    /// Of these phones something else is served: they may have to fetch it.
    fn changed(&mut self, phones: &[Box<CStr>]) {
        let (table, now) = (self.http.table(), Instant::now());
        let mut prints = Prints::fresh(&self.http.templates, path_of);
        let mut stale = Vec::new();
        for mac in phones {
            let Some(phone) = table.phone(mac.to_bytes()) else {
                self.campaign.forget(mac);
                self.inbox.set_state(mac, None);
                self.progress.forget(mac, now).into_iter().for_each(|news| say(mac, &[], news));
                continue;
            };
            let state = self.http.ledger.delivery(phone, &mut prints);
            self.set(mac, state, true);
            if state.0 == Delivery::Stale {
                stale.push(mac.clone());
            }
        }
        if self.rules.changed && !stale.is_empty() {
            self.want(stale);
        }
    }

    fn fetched(&mut self, mac: &CStr) {
        let table = self.http.table();
        let Some(phone) = table.phone(mac.to_bytes()) else { return };
        let state = self.http.ledger.delivery(phone, &mut Prints::as_read(&self.http.templates, path_of));
        self.set(mac, state, false);
        if state.0 == Delivery::Current {
            self.campaign.fetched(mac);
        }
    }

    fn set(&mut self, mac: &CStr, state: State, is_change: bool) {
        let before = self.inbox.state(mac).map(|(delivery, _)| delivery);
        self.inbox.set_state(mac, Some(state));
        let news = self.progress.set(mac, before, state.0, is_change, Instant::now());
        if !news.is_empty() {
            let sections = self.http.record.sections_of(mac);
            news.into_iter().for_each(|news| say(mac, &sections, news));
        }
    }

    /// Looks whether templates have changed: then the phones of their profiles have.
    fn look_at_templates(&mut self) {
        let table = self.http.table();
        let mut prints = Prints::fresh(&self.http.templates, path_of);
        let mut now = HashMap::new();
        for profile in table.phones().iter().filter_map(|phone| phone.profile.as_ref()) {
            if !now.contains_key(&profile.name) {
                now.insert(profile.name.clone(), prints.of_profile(profile));
            }
        }
        let before = std::mem::replace(&mut self.templates, now);
        let is_other = |name: &CString| before.get(name).is_some_and(|before| Some(before) != self.templates.get(name));
        let changed: Vec<Box<CStr>> = table
            .phones()
            .iter()
            .filter(|phone| phone.profile.as_ref().is_some_and(|profile| is_other(&profile.name)))
            .map(|phone| phone.mac.clone())
            .collect();
        if !changed.is_empty() {
            self.changed(&changed);
        }
    }

    /// Does what is due, and shows how it is doing.
    fn go_on(&mut self) {
        if self.next_look <= Instant::now() {
            self.next_look = Instant::now() + LOOK;
            self.look_at_templates();
            spool::keep(self.http);
        }
        let mut world = Now { http: self.http, registrations: self.registrations };
        for action in self.campaign.tick(Instant::now(), &self.rules, &mut world) {
            match action {
                Action::Tell(phone) => self.tell(&phone),
                Action::Late(phone) => self.say_late(&phone),
                Action::Held(phones) => self.say_held(phones),
            }
        }
        let counts = self.campaign.counts();
        let is_busy = counts.waiting + counts.asked + counts.taken + counts.away > 0;
        let stage = self.campaign.stage();
        if stage != Stage::Held {
            self.held.clear();
        }
        self.inbox.show(View { stage, counts, held: self.held.clone() }, is_busy);
    }

    /// Has a NOTIFY sent to each contact that the phone has.
    fn tell(&self, phone: &CStr) {
        self.inbox.set_told(phone, SystemTime::now());
        let event = self.event_of(phone);
        let contacts = self.contacts_of(phone);
        if contacts.is_empty() {
            return self.inbox.post(Note::Answered(phone.into(), Answer::NoContact));
        }
        let gathered = Arc::new(Gathered {
            phone: phone.into(),
            left: Mutex::new((contacts.len(), Answer::Silent)),
            notes: self.inbox.poster(),
        });
        for (endpoint, contact, uri) in contacts {
            let gathered = Arc::clone(&gathered);
            let tell = Box::new(move |outcome| gathered.take(&uri, answer_of(outcome)));
            notify::send(endpoint, contact, event.clone(), tell);
        }
    }

    fn event_of(&self, phone: &CStr) -> CString {
        let table = self.http.table();
        let line = table.phone(phone.to_bytes()).and_then(|phone| phone.lines.first());
        let given = line.and_then(|line| line.get(EVENT.to_bytes())).filter(|event| !event.is_empty());
        let given = given.and_then(|event| CString::new(event).ok());
        // A profile's setvar may say anything: it shall not make headers of its own.
        given.filter(|event| !has_control(event)).unwrap_or_else(|| USUAL_EVENT.into())
    }

    /// The contacts that are this phone, of all its accounts; those of another node's registrations are told by that.
    fn contacts_of(&self, mac: &CStr) -> Vec<(Endpoint, Contact, CString)> {
        let table = self.http.table();
        let (Some(sorcery), Some(phone)) = (res_pjsip::sorcery(), table.phone(mac.to_bytes())) else {
            return Vec::new();
        };
        let home = self.http.record.trace(mac).and_then(|trace| trace.home);
        let own = paths::system_name();
        let mut found = Vec::new();
        // Unload waits for this.
        for id in endpoints_of(phone).into_iter().take_while(|_| !self.inbox.is_closed()) {
            let Some(endpoint) = Endpoint::find(sorcery, &id) else { continue };
            let mut contacts: Vec<Contact> =
                endpoint.aors(sorcery).iter().flat_map(|aor| contact::of_aor(aor)).collect();
            contacts.retain(|contact| {
                let server = contact.registration(sorcery).server;
                server.is_empty() || own.as_deref().is_none_or(|own| own == server.as_c_str())
            });
            let said: Vec<Registration> = contacts.iter().map(|contact| contact.registration(sorcery)).collect();
            let wanted = choice::of_phone(&said, mac, home);
            for (at, contact) in contacts.into_iter().enumerate().filter(|(at, _)| wanted.contains(at)) {
                if let Some(endpoint) = Endpoint::find(sorcery, &id) {
                    found.push((endpoint, contact, said[at].uri.clone()));
                }
            }
        }
        found
    }

    fn say_late(&self, phone: &CStr) {
        notice!(
            "phone {} took the message that there is something new, and has not fetched it within {} s (resync_wait)",
            Shown(phone),
            self.rules.wait.as_secs()
        );
        let sections = self.http.record.sections_of(phone);
        let headers = [("MAC", text(phone)), ("Sections", joined(sections.iter().map(|id| id.as_c_str())))];
        event(Class::System, c"PhoneprovStale", &headers);
    }

    fn say_held(&mut self, phones: Vec<Box<CStr>>) {
        let examples = joined(phones.iter().take(EXAMPLES).map(|phone| &**phone));
        error!(
            "no more phones are told to fetch again: of the first that were told, {} have not come ({examples}{}); look at what they \
             were given, then say 'pjsip resync phoneprovs continue' or 'stop'",
            phones.len(),
            if phones.len() > EXAMPLES { " …" } else { "" }
        );
        let counts = self.campaign.counts();
        let headers = [
            ("Missing", phones.len().to_string()),
            ("MACs", joined(phones.iter().map(|phone| &**phone))),
            ("Waiting", counts.waiting.to_string()),
        ];
        event(Class::System, c"PhoneprovResyncHeld", &headers);
        self.held = phones;
    }
}

/// Tells of a phone that has fetched what is new.
fn say(mac: &CStr, sections: &[CString], news: News) {
    match news {
        News::Fetched => {
            let headers = [("MAC", text(mac)), ("Sections", joined(sections.iter().map(|id| id.as_c_str())))];
            event(Class::System, c"PhoneprovFetched", &headers);
        }
        News::Delivered(count, took) => {
            notice!("all {count} phones that had something new to fetch have fetched it, within {} s", took.as_secs());
            let headers = [("Phones", count.to_string()), ("Seconds", took.as_secs().to_string())];
            event(Class::System, c"PhoneprovDelivered", &headers);
        }
    }
}

/// The name of a phone's profile; `None` if the phone is served no more.
fn profile_of(table: &Table, phone: &CStr) -> Option<Box<CStr>> {
    let phone = table.phone(phone.to_bytes())?;
    Some(phone.profile.as_ref().map_or_else(Default::default, |profile| profile.name.clone().into_boxed_c_str()))
}

/// The ids of the endpoints of a phone's lines.
pub(super) fn endpoints_of(phone: &Evaluated) -> BTreeSet<CString> {
    let ids = phone.lines.iter().filter_map(|line| line.get(standard::ENDPOINT_ID.to_bytes()));
    ids.filter_map(|id| CString::new(id).ok()).collect()
}

fn answer_of(outcome: Outcome) -> Answer {
    match outcome {
        Outcome::Answered(Some(status)) if status >= 300 => {
            if status == 408 {
                Answer::Silent
            } else {
                Answer::Refused(status)
            }
        }
        // Where nobody knows the status, whether it fetches tells.
        Outcome::Answered(_) => Answer::Taken,
        Outcome::Silence => Answer::Silent,
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
        let told = match answer {
            Answer::Taken => "Taken".to_owned(),
            Answer::Refused(status) => status.to_string(),
            Answer::Silent | Answer::NoContact => "Silent".to_owned(),
        };
        event(
            Class::System,
            c"PhoneprovResync",
            &[("MAC", text(&self.phone)), ("Contact", text(uri)), ("Answer", told)],
        );
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

/// The world of a campaign.
struct Now<'a> {
    http: &'a Http,
    registrations: &'a Registrations,
}

impl World for Now<'_> {
    fn is_in_call(&mut self, phone: &CStr) -> bool {
        let table = self.http.table();
        table
            .phone(phone.to_bytes())
            .is_some_and(|phone| endpoints_of(phone).iter().any(|id| endpoints::is_in_call(id)))
    }

    fn has_contact(&mut self, phone: &CStr) -> bool {
        let table = self.http.table();
        // Those that stand in an AOR's section are always there.
        table.phone(phone.to_bytes()).is_some_and(|phone| {
            endpoints_of(phone).iter().any(|id| self.registrations.has(id) || !self.registrations.is_known(id))
        })
    }
}
