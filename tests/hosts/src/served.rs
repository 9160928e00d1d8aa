//! Everything that a host serves.

use crate::Host;
use std::collections::BTreeMap;

impl Host {
    /// By file, what is sent for it, once for each route that leads to it: a phone that is there twice shows.
    pub fn everything_served(&self) -> BTreeMap<String, Vec<String>> {
        let mut served: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let listing = self.cli("phoneprov show routes");
        let (fixed, of_phones) = listing.split_once("Dynamic routes").expect("the answer has two tables");
        // Ahead of the file there is its profile, and ahead of that, for phones, the provider.
        for (table, column) in [(fixed, 1), (of_phones, 2)] {
            for row in table.lines().skip_while(|row| !row.contains("Relative URI")).skip(1) {
                if let Some(file) = row.split_whitespace().nth(column) {
                    let answer = self.fetch(file);
                    let body = String::from_utf8_lossy(&answer.body);
                    let sent = format!("{} {}\n{body}", answer.status, answer.content_type);
                    served.entry(file.to_owned()).or_default().push(sent);
                }
            }
        }
        served
    }
}
