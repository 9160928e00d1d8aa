//! Phones of users.conf as sections of pjsip.conf: what somebody would write who moves them, with what cannot be said there in
//! comments. Nothing is changed by it.

mod account;
mod dialplan;
mod file;
mod options;
mod phone;
#[cfg(test)]
mod tests;
mod told;
mod whose;
mod written;

pub use file::{Known, text};
