//! `res_pjsip_phoneprov_provider`: tells Asterisk's `res_phoneprov` which phones exist and fills their templates, from
//! `type=phoneprov` sections in pjsip.conf or a database and what their endpoints, auths and transports know.
//!
//! The way of data: sorcery objects and rows ([`sections`], [`database`]) → [`phone`] (pure) → [`sync`] → `res_phoneprov`.
//! Only [`asterisk`], [`ffi`] and [`module`] contain `unsafe`.

mod ami;
mod apply;
#[allow(unsafe_code, reason = "the boundary to C")]
mod asterisk;
mod check;
mod console;
mod database;
mod fetches;
#[allow(unsafe_code, reason = "the boundary to C")]
mod ffi;
mod functions;
mod gate;
mod inspect;
#[allow(unsafe_code, reason = "the boundary to C")]
mod module;
mod phone;
mod reload;
mod requests;
mod sections;
mod sync;
mod worker;
