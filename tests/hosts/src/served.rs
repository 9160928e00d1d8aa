//! Everything that a host serves, and how two hosts differ.

use crate::Host;
use std::collections::{BTreeMap, BTreeSet};

/// One row of `phoneprov show routes`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// `None` for a static file.
    pub provider: Option<String>,
    pub profile: String,
    /// Below `/phoneprov/`.
    pub uri: String,
    pub template: String,
}

/// What a host serves. Whatever its routes do not show is known only by asking for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Served {
    /// Sorted; a phone that `res_phoneprov` has twice is there twice.
    pub routes: Vec<Route>,
    /// By file, what is sent for it.
    pub files: BTreeMap<String, String>,
}

impl Host {
    /// All routes of `res_phoneprov`, sorted.
    pub fn routes(&self) -> Vec<Route> {
        let mut routes = routes(&self.cli("phoneprov show routes"));
        // The table cuts a longer URI off.
        routes.iter().for_each(|route| assert!(route.uri.len() < 40, "{} may not be the whole URI", route.uri));
        routes.sort();
        routes
    }

    /// The routes, what is sent for each, and what is sent for other names that somebody may ask for.
    pub fn served(&self, others: impl IntoIterator<Item = String>) -> Served {
        let routes = self.routes();
        let names: BTreeSet<String> = routes.iter().map(|route| route.uri.clone()).chain(others).collect();
        let sent = |name: String| {
            let answer = self.fetch(&encoded(&name));
            let text = format!("{} {}\n{}", answer.status, answer.content_type, String::from_utf8_lossy(&answer.body));
            (name, text)
        };
        Served { routes, files: names.into_iter().map(sent).collect() }
    }
}

impl Served {
    /// What is served otherwise than by the other host, for people; empty if nothing.
    pub fn differences(&self, other: &Served) -> Vec<String> {
        let mut differences = Vec::new();
        let all: BTreeSet<&Route> = self.routes.iter().chain(&other.routes).collect();
        for route in all {
            let count = |of: &Served| of.routes.iter().filter(|other| *other == route).count();
            if count(self) != count(other) {
                differences.push(format!("{} instead of {} times: {route:?}", count(self), count(other)));
            }
        }
        let names: BTreeSet<&String> = self.files.keys().chain(other.files.keys()).collect();
        for name in names {
            let sent = |of: &Served| of.files.get(name).cloned().unwrap_or_else(|| "not asked for".to_owned());
            let (here, there) = (sent(self), sent(other));
            if here != there {
                differences.push(format!("{name}:\n{here}\ninstead of:\n{there}"));
            }
        }
        differences
    }
}

/// A name as a URI has it, whatever is in it.
pub fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The rows of the two tables, whose columns have fixed widths (res_phoneprov.c, FORMATS and FORMATD).
fn routes(listing: &str) -> Vec<Route> {
    let column = |row: &str, from: usize, to: usize| {
        let bytes = row.as_bytes();
        let cell = bytes.get(from.min(bytes.len())..to.min(bytes.len())).unwrap_or_default();
        String::from_utf8_lossy(cell).trim_end().to_owned()
    };
    let (fixed, of_phones) = listing.split_once("Dynamic routes").expect("the answer has two tables");
    // Each table's heading has an empty line and the columns' names behind it.
    let rows = |text: &str| {
        let rows = text.lines().skip_while(|row| !row.contains("Relative URI")).skip(1);
        rows.filter(|row| !row.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let fixed = rows(fixed).into_iter().map(|row| Route {
        provider: None,
        profile: column(&row, 0, 20),
        uri: column(&row, 21, 61),
        template: column(&row, 63, 93),
    });
    let of_phones = rows(of_phones).into_iter().map(|row| Route {
        provider: Some(column(&row, 0, 20)),
        profile: column(&row, 21, 41),
        uri: column(&row, 42, 82),
        template: column(&row, 84, 114),
    });
    fixed.chain(of_phones).collect()
}
