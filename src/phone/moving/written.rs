//! Sections and comments as configuration files have them (config.c, `process_text_line`), in bytes: values keep theirs.

use super::super::secrets::secret::{MASK, is_secret};
use std::ffi::{CStr, CString};

/// Columns of a comment.
const WIDTH: usize = 80;

/// Text of a configuration file.
pub struct Text {
    bytes: Vec<u8>,
    /// Whether secrets are written as they are.
    unmask: bool,
}

impl Text {
    /// None yet.
    pub fn new(unmask: bool) -> Self {
        Text { bytes: Vec::new(), unmask }
    }

    /// All of it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.bytes.push(b'\n');
    }

    /// A comment, in as many lines as it takes.
    pub fn comment(&mut self, sentence: &str) {
        let options = textwrap::Options::new(WIDTH)
            .initial_indent("; ")
            .subsequent_indent(";   ")
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        self.bytes.extend_from_slice(textwrap::fill(sentence, options).as_bytes());
        self.gap();
    }

    /// A line that is to be taken elsewhere, as it is but for the mark of a comment.
    pub fn elsewhere(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(b";   ");
        self.bytes.extend_from_slice(line);
        self.gap();
    }

    /// A section with its options, made from a template if one is named; what is no template has a gap behind it.
    pub fn section(&mut self, id: &CStr, template: Option<&str>, options: &[(CString, CString)]) {
        self.bytes.push(b'[');
        self.escaped(id);
        self.bytes.push(b']');
        if let Some(template) = template {
            self.bytes.extend_from_slice(format!("({template})").as_bytes());
        }
        self.gap();
        for (name, value) in options {
            self.bytes.extend_from_slice(name.to_bytes());
            // A blank: a value that begins with '>' would lose that behind a bare '='.
            self.bytes.extend_from_slice(b" = ");
            self.escaped(if is_secret(name) && !self.unmask { MASK } else { value });
            self.gap();
        }
        self.gap();
    }

    /// A semicolon would begin a comment.
    fn escaped(&mut self, text: &CStr) {
        for &byte in text.to_bytes() {
            if byte == b';' {
                self.bytes.push(b'\\');
            }
            self.bytes.push(byte);
        }
    }
}
