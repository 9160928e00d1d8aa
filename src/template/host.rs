//! What a template asks the host for.

use super::line::Variables;
use super::warning::Warning;
use std::ffi::CStr;

/// The leaves of a rendering: Asterisk, or a test that plays it. What is given is copied before anything else is asked.
pub trait Host {
    /// The value of `FUNCTION(arguments)`, called with a channel that has these variables; `None` if there is none. It may keep
    /// nothing of the call: neither the variables nor what the function made of them (`ast_func_read2`).
    fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>>;

    /// The value of an expression (`ast_str_expr`).
    fn expression(&mut self, text: &CStr) -> &[u8];

    /// The value of a variable that is no line's: the host's own or a global one (`ast_str_retrieve_variable`).
    fn variable(&mut self, name: &CStr) -> Option<&[u8]>;

    /// Something is wrong with what is rendered, which goes on.
    fn warn(&mut self, warning: Warning<'_>);
}

/// What a function left in its buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// The buffer up to its first zero.
    pub text: &'a [u8],
    /// How much of it the function says that it has used; not all keep this right, and it decides what `:offset:length` takes.
    pub used: usize,
}
