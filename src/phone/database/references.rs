//! What rows of a database name and do not have among them. Each table is read by itself: where a section names an endpoint
//! that is not there, it may have been written between the two.

use super::super::conf::conf_files::first_of_list;
use super::super::object_type::ObjectType;
use super::super::variables::Variables;
use super::rows::Rows;
use std::collections::HashSet;
use std::ffi::{CStr, CString};

/// A row that names another one, or a variable with a row of its own that names its section.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The type and the id of the row that names it; nobody for a variable.
    pub from: Option<(ObjectType, CString)>,
    /// The type and the id of what it names.
    pub to: (ObjectType, CString),
}

/// The options that name another object, in the order in which one leads to the next.
const NAMES: [(ObjectType, &CStr, ObjectType); 3] = [
    (ObjectType::Phoneprov, c"endpoint", ObjectType::Endpoint),
    (ObjectType::Endpoint, c"auth", ObjectType::Auth),
    (ObjectType::Endpoint, c"transport", ObjectType::Transport),
];

/// What rows name and do not have, of types that the database has.
pub fn dangling(rows: &Rows) -> HashSet<Reference> {
    let mut dangling: HashSet<Reference> = NAMES.into_iter().flat_map(|way| of_way(rows, way)).collect();
    let stray = |id: &CString| Reference { from: None, to: (ObjectType::Phoneprov, id.clone()) };
    dangling.extend(rows.strays().iter().map(stray));
    dangling
}

/// Gives rows what they name and do not have, as far as `before` has it.
pub fn complete(rows: &mut Rows, before: &Rows) {
    for way in NAMES {
        for Reference { to: (kind, id), .. } in of_way(rows, way) {
            if let Some(row) = before.get(kind, &id) {
                rows.replace(kind, &id, Some(row.clone()));
            }
        }
    }
}

fn of_way(rows: &Rows, (from, option, to): (ObjectType, &CStr, ObjectType)) -> Vec<Reference> {
    let (Some(table), Some(named)) = (rows.table(from), rows.table(to)) else { return Vec::new() };
    let ids: HashSet<&CStr> = named.iter().map(|(id, _)| id.as_c_str()).collect();
    let reference = |(id, row): &(CString, Variables)| {
        let name = first_of_list(row, option).filter(|name| !ids.contains(name.as_c_str()))?;
        Some(Reference { from: Some((from, id.clone())), to: (to, name) })
    };
    table.iter().filter_map(reference).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Row<'a> = (&'a CStr, &'a [(&'a CStr, &'a CStr)]);

    fn rows(sections: &[Row], endpoints: &[Row], auths: &[Row]) -> Rows {
        let mut rows = Rows::default();
        let table =
            |table: &[Row]| table.iter().map(|(id, row)| ((*id).into(), row.iter().copied().collect())).collect();
        rows.set(ObjectType::Phoneprov, table(sections));
        rows.set(ObjectType::Endpoint, table(endpoints));
        rows.set(ObjectType::Auth, table(auths));
        rows
    }

    const DESK: Row = (c"desk", &[(c"endpoint", c"alice")]);
    const ALICE: Row = (c"alice", &[(c"auth", c"a, b"), (c"transport", c"udp")]);
    const A: Row = (c"a", &[(c"username", c"alice")]);

    #[test]
    fn what_is_named_and_not_there_is_found() {
        assert_eq!(dangling(&rows(&[DESK], &[ALICE], &[A])), HashSet::new(), "there are no transports to compare with");
        let to = |rows: &Rows| dangling(rows).into_iter().map(|reference| reference.to).collect::<Vec<_>>();
        assert_eq!(to(&rows(&[DESK], &[], &[A])), [(ObjectType::Endpoint, c"alice".to_owned())]);
        assert_eq!(to(&rows(&[DESK], &[ALICE], &[])), [(ObjectType::Auth, c"a".to_owned())]);
        let mut with_stray = rows(&[DESK], &[ALICE], &[A]);
        with_stray.add_variables(&[(c"gone".to_owned(), [(c"NOTE", c"x")].into_iter().collect())]);
        assert_eq!(to(&with_stray), [(ObjectType::Phoneprov, c"gone".to_owned())]);
    }

    #[test]
    fn what_is_named_is_taken_from_before() {
        let mut now = rows(&[DESK], &[], &[]);
        complete(&mut now, &rows(&[], &[ALICE, (c"bob", &[])], &[A, (c"b", &[])]));
        assert_eq!(now, rows(&[DESK], &[ALICE], &[A]));
    }
}
