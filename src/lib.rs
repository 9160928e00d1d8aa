//! `res_pjsip_phoneprov_provider`: tells Asterisk's `res_phoneprov` which phones exist and fills their templates, from
//! `type=phoneprov` sections in pjsip.conf and what their endpoints, auths and transports know.
//!
//! The way of data: sorcery objects ([`sections`]) → [`phone`] (pure) → [`sync`] → `res_phoneprov`.
//! Only [`asterisk`], [`ffi`] and [`module`] contain `unsafe`.

mod apply;
mod asterisk;
mod fetches;
mod ffi;
mod gate;
mod module;
mod phone;
mod requests;
mod sections;
mod sync;
mod worker;
