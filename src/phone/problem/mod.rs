//! What is wrong with a configuration, how people are told of it, and what comes of it.

pub mod at_fault;
pub mod fault;
pub mod kind;
pub mod refusals;
pub mod shared;
mod words;

pub use fault::{Fault, Problem, Severity};
