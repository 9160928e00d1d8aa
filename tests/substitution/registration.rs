//! What makes this library an Asterisk module.

use crate::asterisk::callback::guard;
use crate::asterisk::cli::CommandRegistration;
use crate::asterisk::{MODULE_NAME, module};
use crate::{COMMANDS, ffi};
use parking_lot::Mutex;
use std::cell::UnsafeCell;
use std::ffi::c_int;
use std::ptr::{null, null_mut};

static LOADED: Mutex<Option<CommandRegistration>> = Mutex::new(None);

extern "C" fn load() -> ffi::ast_module_load_result {
    // SAFETY: Asterisk wrote our handle when it opened the library and does not change it.
    module::set_own_handle(unsafe { (*INFO.0.get()).self_ });
    guard("load", ffi::ast_module_load_result_AST_MODULE_LOAD_DECLINE, || {
        *LOADED.lock() = CommandRegistration::new(&COMMANDS).ok();
        ffi::ast_module_load_result_AST_MODULE_LOAD_SUCCESS
    })
}

extern "C" fn unload() -> c_int {
    guard("unload", -1, || {
        drop(LOADED.lock().take());
        0
    })
}

/// Asterisk writes our handle into it.
struct ModuleInfo(UnsafeCell<ffi::ast_module_info>);

// SAFETY: written by Asterisk alone, when the library is opened.
unsafe impl Sync for ModuleInfo {}

static INFO: ModuleInfo = ModuleInfo(UnsafeCell::new(ffi::ast_module_info {
    self_: null_mut(),
    load: Some(load),
    reload: None,
    unload: Some(unload),
    name: MODULE_NAME.as_ptr(),
    description: c"Compares two substitutions".as_ptr(),
    key: ffi::ASTERISK_GPL_KEY.as_ptr(),
    flags: ffi::ast_module_flags_AST_MODFLAG_LOAD_ORDER,
    // Not checked where it is empty.
    buildopt_sum: [0; 33],
    load_pri: ffi::ast_module_load_priority_AST_MODPRI_APP_DEPEND as u8,
    requires: null(),
    optional_modules: null(),
    enhances: null(),
    reserved1: null_mut(),
    reserved2: null_mut(),
    reserved3: null_mut(),
    reserved4: null_mut(),
    support_level: ffi::ast_module_support_level_AST_MODULE_SUPPORT_EXTENDED,
}));

extern "C" fn register() {
    // SAFETY: INFO is static and writable.
    unsafe { ffi::ast_module_register(INFO.0.get()) };
}

extern "C" fn unregister() {
    // SAFETY: what `register` registered.
    unsafe { ffi::ast_module_unregister(INFO.0.get()) };
}

// SAFETY: the dynamic linker's lists of functions to call at opening and closing; each entry is one function pointer.
#[used]
#[unsafe(link_section = ".init_array")]
static REGISTER: extern "C" fn() = register;
// SAFETY: as above.
#[used]
#[unsafe(link_section = ".fini_array")]
static UNREGISTER: extern "C" fn() = unregister;
