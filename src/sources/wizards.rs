//! Which wizards of sorcery's keep the objects that phones are made of.

use crate::asterisk::module::ListLocked;
use crate::asterisk::sorcery::{Sorcery, Wizard};
use crate::phone::object_type::ObjectType;
use std::collections::HashMap;

/// The wizards of each type, in the order in which sorcery asks them. Everybody goes by what was found until it is looked
/// again; each holds a reference to its module's.
#[derive(Default)]
pub struct Wizards(HashMap<ObjectType, Vec<Wizard>>);

impl Wizards {
    /// Those that there are now. With the module list locked, because loading a module may add to them.
    pub fn find(locked: &ListLocked, sorcery: Sorcery) -> Self {
        Wizards(ObjectType::ALL.into_iter().map(|kind| (kind, sorcery.wizards(locked, kind.name()))).collect())
    }

    /// Those of a type.
    pub fn of(&self, kind: ObjectType) -> &[Wizard] {
        self.0.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether objects of a type are rows of a database.
    pub fn are_realtime(&self, kind: ObjectType) -> bool {
        self.of(kind).iter().any(Wizard::is_realtime)
    }
}
