//! How far a template may go: one request must neither end Asterisk nor keep a thread of its HTTP server for ever.

use std::fmt;

/// So deep `${` and `$[` may stand in each other. Each level is scanned once more when a template is parsed.
pub(super) const DEEPEST: usize = 64;

/// So long a function's call may be, and a variable's name that no line has: the host copies it to the stack, functions copy
/// it again, and threads of the HTTP server have 496 kB of that.
pub(super) const LONGEST_CALL: usize = 32 * 1024;

/// So long an expression may be. The host's parser writes a blank for each of its characters into a buffer of 8,000 when it
/// complains of it (ast_expr2.fl, `ast_yyerror`), and a regular expression of 7,900 ends its thread's stack (`a?a?…`, measured).
pub(super) const LONGEST_EXPRESSION: usize = 4_000;

/// So many opening parentheses may be in an expression: 800 that stand in each other in a regular expression end its thread's
/// stack (measured).
pub(super) const MOST_PARENTHESES: usize = 300;

/// So long the text of `PP_EACH_USER` may be: the C module copies it to the stack, too, and dies of more.
pub(super) const LONGEST_TEXT: usize = 512 * 1024;

/// So many parts a template may have, of 16 bytes each.
pub(super) const MOST_PARTS: usize = 1 << 22;

/// The work of asking the host, in steps.
pub(super) const ASKING: u64 = 100;

/// How far one rendering may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of what is rendered.
    pub output: usize,
    /// So many templates may be rendered within each other.
    pub templates: usize,
    /// Work in steps: one for each part of a template and each 64 bytes that are copied, [`ASKING`] for each call of the host.
    pub steps: u64,
}

impl Limits {
    /// Far more than any fleet's directory takes: that of 30,000 phones, ten parts each, takes some 300,000 steps. Functions take
    /// their own time.
    pub const USUAL: Limits = Limits { output: 64 << 20, templates: 16, steps: 50_000_000 };
}

/// The bound that a template went beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// `${` and `$[` in each other.
    Depth,
    /// Templates within templates.
    Templates,
    /// What is rendered.
    Output,
    /// All that is done for it.
    Work,
    /// A function's call.
    Call,
    /// An expression.
    Expression,
    /// A template's own size, or that of a text in the place of one.
    Size,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bound::Depth => write!(f, "${{ and $[ stand in each other more than {DEEPEST} deep"),
            Bound::Templates => f.write_str("templates include each other too deep"),
            Bound::Output => f.write_str("what it renders to is too large"),
            Bound::Work => f.write_str("it takes too long to render"),
            Bound::Call => write!(f, "a function is called with more than {LONGEST_CALL} bytes"),
            Bound::Expression => write!(
                f,
                "an expression has more than {LONGEST_EXPRESSION} bytes or more than {MOST_PARENTHESES} opening parentheses"
            ),
            Bound::Size => f.write_str("it is too large"),
        }
    }
}

/// What is left of the limits.
pub(super) struct Budget {
    limits: Limits,
    steps: u64,
    templates: usize,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Budget { limits, steps: limits.steps, templates: limits.templates }
    }

    /// Takes so many steps.
    pub(super) fn spend(&mut self, steps: u64) -> Result<(), Bound> {
        self.steps = self.steps.checked_sub(steps).ok_or(Bound::Work)?;
        Ok(())
    }

    /// Appends text.
    pub(super) fn push(&mut self, out: &mut Vec<u8>, text: &[u8]) -> Result<(), Bound> {
        self.spend(text.len() as u64 / 64)?;
        if text.len() > self.limits.output.saturating_sub(out.len()) {
            return Err(Bound::Output);
        }
        out.extend_from_slice(text);
        Ok(())
    }

    /// Begins a template within another.
    pub(super) fn enter(&mut self) -> Result<(), Bound> {
        self.templates = self.templates.checked_sub(1).ok_or(Bound::Templates)?;
        Ok(())
    }

    /// Ends it.
    pub(super) fn leave(&mut self) {
        self.templates += 1;
    }
}
