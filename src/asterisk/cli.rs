//! Header: asterisk/cli.h. Commands of Asterisk's console.

use super::callback::guard;
use super::sole::{Place, Taken};
use super::{MODULE_NAME, module};
use crate::ffi;
use once_cell::sync::OnceCell;
use std::cell::UnsafeCell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::mem::zeroed;
use std::os::fd::FromRawFd as _;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A command. Asterisk keeps its strings for as long as it is registered.
#[derive(Debug)]
pub struct Command {
    /// Its words: what comes behind them are its arguments.
    pub words: &'static CStr,
    /// What it does, in less than 60 characters.
    pub summary: &'static CStr,
    /// `Usage: …` and what there is to know, each line with its line feed.
    pub usage: &'static CStr,
    /// Runs it with its arguments; answers what is to be written behind what it has written itself. In the thread of whoever typed
    /// it, which holds no lock.
    pub run: fn(&[&CStr], &mut Console) -> Result<String, Refusal>,
    /// What could stand behind these arguments and begins with that text. With the list of commands locked: it must take no
    /// lock of the host that is held where commands are registered.
    pub complete: fn(&[&CStr], &CStr) -> Vec<CString>,
}

/// A command that did not do what it was asked for.
#[derive(Debug)]
pub enum Refusal {
    /// It does not take these arguments: its usage is shown.
    Usage,
    /// It says why.
    Failed(String),
}

/// Asterisk refused a command, and has logged why; or there are commands of ours already.
#[derive(Debug)]
pub struct RegistrationError;

/// So many commands there can be.
const MOST: usize = 8;

/// Asterisk's entries of our commands.
#[repr(transparent)]
struct Entries(UnsafeCell<[ffi::ast_cli_entry; MOST]>);

// SAFETY: registered, they are Asterisk's, which locks them; unregistered, whoever registers them writes them, with the
// module list locked.
unsafe impl Sync for Entries {}

// SAFETY: all zero is a valid value of this C struct: NULL pointers, no function and numbers.
static ENTRIES: Entries = Entries(UnsafeCell::new(unsafe { zeroed() }));

static ENTRIES_TAKEN: Place = Place::new();

/// Our commands; dropping it takes them off the console.
#[derive(Debug)]
pub struct CommandRegistration {
    count: usize,
    _entries: Taken,
}

/// What the entries stand for; set before they are registered, and always the same.
static COMMANDS: OnceCell<&'static [Command]> = OnceCell::new();

impl CommandRegistration {
    /// Registers commands, [`MOST`] at most, the same each time.
    pub fn new(commands: &'static [Command]) -> Result<Self, RegistrationError> {
        let commands = *COMMANDS.get_or_init(|| &commands[..commands.len().min(MOST)]);
        let entries = ENTRIES_TAKEN.take().ok_or(RegistrationError)?;
        let mut registration = CommandRegistration { count: 0, _entries: entries };
        for (index, command) in commands.iter().enumerate() {
            let entry = entry(index);
            // SAFETY: the entry is within the array. If it is not registered, it is ours to write; its strings and its function
            // stay (`-z nodelete`).
            let result = unsafe {
                if is_registered(entry) {
                    0 // see `drop`
                } else {
                    entry.write(zeroed());
                    (&raw mut (*entry).summary).cast::<*const c_char>().write(command.summary.as_ptr());
                    (*entry).handler = Some(handle);
                    ffi::__ast_cli_register_multiple(entry, 1, module::own_handle())
                }
            };
            if result != 0 {
                return Err(RegistrationError); // and dropping the registration takes back what there is
            }
            registration.count = index + 1;
        }
        Ok(registration)
    }
}

impl Drop for CommandRegistration {
    /// Waits a moment for a command that is just ending: Asterisk refuses to take out one that is in use, and counts it as in
    /// use for a little longer than it keeps the module loaded for it (cli.c, `ast_cli_command_full`).
    fn drop(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(1);
        for index in 0..self.count {
            let entry = entry(index);
            // SAFETY: within the array and registered by `new`; the count is an aligned int that Asterisk changes atomically.
            let in_use = unsafe { AtomicI32::from_ptr(&raw mut (*entry).inuse) };
            while in_use.load(Ordering::Acquire) != 0 && Instant::now() < deadline {
                sleep(Duration::from_millis(1));
            }
            // SAFETY: as above.
            unsafe { ffi::ast_cli_unregister_multiple(entry, 1) };
        }
    }
}

/// The entry of that number, which must be less than [`MOST`].
fn entry(index: usize) -> *mut ffi::ast_cli_entry {
    // SAFETY: within the array.
    unsafe { ENTRIES.0.get().cast::<ffi::ast_cli_entry>().add(index) }
}

/// Whether Asterisk has an entry in its list: taken out, it has no command any more.
///
/// # Safety
/// The entry is one of the array, and nobody is registering it or taking it out.
unsafe fn is_registered(entry: *mut ffi::ast_cli_entry) -> bool {
    // SAFETY: the caller's promise.
    unsafe { !(*entry)._full_cmd.is_null() }
}

extern "C" fn handle(entry: *mut ffi::ast_cli_entry, what: c_int, args: *mut ffi::ast_cli_args) -> *mut c_char {
    let failure = match what {
        // What a handler returns is a string there.
        ffi::ast_cli_command_CLI_INIT | ffi::ast_cli_command_CLI_GENERATE => null_mut(),
        _ => ffi::RESULT_FAILURE as usize as *mut c_char,
    };
    guard("command", failure, || {
        // SAFETY: Asterisk hands on an entry that was registered, so one of the array.
        let index = unsafe { entry.offset_from(ENTRIES.0.get().cast()) };
        let Some(command) = usize::try_from(index).ok().and_then(|index| COMMANDS.get()?.get(index)) else {
            return failure;
        };
        let own = command.words.to_bytes().split(|&byte| byte == b' ').count();
        match what {
            ffi::ast_cli_command_CLI_INIT => {
                // SAFETY: Asterisk lets the handler name the command; it copies the one and keeps the other, which is
                // static.
                unsafe {
                    (*entry).command = command.words.as_ptr().cast_mut();
                    (*entry).usage = command.usage.as_ptr();
                }
                null_mut()
            }
            ffi::ast_cli_command_CLI_GENERATE => {
                // SAFETY: live through the call, as in every handler.
                let (position, word, number) = unsafe { ((*args).pos, (*args).word, (*args).n) };
                // All are given to the first question.
                if number == 0 && !word.is_null() {
                    // SAFETY: as above.
                    let (word, words) = unsafe { (CStr::from_ptr(word), words(args)) };
                    let before = usize::try_from(position).ok().and_then(|position| words.get(own..position));
                    for candidate in before.map(|before| (command.complete)(before, word)).unwrap_or_default() {
                        add_completion(&candidate);
                    }
                }
                null_mut()
            }
            _ => {
                // SAFETY: as above.
                let (descriptor, words) = unsafe { ((*args).fd, words(args)) };
                let mut console = Console::of(descriptor);
                match (command.run)(words.get(own..).unwrap_or_default(), &mut console) {
                    Ok(text) => {
                        console.write(&text);
                        console.flush();
                        ffi::RESULT_SUCCESS as usize as *mut c_char
                    }
                    Err(Refusal::Usage) => ffi::RESULT_SHOWUSAGE as usize as *mut c_char,
                    Err(Refusal::Failed(text)) => {
                        console.write(&text);
                        console.flush();
                        failure
                    }
                }
            }
        }
    })
}

/// The words of a line, the command's own among them.
///
/// # Safety
/// They are what a handler was called with, and it has not returned.
unsafe fn words<'a>(args: *mut ffi::ast_cli_args) -> Vec<&'a CStr> {
    // SAFETY: the caller's promise; there are argc words, and none where something is completed that has none yet.
    unsafe {
        let count = usize::try_from((*args).argc).unwrap_or_default();
        if (*args).argv.is_null() || count == 0 {
            return Vec::new();
        }
        std::slice::from_raw_parts((*args).argv, count).iter().map(|word| CStr::from_ptr(*word)).collect()
    }
}

/// Offers a word for the one that is being typed.
fn add_completion(word: &CStr) {
    // SAFETY: copies the word; the copy passes to the list of candidates, or is freed by it.
    unsafe {
        let copy = ffi::__ast_strdup(word.as_ptr(), c"cli.rs".as_ptr(), line!() as c_int, MODULE_NAME.as_ptr());
        if !copy.is_null() {
            ffi::ast_cli_completion_add(copy);
        }
    }
}

/// What a command of the host's own says; `None` if it cannot be asked. Any thread that holds no lock which the command takes.
pub fn answer_to(command: &CStr) -> Option<String> {
    // SAFETY: the name is a constant; answers with a descriptor of ours, or with a negative number.
    let descriptor = unsafe { libc::memfd_create(c"phoneprov".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor < 0 {
        return None;
    }
    // SAFETY: open, and nobody else's.
    let mut file = unsafe { File::from_raw_fd(descriptor) };
    // SAFETY: the text outlives the call; -1 is whoever may run all commands (CLI_NO_PERMS). What it writes takes no time.
    unsafe { ffi::ast_cli_command_full(-1, -1, descriptor, command.as_ptr()) };
    let mut answer = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut answer)).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

/// So much is written at once: what a console's socket has room for, whenever it has room at all.
const PIECE: usize = 2048;
/// A console that has taken nothing for so long gets no more: somebody has stopped it.
const PATIENCE_MS: c_int = 10_000;

/// A console that waits for a command's answer, which it gets in pieces.
#[derive(Debug)]
pub struct Console {
    descriptor: c_int,
    /// What has not been written yet.
    text: Vec<u8>,
    is_gone: bool,
}

impl Console {
    fn of(descriptor: c_int) -> Self {
        Console { descriptor, text: Vec::new(), is_gone: false }
    }

    /// Writes text, as soon as there is enough of it or at [`Console::flush`]. Waits for whoever reads slowly: hold no lock.
    pub fn write(&mut self, text: &str) {
        self.write_bytes(text.as_bytes());
    }

    /// The same for what need not be UTF-8.
    pub fn write_bytes(&mut self, text: &[u8]) {
        let mut rest = text;
        while self.text.len() + rest.len() >= PIECE {
            let end = PIECE.saturating_sub(self.text.len());
            // A character is not torn apart, as far as there are any.
            let begins_one = |end: &usize| rest.get(*end).is_none_or(|byte| byte & 0xc0 != 0x80);
            let end = (0..=end).rev().take(4).find(begins_one).unwrap_or(end);
            let (piece, others) = rest.split_at(end);
            self.text.extend_from_slice(piece);
            rest = others;
            self.flush();
        }
        self.text.extend_from_slice(rest);
    }

    /// Writes what has not been written yet.
    pub fn flush(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        if text.is_empty() || self.is_gone() {
            return;
        }
        // Asterisk itself waits for a tenth of a second, and drops what has not been taken by then.
        if !has_room(self.descriptor) {
            self.is_gone = true;
            return;
        }
        text.retain(|&byte| byte != 0);
        let text = CString::new(text).unwrap_or_default();
        // SAFETY: the text passes through a constant "%s" and lives through the call.
        unsafe { ffi::ast_cli(self.descriptor, c"%s".as_ptr(), text.as_ptr()) };
    }

    /// Whether nobody reads any more, so that there is nothing more to do.
    pub fn is_gone(&self) -> bool {
        self.is_gone
    }
}

/// Waits until a console takes something. One that is no file has nobody to wait for.
fn has_room(descriptor: c_int) -> bool {
    if descriptor < 0 {
        return true;
    }
    let mut wait = libc::pollfd { fd: descriptor, events: libc::POLLOUT, revents: 0 };
    // SAFETY: one structure of ours, which lives through the call.
    let ready = unsafe { libc::poll(&raw mut wait, 1, PATIENCE_MS) };
    ready < 0 || wait.revents & (libc::POLLOUT | libc::POLLHUP | libc::POLLERR) == libc::POLLOUT
}
