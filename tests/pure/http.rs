//! Of the room of requests, what tells what phones have.

#[path = "../../src/http/delivery.rs"]
pub mod delivery;

pub(crate) use crate::{fetches, templates};
