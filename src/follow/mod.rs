//! When is the configuration looked at again, and who is told what came of it?
//!
//! The worker follows what is noted in the mailbox, once it is [`quiet`], and what changes by itself ([`routine`]);
//! [`reload`] is for whoever asks; [`tell`] and [`events`] hand on what a sync reports. This room uses the engine
//! ([`crate::serve`]) and all below it. It must not know how a question is answered.

pub mod events;
mod quiet;
pub mod reload;
mod routine;
pub mod tell;
pub mod worker;
