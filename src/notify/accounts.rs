//! Which accounts each phone has: the ids of its lines' endpoints, and those that it had until it has fetched what is new. No
//! Asterisk in here.
//!
//! A phone whose endpoint has another name now is registered as before until it has fetched: only there can it be told.

use crate::phone::evaluated::Evaluated;
use crate::phone::standard;
use std::collections::{BTreeSet, HashMap};
use std::ffi::{CStr, CString};

/// The ids of endpoints, in order, each once. A fleet has one of these for each phone, mostly of one id: so they take no more room
/// than that.
pub type Ids = Box<[CString]>;

fn ids(ids: impl IntoIterator<Item = CString>) -> Ids {
    let mut ids: Vec<CString> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

/// Those of a phone as it is served.
pub fn of(phone: &Evaluated) -> Ids {
    let all = phone.lines.iter().filter_map(|line| line.get(standard::ENDPOINT_ID.to_bytes()));
    ids(all.filter_map(|id| CString::new(id).ok()))
}

/// The accounts of one phone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts {
    /// What is served.
    pub now: Ids,
    /// What it may still have, beside those.
    pub former: Ids,
}

/// Those of all phones.
#[derive(Debug, Default)]
pub struct Directory {
    of_phone: HashMap<Box<CStr>, Accounts>,
    /// An account, and a phone that is served with it.
    phones: BTreeSet<(CString, Box<CStr>)>,
}

impl Directory {
    /// A phone is served with these.
    pub fn set(&mut self, phone: &CStr, now: Ids) {
        let before = self.forget(phone);
        let all = before.former.into_iter().chain(before.now);
        let former = ids(all.filter(|id| now.binary_search(id).is_err()));
        self.phones.extend(now.iter().map(|id| (id.clone(), phone.into())));
        self.of_phone.insert(phone.into(), Accounts { now, former });
    }

    /// It has what is served: of others it knows nothing any more.
    pub fn fetched(&mut self, phone: &CStr) {
        if let Some(accounts) = self.of_phone.get_mut(phone) {
            accounts.former = Ids::default();
        }
    }

    /// It is served no more. What it had.
    pub fn forget(&mut self, phone: &CStr) -> Accounts {
        let accounts = self.of_phone.remove(phone).unwrap_or_default();
        for id in &accounts.now {
            self.phones.remove(&(id.clone(), phone.into()));
        }
        accounts
    }

    /// Those of a phone.
    pub fn of(&self, phone: &CStr) -> Accounts {
        self.of_phone.get(phone).cloned().unwrap_or_default()
    }

    /// The phones that are served with that one.
    pub fn phones_of<'a>(&'a self, id: &'a CStr) -> impl Iterator<Item = &'a CStr> {
        let from = (id.to_owned(), c"".into());
        self.phones.range(from..).take_while(move |(each, _)| each.as_c_str() == id).map(|(_, phone)| &**phone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids<const N: usize>(ids: [&CStr; N]) -> Ids {
        ids.map(CStr::to_owned).into()
    }

    #[test]
    fn a_phone_keeps_its_old_account_until_it_has_fetched() {
        let mut directory = Directory::default();
        directory.set(c"desk", ids([c"alice", c"office"]));
        directory.set(c"sofa", ids([c"office"]));
        assert_eq!(directory.of(c"desk"), Accounts { now: ids([c"alice", c"office"]), former: ids([]) });
        directory.set(c"desk", ids([c"alicia", c"office"]));
        directory.set(c"desk", ids([c"lizzie", c"office"]));
        assert_eq!(directory.of(c"desk").former, ids([c"alice", c"alicia"]));
        assert_eq!(directory.phones_of(c"office").collect::<Vec<_>>(), [c"desk", c"sofa"]);
        assert_eq!(directory.phones_of(c"alice").count(), 0);
        directory.set(c"desk", ids([c"alice"]));
        assert_eq!(directory.of(c"desk").former, ids([c"alicia", c"lizzie", c"office"]), "the first name is back");
        directory.fetched(c"desk");
        assert_eq!(directory.of(c"desk"), Accounts { now: ids([c"alice"]), former: ids([]) });
        directory.forget(c"desk");
        assert_eq!(directory.of(c"desk"), Accounts::default());
        assert_eq!(directory.phones_of(c"alice").count(), 0);
    }
}
