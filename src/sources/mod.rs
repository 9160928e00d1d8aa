//! Where do phones come from?
//!
//! Sections of our own types, and the endpoints, auths and transports that they name: sorcery's objects, or rows of a
//! database as they were last believed. This room reads them; it uses the host ([`crate::asterisk`]), what a phone is
//! ([`crate::phone`]) and the leaves. It must not know who asks, what is served, or that there is HTTP.

pub mod conf_file;
pub mod conf_texts;
pub mod configuration;
pub mod database;
pub mod directory;
pub mod http_conf;
pub mod lines;
pub mod loads;
pub mod moment;
pub mod phoneprov_conf;
pub mod places;
pub mod readers;
pub mod refused;
pub mod sections;
pub mod started;
pub mod untyped;
pub mod wizards;
pub mod zoneinfo;
