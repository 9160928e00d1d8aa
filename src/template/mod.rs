//! What a template says, rendered over a line's variables: `${NAME:offset:length}`, `${FUNCTION(arguments)}`, `$[expression]`,
//! nested in each other, and `PP_EACH_EXTENSION` and `PP_EACH_USER`.
//!
//! Byte for byte what Asterisk's own substitution gives (pbx_variables.c, `ast_str_substitute_variables_full2`, the same from
//! 16 to 23) as `res_phoneprov` calls it; SERVER alone is known on every line. `tests/substitution` compares the two.
//!
//! Nothing here calls the host, reads a clock or does I/O; `tests/pure.rs` compiles this folder on its own. Whoever renders
//! brings a [`host::Host`] for functions, expressions and variables of nobody's, and [`phones::Phones`].

pub mod arguments;
pub mod bounds;
mod each;
pub mod host;
mod included;
pub mod line;
mod name;
pub mod parse;
pub mod phones;
pub mod render;
#[cfg(test)]
mod tests;
pub mod warning;
