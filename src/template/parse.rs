//! Takes a template apart, once: what is rendered of it is a walk along its parts.

use super::bounds::{Bound, DEEPEST, MOST_PARTS};
use super::line;
use super::name::{self, Name};
use xxhash_rust::xxh3::xxh3_64;

/// A piece of a template's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    length: u32,
}

/// What a form opens and closes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `${…}`
    Reference,
    /// `$[…]`
    Expression,
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Text that stays as it is.
    Text(Span),
    /// The value of a line's variable, found by its name's hash.
    Variable(Span, u32),
    /// Any other form that has none in it.
    Simple(Form, Span),
    /// Here begins what stands in a form, up to its [`Part::End`]: it is rendered itself before the form is.
    Begin,
    /// Here ends the form that was begun last.
    End(Form),
    /// The form that follows is not closed.
    Unclosed(Form),
}

/// A template, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Template {
    text: Box<[u8]>,
    parts: Box<[Part]>,
    hash: u64,
}

/// A form that has others in it.
struct Outer {
    form: Form,
    /// Where what stands around it goes on, and where that ends.
    resume: usize,
    end: usize,
}

impl Template {
    /// Takes a text apart as the host does while it substitutes (pbx_variables.c, `ast_str_substitute_variables_full2`). It ends
    /// at its first zero.
    pub fn parse(text: &[u8]) -> Result<Self, Bound> {
        let length = text.iter().position(|&byte| byte == 0).unwrap_or(text.len());
        let text = &text[..length];
        u32::try_from(length).map_err(|_| Bound::Size)?;

        let mut parts = Vec::new();
        let mut outer: Vec<Outer> = Vec::new();
        let (mut at, mut end) = (0, length);
        // Text that has not become a part yet begins here.
        let mut plain = 0;
        loop {
            if parts.len() > MOST_PARTS {
                return Err(Bound::Size);
            }
            let Some((start, form)) = next_form(text, at, end) else {
                push_text(&mut parts, plain, end);
                let Some(done) = outer.pop() else { break };
                parts.push(Part::End(done.form));
                (at, plain, end) = (done.resume, done.resume, done.end);
                continue;
            };
            push_text(&mut parts, plain, start);
            let content = start + 2;
            let Extent { end: content_end, resume, is_closed, is_nested } = extent(text, content, end, form);
            if !is_closed {
                parts.push(Part::Unclosed(form));
            }
            if is_nested {
                if outer.len() == DEEPEST {
                    return Err(Bound::Depth);
                }
                parts.push(Part::Begin);
                outer.push(Outer { form, resume, end });
                (at, plain, end) = (content, content, content_end);
            } else {
                parts.push(simple(text, form, content, content_end));
                (at, plain) = (resume, resume);
            }
        }
        Ok(Template { hash: xxh3_64(text), text: text.into(), parts: parts.into() })
    }

    /// Its text, as it is written.
    pub fn whole(&self) -> &[u8] {
        &self.text
    }

    /// Tells its text from another.
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// The bytes of its text.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = Part> {
        self.parts.iter().copied()
    }

    pub(super) fn text(&self, span: Span) -> &[u8] {
        let start = span.start as usize;
        self.text.get(start..start + span.length as usize).unwrap_or_default()
    }
}

/// The span between two places, which lie within four gigabytes.
fn span(start: usize, end: usize) -> Span {
    Span { start: start as u32, length: (end - start) as u32 }
}

fn push_text(parts: &mut Vec<Part>, start: usize, end: usize) {
    if start < end {
        parts.push(Part::Text(span(start, end)));
    }
}

/// The part that a form is which has no other in it.
fn simple(text: &[u8], form: Form, start: usize, end: usize) -> Part {
    let content = &text[start..end];
    let whole = Name { text: content, is_call: false, cut: name::Cut::WHOLE };
    if form == Form::Reference && Name::of(content) == whole && !name::is_special(content) {
        return Part::Variable(span(start, end), line::hash(content));
    }
    Part::Simple(form, span(start, end))
}

/// Where the next form begins, and which.
fn next_form(text: &[u8], from: usize, end: usize) -> Option<(usize, Form)> {
    let mut at = from;
    loop {
        at += text[at..end].iter().position(|&byte| byte == b'$')?;
        match text[at + 1..end].first() {
            Some(b'{') => return Some((at, Form::Reference)),
            Some(b'[') => return Some((at, Form::Expression)),
            _ => at += 1,
        }
    }
}

/// How far a form reaches.
struct Extent {
    /// The end of what stands in it.
    end: usize,
    /// Where the text goes on.
    resume: usize,
    is_closed: bool,
    /// Whether there are forms in it.
    is_nested: bool,
}

/// Finds the end of a form whose content begins there. Brackets of its own kind are counted, those of the other are not.
fn extent(text: &[u8], start: usize, end: usize, form: Form) -> Extent {
    let (open, close, other) = match form {
        Form::Reference => (b'{', b'}', b'['),
        Form::Expression => (b'[', b']', b'{'),
    };
    let (mut brackets, mut is_nested) = (1usize, false);
    let mut at = start;
    while at < end {
        let (byte, next) = (text[at], text[at + 1..end].first().copied());
        at += 1;
        if byte == b'$' && next == Some(open) {
            is_nested = true;
            brackets += 1;
            at += 1;
        } else if byte == open {
            brackets += 1;
        } else if byte == close {
            brackets -= 1;
            if brackets == 0 {
                return Extent { end: at - 1, resume: at, is_closed: true, is_nested };
            }
        } else if byte == b'$' && next == Some(other) {
            is_nested = true;
        }
    }
    Extent { end, resume: end, is_closed: false, is_nested }
}
