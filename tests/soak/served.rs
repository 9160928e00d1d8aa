//! Everything that a host serves, and how two hosts differ.

use super::watch::command;
use hosts::Host;
use std::collections::{BTreeMap, BTreeSet};

pub struct Served {
    /// The rows of `phoneprov show routes`: one that is there twice is a phone that is served twice.
    routes: BTreeMap<String, usize>,
    files: BTreeMap<String, String>,
}

impl Served {
    pub fn by(host: &Host) -> Self {
        let mut routes = BTreeMap::new();
        let mut uris = BTreeSet::new();
        let listing = command(host, "phoneprov show routes");
        let (fixed, of_phones) = listing.split_once("Dynamic routes").expect("the answer has two tables");
        // Ahead of the URI there is the profile, and ahead of that, for phones, the provider.
        for (table, column) in [(fixed, 1), (of_phones, 2)] {
            for row in table.lines().skip_while(|row| !row.contains("Relative URI")).skip(1) {
                let cells: Vec<&str> = row.split_whitespace().collect();
                if let Some(uri) = cells.get(column) {
                    uris.insert((*uri).to_owned());
                    *routes.entry(cells.join(" ")).or_default() += 1;
                }
            }
        }
        let files = uris.into_iter().map(|uri| {
            let answer = host.fetch(&uri);
            let text = format!("{} {}\n{}", answer.status, answer.content_type, String::from_utf8_lossy(&answer.body));
            (uri, text)
        });
        Self { files: files.collect(), routes }
    }

    pub fn files(&self) -> usize {
        self.files.len()
    }

    /// What is served otherwise than by a fresh start, for people; empty if nothing.
    pub fn differences(&self, fresh: &Served) -> Vec<String> {
        let mut differences = Vec::new();
        let rows: BTreeSet<&String> = self.routes.keys().chain(fresh.routes.keys()).collect();
        for row in rows {
            let (here, there) = (self.routes.get(row).unwrap_or(&0), fresh.routes.get(row).unwrap_or(&0));
            if here != there {
                differences.push(format!("{here} instead of {there} routes: {row}"));
            }
        }
        for (uri, theirs) in &fresh.files {
            if let Some(ours) = self.files.get(uri).filter(|ours| *ours != theirs) {
                differences.push(format!("{uri}:\n{ours}\ninstead of:\n{theirs}"));
            }
        }
        differences
    }
}
