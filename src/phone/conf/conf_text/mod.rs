//! Configuration files as Asterisk reads them, as far as it takes to tell where it stops (main/config.c,
//! `config_text_file_load` and `process_text_line`, the same from 16 to 23).
//!
//! An error in the file that is asked for makes Asterisk refuse it as a whole. An error in a file that this one includes makes
//! it drop the rest of that file, and those that the same `#include` would have read after it, and go on without a word to
//! whoever asked. Nothing here uses anything else of this project: tests compare it alone with what a real Asterisk reads.

mod comments;
mod lost;
mod reader;
mod texts;
mod words;

#[cfg(test)]
mod tests;

pub use reader::read;
pub use texts::{Disk, Opened, Reason, Standing, Texts, Unread};
