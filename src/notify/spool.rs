//! The file that keeps what each phone has over a restart of Asterisk: `phoneprov/delivered` under its spool directory, and beside
//! it the key that its prints are made with. Both are for Asterisk's user alone.

use super::kept;
use crate::asterisk::logger::warning;
use crate::asterisk::paths;
use crate::http::Http;
use crate::http::delivery::{Ledger, PrintKey};
use crate::http::fetches::Name;
use crate::whole_file;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::PathBuf;

/// What is longer is nothing that we wrote.
const LONGEST: u64 = 64 << 20;

fn path(name: &str) -> PathBuf {
    paths::spool_dir().join("phoneprov").join(name)
}

/// Reads them. Where there is no key, or no whole file, nobody knows what phones have: as if none had fetched anything.
pub fn take_up(ledger: &Ledger) {
    let key = fs::read(path("delivered.key")).ok().and_then(|key| key.try_into().ok()).map(PrintKey);
    let mut text = String::new();
    let is_read = File::open(path("delivered")).is_ok_and(|file| file.take(LONGEST).read_to_string(&mut text).is_ok());
    let phones = if is_read { kept::decode(&text) } else { None };
    match (key, phones) {
        (Some(key), Some(phones)) => ledger.take_up(key, phones),
        (Some(key), None) => ledger.take_up(key, Default::default()),
        (None, _) => ledger.take_up(PrintKey::random(), Default::default()),
    }
}

/// Writes them, if there is anything new, of phones that are served.
pub fn keep(http: &Http) {
    let (table, ledger) = (http.table(), &http.ledger);
    let served: HashSet<Name> = table.phones().iter().map(|phone| Name::of(&phone.mac)).collect();
    let Some((PrintKey(key), phones)) = ledger.take_news(|phone| served.contains(phone)) else { return };
    let text = kept::encode(&phones);
    let written = whole_file::replace(&path("delivered.key"), &key)
        .and_then(|()| whole_file::replace(&path("delivered"), text.as_bytes()));
    if let Err(error) = written {
        ledger.is_not_kept();
        warning!(
            "{} cannot be written ({error}): after a restart nobody knows what phones have fetched",
            path("delivered").display()
        );
    }
}
