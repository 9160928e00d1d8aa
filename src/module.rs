//! What makes this library an Asterisk module (asterisk/module.h): its description, load, reload and unload.

use crate::ask::{ami, console, functions};
use crate::asterisk::ast_version;
use crate::asterisk::callback::guard;
use crate::asterisk::cli::CommandRegistration;
use crate::asterisk::contact::{self, ContactObserver};
use crate::asterisk::http::Request;
use crate::asterisk::logger::{debug, error, notice, warning};
use crate::asterisk::manager::ActionRegistration;
use crate::asterisk::module::{self, ListLocked};
use crate::asterisk::module_reload::ReloadWatch;
use crate::asterisk::pbx::FunctionRegistration;
use crate::asterisk::phoneprov::{self, ProviderRegistration};
use crate::asterisk::realtime::WitnessRegistration;
use crate::asterisk::sorcery::observer::{Event, ObserverRegistration, Watch};
use crate::asterisk::sorcery::section::SectionType;
use crate::asterisk::{MODULE_NAME, options, res_pjsip};
use crate::ffi;
use crate::follow::tell::{Asked, tell};
use crate::follow::{reload, worker};
use crate::http::table::Table;
use crate::mailbox::Note;
use crate::report::Cause;
use crate::serve::loaded::{Loaded, loaded, set_loaded};
use crate::serve::stopped;
use crate::serve::sync::{self, Busy, Nested};
use crate::sources::database::{self, Database, Task};
use crate::sources::sections;
use parking_lot::Mutex;
use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int};
use std::fmt;
use std::io;
use std::ptr::{null, null_mut};
use std::sync::Arc;
use std::time::Duration;

/// How long unload waits for those who read from sorcery.
const LAST_READ: Duration = Duration::from_secs(2);

/// What Asterisk holds of ours, in the order of giving back.
struct Registrations {
    commands: CommandRegistration,
    actions: ActionRegistration,
    functions: FunctionRegistration,
    observers: ObserverRegistration,
    contacts: ContactObserver,
    witness: WitnessRegistration,
    /// Where that is possible.
    watch: Option<ReloadWatch>,
    provider: ProviderRegistration,
}

/// Only load and unload use it, with the module list locked; it is never held over a call out.
static REGISTRATIONS: Mutex<Option<Registrations>> = Mutex::new(None);

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

// What Asterisk calls is handed on to what the module has at that moment; between unload and load there is nothing to do.

/// Sorcery tells of a change. In its threads, under its locks.
fn note(event: Event) {
    let Some(loaded) = loaded() else { return };
    loaded.mailbox.post(match event {
        Event::Changed => Note::Changed,
        Event::ReloadBegins => Note::ReloadBegan,
        Event::ReloadEnds => Note::ReloadEnded,
        Event::Loading(kind) => return loaded.loads.note_load(kind),
        Event::Loaded(kind) => return loaded.loads.note_end(kind),
    });
}

/// Sorcery tells of a contact. As [`note`].
fn note_contact(event: contact::Event) {
    if let Some(loaded) = loaded() {
        loaded.notify.note(event);
    }
}

/// `res_phoneprov` has thrown all phones away. With its provider list locked.
fn everything_was_lost(locked: &ListLocked) {
    let Some(loaded) = loaded() else { return };
    let report = sync::everything_was_lost(locked, &loaded);
    report.into_iter().for_each(|report| tell(report, Asked::For, &loaded));
}

/// A reload of `res_phoneprov` has failed.
fn reload_failed(locked: &ListLocked) {
    if let Some(loaded) = loaded() {
        stopped::notice_it(locked, &loaded);
    }
}

/// A request has come. In a thread of the HTTP server's.
fn answer(request: &mut Request, pass_on: &mut dyn FnMut(&mut Request)) {
    match loaded() {
        Some(loaded) => loaded.http.answer(request, pass_on),
        None => pass_on(request), // the place has just been given up
    }
}

/// Why the module does not load.
type Reason = Box<dyn fmt::Display>;

fn because(reason: impl fmt::Display + 'static) -> Reason {
    Box::new(reason)
}

/// Takes everything into use. What an error leaves behind: nothing but sorcery types that were registered before it,
/// which are inert and are taken up by the next attempt.
fn load(locked: &ListLocked, loaded: &Arc<Loaded>) -> Result<Registrations, Reason> {
    let sorcery = res_pjsip::sorcery().ok_or_else(|| because("res_pjsip is not running; load it first"))?;
    // The provider and the worker first: nothing can take a sorcery type back.
    let provider = ProviderRegistration::new(locked, everything_was_lost)
        .map_err(|_| because("res_phoneprov refused the registration; look above for its reason"))?;
    let watch = phoneprov::watch_reloads(locked, reload_failed);
    if watch.is_none() {
        debug!(1, "reloads of res_phoneprov cannot be looked on at: one that fails is noticed within a second");
    }
    worker::start(loaded).map_err(|error| because(format!("no thread to follow changes: {error}")))?;
    loaded.notify.take_up(&loaded.http);
    start_teller(loaded).map_err(|error| because(format!("no thread to tell phones: {error}")))?;
    sections::register(locked, sorcery).map_err(because)?;
    let observers = ObserverRegistration::new(sorcery, &TYPES, note)
        .map_err(|_| because("sorcery took no observer; free memory and load again"))?;
    if !options::is_fully_booted() {
        loaded.loads.note_start();
    }
    sections::load(sorcery);
    loaded.find_wizards(locked);
    let contacts = ContactObserver::new(sorcery, note_contact)
        .map_err(|_| because("sorcery took no observer; free memory and load again"))?;
    let no_place = |what| because(format!("Asterisk took no {what}; look above for its reason"));
    let witness = WitnessRegistration::new()
        .ok_or_else(|| because("an earlier load still has its realtime engine; load again in a moment"))?;
    let settings = loaded.sources().map(|sources| sections::settings(&sources)).unwrap_or_default();
    let database = Database::start(locked, settings, &loaded.believed, &loaded.mailbox)
        .map_err(|error| because(format!("no thread to read the database: {error}")))?;
    if let Some(database) = database {
        let _ = loaded.database.set(database); // there is none yet
    }
    let commands = CommandRegistration::new(&console::COMMANDS).map_err(|_| no_place("commands"))?;
    let actions = ActionRegistration::new(&ami::ACTIONS).map_err(|_| no_place("AMI actions"))?;
    let functions = FunctionRegistration::new(&functions::FUNCTIONS).map_err(|_| no_place("functions"))?;
    if loaded.http.place.take(answer).is_err() {
        warning!(
            "no place before res_phoneprov, which is not in the HTTP server's list: it answers phones itself, and a request can \
             take Asterisk down"
        );
    }
    Ok(Registrations { commands, actions, functions, observers, contacts, witness, watch, provider })
}

/// Starts the thread that tells phones to fetch again; it ends when the module is unloaded.
fn start_teller(loaded: &Arc<Loaded>) -> io::Result<()> {
    let (loaded, alive) = (Arc::clone(loaded), loaded.notify.alive());
    let run = move || {
        loaded.notify.run(&loaded.http);
        drop(alive);
    };
    std::thread::Builder::new().name("phoneprov tell".into()).spawn(run).map(drop)
}

extern "C" fn load_module() -> ffi::ast_module_load_result {
    let declined = ffi::ast_module_load_result_AST_MODULE_LOAD_DECLINE;
    // SAFETY: Asterisk wrote our handle when it opened the library and does not change it.
    module::set_own_handle(unsafe { (*INFO.0.get()).self_ });
    // SAFETY: Asterisk calls this with the module list locked.
    let locked = unsafe { ListLocked::assume() };
    let result = guard("load", declined, || {
        let loaded = Arc::new(Loaded::default());
        set_loaded(&locked, Some(Arc::clone(&loaded)));
        match load(&locked, &loaded) {
            Ok(registrations) => {
                let version = env!("CARGO_PKG_VERSION");
                notice!("the Rust module, version {version}, running in Asterisk {}", ast_version::running());
                *REGISTRATIONS.lock() = Some(registrations);
                sync::start(&locked, &loaded);
                loaded.look_at_files();
                loaded.read_database(Task::all(), database::PATIENCE);
                loaded.untyped.look(&sections::files());
                reload::sync_now(&locked, &loaded, Cause::Load, Nested::No);
                ffi::ast_module_load_result_AST_MODULE_LOAD_SUCCESS
            }
            Err(reason) => {
                error!("not loaded: {reason}");
                declined
            }
        }
    });
    if result == declined {
        // There may be something to give back: a module that declined is never unloaded.
        guard("load", (), || give_back(&locked));
    }
    result
}

/// Gives everything back. Requests are answered from the table until the provider has been unregistered.
fn give_back(locked: &ListLocked) {
    let Some(loaded) = loaded() else { return };
    // While it is known who is served.
    loaded.notify.stop(&loaded.http);
    let _ = sync::stop(locked, &loaded);
    let registrations = REGISTRATIONS.lock().take();
    if let Some(Registrations { commands, actions, functions, observers, contacts, witness, watch, provider }) =
        registrations
    {
        drop((commands, actions, functions));
        drop((observers, contacts));
        loaded.mailbox.close();
        loaded.database.get().into_iter().for_each(Database::stop);
        drop(witness);
        drop(watch);
        // Unregistering the provider removes the phones that are left.
        let _held = loaded.http.holding.hold();
        drop(provider);
        // Now that res_phoneprov has none of them.
        loaded.http.set_table(Table::default());
    }
    loaded.mailbox.close();
    loaded.database.get().into_iter().for_each(Database::stop);
    loaded.http.place.give_up();
    // What they read from is res_pjsip's, which may be unloaded next. Whoever reads for longer has the database or a file system to
    // blame, and wants the next thing from sorcery when that answers.
    let _ = loaded.readers.close(LAST_READ);
    loaded.forget_wizards();
    set_loaded(locked, None);
}

extern "C" fn reload_module() -> c_int {
    // SAFETY: Asterisk calls this with the module list locked.
    let locked = unsafe { ListLocked::assume() };
    guard("reload", (), || loaded().into_iter().for_each(|loaded| reload::of_module(&locked, &loaded)));
    // Asterisk would report any other answer as a failed reload and do nothing about it.
    0
}

extern "C" fn unload_module() -> c_int {
    // SAFETY: Asterisk calls this with the module list locked.
    let locked = unsafe { ListLocked::assume() };
    guard("unload", -1, || {
        let stopped = loaded().map_or(Ok(()), |loaded| sync::stop(&locked, &loaded));
        if let Err(Busy) = stopped {
            error!("not unloaded: another thread reloads a module; unload again when it is done");
            return -1;
        }
        give_back(&locked);
        0
    })
}

/// What `module show` tells: the C module has the same without what is in brackets.
const DESCRIPTION: &CStr = {
    let text = concat!("PJSIP Phoneprov Provider (Rust ", env!("CARGO_PKG_VERSION"), ")\0");
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => c"PJSIP Phoneprov Provider (Rust)",
    }
};

/// Asterisk writes our handle into it.
#[repr(transparent)]
struct ModuleInfo(UnsafeCell<ffi::ast_module_info>);

// SAFETY: written by Asterisk alone, when the library is opened and before `load`, which reads our handle in it.
unsafe impl Sync for ModuleInfo {}

static INFO: ModuleInfo = ModuleInfo(UnsafeCell::new(ffi::ast_module_info {
    self_: null_mut(),
    load: Some(load_module),
    reload: Some(reload_module),
    unload: Some(unload_module),
    name: MODULE_NAME.as_ptr(),
    description: DESCRIPTION.as_ptr(),
    key: ffi::ASTERISK_GPL_KEY.as_ptr(),
    flags: ffi::ast_module_flags_AST_MODFLAG_LOAD_ORDER,
    // Empty, it is not checked: one build is for all versions (asterisk/layout.rs).
    buildopt_sum: [0; 33],
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
