//! Safe wrappers around Asterisk's API, one file per header. Raw pointers do not leave this folder.

pub mod ast_version;
pub mod astobj2;
pub mod callback;
pub mod callerid;
pub mod channel;
pub mod chanvars;
pub mod cli;
pub mod config;
pub mod contact;
pub mod endpoints;
pub mod glob;
pub mod http;
pub mod layout;
pub mod localtime;
pub mod logger;
pub mod manager;
pub mod memory;
pub mod module;
pub mod module_reload;
pub mod netsock2;
pub mod notify;
pub mod options;
pub mod paths;
pub mod pbx;
pub mod phoneprov;
pub mod realtime;
pub mod res_pjsip;
pub mod security_events;
pub mod sole;
pub mod sorcery;
pub mod strings;

/// This module's name, as Asterisk knows it: its file without `.so`.
pub const MODULE_NAME: &std::ffi::CStr = c"res_pjsip_phoneprov_provider";
