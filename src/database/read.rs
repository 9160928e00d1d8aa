//! Which tables there are, and reading them: one query each.

use crate::asterisk::realtime::{self, Answer, WITNESS};
use crate::asterisk::{MODULE_NAME, config, res_pjsip};
use crate::phone::files::{self, File};
use crate::phone::rows::{Kind, Rows, Table};
use crate::phone::text::Shown;
use crate::phone::variables::Variables;
use std::ffi::{CStr, CString};
use std::fmt;

/// Variables with a row each: the configuration file that extconfig.conf says is kept in a database.
const VARIABLES_FILE: &CStr = c"phoneprov_vars.conf";
/// A connection that a driver has kept fails once after its server was restarted (res_odbc).
const TRIES: usize = 2;

/// Why the database could not be read.
#[derive(Debug)]
pub enum Fault {
    /// The family's driver is not loaded, or extconfig.conf does not name it.
    NoDriver(CString),
    /// The database did not answer.
    NoAnswer(CString),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::NoDriver(family) => write!(
                f,
                "the database cannot be asked for {0}: see that extconfig.conf has a line '{0} => DRIVER,DATABASE,TABLE' and \
                 that the driver's module is loaded before this one",
                Shown(family)
            ),
            Fault::NoAnswer(family) => {
                write!(f, "the database does not answer for {} (look above for its driver's reason)", Shown(family))
            }
        }
    }
}

/// Rows, and the types of which nobody knows whether they have none or were not answered.
pub type Found = (Rows, Vec<Kind>);

/// The tables, in the order in which they are read.
#[derive(Debug)]
pub struct Tables(Vec<(Kind, CString)>);

/// The family that a type usually has.
pub fn example_family(kind: Kind) -> String {
    format!("ps_{}s", kind.name().to_string_lossy()).replace("ps_phoneprovs", "ps_phoneprov")
}

impl Tables {
    /// Those of types that sorcery keeps in a database, by the families that sorcery.conf names. With the module list locked.
    pub fn find() -> Self {
        let Some(sorcery) = res_pjsip::sorcery() else { return Tables(Vec::new()) };
        let sorcery_conf = config::load(c"sorcery.conf").unwrap_or_default();
        let family = |kind: Kind| {
            let is_there = sorcery.wizards(kind.name()).iter().any(|wizard| wizard.name() == c"realtime");
            let family = files::family(&sorcery_conf, &[MODULE_NAME, c"res_pjsip"], kind.name());
            family.filter(|_| is_there).map(|family| (kind, family))
        };
        Tables(Kind::ALL.into_iter().filter_map(family).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Reads all of them, one query each. Waits for the database.
    pub fn read_all(&self) -> Result<Found, Fault> {
        let extconfig = config::load(c"extconfig.conf").unwrap_or_default();
        let mut rows = Rows::default();
        let mut doubtful = Vec::new();
        for (kind, family) in &self.0 {
            let table = read(*kind, family, None, &extconfig, &mut doubtful)?;
            rows.set(*kind, table);
        }
        rows.add_variables(&variables()?);
        Ok((rows, doubtful))
    }

    /// Reads one section and the endpoint and the auth that it names, into a copy of what is known. Waits for the database.
    pub fn read_one(&self, id: &CStr, known: &Rows) -> Result<Found, Fault> {
        let extconfig = config::load(c"extconfig.conf").unwrap_or_default();
        let mut rows = known.clone();
        let mut doubtful = Vec::new();
        let mut wanted = vec![(Kind::Phoneprov, id.to_owned())];
        while let Some((kind, id)) = wanted.pop() {
            let Some((_, family)) = self.0.iter().find(|(each, _)| *each == kind) else { continue };
            let found = read(kind, family, Some(&id), &extconfig, &mut doubtful)?.pop().map(|(_, row)| row);
            let names = |kind, option| Some((kind, files::first_of_list(found.as_ref()?, option)?));
            wanted.extend(match kind {
                Kind::Phoneprov => names(Kind::Endpoint, c"endpoint"),
                Kind::Endpoint => names(Kind::Auth, c"auth"),
                _ => None,
            });
            rows.replace(kind, &id, found);
        }
        let of_section: Vec<_> = variables()?.into_iter().filter(|(section, _)| section.as_c_str() == id).collect();
        rows.add_variables(&of_section);
        Ok((rows, doubtful))
    }
}

fn read(
    kind: Kind,
    family: &CStr,
    id: Option<&CStr>,
    extconfig: &File,
    doubtful: &mut Vec<Kind>,
) -> Result<Table, Fault> {
    if !realtime::is_mapped(family) {
        return Err(Fault::NoDriver(family.into()));
    }
    let has_witness = files::has_engine(extconfig, family, WITNESS);
    let mut answer = Answer::Failed;
    for _ in 0..TRIES {
        answer = realtime::read(family, id, has_witness, |column| kind.keeps(column));
        if matches!(answer, Answer::Rows(_)) {
            break;
        }
    }
    match answer {
        Answer::Rows(rows) => Ok(rows.into_iter().filter_map(with_id).collect()),
        Answer::Nothing => {
            doubtful.push(kind);
            Ok(Table::new())
        }
        Answer::Failed => Err(Fault::NoAnswer(family.into())),
    }
}

/// A row's id, and the row without it.
fn with_id(row: Variables) -> Option<(CString, Variables)> {
    let id = row.get(c"id")?.to_owned();
    let mut rest: Variables = row.iter().filter(|(name, _)| *name != c"id").collect();
    rest.shrink();
    Some((id, rest))
}

/// The variables that have a row each, by the sections that they name.
fn variables() -> Result<Vec<(CString, Variables)>, Fault> {
    if !realtime::is_mapped(VARIABLES_FILE) {
        return Ok(Vec::new());
    }
    config::load(VARIABLES_FILE).ok_or_else(|| Fault::NoAnswer(VARIABLES_FILE.into()))
}
