//! Whether phones go whose sections are gone from files. Asterisk drops the rest of an included file without a word where it
//! cannot read on, and a file that somebody is writing has nothing in it for a moment: so phones that vanish that way stay served
//! as they were until it has lasted, or until a person says that it is right.

pub mod keeper;
pub mod why;

#[cfg(test)]
mod tests;
