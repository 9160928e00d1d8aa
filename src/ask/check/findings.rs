//! What a check finds, in a form that console and AMI lay out.

use crate::phone::compare::Difference;
use crate::phone::database::rows::Fall;
use crate::phone::fleet::Phone;
use crate::phone::held_back::why::HeldBack;
use crate::phone::phoneprov_conf::reread::Reread;
use crate::phone::problem::Problem;
use crate::phone::problem::shared::Finder;
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::time::SystemTime;

/// What a reload would do to a phone.
pub enum Plan<'a> {
    /// It is new.
    Add(&'a Phone<'a>),
    /// These variables of it change.
    Change(&'a Phone<'a>, Vec<Difference<'a>>),
    /// It goes.
    Remove(&'a Phone<'a>),
    /// Its sections, which are these, have gone already.
    RemoveOf(&'a CStr, &'a [CString]),
    /// It would go, and is held back: MAC and sections.
    Hold(&'a CStr, &'a [CString]),
}

/// What a reload would do.
pub struct Findings<'a> {
    /// To which phones, in order of their first section's id; those that go come last.
    pub plans: Vec<Plan<'a>>,
    /// What a reload of `res_phoneprov` would take from phoneprov.conf.
    pub profiles: Vec<Reread>,
    /// How many phones stay as they are.
    pub unchanged: usize,
    /// Phones that are not what they will be before `res_pjsip` has read its endpoints, auths and transports again.
    pub by_res_pjsip: HashSet<&'a CStr>,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// Whether `res_phoneprov` has stopped, so that phones wait until it runs again.
    pub is_stopped: bool,
    /// Whether the database did not answer, so that its rows are taken as they were last.
    pub is_stale: bool,
    /// When those were read; `None` if there are none.
    pub rows_since: Option<SystemTime>,
    /// What the database has lost, which a reload would hold back.
    pub fall: Option<Fall>,
    /// Finds where what is wrong is written.
    pub place: Finder<'a>,
    /// Why phones would be held back, if any would be.
    pub held_back: HeldBack,
}

impl<'a> Plan<'a> {
    /// The phone's MAC.
    pub fn mac(&self) -> &'a CStr {
        match self {
            Plan::Add(phone) | Plan::Change(phone, _) | Plan::Remove(phone) => phone.mac,
            Plan::RemoveOf(mac, _) | Plan::Hold(mac, _) => mac,
        }
    }

    /// The ids of its sections.
    pub fn sections(&self) -> Vec<&'a CStr> {
        match self {
            Plan::Add(phone) | Plan::Change(phone, _) | Plan::Remove(phone) => {
                phone.lines.iter().map(|line| line.section).collect()
            }
            Plan::RemoveOf(_, sections) | Plan::Hold(_, sections) => sections.iter().map(|id| id.as_c_str()).collect(),
        }
    }
}

impl Findings<'_> {
    /// Whether it takes a reload of `res_pjsip` to bring all of that: one of this module reads no more than its sections.
    pub fn needs_res_pjsip(&self, plan: &Plan) -> bool {
        self.by_res_pjsip.contains(plan.mac())
    }

    /// How many phones that is so of.
    pub fn need_res_pjsip(&self) -> usize {
        self.plans.iter().filter(|plan| self.needs_res_pjsip(plan)).count()
    }
}

/// The last line of a check: what a script looks at.
pub fn verdict(findings: &Findings) -> String {
    // What is held back is for a person to look at, too.
    match findings.problems.len() + findings.held_back.causes.len() {
        0 => "OK".to_owned(),
        1 => "1 problem".to_owned(),
        problems => format!("{problems} problems"),
    }
}
