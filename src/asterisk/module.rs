//! Header: asterisk/module.h. The list of modules: locking it, and reloading one of them.

use super::callback::guard;
use crate::ffi;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};

static SELF: AtomicPtr<ffi::ast_module> = AtomicPtr::new(null_mut());

/// Tells the wrappers this module's own handle, which Asterisk keeps a module's registrations under.
pub fn set_own_handle(handle: *mut ffi::ast_module) {
    SELF.store(handle, Ordering::Relaxed);
}

/// This module's handle: while something of it that is registered with that handle runs, the module is referenced.
pub(super) fn own_handle() -> *mut ffi::ast_module {
    SELF.load(Ordering::Relaxed)
}

/// Proves that the calling thread has locked the list of modules: it cannot be sent to another, and whoever hands out a
/// reference to it gets that back before the lock is given up.
#[derive(Debug)]
pub struct ListLocked(PhantomData<*mut ()>);

impl ListLocked {
    /// For what Asterisk calls with the list locked.
    ///
    /// # Safety
    /// The calling thread has locked the list for as long as the result is there.
    pub unsafe fn assume() -> Self {
        ListLocked(PhantomData)
    }
}

/// Why a module was not reloaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReloadError {
    /// Another thread reloads, or Asterisk has not booted fully: to be tried again later.
    Busy,
    /// The module is not running, its reload failed, or the configuration directory could not be locked.
    Failed,
}

/// Reloads a module by its name.
///
/// With the module list locked it works at once, or is refused because another thread, which waits for the list, has begun
/// to reload something.
pub fn reload(_locked: &ListLocked, name: &CStr) -> Result<(), ReloadError> {
    // SAFETY: the string lives through the call.
    match unsafe { ffi::ast_module_reload(name.as_ptr()) } {
        ffi::ast_module_reload_result_AST_MODULE_RELOAD_SUCCESS => Ok(()),
        ffi::ast_module_reload_result_AST_MODULE_RELOAD_QUEUED
        | ffi::ast_module_reload_result_AST_MODULE_RELOAD_IN_PROGRESS => Err(ReloadError::Busy),
        _ => Err(ReloadError::Failed),
    }
}

/// The module was not loaded or unloaded; Asterisk has logged why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedError;

/// Has a module that others depend on counted as not running. It stays where it is in memory, because others have bound
/// themselves to its functions (ours among them, which is never closed).
///
/// # Safety
/// None of its functions is called any more, but those that can be called when it has ended.
pub(super) unsafe fn unload(_locked: &ListLocked, resource: &CStr) -> Result<(), RefusedError> {
    // SAFETY: the string lives through the call; what the module's own unloading does to others is the caller's promise.
    match unsafe { ffi::ast_unload_resource(resource.as_ptr(), ffi::ast_module_unload_mode_AST_FORCE_FIRM) } {
        0 => Ok(()),
        _ => Err(RefusedError),
    }
}

/// Starts a module that does not run.
pub(super) fn load(_locked: &ListLocked, resource: &CStr) -> Result<(), RefusedError> {
    // SAFETY: the string lives through the call.
    match unsafe { ffi::ast_load_resource(resource.as_ptr()) } {
        ffi::ast_module_load_result_AST_MODULE_LOAD_SUCCESS => Ok(()),
        _ => Err(RefusedError),
    }
}

/// Runs a function with the module list locked; answers `None` if there was no memory for it. Waits for the lock, so nobody
/// who holds it may ever wait for the calling thread.
///
/// Asterisk has no function for that, but one that calls back for each module with the list locked
/// (`ast_update_module_list_data`, the same from 16 to 23): what is asked for runs in the first of those calls.
pub fn with_list_locked<R>(function: impl FnOnce(&ListLocked) -> R) -> Option<R> {
    struct Call<F, R> {
        function: Option<F>,
        result: Option<R>,
    }
    unsafe extern "C" fn for_each_module<F: FnOnce(&ListLocked) -> R, R>(
        _module: *const c_char,
        _description: *const c_char,
        _use_count: c_int,
        _status: *const c_char,
        _like: *const c_char,
        _support_level: ffi::ast_module_support_level,
        data: *mut c_void,
    ) -> c_int {
        guard("with_list_locked", (), || {
            // SAFETY: the pointer to a local of the caller below, which is not touched meanwhile.
            let call = unsafe { &mut *data.cast::<Call<F, R>>() };
            if let Some(function) = call.function.take() {
                // SAFETY: Asterisk calls this with the list locked.
                let locked = unsafe { ListLocked::assume() };
                call.result = Some(function(&locked));
            }
        });
        0
    }
    fn callback_of<F: FnOnce(&ListLocked) -> R, R>(_: &Call<F, R>) -> ModuleCallback {
        Some(for_each_module::<F, R>)
    }
    let mut call = Call { function: Some(function), result: None };
    let callback = callback_of(&call);
    // SAFETY: calls back in this thread only and keeps nothing; `like` is only handed on.
    unsafe { ffi::ast_update_module_list_data(callback, null(), (&raw mut call).cast()) };
    call.result
}

/// Whether Asterisk lists that module as running.
pub(super) fn is_listed_as_running(_locked: &ListLocked, resource: &CStr) -> bool {
    struct Wanted<'a> {
        resource: &'a CStr,
        is_running: bool,
    }
    unsafe extern "C" fn for_each_module(
        module: *const c_char,
        _description: *const c_char,
        _use_count: c_int,
        status: *const c_char,
        _like: *const c_char,
        _support_level: ffi::ast_module_support_level,
        data: *mut c_void,
    ) -> c_int {
        // SAFETY: the pointer to a local of the caller below, which is not touched meanwhile; names and states are strings.
        let (wanted, module, status) =
            unsafe { (&mut *data.cast::<Wanted>(), CStr::from_ptr(module), CStr::from_ptr(status)) };
        wanted.is_running |= module == wanted.resource && status == c"Running";
        0
    }
    let mut wanted = Wanted { resource, is_running: false };
    // SAFETY: calls back in this thread only and keeps nothing; `like` is only handed on.
    unsafe { ffi::ast_update_module_list_data(Some(for_each_module), null(), (&raw mut wanted).cast()) };
    wanted.is_running
}

/// What `ast_update_module_list_data` calls for each module.
type ModuleCallback = Option<
    unsafe extern "C" fn(
        *const c_char,
        *const c_char,
        c_int,
        *const c_char,
        *const c_char,
        ffi::ast_module_support_level,
        *mut c_void,
    ) -> c_int,
>;
