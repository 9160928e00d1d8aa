//! The thread that tells phones to fetch again: it goes by the rule of [`super::campaign`], one phone after the other. Nobody ever
//! waits for it.

use super::accounts::{self, Directory};
use super::campaign::{Action, Campaign, Stage, World};
use super::inbox::{Inbox, Note, View};
use super::message::{self, Whereabouts};
use super::news;
use super::nodes::Nodes;
use super::progress::{Progress, State};
use super::registrations::Registrations;
use super::spool;
use super::templates::Templates;
use crate::asterisk::callback::guard;
use crate::asterisk::contact::{self, Contact};
use crate::asterisk::{endpoints, paths, res_pjsip};
use crate::http::Http;
use crate::http::delivery::{Delivery, Prints};
use crate::http::render::path_of;
use crate::http::table::Table;
use crate::phone::registration::Registration;
use crate::phone::settings::Resync;
use std::ffi::{CStr, CString};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime};

/// So often templates and other nodes' contacts are looked at, which nobody tells of, and what phones have is kept.
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
        templates: Templates::default(),
        accounts: Directory::default(),
        nodes: Nodes::default(),
        postponed: Vec::new(),
        next_look: Instant::now() + LOOK,
    };
    guard("teller", (), || {
        for (id, contact) in contacts() {
            registrations.add(id, contact);
        }
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
    templates: Templates,
    accounts: Directory,
    nodes: Nodes,
    /// Those whom nobody tells by himself until it is known whose they are.
    postponed: Vec<Box<CStr>>,
    next_look: Instant,
}

impl Teller<'_> {
    /// Takes notes until something else is due; false when there is nothing more to do at all.
    fn wait(&mut self, notes: &Receiver<Note>) -> bool {
        let due = [self.campaign.next(&self.rules), self.nodes.next_look(), Some(self.next_look)];
        let mut patience =
            due.into_iter().flatten().min().map_or(LOOK, |next| next.saturating_duration_since(Instant::now()));
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
            Note::ContactsAre { shared } => self.nodes.set(paths::system_name(), shared),
            Note::Proceed => drop(self.campaign.proceed()),
            Note::Stop => drop(self.campaign.stop()),
            Note::Close => {}
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
        if self.registrations.add(id, registration) {
            self.accounts.phones_of(&endpoint).for_each(|phone| self.campaign.registered(phone));
        }
    }

    fn want(&mut self, phones: Vec<Box<CStr>>) {
        let table = self.http.table();
        self.inbox.forget_others(|phone| table.phone(phone.to_bytes()).is_some());
        let wanted = phones.into_iter().filter_map(|mac| Some((mac.clone(), profile_of(&table, &mac)?)));
        self.campaign.want(wanted, &self.rules);
    }

    /// The same without anybody's saying so.
    fn want_by_itself(&mut self, phones: Vec<Box<CStr>>) {
        if !self.rules.changed || phones.is_empty() {
            return;
        }
        self.postponed.extend(phones);
        self.look_at_nodes();
    }

    /// Of these phones something else is served: they may have to fetch it.
    fn changed(&mut self, phones: &[Box<CStr>]) {
        let (table, now) = (self.http.table(), Instant::now());
        let mut prints = Prints::fresh(&self.http.templates, path_of);
        let mut stale = Vec::new();
        for mac in phones {
            let Some(phone) = table.phone(mac.to_bytes()) else {
                self.campaign.forget(mac);
                self.accounts.forget(mac);
                self.inbox.set_state(mac, None);
                self.progress.forget(mac, now).into_iter().for_each(|told| news::say(mac, &[], told));
                continue;
            };
            self.accounts.set(mac, accounts::of(phone));
            let state = self.http.ledger.delivery(phone, &mut prints);
            self.set(mac, state, true);
            if state.0 == Delivery::Stale {
                stale.push(mac.clone());
            }
        }
        self.want_by_itself(stale);
    }

    fn fetched(&mut self, mac: &CStr) {
        let table = self.http.table();
        let Some(phone) = table.phone(mac.to_bytes()) else { return };
        let state = self.http.ledger.delivery(phone, &mut Prints::as_read(&self.http.templates, path_of));
        self.set(mac, state, false);
        if state.0 == Delivery::Current {
            self.accounts.fetched(mac);
            self.campaign.fetched(mac, Instant::now(), &self.rules);
        }
    }

    fn set(&mut self, mac: &CStr, state: State, is_change: bool) {
        let before = self.inbox.state(mac).map(|(delivery, _)| delivery);
        self.inbox.set_state(mac, Some(state));
        let told = self.progress.set(mac, before, state.0, is_change, Instant::now());
        if !told.is_empty() {
            let sections = self.http.record.sections_of(mac);
            told.into_iter().for_each(|told| news::say(mac, &sections, told));
        }
    }

    fn look_at_templates(&mut self) {
        let changed = self.templates.changed(self.http);
        if !changed.is_empty() {
            self.changed(&changed);
        }
    }

    /// Looks where phones of other nodes are, if there are any, and has those told for whom that was waited.
    fn look_at_nodes(&mut self) {
        if self.nodes.are_shared() {
            let (before, contacts) = (self.nodes.obstacle(), contacts());
            self.nodes.look(&contacts, self.registrations, Instant::now());
            self.registrations.read(contacts);
            let obstacle = self.nodes.obstacle().filter(|_| self.rules.changed);
            if let Some(obstacle) =
                obstacle.filter(|obstacle| before.as_ref() != Some(obstacle) || !self.postponed.is_empty())
            {
                news::say_obstacle(&obstacle);
                self.postponed.clear();
            }
        }
        if self.nodes.next_look().is_none() && !self.postponed.is_empty() {
            let phones = std::mem::take(&mut self.postponed);
            self.want(phones);
        }
    }

    /// Does what is due, and shows how it is doing.
    fn go_on(&mut self) {
        let now = Instant::now();
        let is_time = self.next_look <= now;
        if is_time || self.nodes.next_look().is_some_and(|at| at <= now) {
            self.look_at_nodes();
        }
        if is_time {
            self.next_look = now + LOOK;
            self.look_at_templates();
            spool::keep(self.http);
        }
        let mut world = Now { accounts: &self.accounts, registrations: self.registrations };
        for action in self.campaign.tick(now, &self.rules, &mut world) {
            match action {
                Action::Tell(phone) => self.tell(&phone),
                Action::Late(phone) => news::say_late(&phone, &self.http.record.sections_of(&phone), &self.rules),
                Action::Held(phones) => {
                    news::say_held(&phones, self.campaign.counts().waiting);
                    self.held = phones;
                }
            }
        }
        let (counts, stage) = (self.campaign.counts(), self.campaign.stage());
        let is_busy = counts.waiting + counts.asked + counts.taken + counts.away > 0;
        if stage != Stage::Held {
            self.held.clear();
        }
        let obstacle = self.nodes.obstacle().filter(|_| self.rules.changed);
        self.inbox.show(View { stage, counts, held: self.held.clone(), obstacle }, is_busy);
        self.http.tell_all(is_busy);
    }

    fn tell(&self, phone: &CStr) {
        self.inbox.set_told(phone, SystemTime::now());
        self.http.tell_all(true);
        let Teller { inbox, http, nodes, registrations, .. } = self;
        message::send(phone, &self.accounts.of(phone), &Whereabouts { inbox, http, nodes, registrations });
    }
}

/// All that are there, by their ids.
fn contacts() -> Vec<(CString, Registration)> {
    let Some(sorcery) = res_pjsip::sorcery() else { return Vec::new() };
    let said = |contact: Contact| (contact.id().to_owned(), contact.registration(sorcery));
    contact::all(sorcery).into_iter().map(said).collect()
}

/// The name of a phone's profile; `None` if the phone is served no more.
fn profile_of(table: &Table, phone: &CStr) -> Option<Box<CStr>> {
    let phone = table.phone(phone.to_bytes())?;
    Some(phone.profile.as_ref().map_or_else(Default::default, |profile| profile.name.clone().into_boxed_c_str()))
}

/// The world of a campaign.
struct Now<'a> {
    accounts: &'a Directory,
    registrations: &'a Registrations,
}

impl World for Now<'_> {
    fn is_in_call(&mut self, phone: &CStr) -> bool {
        let accounts = self.accounts.of(phone);
        accounts.now.iter().chain(&accounts.former).any(|id| endpoints::is_in_call(id))
    }

    fn has_contact(&mut self, phone: &CStr) -> bool {
        // Those that stand in an AOR's section are always there.
        let is_there = |id: &CString| self.registrations.has(id) || !self.registrations.is_known(id);
        self.accounts.of(phone).now.iter().any(is_there)
    }
}
