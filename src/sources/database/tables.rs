//! Which tables there are, and reading them: one query each.

use super::world::Version;
use crate::asterisk::module::ListLocked;
use crate::asterisk::realtime::{self, Answer, WITNESS};
use crate::asterisk::sorcery::Wizard;
use crate::asterisk::{MODULE_NAME, config, res_pjsip};
use crate::phone::conf::conf_files::{self, File};
use crate::phone::database::belief::Reading;
use crate::phone::database::rows::{self, Rows, Table};
use crate::phone::object_type::ObjectType;
use crate::phone::variables::Variables;
use crate::text::Shown;
use std::ffi::{CStr, CString};
use std::fmt;
use std::time::{Duration, Instant};

/// Variables with a row each: the configuration file that extconfig.conf says is kept in a database.
const VARIABLES_FILE: &CStr = c"phoneprov_vars.conf";
/// The family whose one row says which state of the database this is, and the one that has a row for each type with how many
/// there are. Either can be left out.
const VERSION: &CStr = c"ps_phoneprov_version";
const COUNTS: &CStr = c"ps_phoneprov_counts";
/// A connection that a driver has kept fails once after its server was restarted (res_odbc).
const TRIES: usize = 2;

/// Asterisk does not take longer to read extconfig.conf.
const LONGEST_READING: Duration = Duration::from_secs(1);

/// Why the database could not be read.
#[derive(Debug)]
pub enum Fault {
    /// The family's driver is not loaded, or extconfig.conf does not name it.
    NoDriver(CString),
    /// The database did not answer.
    NoAnswer(CString),
    /// Nobody wants to know any more.
    NotWanted,
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
                write!(f, "the database does not answer for {} (the log has its driver's reason)", Shown(family))
            }
            Fault::NotWanted => f.write_str("the database was not asked to the end"),
        }
    }
}

/// The tables, in the order in which they are read.
#[derive(Debug)]
pub struct Tables {
    families: Vec<(ObjectType, CString)>,
    /// What extconfig.conf said when they were found. Asterisk goes by what it said when it was started or told to read it
    /// again: only what it has said all the time is known to be so.
    extconfig: File,
}

/// The family that a type usually has.
pub fn example_family(kind: ObjectType) -> String {
    format!("ps_{}s", kind.name().to_string_lossy()).replace("ps_phoneprovs", "ps_phoneprov")
}

impl Tables {
    /// Those of types that sorcery keeps in a database, by the families that sorcery.conf names. With the module list locked,
    /// because loading a module may change them.
    pub fn find(locked: &ListLocked) -> Self {
        let extconfig = extconfig();
        let Some(sorcery) = res_pjsip::sorcery() else { return Tables { families: Vec::new(), extconfig } };
        let sorcery_conf = config::load(c"sorcery.conf").unwrap_or_default();
        let family = |kind: ObjectType| {
            let is_there = sorcery.wizards(locked, kind.name()).iter().any(Wizard::is_realtime);
            let family = conf_files::family(&sorcery_conf, &[MODULE_NAME, c"res_pjsip"], kind.name());
            family.filter(|_| is_there).map(|family| (kind, family))
        };
        Tables { families: ObjectType::ALL.into_iter().filter_map(family).collect(), extconfig }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.families.is_empty()
    }

    /// Reads all of them, one query each, as long as that is wanted. Waits for the database.
    pub fn read_all(&self, is_wanted: impl Fn() -> bool) -> Result<Reading, Fault> {
        let extconfig = extconfig();
        let mut reading = Reading::default();
        for (kind, family) in &self.families {
            let (table, is_doubtful) = self.read(*kind, family, None, &extconfig)?;
            if !is_wanted() {
                return Err(Fault::NotWanted);
            }
            reading.doubtful.extend(is_doubtful.then_some(*kind));
            reading.rows.set(*kind, table);
        }
        reading.rows.add_variables(&variables(&extconfig)?);
        for row in self.read_extra(COUNTS, &extconfig)? {
            let kind = row.get(c"id").and_then(ObjectType::named);
            let number = row.get(c"number").and_then(|number| number.to_str().ok()?.parse().ok());
            reading.counted.extend(kind.filter(|kind| reading.rows.table(*kind).is_some()).zip(number));
        }
        Ok(reading)
    }

    /// The row that says which state of the database this is, if it has one. Waits for the database.
    pub fn version(&self) -> Result<Option<Version>, Fault> {
        Ok(self.read_extra(VERSION, &extconfig())?.pop())
    }

    /// The rows of a table that can be left out; none if it is.
    fn read_extra(&self, family: &CStr, extconfig: &File) -> Result<Vec<Variables>, Fault> {
        if !conf_files::is_mapped(extconfig, family) {
            return Ok(Vec::new());
        }
        match self.ask(family, None, extconfig, |_| true, |row| Some(row.clone()))? {
            Answer::Rows(rows) => Ok(rows),
            Answer::Nothing => Ok(Vec::new()),
            Answer::Failed => Err(Fault::NoAnswer(family.into())),
        }
    }

    /// Reads one section and the endpoint and the auth that it names, into a copy of what is known. `None` if that does not
    /// tell what there is to know: the section or its endpoint comes from elsewhere, or nobody knows whether a row is gone
    /// or was not answered. Waits for the database.
    pub fn read_one(&self, id: &CStr, known: &Rows) -> Result<Option<Rows>, Fault> {
        let extconfig = extconfig();
        let mut rows = known.clone();
        let mut section = id.to_owned();
        let mut next = Some((ObjectType::Phoneprov, id.to_owned()));
        while let Some((kind, id)) = next.take() {
            let Some((_, family)) = self.families.iter().find(|(each, _)| *each == kind) else { return Ok(None) };
            let (mut table, is_doubtful) = self.read(kind, family, Some(&id), &extconfig)?;
            if is_doubtful {
                return Ok(None);
            }
            // A row is what its own id says: where the database takes two spellings for one, it need not be the one asked for.
            if table.iter().all(|(own, _)| *own != id) {
                rows.replace(kind, &id, None);
            }
            let at = table.iter().position(|(own, _)| *own == id).unwrap_or_default();
            let found = if table.is_empty() { None } else { Some(table.swap_remove(at)) };
            if let Some((_, row)) = &found {
                let (named, option) = match kind {
                    ObjectType::Phoneprov => (ObjectType::Endpoint, c"endpoint"),
                    _ => (ObjectType::Auth, c"auth"),
                };
                next =
                    conf_files::first_of_list(row, option).filter(|_| kind != ObjectType::Auth).map(|id| (named, id));
                if kind == ObjectType::Phoneprov && next.is_none() {
                    return Ok(None);
                }
            }
            if let Some((own, row)) = found {
                if kind == ObjectType::Phoneprov {
                    section = own.clone();
                }
                rows.replace(kind, &own, Some(row));
            }
        }
        for (id, more) in variables(&extconfig)? {
            if id == section {
                rows.add_to(ObjectType::Phoneprov, &id, &more);
            }
        }
        Ok(Some(rows))
    }

    /// A table, or one row of it, and whether nobody knows if it has none or was not answered.
    fn read(
        &self,
        kind: ObjectType,
        family: &CStr,
        id: Option<&CStr>,
        extconfig: &File,
    ) -> Result<(Table, bool), Fault> {
        match self.ask(family, id, extconfig, |column| rows::keeps(kind, column), with_id)? {
            Answer::Rows(rows) => Ok((rows, false)),
            Answer::Nothing => Ok((Table::new(), true)),
            Answer::Failed => Err(Fault::NoAnswer(family.into())),
        }
    }

    fn ask<T>(
        &self,
        family: &CStr,
        id: Option<&CStr>,
        extconfig: &File,
        keeps: impl Fn(&CStr) -> bool,
        take: impl Fn(&Variables) -> Option<T>,
    ) -> Result<Answer<T>, Fault> {
        if !is_mapped(family, extconfig) {
            return Err(Fault::NoDriver(family.into()));
        }
        let has_witness = [&self.extconfig, extconfig].iter().all(|file| conf_files::is_witness(file, family, WITNESS));
        let mut answer = Answer::Failed;
        for _ in 0..TRIES {
            answer = realtime::read(family, id, has_witness, &keeps, &take);
            if matches!(answer, Answer::Rows(_)) {
                break;
            }
        }
        Ok(answer)
    }
}

/// Whether a family's driver is there. While Asterisk reads extconfig.conf again it says that there is none, as it looks without the lock
/// that queries wait for (config.c, `ast_realtime_enabled`): that is waited for where this file names one.
fn is_mapped(family: &CStr, extconfig: &File) -> bool {
    let until = Instant::now() + LONGEST_READING;
    loop {
        if realtime::is_mapped(family) {
            return true;
        }
        if !conf_files::is_mapped(extconfig, family) || Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn extconfig() -> File {
    config::load(c"extconfig.conf").unwrap_or_default()
}

/// A row's id, and the row without it.
fn with_id(row: &Variables) -> Option<(CString, Variables)> {
    Some((row.get(c"id")?.to_owned(), row.without(c"id")))
}

/// The variables that have a row each, by the sections that they name.
fn variables(extconfig: &File) -> Result<Vec<(CString, Variables)>, Fault> {
    if !is_mapped(VARIABLES_FILE, extconfig) {
        let is_wanted = conf_files::is_mapped(extconfig, VARIABLES_FILE);
        return if is_wanted { Err(Fault::NoDriver(VARIABLES_FILE.into())) } else { Ok(Vec::new()) };
    }
    config::load(VARIABLES_FILE).ok_or_else(|| Fault::NoAnswer(VARIABLES_FILE.into()))
}
