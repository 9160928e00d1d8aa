//! What is said of the database, in the log and over AMI.

use super::tables;
use super::world::News;
use crate::asterisk::logger::{error, notice, warning};
use crate::asterisk::manager::{self, Class};
use crate::phone::database::rows::{Certainty, Fall, Lost};
use crate::phone::object_type::ObjectType;
use std::time::Duration;

/// A database that has not answered after so long is said to be away.
pub const SLOW: Duration = Duration::from_secs(10);

/// A read has not been answered for long. With no lock held, as all that follow.
pub fn silent() {
    let text = format!("the database has not answered for {} seconds", SLOW.as_secs());
    error!("{text}; phones stay as they are, look at it and at the network");
    manager::event(Class::System, c"PhoneprovDatabaseAway", &[("Reason", text)]);
}

/// Says it. With no lock held.
pub fn tell(news: &News) {
    match news {
        News::Away(fault, retry) => away(fault, *retry),
        News::Back => back(),
        News::HeldBack(fall, after) => held_back(*fall, *after),
        News::Short { of, counted, given } => warning!(
            "the database counts {counted} {}, and its driver gives {given} of them (look above for its reason); those \
             that phones are served by stay as they are",
            rows_of(*of)
        ),
        News::Unrest(after) => warning!(
            "the database is written to so often that for {} seconds no read was of one state; what it says now is taken \
             all the same, and what does not belong together is put right by the next read",
            after.as_secs()
        ),
        News::VersionStands => warning!(
            "the database has changed, and the row of ps_phoneprov_version has not: see that each table has the triggers \
             of share/realtime; until then some changes are followed by 'pjsip reload phoneprovs' alone"
        ),
        News::NotKept(fault, retry) => warning!(
            "{fault}; a restart while the database is away would serve an older state; it is tried again every {} seconds",
            retry.as_secs()
        ),
        News::Kept => notice!("the file of what the database said last is as it should be again"),
    }
}

/// It could not be read, for a reason that is not the last one; it is asked again after `retry`.
fn away(fault: &str, retry: Duration) {
    error!("{fault}; phones stay as they are, and it is asked again every {} seconds", retry.as_secs());
    manager::event(Class::System, c"PhoneprovDatabaseAway", &[("Reason", fault.to_owned())]);
}

/// It answers again.
fn back() {
    notice!("the database answers again");
    manager::event(Class::System, c"PhoneprovDatabaseBack", &[]);
}

fn rows_of(kind: ObjectType) -> String {
    format!("rows of type {}", kind.name().to_string_lossy())
}

/// What is held back, in words.
pub fn in_words(fall: Fall) -> String {
    let Fall { of, before, after, certainty } = fall;
    let of = match of {
        Lost::Rows(kind) => rows_of(kind),
        Lost::Variables => "variables with a row each".to_owned(),
    };
    match certainty {
        Certainty::Gone => format!("the database has {after} {of} and had {before}"),
        Certainty::Unknown => format!("the database had {before} {of} and has none, or does not answer"),
        Certainty::Skipped { counted } => {
            format!("the database counts {counted} {of}, and its driver gives {after} of them")
        }
    }
}

/// A fall is held back, until it has lasted for `after`.
fn held_back(fall: Fall, after: Duration) {
    let reason = in_words(fall);
    let when = if fall.is_certain() {
        format!("if it is still so in {} seconds, or at once ", after.as_secs())
    } else {
        String::new()
    };
    error!(
        "{reason}: held back, phones stay as they are; that is believed {when}with 'pjsip reload phoneprovs confirm'"
    );
    if let (Certainty::Unknown, Lost::Rows(kind)) = (fall.certainty, fall.of) {
        warning!(
            "to tell one from the other, extconfig.conf needs a line '{} => phoneprov_witness,none,none,2' behind that of \
             the driver (pgsql, odbc or sqlite3), and Asterisk a restart",
            tables::example_family(kind)
        );
    }
    manager::event(Class::System, c"PhoneprovHeldBack", &[("Reason", reason)]);
}
