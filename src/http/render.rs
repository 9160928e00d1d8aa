//! A phone's file, rendered: its template, over the values of the table, with the host for what is nobody's.

use super::gate::Use;
use super::holding::Holding;
use super::table::Table;
use super::templates::{Fault, Templates};
use super::warnings::Warnings;
use crate::asterisk::paths;
use crate::asterisk::pbx::{Leaves, missing_function};
use crate::phone::evaluated::Evaluated;
use crate::phone::phoneprov_conf::profiles::File;
use crate::template::bounds::Limits;
use crate::template::host::{Given, Host};
use crate::template::line::{Line, Variables};
use crate::template::parse::Template;
use crate::template::phones::{NoTemplate, Phones};
use crate::template::render::{Scope, render};
use crate::template::warning::Warning;
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::sync::Arc;

/// What rendering needs beside the phone.
pub struct Studio<'a> {
    /// All phones and files.
    pub table: &'a Table,
    /// The templates.
    pub templates: &'a Templates,
    /// Keeps those who read `res_phoneprov`'s phones apart from those who change them.
    pub holding: &'a Holding,
    /// Where warnings go.
    pub warnings: &'a Warnings,
}

impl Studio<'_> {
    /// A phone's file; `server` is SERVER of every line that has none. In a thread that holds no lock: functions may do
    /// anything, and take their time.
    pub fn render(&self, phone: &Evaluated, file: &File, server: Option<&CStr>) -> Result<Vec<u8>, Fault> {
        let scope = Scope { host: &mut GatedLeaves::new(self), phones: self, server, limits: Limits::USUAL };
        self.fill(phone.lines.first(), file, scope)
    }

    /// The file, filled with that line.
    pub(super) fn fill<H: Host, P: Phones>(
        &self,
        line: Option<&Line>,
        file: &File,
        scope: Scope<'_, H, P>,
    ) -> Result<Vec<u8>, Fault> {
        let template = self.templates.load(&file.template, &path_of(&file.template))?;
        let Some(line) = line else { return Ok(Vec::new()) };
        render(&template, line, scope).map_err(Fault::Exceeds)
    }
}

/// Where a template of that name lies: the name is text behind the directory's, as `res_phoneprov` has it.
pub fn path_of(name: &[u8]) -> PathBuf {
    let mut path = paths::data_dir().into_os_string();
    path.push("/phoneprov/");
    path.push(OsStr::from_bytes(name));
    path.into()
}

impl Phones for Studio<'_> {
    fn lines(&self, mac: &[u8]) -> Option<&[Line]> {
        self.table.phone(mac).map(|phone| &*phone.lines)
    }

    fn first_lines(&self) -> impl Iterator<Item = (&[u8], &Line)> {
        self.table.first_lines()
    }

    fn are_not_all(&self) -> bool {
        false
    }

    fn template(&self, name: &[u8]) -> Result<Arc<Template>, NoTemplate> {
        self.templates.load(name, &path_of(name)).map_err(|fault| match fault {
            Fault::Exceeds(bound) => NoTemplate::Exceeds(bound),
            fault => NoTemplate::Unreadable(fault.to_string()),
        })
    }
}

/// The host's leaves. A function whose call has the names of `res_phoneprov`'s own in it may go through the phones that it
/// holds, which others write to and change.
pub(super) struct GatedLeaves<'a> {
    leaves: Leaves,
    studio: &'a Studio<'a>,
}

impl<'a> GatedLeaves<'a> {
    pub(super) fn new(studio: &'a Studio<'a>) -> Self {
        GatedLeaves { leaves: Leaves::default(), studio }
    }

    /// Whether a call may go through `res_phoneprov`'s own phones.
    pub(super) fn reads_phones(call: &CStr) -> bool {
        call.to_bytes().windows(8).any(|part| part == b"PP_EACH_")
    }
}

impl Host for GatedLeaves<'_> {
    fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
        if let Some(name) = missing_function(call) {
            self.warn(Warning::NoFunction(&name));
            return None;
        }
        let _inside = match Self::reads_phones(call) {
            true => Some(self.studio.holding.enter(Use::Reading)?),
            false => None,
        };
        self.leaves.function(variables, call)
    }

    fn expression(&mut self, text: &CStr) -> &[u8] {
        self.leaves.expression(text)
    }

    fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
        self.leaves.variable(name)
    }

    fn warn(&mut self, warning: Warning<'_>) {
        self.studio.warnings.warn(&warning.to_string());
    }
}
