//! A phone's file for people: what a request for it is answered with, with its secrets or without them.
//!
//! Without them it is rendered from lines that hold none, so that nothing that is made of one comes out: no digest, no part of
//! one, none that is too short to be found in other texts.

use super::render::{GatedLeaves, Studio, path_of};
use super::templates::Fault;
use crate::asterisk::pbx::{missing_function, with_escalations_refused};
use crate::phone::evaluated::Evaluated;
use crate::phone::phoneprov_conf::profiles::File;
use crate::phone::secrets::mask::Secrets;
use crate::phone::secrets::masked::{Discreet, masked};
use crate::phone::secrets::secret::{MASK, asks_for_secret, is_secret};
use crate::template::bounds::Limits;
use crate::template::host::{Given, Host};
use crate::template::line::{Line, NamePool, Variables};
use crate::template::parse::Template;
use crate::template::phones::{NoTemplate, Phones};
use crate::template::render::Scope;
use crate::template::warning::Warning;
use crate::text::fit;
use once_cell::unsync::OnceCell;
use std::ffi::CStr;
use std::sync::Arc;

/// What stands for SERVER on a line that has none.
pub const SERVER: &CStr = c"(the address that the phone asks)";

/// So many warnings of one file are told.
const MOST_WARNINGS: usize = 8;

/// Whether secrets are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// They are.
    Whole,
    /// They are not.
    Masked,
}

/// A phone's file.
#[derive(Debug)]
pub struct Preview {
    /// What the phone gets.
    pub content: Vec<u8>,
    /// What went wrong while it was made, each once. They repeat no values.
    pub warnings: Vec<String>,
}

impl Studio<'_> {
    /// The file as that phone gets it, with [`SERVER`] on lines that have none. It need not be the one of the table: it stands
    /// in the place of the one with its MAC. Functions that escalate are refused. In a thread that holds no lock, as for
    /// [`Studio::render`].
    pub fn preview(&self, phone: &Evaluated, file: &File, sight: Sight) -> Result<Preview, Fault> {
        with_escalations_refused(|| {
            let mut viewer = Viewer::new(self, phone, sight);
            let phonebook = Phonebook::new(self, phone, sight);
            let line = phonebook.own().first();
            let scope = Scope { host: &mut viewer, phones: &phonebook, server: Some(SERVER), limits: Limits::USUAL };
            let content = self.fill(line, file, scope)?;
            Ok(Preview { content, warnings: viewer.warnings })
        })
    }

    /// The phone's lines without secrets. In a thread that holds no lock: what the profile gives may be made by functions.
    pub fn masked_lines(&self, phone: &Evaluated) -> Box<[Line]> {
        with_escalations_refused(|| mask_lines(self, phone, &NamePool::default()))
    }
}

fn mask_lines(studio: &Studio, phone: &Evaluated, pool: &NamePool) -> Box<[Line]> {
    let mut viewer = Viewer::new(studio, phone, Sight::Masked);
    phone.lines.iter().map(|line| masked(line, phone.profile.as_deref(), &mut viewer, pool)).collect()
}

/// The phones as whoever looks sees them.
struct Phonebook<'a> {
    studio: &'a Studio<'a>,
    phone: &'a Evaluated,
    masks: Option<Masks>,
}

/// Lines without secrets, each phone's made when it is first wanted.
struct Masks {
    own: OnceCell<Box<[Line]>>,
    /// In the order of the table's phones.
    others: Box<[OnceCell<Box<[Line]>>]>,
    pool: NamePool,
}

impl<'a> Phonebook<'a> {
    fn new(studio: &'a Studio<'a>, phone: &'a Evaluated, sight: Sight) -> Self {
        let masks = || Masks {
            own: OnceCell::new(),
            others: studio.table.phones().iter().map(|_| OnceCell::new()).collect(),
            pool: NamePool::default(),
        };
        Phonebook { studio, phone, masks: (sight == Sight::Masked).then(masks) }
    }

    fn own(&self) -> &[Line] {
        match &self.masks {
            None => &self.phone.lines,
            Some(masks) => masks.own.get_or_init(|| mask_lines(self.studio, self.phone, &masks.pool)),
        }
    }

    /// The lines of the table's phone of that number.
    fn of(&self, number: usize) -> Option<(&[u8], &[Line])> {
        let phone = self.studio.table.phones().get(number)?;
        let lines = match &self.masks {
            _ if phone.mac == self.phone.mac => self.own(),
            None => &phone.lines,
            Some(masks) => masks.others.get(number)?.get_or_init(|| mask_lines(self.studio, phone, &masks.pool)),
        };
        Some((phone.mac.to_bytes(), lines))
    }
}

impl Phones for Phonebook<'_> {
    fn lines(&self, mac: &[u8]) -> Option<&[Line]> {
        if mac == self.phone.mac.to_bytes() {
            return Some(self.own());
        }
        self.of(self.studio.table.position(mac)?).map(|(_, lines)| lines)
    }

    fn first_lines(&self) -> impl Iterator<Item = (&[u8], &Line)> {
        let phones = self.studio.table.in_order().iter().filter_map(|&number| self.of(number as usize));
        phones.filter_map(|(mac, lines)| Some((mac, lines.first()?)))
    }

    fn are_not_all(&self) -> bool {
        false
    }

    fn template(&self, name: &[u8]) -> Result<Arc<Template>, NoTemplate> {
        self.studio.template(name)
    }
}

/// The host's leaves for whoever looks. Warnings are kept for them.
struct Viewer<'a> {
    leaves: GatedLeaves<'a>,
    sight: Sight,
    /// The phone's.
    secrets: Secrets,
    has_kept_back: bool,
    value: Vec<u8>,
    warnings: Vec<String>,
}

impl<'a> Viewer<'a> {
    fn new(studio: &'a Studio<'a>, phone: &Evaluated, sight: Sight) -> Self {
        Viewer {
            leaves: GatedLeaves::new(studio),
            sight,
            secrets: Secrets::among(phone.lines.iter().flat_map(Line::iter)),
            has_kept_back: false,
            value: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn keep_back(&mut self) -> &'static [u8] {
        self.has_kept_back = true;
        MASK.to_bytes()
    }
}

impl Host for Viewer<'_> {
    /// What is looked up by a secret's name is kept back; so is what goes through `res_phoneprov`'s own phones, which nobody has
    /// masked.
    fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
        if let Some(name) = missing_function(call) {
            self.warn(Warning::NoFunction(&name));
            return None;
        }
        if self.sight == Sight::Whole {
            return self.leaves.function(variables, call);
        }
        if asks_for_secret(call.to_bytes()) || GatedLeaves::reads_phones(call) {
            let text = self.keep_back();
            return Some(Given { text, used: text.len() });
        }
        let given = self.leaves.function(variables, call)?;
        self.value = self.secrets.hidden_in(given.text);
        if self.value == given.text {
            return Some(Given { text: &self.value, used: given.used });
        }
        self.has_kept_back = true;
        Some(Given { text: &self.value, used: self.value.len() })
    }

    fn expression(&mut self, text: &CStr) -> &[u8] {
        self.leaves.expression(text)
    }

    fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
        if self.sight == Sight::Whole {
            return self.leaves.variable(name);
        }
        let value = self.leaves.variable(name)?;
        if is_secret(name) {
            return Some(self.keep_back());
        }
        self.value = self.secrets.hidden_in(value);
        Some(&self.value)
    }

    fn warn(&mut self, warning: Warning<'_>) {
        let text = self.secrets.hidden_in(in_words(warning).as_bytes());
        let text = String::from_utf8_lossy(&text).into_owned();
        if self.warnings.len() < MOST_WARNINGS && !self.warnings.contains(&text) {
            self.warnings.push(text);
        }
    }
}

impl Discreet for Viewer<'_> {
    fn has_kept_back(&mut self) -> bool {
        std::mem::take(&mut self.has_kept_back)
    }
}

/// What a warning says of a file, without the values that the host's words repeat.
fn in_words(warning: Warning) -> String {
    let shown = |text: &[u8]| String::from_utf8_lossy(text).chars().map(fit).collect::<String>();
    match warning {
        Warning::Unclosed(missing) => {
            format!("lacks a '{missing}': what follows the form that it should close is taken for a part of it")
        }
        Warning::NoParenthesis { function, .. } => format!("lacks the ')' of {}(", shown(function)),
        Warning::NoFormat => "has an SPRINTF that lacks its format".to_owned(),
        Warning::NoArguments => "has a PP_EACH_EXTENSION that lacks the MAC or the template".to_owned(),
        Warning::NoPhone(_) => "has a PP_EACH_EXTENSION with a MAC that no phone has".to_owned(),
        Warning::NoTemplate { name, reason } => {
            format!("lacks a part, because {} cannot be used ({reason})", path_of(name).display())
        }
        Warning::NoFunction(name) => format!("calls {}, which is no function", shown(name.to_bytes())),
    }
}
