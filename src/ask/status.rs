//! How provisioning is doing: what the console and AMI tell of the module as a whole.

use super::content_hash::{ContentHash, content_hash};
use super::phoneprov_conf::PhoneprovConf;
use crate::asterisk::{ast_version, res_pjsip};
use crate::http::delivery::Delivery;
use crate::http::record::Totals;
use crate::notify::inbox::View;
use crate::phone::http_server::HttpServer;
use crate::phone::problem::Problem;
use crate::phone::problem::kind::Kinds;
use crate::serve::loaded::Loaded;
use crate::serve::served::Snapshot;
use crate::serve::stopped;
use crate::sources::database::{self, Record};
use crate::sources::{http_conf, sections};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// So long a database may be silent before it counts as away.
const SILENT: Duration = Duration::from_secs(1);

/// What there is to tell.
pub struct Status {
    /// This module's version.
    pub version: &'static str,
    /// The version of Asterisk that runs.
    pub running: String,
    /// How endpoints are read in it.
    pub layout: String,
    /// Whether all changes that are known of have been followed, and what phones have fetched is noted.
    pub is_settled: bool,
    /// Who answers phones, in words.
    pub answerer: String,
    /// Where the HTTP server answers.
    pub http_server: HttpServer,
    /// What is wrong with `res_phoneprov` if it has stopped, and since when that is known.
    pub stopped: Option<(Problem, Option<SystemTime>)>,
    /// How many clients the HTTP server lets in at once.
    pub session_limit: usize,
    /// How phoneprov.conf is.
    pub phoneprov_conf: PhoneprovConf,
    /// What requests came to.
    pub requests: Totals,
    /// What is known of the database, if there is one.
    pub database: Option<Record>,
    /// When the file was written that keeps what it says, if there is one.
    pub known_good_since: Option<SystemTime>,
    /// What is wrong.
    pub problems: Kinds,
    /// Whether there is a key for a hash that covers secrets.
    pub has_hash_key: bool,
    /// What is served, as a number; `None` if templates take too long to be read.
    pub content_hash: Option<ContentHash>,
    /// How many phones have what is served.
    pub current: usize,
    /// How many have something else.
    pub stale: usize,
    /// How many have nothing yet.
    pub new: usize,
    /// How far telling phones is.
    pub telling: View,
    /// What is served; `None` if nothing may be.
    pub served: Option<Snapshot>,
}

impl Status {
    /// As it is now. Any thread that holds no lock; never waits for a sync.
    pub fn now(loaded: &Arc<Loaded>) -> Self {
        let database = loaded.database.get();
        let served = loaded.snapshot();
        let key = loaded.sources().and_then(|sources| sections::settings(&sources).hash_key);
        let states = loaded.notify.inbox.states();
        let count = |wanted| states.values().filter(|(delivery, _)| *delivery == wanted).count();
        Status {
            current: count(Delivery::Current),
            stale: count(Delivery::Stale),
            new: count(Delivery::New),
            telling: loaded.notify.inbox.view(),
            version: env!("CARGO_PKG_VERSION"),
            running: ast_version::running(),
            layout: res_pjsip::layout(),
            is_settled: loaded.mailbox.is_settled() && loaded.notify.inbox.is_read(),
            answerer: answerer(loaded, served.as_ref()),
            http_server: http_conf::server(),
            stopped: stopped::problem(loaded).map(|problem| (problem, loaded.stopped().map(|stopped| stopped.since))),
            session_limit: http_conf::session_limit(),
            phoneprov_conf: PhoneprovConf::now(loaded),
            requests: loaded.http.record.totals(),
            database: database.map(|database| database.record()),
            known_good_since: database.and_then(|database| database.known_good_since()),
            problems: Kinds::of(served.iter().flat_map(|served| &*served.problems)),
            has_hash_key: key.is_some(),
            content_hash: served.as_ref().and_then(|served| content_hash(loaded, served, key)),
            served,
        }
    }

    /// When the rows were read that phones are made of; `None` if there are none.
    pub fn data_since(&self) -> Option<SystemTime> {
        let record = self.database.as_ref()?;
        data_since(record, self.known_good_since)
    }
}

/// When the rows were read that are believed: from the database, or by whoever wrote the file that they come from.
pub fn data_since(record: &Record, known_good_since: Option<SystemTime>) -> Option<SystemTime> {
    if record.from_file { known_good_since } else { record.last.map(|(at, _)| at) }
}

/// Whether a database answers.
pub fn is_up(record: &Record) -> bool {
    record.fault.is_none() && !record.from_file && record.asking.is_none_or(|since| since.elapsed() <= SILENT)
}

fn answerer(loaded: &Loaded, served: Option<&Snapshot>) -> String {
    let http = &loaded.http;
    if !http.place.is_ours() {
        return "answered by res_phoneprov, which has no place in the HTTP server's list".to_owned();
    }
    if http.place.has_lost_res_phoneprov() {
        return "answered by this module, as before res_phoneprov stopped".to_owned();
    }
    let is_spared = served.is_some_and(|served| served.spares_res_phoneprov);
    let alone = if is_spared { " alone (fill_res_phoneprov = no)" } else { "" };
    let how = if http.holding.is_wanted() { "" } else { " while phones change (http_gate = no)" };
    format!("answered by this module{alone}, the rest passed on{how}")
}

/// How the database is doing, in words; `took` writes a time that something has taken.
pub fn of_database(record: &Record, took: impl Fn(Duration) -> String) -> String {
    match (&record.fault, record.held_back.first(), record.asking) {
        (Some(fault), ..) => fault.clone(),
        (None, Some(held), _) => format!("held back: {}", database::in_words(held.fall)),
        (None, None, Some(since)) if since.elapsed() > SILENT => {
            format!("has not answered for {}", took(since.elapsed()))
        }
        (None, None, _) if record.unrest_since.is_some() => "is being written to; read again until it rests".to_owned(),
        (None, None, _) if record.from_file => {
            let age = record.kept.and_then(|at| at.elapsed().ok()).unwrap_or_default();
            let age = humantime::format_duration(Duration::from_secs(age.as_secs()));
            format!("not read yet; phones are served from the file, which is {age} old")
        }
        (None, None, _) => "answers".to_owned(),
    }
}
