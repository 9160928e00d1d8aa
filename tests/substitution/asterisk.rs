//! The wrappers that the evaluator's leaves need, and what they are compared with.

#[path = "../../src/asterisk/astobj2.rs"]
pub mod astobj2;
#[path = "../../src/asterisk/callback.rs"]
pub mod callback;
#[path = "../../src/asterisk/channel.rs"]
pub mod channel;
#[path = "../../src/asterisk/chanvars.rs"]
pub mod chanvars;
#[path = "../../src/asterisk/cli.rs"]
pub mod cli;
#[path = "../../src/asterisk/logger.rs"]
pub mod logger;
#[path = "../../src/asterisk/module.rs"]
pub mod module;
#[path = "../../src/asterisk/pbx.rs"]
pub mod pbx;
#[path = "reference.rs"]
pub mod reference;
#[path = "../../src/asterisk/sole.rs"]
pub mod sole;
#[path = "../../src/asterisk/strings.rs"]
pub mod strings;

/// This module's name, as Asterisk knows it: its file without `.so`.
pub const MODULE_NAME: &std::ffi::CStr = c"substitution";
