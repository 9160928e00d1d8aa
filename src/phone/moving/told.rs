//! What a section says that is not carried over, in comments.

use super::super::secrets::secret::{MASK, is_secret};
use super::whose::Elsewhere;
use crate::text::Shown;
use std::collections::BTreeMap;
use std::ffi::CStr;

/// What there is to tell of one section, in order.
#[derive(Default)]
pub struct Told {
    notes: Vec<String>,
    elsewhere: BTreeMap<Elsewhere, Vec<String>>,
}

impl Told {
    /// A sentence.
    pub fn note(&mut self, sentence: impl Into<String>) {
        self.notes.push(sentence.into());
    }

    /// An option that is not carried over; a secret is told if `unmask`.
    pub fn left_out(&mut self, whose: Elsewhere, name: &CStr, value: &CStr, unmask: bool) {
        let value = if is_secret(name) && !unmask { MASK } else { value };
        self.elsewhere.entry(whose).or_default().push(format!("{} = {}", Shown(name), Shown(value)));
    }

    /// All of it as sentences.
    pub fn sentences(self) -> Vec<String> {
        let elsewhere = self.elsewhere.into_iter();
        let left_out = elsewhere.map(|(whose, options)| format!("left out, {}: {}", whose.words(), options.join(", ")));
        self.notes.into_iter().chain(left_out).collect()
    }
}
