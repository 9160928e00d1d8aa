//! Headers: asterisk/pbx.h, asterisk/ast_expr.h. Functions that templates and the dialplan call, and the other leaves of a
//! template.

use super::callback::guard;
use super::channel::DummyChannel;
use super::logger::warning;
use super::module;
use super::sole::{Place, Taken};
use super::strings::Str;
use crate::ffi;
use crate::template::host::{Given, Host};
use crate::template::line::Variables;
use crate::template::warning::Warning;
use once_cell::sync::OnceCell;
use std::cell::UnsafeCell;
use std::ffi::{CStr, CString, c_char, c_int};
use std::mem::{MaybeUninit, zeroed};
use std::ptr::null_mut;

/// A function that is read, never written.
#[derive(Debug)]
pub struct Function {
    /// Its name; what Asterisk says of it comes from the XML documentation.
    pub name: &'static CStr,
    /// Whether it is refused to whoever comes from outside (AMI, HTTP), unless `live_dangerously` is set.
    pub dangerous: bool,
    /// Its value; `None` if there is none, of which it has told. Any thread, with whatever locks.
    pub read: fn(&CStr) -> Option<CString>,
}

/// Asterisk refused a function, and has logged why; or there are functions of ours already.
#[derive(Debug)]
pub struct RegistrationError;

/// So many functions there can be.
const MOST: usize = 5;
/// The longest value: room for it is made at each call that does not bring its own.
const LONGEST: usize = 16 * 1024;

/// An entry as large as it is in any version, and larger: Asterisk writes its last fields, of which newer versions have more.
#[repr(C)]
struct Padded {
    function: ffi::ast_custom_function,
    more: [MaybeUninit<u8>; 256 - size_of::<ffi::ast_custom_function>()],
}

/// Asterisk's entries of our functions.
#[repr(transparent)]
struct Entries(UnsafeCell<[Padded; MOST]>);

// SAFETY: registered, they are Asterisk's, which locks them; unregistered, whoever registers them writes them, with the
// module list locked.
unsafe impl Sync for Entries {}

// SAFETY: all zero is a valid value of this C struct: NULL pointers, no functions and unset flags.
static ENTRIES: Entries = Entries(UnsafeCell::new(unsafe { zeroed() }));

static ENTRIES_TAKEN: Place = Place::new();

/// What the entries stand for; always the same.
static FUNCTIONS: OnceCell<&'static [Function]> = OnceCell::new();

/// Our functions; dropping it takes them away.
#[derive(Debug)]
pub struct FunctionRegistration {
    count: usize,
    _entries: Taken,
}

impl FunctionRegistration {
    /// Registers functions, as many as there are in [`READERS`] at most, the same each time.
    pub fn new(functions: &'static [Function]) -> Result<Self, RegistrationError> {
        let functions = *FUNCTIONS.get_or_init(|| functions);
        let entries = ENTRIES_TAKEN.take().ok_or(RegistrationError)?;
        let mut registration = FunctionRegistration { count: 0, _entries: entries };
        for (index, (function, reader)) in functions.iter().zip(READERS).enumerate() {
            let escalation = if function.dangerous {
                ffi::ast_custom_function_escalation_AST_CFE_READ
            } else {
                ffi::ast_custom_function_escalation_AST_CFE_NONE
            };
            // SAFETY: the entry is within the array and not registered, so it is ours to write; the name is static and the
            // function stays mapped.
            let result = unsafe {
                let entry = entry(index);
                entry.cast::<Padded>().write(zeroed());
                (*entry).name = function.name.as_ptr();
                (*entry).read = Some(reader);
                (*entry).read_max = LONGEST as _;
                ffi::__ast_custom_function_register_escalating(entry, escalation, module::own_handle())
            };
            if result != 0 {
                return Err(RegistrationError);
            }
            registration.count = index + 1;
        }
        Ok(registration)
    }
}

impl Drop for FunctionRegistration {
    fn drop(&mut self) {
        for index in 0..self.count {
            // SAFETY: what `new` registered.
            unsafe { ffi::ast_custom_function_unregister(entry(index)) };
        }
    }
}

/// The entry of that number, which must be less than [`MOST`].
fn entry(index: usize) -> *mut ffi::ast_custom_function {
    // SAFETY: within the array.
    unsafe { ENTRIES.0.get().cast::<Padded>().add(index).cast() }
}

type Reader = unsafe extern "C" fn(*mut ffi::ast_channel, *const c_char, *mut c_char, *mut c_char, usize) -> c_int;

/// A function for each entry.
const READERS: [Reader; MOST] = [read::<0>, read::<1>, read::<2>, read::<3>, read::<4>];

unsafe extern "C" fn read<const INDEX: usize>(
    _channel: *mut ffi::ast_channel,
    _name: *const c_char,
    data: *mut c_char,
    buffer: *mut c_char,
    length: usize,
) -> c_int {
    guard("function", -1, || {
        let function = FUNCTIONS.get().and_then(|functions| functions.get(INDEX));
        // SAFETY: NULL or a string that lives through the call.
        let data = if data.is_null() { c"" } else { unsafe { CStr::from_ptr(data) } };
        let Some(value) = function.and_then(|function| (function.read)(data)) else { return -1 };
        let count = value.as_bytes().len().min(length.saturating_sub(1));
        if length > 0 {
            // SAFETY: the buffer has `length` bytes, of which the value's first and a zero are written.
            unsafe {
                buffer.copy_from_nonoverlapping(value.as_ptr(), count);
                buffer.add(count).write(0);
            }
        }
        0
    })
}

/// Calls a function of anybody's, `NAME(ARGUMENTS)`, with the rights of the calling thread; `None` if it is refused or fails.
pub fn func_read(call: &CStr) -> Option<CString> {
    let mut buffer = vec![0u8; LONGEST];
    // SAFETY: no channel; the call lives, and the buffer is written within its length.
    let result = unsafe { ffi::ast_func_read(null_mut(), call.as_ptr(), buffer.as_mut_ptr().cast(), LONGEST) };
    (result == 0).then(|| CStr::from_bytes_until_nul(&buffer).unwrap_or_default().to_owned())
}

/// The leaves of templates, from Asterisk. Any thread, with no lock held: a function may do anything.
#[derive(Debug, Default)]
pub struct Leaves {
    /// Where values are left; kept from one to the next.
    value: Option<Str>,
    /// What functions are called with, while the line stays the same.
    channel: Option<DummyChannel>,
}

impl Leaves {
    /// Room for most values; functions make more of it for themselves.
    const ROOM: usize = 1024;
    /// What has become larger is not kept: it is all zeroed before the next value.
    const KEPT: usize = 64 * 1024;

    /// An empty string with at least so much room; `None` without memory.
    fn empty(&mut self, room: usize) -> Option<&mut Str> {
        match self.value.take().filter(|value| (room..=Self::KEPT).contains(&value.room())) {
            Some(mut value) => {
                value.clear();
                self.value = Some(value);
            }
            None => self.value = Str::with_room(room.max(Self::ROOM)).ok(),
        }
        self.value.as_mut()
    }
}

impl Host for Leaves {
    /// The host makes a channel for each call. One that a call may have changed serves no other: its variables are not as they
    /// were, or SET has written who knows what.
    ///
    /// There is more room than for what is handed over: functions that give as much (TOLOWER, TRIM) or a third more
    /// (BASE64_ENCODE on 16) make room for a byte less than they need, and then forget the zero or cut their value short.
    fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
        let channel = match self.channel.take().filter(|channel| channel.has(variables.iter())) {
            Some(channel) => channel,
            None => DummyChannel::new(variables.iter()).ok()?,
        };
        let value = self.empty(call.count_bytes() * 2)?;
        // SAFETY: channel, call and string live through the call, which copies the call.
        let result = value.lend(|value| unsafe { ffi::ast_func_read2(channel.as_ptr(), call.as_ptr(), value, 0) });
        if !call.to_bytes().windows(4).any(|part| part == b"SET(") {
            self.channel = Some(channel);
        }
        let value = self.value.as_ref().filter(|_| result == 0)?;
        Some(Given { text: value.text(), used: value.used() })
    }

    fn expression(&mut self, text: &CStr) -> &[u8] {
        let Some(value) = self.empty(Self::ROOM) else { return b"" };
        // What is evaluated is not promised to stay as it is.
        let mut text = text.to_bytes_with_nul().to_vec();
        // SAFETY: no channel; text and string live through the call.
        value.lend(|value| unsafe { ffi::ast_str_expr(value, 0, null_mut(), text.as_mut_ptr().cast()) });
        value.text()
    }

    fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
        let value = self.empty(Self::ROOM)?;
        // SAFETY: no channel and no list; name and string live through the call, which answers with NULL or the string's text.
        let found = value
            .lend(|value| unsafe { ffi::ast_str_retrieve_variable(value, 0, null_mut(), null_mut(), name.as_ptr()) });
        (!found.is_null()).then(|| value.text())
    }

    fn warn(&mut self, warning: Warning<'_>) {
        warning!("{warning}");
    }
}

/// The name of the function that is called, if nobody has registered it: calling it has Asterisk log an error, for each phone
/// that asks. Any thread; takes the lock of Asterisk's list of functions.
pub fn missing_function(call: &CStr) -> Option<CString> {
    let name = call.to_bytes().split(|&byte| byte == b'(').next().unwrap_or_default();
    let name = CString::new(name).ok()?;
    // SAFETY: the string lives through the call; nothing is done with what is found.
    unsafe { ffi::ast_custom_function_find(name.as_ptr()) }.is_null().then_some(name)
}

/// The module that has that function; `None` if nobody has it. Takes the lock of Asterisk's list of functions.
pub(super) fn module_of(function: &CStr) -> Option<*const ffi::ast_module> {
    // SAFETY: the string lives through the call. What is found is registered for as long as its module runs, which the caller, with
    // the module list locked, keeps from ending; it may be shorter than our header has it, behind that field.
    unsafe {
        let found = ffi::ast_custom_function_find(function.as_ptr());
        (!found.is_null()).then(|| (&raw const (*found).mod_).read().cast_const())
    }
}

/// Runs a function in which dialplan functions are refused that give the caller more rights than he has, as Asterisk refuses
/// them to AMI and HTTP.
pub fn with_escalations_refused<R>(function: impl FnOnce() -> R) -> R {
    struct Before(c_int);
    impl Drop for Before {
        fn drop(&mut self) {
            // SAFETY: a mark of the calling thread.
            unsafe { ffi::ast_thread_inhibit_escalations_swap(self.0) };
        }
    }
    // SAFETY: as above. Without memory for the mark it answers -1, and no thread without one may do these things.
    let _before = Before(unsafe { ffi::ast_thread_inhibit_escalations_swap(1) });
    function()
}
