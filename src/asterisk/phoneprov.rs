//! Header: asterisk/phoneprov.h. The provider API of `res_phoneprov`.

use super::MODULE_NAME;
use super::callback::guard;
use super::chanvars::VarList;
use super::module::{self, ListLocked};
use super::module_reload::{OnFailure, ReloadWatch};
use super::pbx;
use super::sole::{Place, Taken};
use crate::ffi;
use crate::phone::standard::StandardNames;
use once_cell::sync::OnceCell;
use std::ffi::{CStr, c_int};

/// Standard names of variables, as `res_phoneprov` tells them. Any thread.
pub fn standard_names() -> StandardNames {
    let count = ffi::ast_phoneprov_std_variables_AST_PHONEPROV_STD_VAR_LIST_LENGTH;
    StandardNames::new((0..count).filter_map(|index| {
        // SAFETY: takes any number; returns NULL or a string constant of res_phoneprov, which cannot be unloaded while
        // we are loaded (`requires`).
        unsafe {
            let name = ffi::ast_phoneprov_std_variable_lookup(index);
            (!name.is_null()).then(|| CStr::from_ptr(name))
        }
    }))
}

/// `res_phoneprov` did not accept the registration, and has logged why; or we are registered already.
#[derive(Debug)]
pub struct RegistrationError;

/// `res_phoneprov` did not accept the line; it has logged why.
#[derive(Debug)]
pub struct RefusedError;

/// Our place in the list of providers; dropping it takes all our phones out of `res_phoneprov`.
#[derive(Debug)]
pub struct ProviderRegistration {
    _name: Taken,
}

static NAME_TAKEN: Place = Place::new();

/// What `res_phoneprov` calls when it has thrown all phones away: at registration and in each of its own reloads, there
/// with its provider list locked.
type LoadUsers = fn(&ListLocked);

/// Always the same.
static LOAD_USERS: OnceCell<LoadUsers> = OnceCell::new();

extern "C" fn load_users() -> c_int {
    guard("load_users", (), || {
        // SAFETY: called where we register, in our load, and where res_phoneprov is reloaded: Asterisk does either with the
        // module list locked.
        let locked = unsafe { ListLocked::assume() };
        if let Some(function) = LOAD_USERS.get() {
            function(&locked);
        }
    });
    // Any other answer would unregister us (res_phoneprov.c, ast_phoneprov_provider_register).
    0
}

impl ProviderRegistration {
    /// Registers us; `on_load_users`, the same each time, runs before this returns. Takes the provider list's lock.
    pub fn new(_locked: &ListLocked, on_load_users: LoadUsers) -> Result<Self, RegistrationError> {
        LOAD_USERS.get_or_init(|| on_load_users);
        let taken = NAME_TAKEN.take().ok_or(RegistrationError)?;
        // SAFETY: the name is static (and only read, whatever the missing const says); the callback is a function that
        // stays mapped.
        match unsafe { ffi::ast_phoneprov_provider_register(name(), Some(load_users)) } {
            0 => Ok(ProviderRegistration { _name: taken }),
            _ => Err(RegistrationError),
        }
    }
}

impl Drop for ProviderRegistration {
    fn drop(&mut self) {
        // SAFETY: the name is static.
        unsafe { ffi::ast_phoneprov_provider_unregister(name()) };
    }
}

/// The module.
const RESOURCE: &CStr = c"res_phoneprov.so";

/// Whether it has started and not ended, wherever its place in the HTTP server's list is. Any thread; takes the lock of Asterisk's
/// list of functions, which it registers last and unregisters first.
pub fn is_running() -> bool {
    pbx::missing_function(c"PP_EACH_EXTENSION").is_none()
}

/// Looks on at its reloads; `None` if that cannot be, here.
pub fn watch_reloads(locked: &ListLocked, on_failure: OnFailure) -> Option<ReloadWatch> {
    ReloadWatch::new(locked, pbx::module_of(c"PP_EACH_USER")?, c"res_phoneprov", on_failure)
}

/// Whether somebody has unloaded it, which takes force while we are loaded: one that has ended itself is still listed as running.
pub fn is_unloaded(locked: &ListLocked) -> bool {
    !is_running() && !module::is_listed_as_running(locked, RESOURCE)
}

/// Has it count as not running where it has ended itself (see [`crate::serve::stopped`]). Asterisk refuses to reload it then.
pub fn set_not_running(locked: &ListLocked) -> Result<(), module::RefusedError> {
    if is_running() {
        return Err(module::RefusedError);
    }
    // SAFETY: it has ended itself, with all that it had registered, and does so again without finding anything to end
    // (res_phoneprov.c, `unload_module`); of its functions ours alone calls any: those that look first whether there is anything,
    // until it has been started again.
    unsafe { module::unload(locked, RESOURCE) }
}

/// Starts it again. It knows no provider but its own then.
pub fn start(locked: &ListLocked) -> Result<(), module::RefusedError> {
    module::load(locked, RESOURCE)
}

/// Registers us once more, with a `res_phoneprov` that has been started again; `on_load_users` runs before this returns. The
/// registration that there is stands for it.
pub fn register_again(_locked: &ListLocked) -> Result<(), RegistrationError> {
    // SAFETY: as in `ProviderRegistration::new`.
    match unsafe { ffi::ast_phoneprov_provider_register(name(), Some(load_users)) } {
        0 => Ok(()),
        _ => Err(RegistrationError),
    }
}

/// Adds one line to the phone that the list's MAC names, which is made if it is new. Takes the provider list's lock.
pub fn add_extension(variables: &VarList) -> Result<(), RefusedError> {
    // SAFETY: the list is live and is copied by the call; the name is static.
    match unsafe { ffi::ast_phoneprov_add_extension(name(), variables.as_ptr()) } {
        0 => Ok(()),
        _ => Err(RefusedError),
    }
}

/// Removes our phone of exactly this MAC, if there is one. Scans every HTTP route of `res_phoneprov`.
pub fn delete_extension(mac: &CStr) {
    // SAFETY: both strings are live and only read, whatever the missing const says.
    unsafe { ffi::ast_phoneprov_delete_extension(name(), mac.as_ptr().cast_mut()) };
}

fn name() -> *mut std::ffi::c_char {
    MODULE_NAME.as_ptr().cast_mut()
}
