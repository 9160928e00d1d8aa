//! The file that keeps what each phone has over a restart of Asterisk: `phoneprov/delivered` under its spool directory, and beside
//! it the key that its prints are made with. Both are for Asterisk's user alone.

use super::kept;
use crate::asterisk::logger::warning;
use crate::asterisk::paths;
use crate::http::Http;
use crate::http::delivery::{Ledger, PrintKey};
use crate::http::fetches::Name;
use crate::http::templates::open;
use crate::whole_file;
use parking_lot::Mutex;
use std::collections::HashSet;
use std::io::Read as _;
use std::path::PathBuf;

/// What is longer is nothing that we wrote.
const LONGEST: u64 = 64 << 20;

fn path(name: &str) -> PathBuf {
    paths::spool_dir().join("phoneprov").join(name)
}

/// Reads them. Where there is no key, or no whole file, nobody knows what phones have: as if none had fetched anything.
pub fn take_up(ledger: &Ledger) {
    let key = read("delivered.key", 16).and_then(|key| key.try_into().ok()).map(PrintKey);
    let text = read("delivered", LONGEST).and_then(|text| String::from_utf8(text).ok());
    let phones = text.and_then(|text| kept::decode(&text));
    match (key, phones) {
        (Some(key), Some(phones)) => ledger.take_up(key, phones),
        (Some(key), None) => ledger.take_up(key, Default::default()),
        (None, _) => ledger.take_up(PrintKey::random(), Default::default()),
    }
}

/// What is in the file; `None` if it is longer, or no file: nobody waits for a FIFO, or reads a device to its end.
fn read(name: &str, longest: u64) -> Option<Vec<u8>> {
    let (file, _) = open(&path(name)).ok()?;
    let mut bytes = Vec::new();
    file.take(longest + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= longest).then_some(bytes)
}

/// Writes them, if there is anything new, of phones that are served.
pub fn keep(http: &Http) {
    let (table, ledger) = (http.table(), &http.ledger);
    // Somebody who waits for the file system since an earlier load.
    static WRITING: Mutex<()> = Mutex::new(());
    let Some(_writing) = WRITING.try_lock() else { return };
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
