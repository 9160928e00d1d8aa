//! The phones that `PP_EACH_EXTENSION` and `PP_EACH_USER` go through.

use super::bounds::Bound;
use super::line::Line;
use super::parse::Template;
use std::sync::Arc;

/// The phones that are served, and the templates that they are shown in.
pub trait Phones {
    /// The lines of the phone with exactly this MAC, in order.
    fn lines(&self, mac: &[u8]) -> Option<&[Line]>;

    /// The MAC and the first line of each phone, in the order of `res_phoneprov`.
    fn first_lines(&self) -> impl Iterator<Item = (&[u8], &Line)>;

    /// Whether the host knows further phones: then it is asked where these are not enough.
    fn are_not_all(&self) -> bool;

    /// The template by that name.
    fn template(&self, name: &[u8]) -> Result<Arc<Template>, NoTemplate>;
}

/// Why there is no such template.
#[derive(Debug)]
pub enum NoTemplate {
    /// It cannot be read, for this reason; the rendering goes on without it.
    Unreadable(String),
    /// It goes beyond a bound, and so does what it would be rendered in.
    Exceeds(Bound),
}

/// There are none here: whoever asks for phones is sent to the host. So it is while phones are being made.
pub struct Elsewhere;

impl Phones for Elsewhere {
    fn lines(&self, _mac: &[u8]) -> Option<&[Line]> {
        None
    }

    fn first_lines(&self) -> impl Iterator<Item = (&[u8], &Line)> {
        std::iter::empty()
    }

    fn are_not_all(&self) -> bool {
        true
    }

    fn template(&self, _name: &[u8]) -> Result<Arc<Template>, NoTemplate> {
        Err(NoTemplate::Exceeds(Bound::Templates))
    }
}
