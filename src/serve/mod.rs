//! What is served?
//!
//! One load of the module ([`loaded`]) knows what is served ([`served`]); a sync ([`sync`]) makes a [`pass`] or more: it reads the
//! configuration, compares, and carries the difference out ([`apply`]), offering lines to whoever takes them ([`taking`]). Where
//! `res_phoneprov` has [`stopped`], it is started again. This room uses the sources, the HTTP room and the host. It must not know
//! when a sync is due, nor who is told of it: that is in the report that it returns.

pub mod apply;
mod hashes;
pub mod keep;
pub mod loaded;
mod pass;
mod refused;
pub mod served;
pub mod stopped;
pub mod sync;
pub mod taking;
pub mod world;
