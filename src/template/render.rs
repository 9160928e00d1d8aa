//! Renders a template over a line's variables.

use super::bounds::{ASKING, Bound, Budget, LONGEST_CALL, LONGEST_EXPRESSION, Limits, MOST_PARENTHESES};
use super::host::Host;
use super::line::{self, Line, Variables};
use super::name::{self, Cut, Name};
use super::parse::{Form, Part, Template};
use super::phones::Phones;
use super::warning::Warning;
use std::ffi::CStr;

/// What a template is rendered with, but for the line.
#[derive(Debug)]
pub struct Scope<'a, H, P> {
    /// The leaves.
    pub host: &'a mut H,
    /// All phones.
    pub phones: &'a P,
    /// SERVER for lines that have none.
    pub server: Option<&'a CStr>,
    /// How far it may go.
    pub limits: Limits,
}

/// What a template gives for a line; an error if it goes beyond a bound.
pub fn render<H: Host, P: Phones>(template: &Template, line: &Line, scope: Scope<'_, H, P>) -> Result<Vec<u8>, Bound> {
    let Scope { host, phones, server, limits } = scope;
    let mut out = Vec::with_capacity((template.length() + template.length() / 4).min(limits.output));
    let mut renderer = Renderer { host, phones, server, budget: Budget::new(limits), content: Vec::new() };
    renderer.template(template, Variables::new(line, server), &mut out)?;
    Ok(out)
}

/// One rendering, on its way.
pub(super) struct Renderer<'a, H, P> {
    pub(super) host: &'a mut H,
    pub(super) phones: &'a P,
    pub(super) server: Option<&'a CStr>,
    pub(super) budget: Budget,
    /// Room for what stands in a form while that is evaluated, kept for the next one.
    content: Vec<u8>,
}

impl<H: Host, P: Phones> Renderer<'_, H, P> {
    /// Appends what a template gives. What stands in a form is rendered behind what there is, taken away again and replaced by
    /// what it stands for; so the depth of forms takes no stack.
    pub(super) fn template(
        &mut self,
        template: &Template,
        variables: Variables<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Bound> {
        let mut begun = Vec::new();
        for part in template.parts() {
            self.budget.spend(1)?;
            match part {
                Part::Text(span) => self.budget.push(out, template.text(span))?,
                Part::Variable(span, hash) => {
                    self.variable(template.text(span), hash, Cut::WHOLE, variables, out)?;
                }
                Part::Simple(form, span) => {
                    let text = template.text(span);
                    self.budget.spend(text.len() as u64 / 64)?;
                    self.form(form, text, variables, out)?;
                }
                Part::Begin => begun.push(out.len()),
                Part::End(form) => {
                    let start = begun.pop().unwrap_or(out.len());
                    let mut content = std::mem::take(&mut self.content);
                    content.clear();
                    content.extend_from_slice(&out[start..]);
                    out.truncate(start);
                    self.form(form, &content, variables, out)?;
                    self.content = content;
                }
                Part::Unclosed(Form::Reference) => self.host.warn(Warning::Unclosed('}')),
                Part::Unclosed(Form::Expression) => self.host.warn(Warning::Unclosed(']')),
            }
        }
        Ok(())
    }

    /// Appends what a form with that content stands for.
    fn form(&mut self, form: Form, content: &[u8], variables: Variables<'_>, out: &mut Vec<u8>) -> Result<(), Bound> {
        if form == Form::Expression {
            return self.expression(content, out);
        }
        let name = Name::of(content);
        if name.is_call {
            self.call(name.text, name.cut, variables, out)
        } else if name::is_special(name.text) {
            self.variable_of_the_host(name.text, name.cut, out)
        } else {
            self.variable(name.text, line::hash(name.text), name.cut, variables, out)
        }
    }

    fn variable(
        &mut self,
        name: &[u8],
        hash: u32,
        cut: Cut,
        variables: Variables<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Bound> {
        match variables.get_hashed(name, hash) {
            Some(value) => self.budget.push(out, cut.of(value)),
            None => self.variable_of_the_host(name, cut, out),
        }
    }

    fn variable_of_the_host(&mut self, name: &[u8], cut: Cut, out: &mut Vec<u8>) -> Result<(), Bound> {
        if name.len() > LONGEST_CALL {
            // Such as all that follows a form that is not closed. Nobody has a variable by that name.
            return Ok(());
        }
        self.budget.spend(ASKING)?;
        with_zero(name, |name| match self.host.variable(name) {
            Some(value) => self.budget.push(out, cut.of(value)),
            None => Ok(()),
        })
    }

    fn expression(&mut self, text: &[u8], out: &mut Vec<u8>) -> Result<(), Bound> {
        let parentheses = text.iter().filter(|&&byte| byte == b'(').count();
        if text.len() > LONGEST_EXPRESSION || parentheses > MOST_PARENTHESES {
            return Err(Bound::Expression);
        }
        self.budget.spend(ASKING)?;
        with_zero(text, |text| self.budget.push(out, self.host.expression(text)))
    }

    fn call(&mut self, call: &[u8], cut: Cut, variables: Variables<'_>, out: &mut Vec<u8>) -> Result<(), Bound> {
        let start = out.len();
        if !self.each(call, out)? {
            return self.function_of_the_host(call, cut, variables, out);
        }
        // What it gave stands at the end already.
        if cut != Cut::WHOLE {
            let wanted = cut.of(&out[start..]).to_vec();
            out.truncate(start);
            out.extend_from_slice(&wanted);
        }
        Ok(())
    }

    fn function_of_the_host(
        &mut self,
        call: &[u8],
        cut: Cut,
        variables: Variables<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Bound> {
        if call.len() > LONGEST_CALL {
            return Err(Bound::Call);
        }
        if ends_the_host(call) {
            self.host.warn(Warning::NoFormat);
            return Ok(());
        }
        self.budget.spend(ASKING)?;
        with_zero(call, |call| match self.host.function(variables, call) {
            Some(given) => self.budget.push(out, cut.of_length(given.text, given.used)),
            None => Ok(()),
        })
    }
}

/// Whether a call is one that no Asterisk survives: SPRINTF reads its format without looking whether there is one
/// (funcs/func_sprintf.c, the same from 16 to 23), and an argument may be a variable that nobody has.
fn ends_the_host(call: &[u8]) -> bool {
    let arguments = call.strip_prefix(b"SPRINTF(");
    arguments
        .is_some_and(|arguments| arguments.is_empty() || arguments.iter().rposition(|&byte| byte == b')') == Some(0))
}

/// Hands on text with a zero behind it; short text is copied to the stack.
fn with_zero<R>(text: &[u8], then: impl FnOnce(&CStr) -> R) -> R {
    let mut short = [0; 256];
    if let Some(room) = short.get_mut(..text.len() + 1) {
        room[..text.len()].copy_from_slice(text);
        return then(CStr::from_bytes_until_nul(room).unwrap_or_default());
    }
    let mut long = Vec::with_capacity(text.len() + 1);
    long.extend_from_slice(text);
    long.push(0);
    then(CStr::from_bytes_until_nul(&long).unwrap_or_default())
}
