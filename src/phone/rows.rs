//! What was last read of the database: the rows of each type that is kept there.

use super::variables::Variables;
use std::ffi::{CStr, CString};

/// The rows of one type, in order of id, with what is not empty of each.
pub type Table = Vec<(CString, Variables)>;

/// The types that may be kept in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `type=phoneprov`.
    Phoneprov,
    /// `type=phoneprov_default`.
    PhoneprovDefault,
    /// `type=phoneprov_global`.
    PhoneprovGlobal,
    /// `type=endpoint`.
    Endpoint,
    /// `type=auth`.
    Auth,
    /// `type=transport`.
    Transport,
}

impl Kind {
    /// All of them, in the order in which they are read: what names others before what is named. Whoever writes the others
    /// first is never met half-way.
    pub const ALL: [Kind; 6] =
        [Kind::PhoneprovGlobal, Kind::Phoneprov, Kind::PhoneprovDefault, Kind::Endpoint, Kind::Auth, Kind::Transport];

    /// The value of `type=`.
    pub const fn name(self) -> &'static CStr {
        match self {
            Kind::Phoneprov => c"phoneprov",
            Kind::PhoneprovDefault => c"phoneprov_default",
            Kind::PhoneprovGlobal => c"phoneprov_global",
            Kind::Endpoint => c"endpoint",
            Kind::Auth => c"auth",
            Kind::Transport => c"transport",
        }
    }

    /// The one with that value of `type=`.
    pub fn named(name: &CStr) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a column of that name is kept: of Asterisk's own wide tables only what phones are made of.
    pub fn keeps(self, column: &CStr) -> bool {
        let columns: &[&CStr] = match self {
            Kind::Phoneprov | Kind::PhoneprovDefault | Kind::PhoneprovGlobal => return column != c"id",
            Kind::Endpoint => &[c"transport", c"callerid", c"auth"],
            Kind::Auth => &[c"username", c"password"],
            Kind::Transport => &[c"protocol", c"bind"],
        };
        columns.iter().any(|each| each.to_bytes().eq_ignore_ascii_case(column.to_bytes()))
    }

    /// Whether the type is this module's own.
    pub fn is_ours(self) -> bool {
        matches!(self, Kind::Phoneprov | Kind::PhoneprovDefault | Kind::PhoneprovGlobal)
    }

    fn place(self) -> usize {
        self as usize
    }
}

/// Everything that was read of a database at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    tables: [Option<Table>; 6],
    /// How many variables with a row each were added.
    variables: usize,
}

/// What a database can lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Rows of that type.
    Rows(Kind),
    /// Variables with a row each.
    Variables,
}

/// A table that lost more rows than is believed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// What it is a table of.
    pub of: Lost,
    /// How many rows it had.
    pub before: usize,
    /// How many it has.
    pub after: usize,
    /// Whether the database is known to have answered.
    pub is_certain: bool,
}

/// A table with fewer rows than this may lose them all at once.
pub const FEW: usize = 10;

impl Rows {
    /// The rows of a type; `None` if it is not kept in the database.
    pub fn table(&self, kind: Kind) -> Option<&Table> {
        self.tables[kind.place()].as_ref()
    }

    /// Sets the rows of a type, in whatever order.
    pub fn set(&mut self, kind: Kind, mut table: Table) {
        table.sort_by(|(one, _), (other, _)| one.cmp(other));
        table.dedup_by(|(one, _), (other, _)| one == other);
        self.tables[kind.place()] = Some(table);
    }

    /// Puts a row in the place of the one with its id, or takes that one out.
    pub fn replace(&mut self, kind: Kind, id: &CStr, row: Option<Variables>) {
        let Some(table) = &mut self.tables[kind.place()] else { return };
        match (table.binary_search_by(|(each, _)| each.as_c_str().cmp(id)), row) {
            (Ok(at), Some(row)) => table[at].1 = row,
            (Ok(at), None) => {
                table.remove(at);
            }
            (Err(at), Some(row)) => table.insert(at, (id.to_owned(), row)),
            (Err(_), None) => {}
        }
    }

    /// The row of that id.
    pub fn get(&self, kind: Kind, id: &CStr) -> Option<&Variables> {
        let table = self.table(kind)?;
        table.binary_search_by(|(each, _)| each.as_c_str().cmp(id)).ok().map(|at| &table[at].1)
    }

    /// Adds variables that have a row each to the sections that they name; they come after a section's columns.
    pub fn add_variables(&mut self, variables: &[(CString, Variables)]) {
        for (id, more) in variables {
            self.variables += more.iter().count();
            self.add_to(Kind::Phoneprov, id, more);
            self.add_to(Kind::PhoneprovDefault, id, more);
        }
    }

    /// Adds variables to one row, if it is there.
    pub fn add_to(&mut self, kind: Kind, id: &CStr, more: &Variables) {
        let Some(table) = &mut self.tables[kind.place()] else { return };
        if let Ok(at) = table.binary_search_by(|(each, _)| each.as_c_str().cmp(id)) {
            more.iter().for_each(|(name, value)| table[at].1.push(name, value));
        }
    }

    /// The first table that has fallen from many rows to less than half of them since `before`. Databases that are being
    /// restored, replaced or looked at by the wrong user are empty too, and phones cannot tell.
    pub fn fall_since(&self, before: &Rows) -> Option<Fall> {
        let all = Kind::ALL.into_iter().map(Lost::Rows).chain([Lost::Variables]);
        all.into_iter().find_map(|of| {
            let count = |rows: &Rows| match of {
                Lost::Rows(kind) => rows.table(kind).map_or(0, Vec::len),
                Lost::Variables => rows.variables,
            };
            let (before, after) = (count(before), count(self));
            (before >= FEW && after < before.div_ceil(2)).then_some(Fall { of, before, after, is_certain: true })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> Rows {
        let mut rows = Rows::default();
        let row = |number: usize| {
            let id = CString::new(format!("p{number:03}")).unwrap();
            (id, [(c"mac", c"1")].into_iter().collect())
        };
        rows.set(Kind::Phoneprov, (0..count).rev().map(row).collect());
        rows
    }

    #[test]
    fn rows_are_found_replaced_and_removed() {
        let mut rows = rows(3);
        let row: Variables = [(c"mac", c"2")].into_iter().collect();
        rows.replace(Kind::Phoneprov, c"p001", Some(row.clone()));
        rows.replace(Kind::Phoneprov, c"p000", None);
        rows.replace(Kind::Phoneprov, c"p0005", Some(row.clone()));
        rows.replace(Kind::Auth, c"x", Some(row.clone()));
        let ids: Vec<_> = rows.table(Kind::Phoneprov).unwrap().iter().map(|(id, _)| id.to_str().unwrap()).collect();
        assert_eq!(ids, ["p0005", "p001", "p002"]);
        assert_eq!(rows.get(Kind::Phoneprov, c"p001"), Some(&row));
        assert_eq!(rows.table(Kind::Auth), None, "a type that is not in the database has no rows");
    }

    #[test]
    fn variables_with_a_row_each_come_after_the_columns() {
        let mut rows = rows(2);
        let more = |id: &CStr, name, value| (id.to_owned(), [(name, value)].into_iter().collect());
        rows.add_variables(&[more(c"p001", c"NOTE", c"x"), more(c"p001", c"mac", c"3"), more(c"q", c"a", c"b")]);
        let pairs: Vec<_> = rows.get(Kind::Phoneprov, c"p001").unwrap().iter().collect();
        assert_eq!(pairs, [(c"mac", c"1"), (c"NOTE", c"x"), (c"mac", c"3")]);
    }

    #[test]
    fn a_fall_from_many_is_seen_and_a_small_change_is_not() {
        let fall = |before, after| rows(after).fall_since(&rows(before)).map(|fall| (fall.before, fall.after));
        assert_eq!(fall(100, 0), Some((100, 0)));
        assert_eq!(fall(100, 49), Some((100, 49)));
        assert_eq!(fall(100, 50), None);
        assert_eq!(fall(9, 0), None);
        assert_eq!(fall(0, 100), None);
        assert_eq!(Rows::default().fall_since(&rows(100)).map(|fall| fall.after), Some(0));
    }
}
