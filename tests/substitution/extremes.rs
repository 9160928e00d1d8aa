//! Templates that go as far as the bounds let them, on a stack like those of the HTTP server's threads.

use crate::asterisk::pbx::Leaves;
use crate::generate::FUNCTIONS;
use crate::template::bounds::{Bound, Limits};
use crate::template::line::NamePool;
use crate::template::parse::Template;
use crate::template::phones::Elsewhere;
use crate::template::render::{Scope, render};
use std::ffi::CString;

/// As AST_STACKSIZE of asterisk/utils.h is on machines of 64 bits.
const STACK: usize = 496 * 1024;

/// The longest call and the longest expression, without what is around the part that is repeated.
const CALL: usize = 32 * 1024 - 40;
const EXPRESSION: usize = 4_000 - 20;

/// Renders all of them. That it comes back is what there is to see; the error names a template that a bound refused.
pub fn render_all() -> Result<String, String> {
    let run = || {
        let templates = templates();
        for template in &templates {
            if let Err(bound) = render_one(template) {
                return Err(format!("{}…: {bound}\n", &template[..60]));
            }
        }
        Ok(format!("{} templates\n", templates.len()))
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run).map_err(|error| error.to_string())?;
    thread.join().unwrap_or_else(|_| Err("it panicked\n".into()))
}

fn templates() -> Vec<String> {
    let repeated = |part: &str, length: usize| part.repeat(length / part.len());
    let mut templates = Vec::new();
    for function in FUNCTIONS {
        for part in ["x", "x,", "(", "\\", "${MAC}", "a-"] {
            let arguments = repeated(if part == "${MAC}" { "0004f2ad0002" } else { part }, CALL);
            templates.push(format!("${{{function}({arguments})}}"));
            templates.push(format!("${{{function}(LONG,-,{arguments})}}"));
        }
    }
    for part in ["1+", "x", "(", "()", "1|", "!", "-", "\"\"", "1?2::"] {
        templates
            .push(format!("$[{}1]", repeated(part, if part.contains('(') { 300 * part.len() } else { EXPRESSION })));
    }
    for part in ["a?", "a*", "a|", "[ab]?", "x"] {
        templates.push(format!("$[\"aaaa\" : \"{}\"]", repeated(part, EXPRESSION)));
        templates.push(format!("$[\"{}\" =~ \"{part}\"]", repeated("a", EXPRESSION)));
    }
    templates.push(format!("$[\"a\" : \"{}{}\"]", "(".repeat(300), ")".repeat(300)));
    templates.push(format!("$[\"a\" : \"{}\"]", "(a|b)*".repeat(300)));
    templates.push(format!("{}MAC{}", "${".repeat(64), "}".repeat(64)));
    templates.push(format!("${{{}", "n".repeat(CALL)));
    templates
}

fn render_one(template: &str) -> Result<Vec<u8>, Bound> {
    let long = CString::new("a-".repeat(1000)).unwrap_or_default();
    let line = NamePool::default().line([(c"MAC", c"0004f2ad0002"), (c"LONG", long.as_c_str())].into_iter());
    let scope = Scope { host: &mut Leaves::default(), phones: &Elsewhere, server: None, limits: Limits::USUAL };
    render(&Template::parse(template.as_bytes())?, &line, scope)
}
