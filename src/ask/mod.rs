//! Who asks, as a person or as a portal?
//!
//! The console's commands, AMI's actions and the functions of templates and dialplan: each asks what is so now
//! ([`inspect`], [`listing`], [`status`]), what a reload would change ([`check`]), or for one ([`reload`]), and lays the answer out. This room
//! uses all below it; nobody uses it but the module's load.

pub mod ami;
mod aside;
pub mod check;
pub mod console;
mod content_hash;
mod convert;
pub mod functions;
pub mod inspect;
mod listing;
mod others;
mod phoneprov_conf;
mod preview;
mod reload;
mod resync;
mod status;
mod templates;
mod which;
