//! The rows of a database: what is believed of them, and what is kept of them in a file.

pub mod belief;
pub mod known_good;
pub mod references;
pub mod rows;
