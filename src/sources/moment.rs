//! Where everything is to be read from, as of one moment.

use super::loads::Loads;
use super::readers::Reading;
use super::started::Started;
use super::untyped::Untyped;
use super::wizards::Wizards;
use crate::asterisk::sorcery::Sorcery;
use crate::phone::database::rows::Rows;
use std::sync::Arc;

/// Everybody who reads goes by one of these: what is read with it fits together as far as its owners let it.
#[derive(Clone)]
pub struct Sources {
    /// `res_pjsip`'s.
    pub sorcery: Sorcery,
    /// Which wizards keep what.
    pub wizards: Arc<Wizards>,
    /// The rows that are believed.
    pub rows: Option<Arc<Rows>>,
    /// When Asterisk has read its files, and what it has refused of them.
    pub loads: Arc<Loads>,
    /// How its transports run.
    pub started: Arc<Started>,
    /// What of the files nobody reads.
    pub untyped: Arc<Untyped>,
    /// As long as there is one, an unload waits.
    pub _reading: Arc<Reading>,
}
