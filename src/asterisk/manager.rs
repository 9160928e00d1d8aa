//! Header: asterisk/manager.h. Actions and events of AMI.

use super::callback::guard;
use super::sole::{Place, Taken};
use super::{MODULE_NAME, module};
use crate::ffi;
use once_cell::sync::OnceCell;
use std::ffi::{CStr, CString, c_int};
use std::fmt::Write as _;
use std::ptr::null_mut;

/// Whom an action is for, or who hears of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// `system`.
    System,
    /// `config`.
    Config,
}

impl Class {
    fn flag(self) -> c_int {
        (match self {
            Class::System => ffi::EVENT_FLAG_SYSTEM,
            Class::Config => ffi::EVENT_FLAG_CONFIG,
        }) as c_int
    }
}

/// An action. Asterisk takes what it says of it from the XML documentation.
#[derive(Debug)]
pub struct Action {
    /// Its name.
    pub name: &'static CStr,
    /// Who may call it.
    pub class: Class,
    /// Answers it. In the thread of the caller's session, which holds no lock.
    pub run: fn(&mut Session),
}

/// The headers of an event, in order.
pub type Headers = Vec<(&'static str, String)>;

/// Somebody's text for a header.
pub fn text(bytes: &CStr) -> String {
    bytes.to_string_lossy().into_owned()
}

/// Ids as AMI writes lists of them.
pub fn joined<'a>(texts: impl IntoIterator<Item = &'a CStr>) -> String {
    texts.into_iter().map(text).collect::<Vec<_>>().join(",")
}

/// Asterisk refused an action, and has logged why; or there are actions of ours already.
#[derive(Debug)]
pub struct RegistrationError;

/// Our actions; dropping it takes them away.
#[derive(Debug)]
pub struct ActionRegistration {
    actions: &'static [Action],
    _handlers: Taken,
}

static HANDLERS_TAKEN: Place = Place::new();

/// What the functions below stand for; always the same.
static ACTIONS: OnceCell<&'static [Action]> = OnceCell::new();

impl ActionRegistration {
    /// Registers actions, as many as there are in [`HANDLERS`] at most, the same each time.
    pub fn new(actions: &'static [Action]) -> Result<Self, RegistrationError> {
        let actions = *ACTIONS.get_or_init(|| actions);
        let handlers = HANDLERS_TAKEN.take().ok_or(RegistrationError)?;
        let mut registration = ActionRegistration { actions: &[], _handlers: handlers };
        for (index, (action, handler)) in actions.iter().zip(HANDLERS).enumerate() {
            // SAFETY: the name is static, the function stays mapped; NULL texts have Asterisk look the action up in its
            // documentation.
            let result = unsafe {
                ffi::ast_manager_register2(
                    action.name.as_ptr(),
                    action.class.flag(),
                    Some(handler),
                    module::own_handle(),
                    null_mut(),
                    null_mut(),
                )
            };
            if result != 0 {
                return Err(RegistrationError);
            }
            registration.actions = &actions[..=index];
        }
        Ok(registration)
    }
}

impl Drop for ActionRegistration {
    fn drop(&mut self) {
        for action in self.actions {
            // SAFETY: what `new` registered.
            unsafe { ffi::ast_manager_unregister(action.name.as_ptr()) };
        }
    }
}

type Handler = unsafe extern "C" fn(*mut ffi::mansession, *const ffi::message) -> c_int;

/// A function for each action: what Asterisk calls does not tell which action it is.
const HANDLERS: [Handler; MOST] = [
    handle::<0>,
    handle::<1>,
    handle::<2>,
    handle::<3>,
    handle::<4>,
    handle::<5>,
    handle::<6>,
    handle::<7>,
    handle::<8>,
    handle::<9>,
];

/// So many actions there can be.
pub const MOST: usize = 10;

unsafe extern "C" fn handle<const INDEX: usize>(session: *mut ffi::mansession, message: *const ffi::message) -> c_int {
    let is_answered = guard("action", false, || {
        let action = ACTIONS.get().and_then(|actions| actions.get(INDEX));
        action.is_some_and(|action| {
            (action.run)(&mut Session { session, message, events: 0 });
            true
        })
    });
    if !is_answered {
        // Whoever asks waits for an answer.
        guard("action", (), || Session { session, message, events: 0 }.error("It failed; Asterisk's log says why"));
    }
    // Any other answer would end the session.
    0
}

/// A session that waits for the answer to its action.
///
/// Invariant: both pointers are those that a handler was called with, and it has not returned.
#[derive(Debug)]
pub struct Session {
    session: *mut ffi::mansession,
    message: *const ffi::message,
    events: usize,
}

impl Session {
    /// The value of one of the action's headers, unless it is empty.
    pub fn header(&self, name: &CStr) -> Option<CString> {
        // SAFETY: live by the invariant; the name is only read, whatever the missing const says; what is returned lives as
        // long as the message.
        let value = unsafe { CStr::from_ptr(ffi::astman_get_header(self.message, name.as_ptr().cast_mut())) };
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// Answers with an error.
    pub fn error(&mut self, text: &str) {
        let text = one_line(text);
        // SAFETY: live by the invariant; the text is copied.
        unsafe { ffi::astman_send_error(self.session, self.message, text.as_ptr().cast_mut()) };
    }

    /// Answers that it is done.
    pub fn ack(&mut self, text: &str) {
        let text = one_line(text);
        // SAFETY: live by the invariant; the text is copied.
        unsafe { ffi::astman_send_ack(self.session, self.message, text.as_ptr().cast_mut()) };
    }

    /// Announces a list.
    pub fn begin(&mut self, text: &CStr) {
        // SAFETY: live by the invariant; both texts are only read, whatever the missing const says.
        unsafe {
            ffi::astman_send_listack(
                self.session,
                self.message,
                text.as_ptr().cast_mut(),
                c"start".as_ptr().cast_mut(),
            );
        }
    }

    /// Sends one item of the list.
    pub fn event(&mut self, name: &str, headers: &[(&'static str, String)]) {
        let action_id = self.header(c"ActionID").map(|id| ("ActionID", id.to_string_lossy().into_owned()));
        let mut text = format!("Event: {name}\r\n");
        for (name, value) in action_id.iter().chain(headers) {
            push_header(&mut text, name, value);
        }
        text.push_str("\r\n");
        self.append(&text);
        self.events += 1;
    }

    /// Ends the list with that event, which says how many items there were, and those headers.
    pub fn complete(&mut self, name: &CStr, headers: &[(&'static str, String)]) {
        let mut text = String::new();
        headers.iter().for_each(|(name, value)| push_header(&mut text, name, value));
        // SAFETY: live by the invariant; the name is copied.
        unsafe {
            ffi::astman_send_list_complete_start(self.session, self.message, name.as_ptr(), self.events as c_int);
        }
        self.append(&text);
        // SAFETY: as above.
        unsafe { ffi::astman_send_list_complete_end(self.session) };
    }

    fn append(&mut self, text: &str) {
        let text = CString::new(text).unwrap_or_default();
        // SAFETY: live by the invariant; the text passes through a constant "%s".
        unsafe { ffi::astman_append(self.session, c"%s".as_ptr(), text.as_ptr()) };
    }
}

/// Sends an event to whoever may hear of that class. Any thread; takes AMI's locks, so call it with no lock held.
pub fn event(class: Class, name: &CStr, headers: &[(&'static str, String)]) {
    let mut text = String::new();
    headers.iter().for_each(|(name, value)| push_header(&mut text, name, value));
    let text = CString::new(text).unwrap_or_default();
    // SAFETY: no channels; all strings live through the call, which copies them; the text passes through a constant "%s".
    unsafe {
        ffi::__ast_manager_event_multichan(
            class.flag(),
            name.as_ptr(),
            0,
            null_mut(),
            c"manager.rs".as_ptr(),
            line!() as c_int,
            MODULE_NAME.as_ptr(),
            c"%s".as_ptr(),
            text.as_ptr(),
        );
    }
}

fn push_header(text: &mut String, name: &str, value: &str) {
    let _ = write!(text, "{name}: {}\r\n", one_line(value).to_string_lossy());
}

/// A header ends with its line: nobody's configuration shall begin another one, or another event.
fn one_line(text: &str) -> CString {
    CString::new(text.replace(['\r', '\n'], " ").replace('\0', "")).unwrap_or_default()
}
