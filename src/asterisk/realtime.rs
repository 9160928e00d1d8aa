//! Header: asterisk/config.h, its realtime part. Reading whole tables, and telling an empty one from a database that does
//! not answer.
//!
//! A driver answers NULL for both. But where it fails, Asterisk asks the family's next engine, if extconfig.conf names one
//! (config.c, `ast_load_realtime_multientry_fields`): so an engine of ours that is named there is asked if, and only if, the
//! one before it failed. It has nothing to tell but that.

use super::callback::guard;
use super::sole::{Place, Taken};
use crate::ffi;
use crate::phone::variables::{Stack, Variables};
use std::cell::{Cell, UnsafeCell};
use std::ffi::{CStr, c_char};
use std::mem::zeroed;
use std::ptr::null_mut;

/// The name of our engine in extconfig.conf.
pub const WITNESS: &CStr = c"phoneprov_witness";

/// What a table answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer<T> {
    /// What its rows come to; none, if it is known that it has none.
    Rows(Vec<T>),
    /// Nothing: it has no rows, or the database did not answer.
    Nothing,
    /// The database did not answer: our engine was asked too.
    Failed,
}

thread_local! {
    static ASKED: Cell<bool> = const { Cell::new(false) };
}

/// Asterisk's entry of our engine.
#[repr(transparent)]
struct Engine(UnsafeCell<ffi::ast_config_engine>);

// SAFETY: registered, it is Asterisk's, which locks it; before, whoever registers it writes it, with the module list locked.
unsafe impl Sync for Engine {}

// SAFETY: all zero is a valid value of this C struct: NULL pointers and no functions.
static ENGINE: Engine = Engine(UnsafeCell::new(unsafe { zeroed() }));

static ENGINE_TAKEN: Place = Place::new();

/// Our engine's place among Asterisk's; dropping it gives it up.
#[derive(Debug)]
pub struct WitnessRegistration {
    _engine: Taken,
}

impl WitnessRegistration {
    /// Takes it; `None` while somebody has it.
    pub fn new() -> Option<Self> {
        let taken = ENGINE_TAKEN.take()?;
        let engine = ENGINE.0.get();
        // SAFETY: not registered, so it is ours to write; the name is static (and only read, whatever the missing const
        // says), and the function stays mapped.
        unsafe {
            engine.write(zeroed());
            (*engine).name = WITNESS.as_ptr().cast_mut();
            (*engine).realtime_multi_func = Some(witness);
            ffi::ast_config_engine_register(engine);
        }
        Some(WitnessRegistration { _engine: taken })
    }
}

impl Drop for WitnessRegistration {
    fn drop(&mut self) {
        // SAFETY: what `new` registered.
        unsafe { ffi::ast_config_engine_deregister(ENGINE.0.get()) };
    }
}

unsafe extern "C" fn witness(
    _database: *const c_char,
    _table: *const c_char,
    _fields: *const ffi::ast_variable,
) -> *mut ffi::ast_config {
    guard("witness", (), || ASKED.set(true));
    null_mut()
}

/// Whether the driver of a family, or of a configuration file that is kept in a database, is there. Any thread.
pub fn is_mapped(family: &CStr) -> bool {
    // SAFETY: the string lives through the call.
    unsafe { ffi::ast_check_realtime(family.as_ptr()) != 0 }
}

/// The rows of a family whose column `id` is that, or all of them: `keeps` says which columns are wanted beside it, and `take`
/// what is made of each row. Waits for the database for as long as its driver does, which may be for ever; takes the driver's
/// locks.
///
/// `has_witness`: whether extconfig.conf names our engine behind the driver's.
pub fn read<T>(
    family: &CStr,
    id: Option<&CStr>,
    has_witness: bool,
    keeps: impl Fn(&CStr) -> bool,
    take: impl Fn(&Variables) -> Option<T>,
) -> Answer<T> {
    ASKED.set(false);
    // Some driver refuses to read without any comparison.
    let (column, value) = match id {
        Some(id) => (c"id", id),
        None => (c"id LIKE", c"%"),
    };
    // SAFETY: the strings live through the call, and NULL ends them. What is returned is ours until it is destroyed, once;
    // categories and variables are borrowed from it.
    unsafe {
        let no_more: *const c_char = std::ptr::null();
        let found = ffi::ast_load_realtime_multientry(family.as_ptr(), column.as_ptr(), value.as_ptr(), no_more);
        if found.is_null() {
            return match (ASKED.get(), has_witness) {
                (true, _) => Answer::Failed,
                (false, true) => Answer::Rows(Vec::new()),
                (false, false) => Answer::Nothing,
            };
        }
        // A driver has a whole table in pieces that are no larger than rows of ours: made while it has, or between what it leaves
        // behind, they would lie here and there in memory of several times their size, none of which could be given back.
        let mut rows = Stack::default();
        let mut category = ffi::ast_category_browse_filtered(found, null_mut(), null_mut(), null_mut());
        while !category.is_null() {
            let mut variable = ffi::ast_category_first(category);
            while !variable.is_null() {
                let (name, value) = (CStr::from_ptr((*variable).name), CStr::from_ptr((*variable).value));
                if name == c"id" || keeps(name) {
                    rows.push(name, value);
                }
                variable = (*variable).next;
            }
            rows.end_row();
            category = ffi::ast_category_browse_filtered(found, null_mut(), category, null_mut());
        }
        ffi::ast_config_destroy(found);
        Answer::Rows(rows.take_rows(take))
    }
}
