//! Whose a registration is, where several nodes keep contacts in one database: the node's that took it. No clock in here and no
//! Asterisk.
//!
//! A contact says which node took it by that node's `systemname`. Where that is empty, or another node's, too, nobody knows, and
//! nobody tells phones by himself: each node would tell all of them.

use super::registrations::Registrations;
use crate::phone::registration::Registration;
use std::collections::HashMap;
use std::ffi::CString;
use std::fmt;
use std::time::{Duration, Instant};

/// A contact that we know nothing of and that bears our name has to be there for so long: what our own node takes is in the
/// database a moment before anybody is told.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why this node tells nobody by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// It has no name.
    Nameless,
    /// Another one has its name: it took the registration of that endpoint.
    NameOfAnother(CString, CString),
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obstacle::Nameless => f.write_str(
                "contacts are in a database, and this node has no systemname in asterisk.conf: nobody knows which phones are its own",
            ),
            Obstacle::NameOfAnother(name, endpoint) => write!(
                f,
                "contacts are in a database, and another node has this one's systemname, '{}', too: it took the registration of \
                 endpoint '{}'; give each node a name of its own in asterisk.conf",
                name.to_string_lossy(),
                endpoint.to_string_lossy()
            ),
        }
    }
}

/// What is known of the nodes.
#[derive(Debug, Default)]
pub struct Nodes {
    own: Option<CString>,
    /// Whether contacts are in a database that others may have, too.
    is_shared: bool,
    /// Contacts with our name that our node has not told of: since when, and whose.
    strange: HashMap<CString, (Instant, CString)>,
    other: Option<CString>,
}

impl Nodes {
    /// This node has that name, and its contacts are in such a place.
    pub fn set(&mut self, own: Option<CString>, is_shared: bool) {
        if !is_shared || own != self.own {
            (self.strange, self.other) = (HashMap::new(), None);
        }
        (self.own, self.is_shared) = (own, is_shared);
    }

    /// Whether contacts have to be read to know them.
    pub fn are_shared(&self) -> bool {
        self.is_shared
    }

    /// Whether a contact is this node's to tell.
    pub fn is_own(&self, contact: &Registration) -> bool {
        match &self.own {
            Some(own) if self.is_shared => *own == contact.server,
            _ => true,
        }
    }

    /// Why phones are not told by themselves.
    pub fn obstacle(&self) -> Option<Obstacle> {
        match &self.own {
            _ if !self.is_shared => None,
            None => Some(Obstacle::Nameless),
            Some(own) => self.other.clone().map(|endpoint| Obstacle::NameOfAnother(own.clone(), endpoint)),
        }
    }

    /// Looks at all contacts as the database has them, beside those that our own node told of.
    pub fn look(&mut self, contacts: &[(CString, Registration)], told: &Registrations, now: Instant) {
        let Some(own) = &self.own else { return };
        let is_strange = |(id, contact): &&(CString, Registration)| {
            // Renewed, or made, and not here.
            contact.server == *own && told.expiry_of(id).is_none_or(|expiry| expiry < contact.expires)
        };
        let mut strange: HashMap<CString, (Instant, CString)> = HashMap::new();
        for (id, contact) in contacts.iter().filter(is_strange) {
            let since = self.strange.get(id).map_or(now, |(since, _)| *since);
            strange.insert(id.clone(), (since, contact.endpoint.clone()));
        }
        let proven = strange.values().filter(|(since, _)| now.saturating_duration_since(*since) >= PATIENCE);
        self.other = proven.map(|(_, endpoint)| endpoint).min().cloned();
        self.strange = strange;
    }

    /// When to look again, because something is odd that may explain itself.
    pub fn next_look(&self) -> Option<Instant> {
        let open = self.strange.values().filter(|_| self.other.is_none());
        open.map(|(since, _)| *since + PATIENCE).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CStr;

    const SECOND: Duration = Duration::from_secs(1);

    fn of(endpoint: &CStr, server: &CStr, expires: u64) -> Registration {
        Registration { endpoint: endpoint.into(), server: server.into(), expires, ..Registration::default() }
    }

    fn nodes(own: Option<&CStr>, is_shared: bool) -> Nodes {
        let mut nodes = Nodes::default();
        nodes.set(own.map(CStr::to_owned), is_shared);
        nodes
    }

    #[test]
    fn a_registration_is_its_nodes_where_others_see_it() {
        for (own, is_shared, server, is_own) in [
            (None, false, c"", true),
            (Some(c"one"), false, c"an earlier name", true),
            (Some(c"one"), true, c"one", true),
            (Some(c"one"), true, c"two", false),
            (Some(c"one"), true, c"", false),
            (None, true, c"two", true),
        ] {
            assert_eq!(
                nodes(own, is_shared).is_own(&of(c"alice", server, 0)),
                is_own,
                "{own:?} {is_shared} {server:?}"
            );
        }
    }

    #[test]
    fn without_a_name_nobody_is_told_by_itself() {
        assert_eq!(nodes(None, false).obstacle(), None);
        assert_eq!(nodes(None, true).obstacle(), Some(Obstacle::Nameless));
        assert_eq!(nodes(Some(c"one"), true).obstacle(), None);
    }

    #[test]
    fn another_node_of_the_same_name_is_found_by_what_it_takes() {
        let (mut nodes, told, start) = (nodes(Some(c"one"), true), Registrations::default(), Instant::now());
        let ours = (c"a;@1".to_owned(), of(c"alice", c"one", 100));
        told.add(ours.0.clone(), ours.1.clone());
        let others = (c"b;@1".to_owned(), of(c"bob", c"two", 100));
        nodes.look(&[ours.clone(), others.clone()], &told, start);
        assert_eq!((nodes.next_look(), nodes.obstacle()), (None, None));

        // Our own, of which nobody has told yet.
        let new = (c"c;@1".to_owned(), of(c"carol", c"one", 100));
        nodes.look(&[ours.clone(), new.clone()], &told, start);
        assert_eq!((nodes.next_look(), nodes.obstacle()), (Some(start + PATIENCE), None));
        told.add(new.0.clone(), new.1.clone());
        nodes.look(&[ours, new], &told, start + PATIENCE);
        assert_eq!((nodes.next_look(), nodes.obstacle()), (None, None));

        // Renewed elsewhere.
        let renewed = [(c"a;@1".to_owned(), of(c"alice", c"one", 160))];
        nodes.look(&renewed, &told, start);
        nodes.look(&renewed, &told, start + SECOND);
        assert_eq!(nodes.obstacle(), None);
        nodes.look(&renewed, &told, start + PATIENCE);
        let found = Obstacle::NameOfAnother(c"one".into(), c"alice".into());
        assert_eq!((nodes.next_look(), nodes.obstacle()), (None, Some(found)));
        nodes.set(Some(c"three".into()), true);
        assert_eq!(nodes.obstacle(), None);
    }
}
