//! What makes this library an Asterisk module (asterisk/module.h): its description, load, reload and unload.

use crate::ami::actions;
use crate::asterisk::ast_version;
use crate::asterisk::callback::guard;
use crate::asterisk::cli::CommandRegistration;
use crate::asterisk::http::{NothingToPassOnTo, UriRegistration};
use crate::asterisk::logger::{error, notice, warning};
use crate::asterisk::manager::ActionRegistration;
use crate::asterisk::pbx::FunctionRegistration;
use crate::asterisk::phoneprov::ProviderRegistration;
use crate::asterisk::realtime::WitnessRegistration;
use crate::asterisk::sorcery::Sorcery;
use crate::asterisk::sorcery::observer::{Event, ObserverRegistration, Watch};
use crate::asterisk::sorcery::section::SectionType;
use crate::asterisk::{MODULE_NAME, module, res_pjsip};
use crate::database::{self, Reader, Task};
use crate::sync::{Cause, Nested};
use crate::worker::Worker;
use crate::{console, ffi, functions, requests, sections, sync};
use parking_lot::Mutex;
use std::cell::UnsafeCell;
use std::ffi::{CStr, c_char, c_int};
use std::fmt;
use std::ptr::{null, null_mut};

/// Everything that unload gives back, in the order of giving back.
struct Loaded {
    observers: ObserverRegistration,
    worker: Worker,
    database: Option<Reader>,
    witness: WitnessRegistration,
    provider: ProviderRegistration,
    gate: Option<UriRegistration>,
    commands: CommandRegistration,
    actions: ActionRegistration,
    functions: FunctionRegistration,
}

/// Only load and unload use it, and Asterisk runs them one at a time; it is never held over a call out.
static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

/// The types whose objects make up a phone, and what is watched of each. Our own are loaded by nobody but this module, which
/// syncs after it, and by a reload of all types, whose end is watched anyway; endpoints are loaded alone when a named ACL
/// changes.
const TYPES: [(&CStr, Watch); 6] = [
    (c"endpoint", Watch::ObjectsAndLoading),
    (c"auth", Watch::ObjectsAndLoading),
    (c"transport", Watch::ObjectsAndLoading),
    (sections::Phoneprov::NAME, Watch::Objects),
    (sections::PhoneprovDefault::NAME, Watch::Objects),
    (sections::PhoneprovGlobal::NAME, Watch::Objects),
];

/// Why the module does not load.
type Reason = Box<dyn fmt::Display>;

fn because(reason: impl fmt::Display + 'static) -> Reason {
    Box::new(reason)
}

/// Takes everything into use. What an error leaves behind: nothing but sorcery types that were registered before it,
/// which are inert and are taken up by the next attempt.
fn load() -> Result<Loaded, Reason> {
    ast_version::check().map_err(because)?;
    let sorcery = res_pjsip::sorcery().ok_or_else(|| because("res_pjsip is not running; load it first"))?;
    // The provider and the worker first: nothing can take a sorcery type back.
    let provider = ProviderRegistration::new(sync::everything_was_lost)
        .map_err(|_| because("res_phoneprov refused the registration; look above for its reason"))?;
    let worker = Worker::start().map_err(|error| because(format!("no thread to follow changes: {error}")))?;
    sections::register(sorcery).map_err(because)?;
    let observers = ObserverRegistration::new(sorcery, &TYPES, Worker::note)
        .map_err(|_| because("sorcery took no observer; free memory and load again"))?;
    sections::load(sorcery);
    sections::note_wizards(sorcery);
    let witness = WitnessRegistration::new();
    let database = Reader::start(sections::settings(sorcery))
        .map_err(|error| because(format!("no thread to read the database: {error}")))?;
    let no_memory = |what| because(format!("Asterisk took no {what}; look above for its reason"));
    let commands = CommandRegistration::new(&console::COMMANDS).map_err(|_| no_memory("commands"))?;
    let actions = ActionRegistration::new(&actions::ACTIONS).map_err(|_| no_memory("AMI actions"))?;
    let functions = FunctionRegistration::new(&functions::FUNCTIONS).map_err(|_| no_memory("functions"))?;
    let gate = requests::place_gate()
        .inspect_err(|NothingToPassOnTo| {
            warning!(
                "no gate before res_phoneprov: it has no place in the HTTP server's list; phones work, but while they \
                 change, a request can get 404 and can take Asterisk down"
            );
        })
        .ok();
    Ok(Loaded { observers, worker, database, witness, provider, gate, commands, actions, functions })
}

extern "C" fn load_module() -> ffi::ast_module_load_result {
    let declined = ffi::ast_module_load_result_AST_MODULE_LOAD_DECLINE;
    // SAFETY: Asterisk wrote our handle when it opened the library and does not change it.
    module::set_own_handle(unsafe { (*INFO.0.get()).self_ });
    let result = guard("load", declined, || match load() {
        Ok(loaded) => {
            notice!("built for Asterisk {}, running in {}", ast_version::BUILT_FOR, ast_version::running());
            *LOADED.lock() = Some(loaded);
            sync::start();
            database::read(Task::all(), database::PATIENCE);
            sync(Cause::Load, Nested::No);
            ffi::ast_module_load_result_AST_MODULE_LOAD_SUCCESS
        }
        Err(reason) => {
            error!("not loaded: {reason}");
            declined
        }
    });
    if result == declined {
        // After a panic there may be something to give back: a module that declined is never unloaded.
        guard("load", (), give_back);
    }
    result
}

fn give_back() {
    let _ = sync::stop();
    Sorcery::forget_wizards();
    let Some(loaded) = LOADED.lock().take() else { return };
    let Loaded { observers, worker, database, witness, provider, gate, commands, actions, functions } = loaded;
    drop((commands, actions, functions));
    drop(observers);
    drop(worker);
    drop(database);
    drop(witness);
    {
        // Unregistering the provider removes the phones that are left.
        let _held = requests::hold();
        drop(provider);
    }
    drop(gate);
}

extern "C" fn reload_module() -> c_int {
    guard("reload", (), || {
        let reloaded = res_pjsip::wait_servant(|| {
            if let Some(sorcery) = res_pjsip::sorcery() {
                sections::reload(sorcery);
            }
        });
        if reloaded.is_err() {
            error!("res_pjsip took no task to read pjsip.conf again; phones stay as they are, reload once more");
            return;
        }
        database::read(Task::all(), database::PATIENCE);
        sync(Cause::Reload, Nested::InReload);
    });
    // Asterisk would report any other answer as a failed reload and do nothing about it.
    0
}

/// Makes the new state served before it returns; if that is not possible now, the worker does it.
fn sync(cause: Cause, nested: Nested) {
    if sync::sync(cause, || true, nested).is_err() {
        Worker::note(Event::Changed);
    }
}

extern "C" fn unload_module() -> c_int {
    guard("unload", -1, || {
        if sync::stop().is_err() {
            error!("not unloaded: another thread reloads a module; unload again when it is done");
            return -1;
        }
        give_back();
        0
    })
}

/// Asterisk writes our handle into it.
#[repr(transparent)]
struct ModuleInfo(UnsafeCell<ffi::ast_module_info>);

// SAFETY: written by Asterisk alone, when the library is opened; we never read it.
unsafe impl Sync for ModuleInfo {}

static INFO: ModuleInfo = ModuleInfo(UnsafeCell::new(ffi::ast_module_info {
    self_: null_mut(),
    load: Some(load_module),
    reload: Some(reload_module),
    unload: Some(unload_module),
    name: MODULE_NAME.as_ptr(),
    description: c"PJSIP Phoneprov Configuration Provider".as_ptr(),
    key: ffi::ASTERISK_GPL_KEY.as_ptr(),
    flags: ffi::ast_module_flags_AST_MODFLAG_LOAD_ORDER,
    buildopt_sum: build_option_checksum(),
    load_pri: ffi::ast_module_load_priority_AST_MODPRI_APP_DEPEND as u8,
    requires: c"res_pjsip,res_phoneprov".as_ptr(),
    optional_modules: null(),
    enhances: null(),
    reserved1: null_mut(),
    reserved2: null_mut(),
    reserved3: null_mut(),
    reserved4: null_mut(),
    support_level: ffi::ast_module_support_level_AST_MODULE_SUPPORT_EXTENDED,
}));

/// `AST_BUILDOPT_SUM` in the type of the field.
const fn build_option_checksum() -> [c_char; 33] {
    let mut checksum = [0; 33];
    let mut at = 0;
    while at < ffi::AST_BUILDOPT_SUM.len() {
        checksum[at] = ffi::AST_BUILDOPT_SUM[at] as c_char;
        at += 1;
    }
    checksum
}

/// Runs when the library is opened, before `load`.
extern "C" fn register() {
    // SAFETY: INFO is static and writable; Asterisk is in dlopen for this very library, with the module list locked.
    unsafe { ffi::ast_module_register(INFO.0.get()) };
}

/// Runs when Asterisk ends (the library is linked `-z nodelete`, so closing it does not).
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
