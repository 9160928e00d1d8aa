//! `res_pjsip_phoneprov_provider`: tells Asterisk's `res_phoneprov` which phones exist and fills their templates, from
//! `type=phoneprov` sections in pjsip.conf or a database and what their endpoints, auths and transports know.
//!
//! The rooms, from the top down: each has one question, which its own file begins with, and uses those below it, never one
//! above. Only [`asterisk`], [`ffi`] and [`module`] contain `unsafe`.

#[allow(unsafe_code, reason = "the boundary to C")]
mod module;

mod ask;
mod follow;
mod http;
mod notify;
mod serve;
mod sources;

mod believed;
mod mailbox;
mod report;
mod whole_file;

#[allow(unsafe_code, reason = "the boundary to C")]
mod asterisk;
mod phone;
mod template;
mod text;

#[allow(unsafe_code, reason = "the boundary to C")]
mod ffi;
