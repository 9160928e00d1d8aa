//! Which phones a reload would hold back: the rule that a sync goes by, over the files as they are now.

use crate::phone::conf::conf_text::Texts;
use crate::phone::diff::Applied;
use crate::phone::fleet::Phone;
use crate::phone::held_back::keeper::{Keeper, Sight, Terms, Was};
use crate::phone::held_back::why::{HeldBack, Since};
use crate::phone::object_type::ObjectType;
use crate::phone::problem::Problem;
use crate::phone::variables::Variables;
use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::time::{Duration, Instant};

/// What a reload would see.
pub struct Planned<'a> {
    /// The sections, in order of id.
    pub sections: &'a [(CString, Variables)],
    /// What stands in the files.
    pub texts: &'a Texts,
}

impl Sight for Planned<'_> {
    fn texts(&self) -> Texts {
        self.texts.clone()
    }

    fn has(&self, id: &CStr) -> bool {
        self.sections.binary_search_by(|(each, _)| each.as_c_str().cmp(id)).is_ok()
    }

    fn has_any_in(&self, file: &CStr) -> bool {
        let is_ours = |kind: &Option<CString>| kind.as_deref() == Some(ObjectType::Phoneprov.name());
        let read = self.texts.sections.iter().filter(|section| section.is_read && is_ours(&section.kind));
        read.map(|section| section.file.as_c_str()).any(|each| each == file)
    }
}

/// The phones of those that are `applied` which it would hold back, where it `wanted` these and found these problems; `before`
/// tells which are held back already, `after` how long.
pub fn foresee(
    planned: Planned,
    applied: &Applied,
    wanted: &[Phone],
    problems: &[Problem],
    before: &Since,
    after: Duration,
) -> HeldBack {
    let terms = Terms { before, now: Instant::now(), after, is_confirmed: false };
    let mut keeper = Keeper::new(planned, terms);
    let wanted: HashMap<&CStr, &Phone> = wanted.iter().map(|phone| (phone.mac, phone)).collect();
    let is_whole = |phone: &Phone, sections: &[CString]| {
        sections.iter().all(|id| phone.lines.iter().any(|line| line.section == id.as_c_str()))
    };
    let mut going: Vec<Was> = Vec::new();
    for (mac, held) in applied {
        let phone = wanted.get(mac.as_ref()).copied();
        if phone.is_some_and(|phone| is_whole(phone, &held.sections)) {
            continue;
        }
        if !keeper.keeps(held.was(mac), phone, problems) && phone.is_none() {
            going.push(held.was(mac));
        }
    }
    keeper.keep_of_emptied(applied.iter().map(|(mac, held)| held.was(mac)), &going);
    keeper.done().0
}
