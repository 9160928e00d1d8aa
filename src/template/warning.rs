//! What is wrong with a template, in the words of the C code.

use crate::text::Shown;
use std::ffi::{CStr, CString};
use std::fmt;

/// Something that is wrong and leaves a hole in what is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning<'a> {
    /// A form is not closed, by the character given: it takes all that follows.
    Unclosed(char),
    /// Nobody has registered a function of that name.
    NoFunction(&'a CStr),
    /// `SPRINTF` has no format, which is not asked for: it would end Asterisk.
    NoFormat,
    /// A call of one of ours lacks its last parenthesis.
    NoParenthesis { function: &'a [u8], arguments: &'a [u8] },
    /// `PP_EACH_EXTENSION` lacks an argument.
    NoArguments,
    /// `PP_EACH_EXTENSION` names a phone that there is not.
    NoPhone(&'a [u8]),
    /// `PP_EACH_EXTENSION` names a template that cannot be read.
    NoTemplate { name: &'a [u8], reason: &'a str },
}

impl fmt::Display for Warning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let c_string = |text: &[u8]| CString::new(text).unwrap_or_default();
        match *self {
            Warning::Unclosed(missing) => write!(f, "Error in extension logic (missing '{missing}')"),
            Warning::NoFunction(name) => write!(f, "Function {} not registered", Shown(name)),
            Warning::NoFormat => f.write_str("SPRINTF requires a format"),
            Warning::NoParenthesis { function, arguments } => write!(
                f,
                "Can't find trailing parenthesis for function '{}({}'?",
                Shown(&c_string(function)),
                Shown(&c_string(arguments))
            ),
            Warning::NoArguments => f.write_str("PP_EACH_EXTENSION requires both a macaddress and template filename."),
            Warning::NoPhone(mac) => write!(f, "Could not find user with mac = '{}'", Shown(&c_string(mac))),
            Warning::NoTemplate { name, reason } => {
                write!(f, "Could not load file: {}: {reason}", Shown(&c_string(name)))
            }
        }
    }
}
