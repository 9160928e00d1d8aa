//! How provisioning is doing: what the console and AMI tell of the module as a whole.

use crate::asterisk::{ast_version, res_pjsip};
use crate::http::delivery::Delivery;
use crate::http::record::Totals;
use crate::notify::inbox::View;
use crate::serve::loaded::Loaded;
use crate::serve::served::Snapshot;
use crate::sources::database::{self, Record};
use crate::sources::http_conf;
use std::time::Duration;

/// What there is to tell.
pub struct Status {
    /// This module's version.
    pub version: &'static str,
    /// The version of Asterisk that runs.
    pub running: String,
    /// How endpoints are read in it.
    pub layout: String,
    /// Whether all changes that are known of have been followed.
    pub is_settled: bool,
    /// Who answers phones, in words.
    pub answerer: &'static str,
    /// How many clients the HTTP server lets in at once.
    pub session_limit: usize,
    /// What requests came to.
    pub requests: Totals,
    /// What is known of the database, if there is one.
    pub database: Option<Record>,
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
    /// As it is now. Any thread; never waits for a sync.
    pub fn now(loaded: &Loaded) -> Self {
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
            is_settled: loaded.mailbox.is_settled(),
            answerer: answerer(loaded),
            session_limit: http_conf::session_limit(),
            requests: loaded.http.record.totals(),
            database: loaded.database.get().map(|database| database.record()),
            served: loaded.snapshot(),
        }
    }
}

fn answerer(loaded: &Loaded) -> &'static str {
    let http = &loaded.http;
    match (http.place.is_ours(), http.holding.is_wanted(), http.place.has_lost_res_phoneprov()) {
        (false, ..) => "answered by res_phoneprov, which has no place in the HTTP server's list",
        (true, _, true) => "answered as before res_phoneprov stopped; restart Asterisk",
        (true, false, _) => "answered by this module, the rest passed on while phones change (http_gate = no)",
        (true, true, _) => "answered by this module, the rest passed on",
    }
}

/// How the database is doing, in words; `took` writes a time that something has taken.
pub fn of_database(record: &Record, took: impl Fn(Duration) -> String) -> String {
    match (&record.fault, record.held_back, record.asking) {
        (Some(fault), ..) => fault.clone(),
        (None, Some((fall, _)), _) => format!("held back: {}", database::in_words(fall)),
        (None, None, Some(since)) if since.elapsed() > Duration::from_secs(1) => {
            format!("has not answered for {}", took(since.elapsed()))
        }
        (None, None, _) if record.from_file => "not read yet; phones are served from the file".to_owned(),
        (None, None, _) => "answers".to_owned(),
    }
}
