//! Header: asterisk/module.h. Looking on at another module's reloads, of which Asterisk tells nobody.
//!
//! What a module says about itself (`ast_module_info`) is writable, because the loader stores the module's handle in it, and the
//! loader takes the function to call from there at each reload, with the module list locked. So a function of ours stands there for
//! as long as we look on. Where the loader is not laid out as it is from 16 to 23, nobody looks on.

use super::callback::guard;
use super::memory;
use super::module::{ListLocked, own_handle};
use super::sole::{Place, Taken};
use crate::ffi;
use once_cell::sync::OnceCell;
use std::ffi::{CStr, c_int, c_void};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A module's function for reloads.
type Reload = unsafe extern "C" fn() -> c_int;

/// Called when a reload has failed, in the thread that reloads.
pub type OnFailure = fn(&ListLocked);

static TAKEN: Place = Place::new();
/// What the module that is looked at says about itself.
static INFO: AtomicPtr<ffi::ast_module_info> = AtomicPtr::new(null_mut());
/// The function that stood there: a [`Reload`], as a pointer.
static ORIGINAL: AtomicPtr<c_void> = AtomicPtr::new(null_mut());
/// Always the same.
static ON_FAILURE: OnceCell<OnFailure> = OnceCell::new();

/// We look on; dropping it, with the module list locked, ends that.
#[derive(Debug)]
pub struct ReloadWatch {
    _taken: Taken,
}

impl ReloadWatch {
    /// Looks on at the reloads of the module with that handle, which must have that name; `None` if that cannot be. `on_failure` is
    /// the same each time.
    pub fn new(
        _locked: &ListLocked,
        module: *const ffi::ast_module,
        name: &CStr,
        on_failure: OnFailure,
    ) -> Option<Self> {
        // What is true of ourselves is true of others.
        info_of(own_handle())?;
        let info = info_of(module)?;
        // SAFETY: what a module says about itself is static, and has a name.
        let (its_name, original) = unsafe { (CStr::from_ptr((*info).name), reload_of(info)) };
        if its_name != name {
            return None;
        }
        let taken = TAKEN.take()?;
        ON_FAILURE.get_or_init(|| on_failure);
        INFO.store(info, Ordering::Release);
        ORIGINAL.store(original.load(Ordering::Acquire), Ordering::Release);
        // Only now, when all that it needs is there.
        original.store(reload as Reload as *mut c_void, Ordering::Release);
        Some(ReloadWatch { _taken: taken })
    }
}

impl Drop for ReloadWatch {
    fn drop(&mut self) {
        let info = INFO.load(Ordering::Acquire);
        // SAFETY: set by `new`; the module stays mapped, because we have bound ourselves to its functions.
        let place = unsafe { reload_of(info) };
        let (ours, original) = (reload as Reload as *mut c_void, ORIGINAL.load(Ordering::Acquire));
        // Somebody else may have come after us, and calls us then: we go on calling the original.
        let _ = place.compare_exchange(ours, original, Ordering::AcqRel, Ordering::Acquire);
    }
}

/// What that module says about itself, if its handle begins with it; that knows the handle, too.
fn info_of(module: *const ffi::ast_module) -> Option<*mut ffi::ast_module_info> {
    // SAFETY: any bytes are a pointer.
    let info: *mut ffi::ast_module_info = unsafe { memory::read(module.cast())? };
    // SAFETY: likewise; only a place is made of the pointer, which need not lead anywhere.
    let handle: *const ffi::ast_module = unsafe { memory::read((&raw const (*info).self_).cast())? };
    (handle == module).then_some(info)
}

/// Where that module's function for reloads stands.
///
/// # Safety
/// It is what a module says about itself.
unsafe fn reload_of<'a>(info: *mut ffi::ast_module_info) -> &'a AtomicPtr<c_void> {
    // SAFETY: an aligned pointer to a function, or NULL, in static memory that is writable; the loader reads it, with the module
    // list locked, and nobody else writes it.
    unsafe { AtomicPtr::from_ptr((&raw mut (*info).reload).cast()) }
}

/// Stands in the place of the module's own.
unsafe extern "C" fn reload() -> c_int {
    let original = ORIGINAL.load(Ordering::Acquire);
    // SAFETY: what the module had there, or NULL, is this.
    let original = unsafe { std::mem::transmute::<*mut c_void, Option<Reload>>(original) };
    // SAFETY: Asterisk would have called it now, and it stays mapped.
    let result = original.map_or(0, |original| unsafe { original() });
    if result != ffi::ast_module_load_result_AST_MODULE_LOAD_SUCCESS {
        guard("reload of another module", (), || {
            // SAFETY: Asterisk reloads with the module list locked.
            let locked = unsafe { ListLocked::assume() };
            if let Some(on_failure) = ON_FAILURE.get().filter(|_| TAKEN.is_taken()) {
                on_failure(&locked);
            }
        });
    }
    result
}
