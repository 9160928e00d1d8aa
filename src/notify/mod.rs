//! Does each phone have what is served, and is it told to fetch if it has not?
//!
//! [`campaign`] is the rule whom to tell and when. This room uses what is served and who fetched it; it must not know who asks
//! for it, nor where phones come from.

pub mod campaign;
