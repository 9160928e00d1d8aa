//! What is said of the database, in the log and over AMI.

use super::tables;
use crate::asterisk::logger::{error, notice, warning};
use crate::asterisk::manager::{self, Class};
use crate::phone::rows::{Fall, Lost};
use std::time::Duration;

/// A database that has not answered after so long is said to be away.
pub const SLOW: Duration = Duration::from_secs(10);

/// A read has not been answered for long. With no lock held, as all that follow.
pub fn silent() {
    let text = format!("the database has not answered for {} seconds", SLOW.as_secs());
    error!("{text}; phones stay as they are, look at it and at the network");
    manager::event(Class::System, c"PhoneprovDatabaseAway", &[("Reason", text)]);
}

/// It could not be read, for a reason that is not the last one; it is asked again after `retry`.
pub fn away(fault: &str, retry: Duration) {
    error!("{fault}; phones stay as they are, and it is asked again every {} seconds", retry.as_secs());
    manager::event(Class::System, c"PhoneprovDatabaseAway", &[("Reason", fault.to_owned())]);
}

/// It answers again.
pub fn back() {
    notice!("the database answers again");
    manager::event(Class::System, c"PhoneprovDatabaseBack", &[]);
}

/// What is held back, in words.
pub fn in_words(fall: Fall) -> String {
    let Fall { of, before, after, is_certain } = fall;
    let of = match of {
        Lost::Rows(kind) => format!("rows of type {}", kind.name().to_string_lossy()),
        Lost::Variables => "variables with a row each".to_owned(),
    };
    if is_certain {
        format!("the database has {after} {of} and had {before}")
    } else {
        format!("the database had {before} {of} and has none, or does not answer")
    }
}

/// A fall is held back, until it has lasted for `after`.
pub fn held_back(fall: Fall, after: Duration) {
    let reason = in_words(fall);
    let when = if fall.is_certain {
        format!("if it is still so in {} seconds, or at once ", after.as_secs())
    } else {
        String::new()
    };
    error!(
        "{reason}: held back, phones stay as they are; that is believed {when}with 'pjsip reload phoneprovs confirm'"
    );
    if let (false, Lost::Rows(kind)) = (fall.is_certain, fall.of) {
        warning!(
            "to tell one from the other, extconfig.conf needs a line '{} => phoneprov_witness,none,none,2' behind that of \
             the driver (pgsql, odbc or sqlite3), and Asterisk a restart",
            tables::example_family(kind)
        );
    }
    manager::event(Class::System, c"PhoneprovHeldBack", &[("Reason", reason)]);
}
