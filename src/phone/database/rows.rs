//! What was last read of the database: the rows of each type that is kept there.

use super::super::object_type::ObjectType;
use super::super::variables::Variables;
use std::ffi::{CStr, CString};

/// The rows of one type, in order of id, with what is not empty of each.
pub type Table = Vec<(CString, Variables)>;

/// Whether a column of that name is kept of a type's rows: of Asterisk's own wide tables only what phones are made of.
pub fn keeps(kind: ObjectType, column: &CStr) -> bool {
    let columns: &[&CStr] = match kind {
        ObjectType::Phoneprov | ObjectType::PhoneprovDefault | ObjectType::PhoneprovGlobal => return column != c"id",
        ObjectType::Endpoint => &[c"transport", c"callerid", c"auth"],
        ObjectType::Auth => &[c"username", c"password"],
        ObjectType::Transport => &[c"protocol", c"bind"],
        ObjectType::Profile => &[],
    };
    columns.iter().any(|each| each.to_bytes().eq_ignore_ascii_case(column.to_bytes()))
}

/// A type's place among the tables.
fn place(kind: ObjectType) -> usize {
    kind as usize
}

/// Everything that was read of a database at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    tables: [Option<Table>; 6],
    /// How many variables with a row each were added.
    variables: usize,
    /// The sections that such variables name and that have no row.
    strays: Vec<CString>,
}

/// What a database can lose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Rows of that type.
    Rows(ObjectType),
    /// Variables with a row each.
    Variables,
}

/// A table that has fewer rows than is believed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fall {
    /// What it is a table of.
    pub of: Lost,
    /// How many rows it had.
    pub before: usize,
    /// How many it has.
    pub after: usize,
    /// What is known of it.
    pub certainty: Certainty,
}

/// What is known of rows that did not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// The database has answered, and has them no more.
    Gone,
    /// Nobody knows whether it has none or has not answered.
    Unknown,
    /// It counts so many, and its driver did not give them all.
    Skipped {
        /// How many it counts.
        counted: usize,
    },
}

impl Fall {
    /// Whether the rows are known to be gone.
    pub fn is_certain(&self) -> bool {
        self.certainty == Certainty::Gone
    }
}

/// A table with fewer rows than this may lose them all at once.
pub const FEW: usize = 10;

impl Rows {
    /// The rows of a type; `None` if it is not kept in the database.
    pub fn table(&self, kind: ObjectType) -> Option<&Table> {
        self.tables[place(kind)].as_ref()
    }

    /// Sets the rows of a type, in whatever order.
    pub fn set(&mut self, kind: ObjectType, mut table: Table) {
        table.sort_by(|(one, _), (other, _)| one.cmp(other));
        table.dedup_by(|(one, _), (other, _)| one == other);
        self.tables[place(kind)] = Some(table);
    }

    /// Puts a row in the place of the one with its id, or takes that one out.
    pub fn replace(&mut self, kind: ObjectType, id: &CStr, row: Option<Variables>) {
        let Some(table) = &mut self.tables[place(kind)] else { return };
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
    pub fn get(&self, kind: ObjectType, id: &CStr) -> Option<&Variables> {
        let table = self.table(kind)?;
        table.binary_search_by(|(each, _)| each.as_c_str().cmp(id)).ok().map(|at| &table[at].1)
    }

    /// The id of a row that differs from this one in case alone: some databases take the two for one.
    pub fn other_spelling(&self, kind: ObjectType, id: &CStr) -> Option<&CStr> {
        let is_like = |other: &CStr| other != id && other.to_bytes().eq_ignore_ascii_case(id.to_bytes());
        self.table(kind)?.iter().map(|(id, _)| id.as_c_str()).find(|other| is_like(other))
    }

    /// Adds variables that have a row each to the sections that they name; they come after a section's columns.
    pub fn add_variables(&mut self, variables: &[(CString, Variables)]) {
        for (id, more) in variables {
            self.variables += more.iter().count();
            self.add_to(ObjectType::Phoneprov, id, more);
            self.add_to(ObjectType::PhoneprovDefault, id, more);
            let has = |kind| self.get(kind, id).is_some();
            if !has(ObjectType::Phoneprov) && !has(ObjectType::PhoneprovDefault) {
                self.strays.push(id.clone());
            }
        }
    }

    /// The sections that variables with a row each name and that have no row.
    pub fn strays(&self) -> &[CString] {
        &self.strays
    }

    /// Adds variables to one row, if it is there.
    pub fn add_to(&mut self, kind: ObjectType, id: &CStr, more: &Variables) {
        let Some(table) = &mut self.tables[place(kind)] else { return };
        if let Ok(at) = table.binary_search_by(|(each, _)| each.as_c_str().cmp(id)) {
            more.iter().for_each(|(name, value)| table[at].1.push(name, value));
        }
    }

    /// How many there are.
    pub fn count(&self, of: Lost) -> usize {
        match of {
            Lost::Rows(kind) => self.table(kind).map_or(0, Vec::len),
            Lost::Variables => self.variables,
        }
    }

    /// How many there are in all.
    pub fn count_all(&self) -> usize {
        self.tables.iter().flatten().map(Vec::len).sum()
    }

    /// The tables that have fallen from many rows to less than half of them since `before`. Databases that are being restored,
    /// replaced or looked at by the wrong user are empty too, and phones cannot tell.
    pub fn falls_since(&self, before: &Rows) -> Vec<Fall> {
        let all = ObjectType::ALL.into_iter().map(Lost::Rows).chain([Lost::Variables]);
        let fall = |of| {
            let (before, after) = (before.count(of), self.count(of));
            let fall = Fall { of, before, after, certainty: Certainty::Gone };
            (before >= FEW && after < before.div_ceil(2)).then_some(fall)
        };
        all.filter_map(fall).collect()
    }

    /// Has a table as it is in `others`. Variables are in the rows that they belong to: with them go their sections.
    pub fn take_table(&mut self, of: Lost, others: &Rows) {
        let sections = [ObjectType::Phoneprov, ObjectType::PhoneprovDefault];
        match of {
            Lost::Rows(kind) => self.tables[place(kind)].clone_from(&others.tables[place(kind)]),
            Lost::Variables => sections.into_iter().for_each(|kind| self.take_table(Lost::Rows(kind), others)),
        }
        if matches!(of, Lost::Variables | Lost::Rows(ObjectType::Phoneprov)) {
            self.variables = others.variables;
            self.strays.clone_from(&others.strays);
        }
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
        rows.set(ObjectType::Phoneprov, (0..count).rev().map(row).collect());
        rows
    }

    #[test]
    fn rows_are_found_replaced_and_removed() {
        let mut rows = rows(3);
        let row: Variables = [(c"mac", c"2")].into_iter().collect();
        rows.replace(ObjectType::Phoneprov, c"p001", Some(row.clone()));
        rows.replace(ObjectType::Phoneprov, c"p000", None);
        rows.replace(ObjectType::Phoneprov, c"p0005", Some(row.clone()));
        rows.replace(ObjectType::Auth, c"x", Some(row.clone()));
        let ids: Vec<_> =
            rows.table(ObjectType::Phoneprov).unwrap().iter().map(|(id, _)| id.to_str().unwrap()).collect();
        assert_eq!(ids, ["p0005", "p001", "p002"]);
        assert_eq!(rows.get(ObjectType::Phoneprov, c"p001"), Some(&row));
        assert_eq!(rows.table(ObjectType::Auth), None, "a type that is not in the database has no rows");
    }

    #[test]
    fn variables_with_a_row_each_come_after_the_columns() {
        let mut rows = rows(2);
        let more = |id: &CStr, name, value| (id.to_owned(), [(name, value)].into_iter().collect());
        rows.add_variables(&[more(c"p001", c"NOTE", c"x"), more(c"p001", c"mac", c"3"), more(c"q", c"a", c"b")]);
        assert_eq!(rows.strays(), [c"q".to_owned()]);
        let pairs: Vec<_> = rows.get(ObjectType::Phoneprov, c"p001").unwrap().iter().collect();
        assert_eq!(pairs, [(c"mac", c"1"), (c"NOTE", c"x"), (c"mac", c"3")]);
    }

    #[test]
    fn a_fall_from_many_is_seen_and_a_small_change_is_not() {
        let fall = |before, after| rows(after).falls_since(&rows(before)).first().map(|fall| (fall.before, fall.after));
        assert_eq!(fall(100, 0), Some((100, 0)));
        assert_eq!(fall(100, 49), Some((100, 49)));
        assert_eq!(fall(100, 50), None);
        assert_eq!(fall(9, 0), None);
        assert_eq!(fall(0, 100), None);
        assert_eq!(Rows::default().falls_since(&rows(100)).first().map(|fall| fall.after), Some(0));
    }
}
