//! Header: asterisk/sorcery.h. The objects that configuration is turned into.

pub mod object;
pub mod observer;
pub mod section;

use super::MODULE_NAME;
use super::astobj2::{Ao2, Container};
use super::module::ListLocked;
use crate::ffi;
use crate::phone::object_type::ObjectType;
use section::{Section, SectionType};
use std::ffi::{CStr, CString, c_void};
use std::fmt;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::Ordering;

/// What went wrong when a type was registered.
#[derive(Debug)]
pub struct RegistrationError {
    object_type: &'static CStr,
    step: &'static str,
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "sorcery refused {} of type '{}'; look at [res_pjsip_phoneprov_provider] and [res_pjsip] in sorcery.conf",
            self.step,
            self.object_type.to_string_lossy()
        )
    }
}

/// A sorcery instance of somebody else's.
///
/// Invariant: the pointer is valid for as long as this module may run.
#[derive(Clone, Copy, Debug)]
pub struct Sorcery(NonNull<ffi::ast_sorcery>);

// SAFETY: sorcery locks whatever it changes but the list of a type's wizards; that changes only when a module is loaded, and
// those who look at it (`wizards`) do so with the module list locked.
unsafe impl Send for Sorcery {}
// SAFETY: as above.
unsafe impl Sync for Sorcery {}

impl Sorcery {
    /// Wraps an instance; `None` for NULL.
    ///
    /// # Safety
    /// The instance outlives every use of the result.
    pub unsafe fn from_borrowed(sorcery: *mut ffi::ast_sorcery) -> Option<Self> {
        NonNull::new(sorcery).map(Sorcery)
    }

    pub(super) fn as_ptr(self) -> *mut ffi::ast_sorcery {
        self.0.as_ptr()
    }

    /// Maps types to wizards as this module's section of sorcery.conf says, if it has one.
    pub fn apply_config(self) -> Result<(), RegistrationError> {
        // SAFETY: the instance is valid; sorcery keeps the strings, which are static.
        let result =
            unsafe { ffi::__ast_sorcery_apply_config(self.as_ptr(), MODULE_NAME.as_ptr(), MODULE_NAME.as_ptr()) };
        if result == ffi::ast_sorcery_apply_result_AST_SORCERY_APPLY_FAIL {
            return Err(RegistrationError { object_type: MODULE_NAME, step: "the configuration" });
        }
        Ok(())
    }

    /// Registers a type that is read from its file unless sorcery.conf said otherwise; does nothing where that is done.
    /// There is no way back, because the config wizard keeps pointers to a type's data. With the module list locked, so that
    /// one thread at a time comes here.
    pub fn register<T: SectionType>(self, _locked: &ListLocked) -> Result<(), RegistrationError> {
        type Step = (&'static str, fn(Sorcery) -> bool);
        let steps: [Step; 4] = [
            ("the default wizard", map_default_wizard::<T>),
            ("registration", register_type::<T>),
            ("the field 'type'", register_type_field::<T>),
            ("the fields", register_fields::<T>),
        ];
        let taken = &T::state().steps_registered;
        for (number, (step, take)) in steps.into_iter().enumerate().skip(taken.load(Ordering::Relaxed)) {
            if !take(self) {
                return Err(RegistrationError { object_type: T::NAME, step });
            }
            taken.store(number + 1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Loads a type's objects for the first time. The calling thread runs the wizards.
    pub fn load_object<T: SectionType>(self) {
        // SAFETY: the instance is valid, the name static.
        unsafe { ffi::ast_sorcery_load_object(self.as_ptr(), T::NAME.as_ptr()) };
    }

    /// Loads a type's objects again. The calling thread runs the wizards; it should be a servant of `res_pjsip`.
    pub fn reload_object<T: SectionType>(self) {
        // SAFETY: the instance is valid, the name static.
        unsafe { ffi::ast_sorcery_reload_object(self.as_ptr(), T::NAME.as_ptr()) };
    }

    /// The section of that id. Any thread; takes the wizards' read lock.
    pub fn section<T: SectionType>(self, id: &CStr) -> Option<Ao2<Section>> {
        // SAFETY: every object of a type that `register` made starts with a `Section`; the reference passes to us.
        unsafe { Ao2::from_owned(self.retrieve_by_id(T::NAME, id)) }
    }

    /// All sections of a type, in the host's order. Any thread; takes the wizards' read lock. Quadratic from Asterisk 20
    /// on: ask for one id after the other where that is possible ([`Wizard::is_in_memory`]).
    pub fn sections<T: SectionType>(self) -> Vec<Ao2<Section>> {
        let flags = ffi::ast_sorcery_retrieve_flags_AST_RETRIEVE_FLAG_MULTIPLE
            | ffi::ast_sorcery_retrieve_flags_AST_RETRIEVE_FLAG_ALL;
        // SAFETY: the instance is valid; NULL fields mean all; objects as in `section`; the container passes to us.
        unsafe {
            let found = ffi::ast_sorcery_retrieve_by_fields(self.as_ptr(), T::NAME.as_ptr(), flags, null_mut());
            Container::from_owned(found).map(Container::into_vec).unwrap_or_default()
        }
    }

    /// The wizards that keep objects of a type, in the order in which they are asked. With the module list locked, because
    /// loading a module may add to them.
    pub fn wizards(self, _locked: &ListLocked, object_type: &'static CStr) -> Vec<Wizard> {
        // SAFETY: the instance is valid, the name static. Where the answer is 0, a wizard comes with a reference that
        // passes to us; the callbacks are the start of that ao2 object (sorcery.c, ast_sorcery_internal_wizard).
        unsafe {
            let count = ffi::ast_sorcery_get_wizard_mapping_count(self.as_ptr(), object_type.as_ptr());
            let wizard = |index| {
                let (mut callbacks, mut data) = (null_mut(), null_mut());
                let mapping = ffi::ast_sorcery_get_wizard_mapping;
                let result = mapping(self.as_ptr(), object_type.as_ptr(), index, &mut callbacks, &mut data);
                let callbacks = Ao2::from_owned(if result == 0 { callbacks.cast() } else { null_mut() })?;
                Some(Wizard { sorcery: self, object_type, callbacks, data })
            };
            (0..count).filter_map(wizard).collect()
        }
    }

    /// Whether objects of a type take an option of that name. Any thread; takes the lock of sorcery's types.
    pub fn takes(self, object_type: &'static CStr, option: &CStr) -> bool {
        // Options are set whatever case they are written in, and are all registered in small letters.
        let small = CString::new(option.to_bytes().to_ascii_lowercase()).unwrap_or_default();
        // SAFETY: the instance is valid; the reference to the type passes to us.
        unsafe {
            let found = ffi::ast_sorcery_get_object_type(self.as_ptr(), object_type.as_ptr());
            let Some(kept) = Ao2::<ffi::ast_sorcery_object_type>::from_owned(found.cast()) else { return true };
            [option, &small]
                .iter()
                .any(|name| ffi::ast_sorcery_is_object_field_registered(kept.as_ptr(), name.as_ptr()) != 0)
        }
    }

    /// An object of any type, with a reference that passes to the caller; NULL if there is none.
    fn retrieve_by_id(self, object_type: &'static CStr, id: &CStr) -> *mut c_void {
        // SAFETY: the instance is valid, both strings live through the call.
        unsafe { ffi::ast_sorcery_retrieve_by_id(self.as_ptr(), object_type.as_ptr(), id.as_ptr()) }
    }
}

// SAFETY: a wizard's callbacks lock what they change, and sorcery calls them in any thread; `data` is only handed to them.
unsafe impl Send for Wizard {}
// SAFETY: as above.
unsafe impl Sync for Wizard {}

/// A place where objects of a type are kept.
///
/// Invariant: `data` is what sorcery passes to these callbacks for the type. It stays until the type goes, which ours and
/// `res_pjsip`'s do not while we run.
pub struct Wizard {
    sorcery: Sorcery,
    object_type: &'static CStr,
    callbacks: Ao2<ffi::ast_sorcery_wizard>,
    data: *mut c_void,
}

impl Wizard {
    /// Its name: `config`, `memory`, `realtime`, …
    pub fn name(&self) -> &CStr {
        // SAFETY: a string of the wizard's module, which cannot be unloaded while the type is mapped to it.
        unsafe { CStr::from_ptr(self.callbacks.name) }
    }

    /// Whether its objects are in memory, so that whatever it has has been allocated here.
    pub fn is_in_memory(&self) -> bool {
        self.name() == c"config" || self.name() == c"memory"
    }

    /// Whether its objects are rows of a database.
    pub fn is_realtime(&self) -> bool {
        self.name() == c"realtime"
    }

    /// Whether its objects are rows of a database, or what is kept of those behind it.
    pub fn is_database(&self) -> bool {
        self.is_realtime() || self.name() == c"memory_cache"
    }

    /// Whether it has an object of that id. Any thread; takes the wizard's read lock.
    pub fn has(&self, id: &CStr) -> bool {
        // SAFETY: nothing is read through the `c_void`.
        unsafe { Ao2::<c_void>::from_owned(self.retrieve_by_id(id)) }.is_some()
    }

    /// All sections, of a type of ours. Any thread; takes the wizard's read lock.
    pub fn sections(&self) -> Vec<Ao2<Section>> {
        let is_ours = ObjectType::named(self.object_type).is_some_and(ObjectType::is_ours);
        let (true, Some(retrieve)) = (is_ours, self.callbacks.retrieve_multiple) else { return Vec::new() };
        // SAFETY: what sorcery itself would call it with, NULL fields meaning all; objects as in `section`; the container is
        // ours, and the wizard only adds to it.
        unsafe {
            let Some(all) = Container::new() else { return Vec::new() };
            retrieve(self.sorcery.as_ptr(), self.data, self.object_type.as_ptr(), all.as_ptr(), null_mut());
            all.into_vec()
        }
    }

    /// The section of that id, of a type of ours. Any thread; takes the wizard's read lock.
    pub fn section(&self, id: &CStr) -> Option<Ao2<Section>> {
        ObjectType::named(self.object_type).filter(|kind| kind.is_ours())?;
        // SAFETY: every object of a type that `register` made starts with a `Section`; the reference passes to us.
        unsafe { Ao2::from_owned(self.retrieve_by_id(id)) }
    }

    /// An object, with a reference that passes to the caller; NULL if there is none.
    fn retrieve_by_id(&self, id: &CStr) -> *mut c_void {
        let Some(retrieve) = self.callbacks.retrieve_id else { return null_mut() };
        // SAFETY: what sorcery itself would call it with.
        unsafe { retrieve(self.sorcery.as_ptr(), self.data, self.object_type.as_ptr(), id.as_ptr()) }
    }
}

/// Where to look for an object.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// Wherever sorcery has it.
    Sorcery(Sorcery),
    /// Where that wizard keeps it.
    Wizard(&'a Wizard),
}

impl Place<'_> {
    /// The instance that the object belongs to.
    pub(super) fn sorcery(self) -> Sorcery {
        match self {
            Place::Sorcery(sorcery) => sorcery,
            Place::Wizard(wizard) => wizard.sorcery,
        }
    }

    /// An object of that type, with a reference that passes to the caller; NULL if there is none.
    pub(super) fn retrieve_by_id(self, object_type: &'static CStr, id: &CStr) -> *mut c_void {
        match self {
            Place::Sorcery(sorcery) => sorcery.retrieve_by_id(object_type, id),
            Place::Wizard(wizard) if wizard.object_type == object_type => wizard.retrieve_by_id(id),
            Place::Wizard(_) => null_mut(),
        }
    }
}

// The steps of a registration. Sorcery keeps the strings, which are static, and the functions, which stay mapped
// (`-z nodelete`).
//
// Types are registered as hidden and options as not to be documented. That hides nothing: `config show help` shows whatever
// documentation there is. Otherwise Asterisk writes their particulars into that documentation and refuses a type where it
// cannot (config_options.c, `xmldoc_update_config_type`): because there is none, because sorcery.conf has the type in another
// module's section, or because `xmldoc reload` has freed what it wants to write to.

fn map_default_wizard<T: SectionType>(sorcery: Sorcery) -> bool {
    // SAFETY: the instance is valid; see above.
    let result = unsafe {
        ffi::__ast_sorcery_apply_default(
            sorcery.as_ptr(),
            T::NAME.as_ptr(),
            MODULE_NAME.as_ptr(),
            c"config".as_ptr(),
            T::FILE.as_ptr(),
        )
    };
    result != ffi::ast_sorcery_apply_result_AST_SORCERY_APPLY_FAIL
}

fn register_type<T: SectionType>(sorcery: Sorcery) -> bool {
    let (hidden, reloadable) = (true, true);
    // SAFETY: the instance is valid; see above.
    let result = unsafe {
        ffi::__ast_sorcery_object_register(
            sorcery.as_ptr(),
            T::NAME.as_ptr(),
            hidden.into(),
            reloadable.into(),
            Some(section::allocate::<T>),
            None,
            Some(section::finish::<T>),
        )
    };
    result == 0
}

/// `type` itself is no variable.
fn register_type_field<T: SectionType>(sorcery: Sorcery) -> bool {
    let undocumented = true;
    // SAFETY: the instance is valid; see above. One argument follows, unused, as the header's macro passes it.
    let result = unsafe {
        ffi::__ast_sorcery_object_field_register(
            sorcery.as_ptr(),
            T::NAME.as_ptr(),
            c"type".as_ptr(),
            c"".as_ptr(),
            ffi::aco_option_type_OPT_NOOP_T,
            None,
            None,
            None,
            0, // no flags
            undocumented.into(),
            0, // no alias
            1,
            0usize,
        )
    };
    result == 0
}

/// Every other name, `@pjsip_wizard` of the config wizard included.
fn register_fields<T: SectionType>(sorcery: Sorcery) -> bool {
    // SAFETY: the instance is valid; see above.
    let result = unsafe {
        ffi::ast_sorcery_object_fields_register(
            sorcery.as_ptr(),
            T::NAME.as_ptr(),
            c"^".as_ptr(),
            Some(section::set_field::<T>),
            Some(section::get_fields),
        )
    };
    result == 0
}
