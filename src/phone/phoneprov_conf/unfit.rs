//! What keeps `res_phoneprov` from living with phoneprov.conf, and what comes of that: a reload that meets it ends it
//! (res_phoneprov.c, `reload`).

use std::fmt;

/// Why `res_phoneprov` cannot live with phoneprov.conf.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Unfit {
    /// The file cannot be opened, for that reason.
    Unreadable(String),
    /// The section name in that line does not end.
    Unclosed(usize),
    /// That line stands before any section.
    Homeless(usize),
    /// Asterisk cannot parse it; it has logged why.
    Unparsable,
    /// It has no section beside `general`.
    NoProfile,
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Unreadable(reason) => write!(f, "phoneprov.conf cannot be read ({reason})"),
            Unfit::Unclosed(line) => write!(f, "phoneprov.conf cannot be parsed, because line {line} lacks a ']'"),
            Unfit::Homeless(line) => {
                write!(f, "phoneprov.conf cannot be parsed, because line {line} stands before any [section]")
            }
            Unfit::Unparsable => f.write_str("phoneprov.conf cannot be parsed (the log has the line)"),
            Unfit::NoProfile => f.write_str("phoneprov.conf has no profile, that is no section beside [general]"),
        }
    }
}

/// `res_phoneprov` as a whole gives nothing new, or is about to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Halt {
    /// It has stopped, because of that or of something that is put right by now; or it could not be started again.
    Stopped { why: Option<Unfit>, is_final: bool },
    /// Somebody has unloaded it.
    Unloaded,
    /// A reload would stop it.
    Threatened(Unfit),
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Halt::Stopped { why, is_final } => {
                f.write_str("res_phoneprov has stopped, because a reload of it failed")?;
                why.iter().try_for_each(|why| write!(f, ": {why}"))?;
                f.write_str("; phones go on being served as they were, and edits wait; ")?;
                f.write_str(match (why, is_final) {
                    (Some(_), _) => "correct the file, and it is started again by itself",
                    (None, false) => "it is about to be started again",
                    (None, true) => "it could not be started again, and the log says why; restart Asterisk",
                })
            }
            Halt::Unloaded => f.write_str(
                "res_phoneprov has stopped, because somebody has unloaded it; phones go on being served as they were, and edits wait \
                 for 'module load res_phoneprov.so'",
            ),
            Halt::Threatened(unfit) => write!(
                f,
                "{unfit}: do not reload res_phoneprov now, nor all modules by 'core reload', which would stop it; correct the file \
                 first"
            ),
        }
    }
}
