//! How the console's answers are laid out: 80 columns, times as in Asterisk's log.

use crate::asterisk::localtime;
use std::time::{Duration, SystemTime};

/// What a command says while the module is off.
pub const OFF: &str = "The module is not loaded.\n";

/// Columns of a console.
pub const WIDTH: usize = 80;

/// `2026-08-01 12:00:00`, local time.
pub fn moment(time: SystemTime) -> String {
    localtime::local(time).to_string()
}

/// How long ago, in no more than seven characters: `12 s`, `3 min`, `5 h`, `20 d`.
pub fn ago(time: SystemTime) -> String {
    let seconds = time.elapsed().unwrap_or_default().as_secs();
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `41 ms`, `1.2 s`.
pub fn took(duration: Duration) -> String {
    match duration.as_millis() {
        milliseconds @ 0..1_000 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

/// The text, cut to that many characters with `…` at its end.
pub fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Sentences below something, in lines of [`WIDTH`]; what stands before the first one indents the others.
pub fn below(before: &str, text: &str) -> String {
    let indent = " ".repeat(before.chars().count());
    // Only between words: an id or a value stays in one piece.
    let options = textwrap::Options::new(WIDTH)
        .initial_indent(before)
        .subsequent_indent(&indent)
        .break_words(false)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options) + "\n"
}

/// `1 phone`, `2 phones`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
