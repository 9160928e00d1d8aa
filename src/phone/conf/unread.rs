//! What Asterisk does not read of a file, in words.

use super::conf_text::{Reason, Unread};
use crate::text::Shown;
use std::fmt;

/// What is wrong with the line that reading ends at; of the others, which are told otherwise, nothing.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NoBracket => f.write_str("lacks a ']'"),
            Reason::NoParenthesis => f.write_str("lacks a ')'"),
            Reason::NoTemplate(name) => write!(f, "names the template '{}', which stands nowhere above", Shown(name)),
            Reason::NoSection(name) => write!(f, "adds to the section '{}', which stands nowhere above", Shown(name)),
            Reason::OutsideSections => f.write_str("stands before the first section"),
            Reason::Escape => f.write_str("has a backslash with nothing behind it"),
            Reason::NoFile(name) => write!(f, "includes '{}', which cannot be read", Shown(name)),
            Reason::TooDeep => f.write_str("includes files that include each other too deeply"),
            Reason::OpenComment => f.write_str("begins a comment (;--) that does not end"),
            Reason::StrayEnd => f.write_str("ends a comment (--;) that nothing begins"),
            Reason::Endless => {
                f.write_str("nests comments (;--) more than 128 deep, from which Asterisk does not come back")
            }
            Reason::LongLine | Reason::Zero | Reason::ByteOrderMark | Reason::Directive(_) | Reason::Unreadable(_) => {
                Ok(())
            }
        }
    }
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Unread { file, line, reason, further } = self;
        write!(f, "{}: Asterisk ", Shown(file))?;
        match reason {
            Reason::LongLine => write!(f, "skips line {line}, which has more than 8190 bytes; make it shorter"),
            Reason::Zero => write!(
                f,
                "reads line {line} only up to a zero byte in it; write the file as text (UTF-8), without such bytes"
            ),
            Reason::ByteOrderMark => write!(
                f,
                "does not read line {line} as it is meant, because a byte order mark stands before it; save the file without"
            ),
            Reason::Directive(word) => {
                write!(f, "skips line {line}, because it can do nothing with '#{}'; write #include FILE", Shown(word))
            }
            Reason::Unreadable(why) => write!(f, "cannot read this file ({why}); let it"),
            _ => {
                write!(f, "reads this file only up to line {line}, because that line {reason}")?;
                match further {
                    0 => {}
                    1 => f.write_str(", and not the file behind it in the same #include")?,
                    _ => write!(f, ", and not the {further} files behind it in the same #include")?,
                }
                f.write_str("; correct it")
            }
        }?;
        f.write_str(" and reload")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_file_line_reason_and_remedy() {
        let unread = |reason| Unread { file: c"pjsip.d/phones.conf".into(), line: 12, reason, further: 0 };
        assert_eq!(
            unread(Reason::NoTemplate(c"typo".into())).to_string(),
            "pjsip.d/phones.conf: Asterisk reads this file only up to line 12, because that line names the template 'typo', \
             which stands nowhere above; correct it and reload"
        );
        assert_eq!(
            Unread { further: 2, ..unread(Reason::NoBracket) }.to_string(),
            "pjsip.d/phones.conf: Asterisk reads this file only up to line 12, because that line lacks a ']', and not the 2 \
             files behind it in the same #include; correct it and reload"
        );
        assert_eq!(
            Unread { line: 0, ..unread(Reason::Unreadable("Permission denied".into())) }.to_string(),
            "pjsip.d/phones.conf: Asterisk cannot read this file (Permission denied); let it and reload"
        );
    }
}
