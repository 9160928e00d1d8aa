//! Who asks by HTTP, and what do they get?
//!
//! Requests for `/phoneprov/…` come here before they reach `res_phoneprov`, and what the table has is answered from it: files
//! rendered from values of our own, with nothing held while a client is read from or written to. The rest is passed on. This
//! room uses the host ([`crate::asterisk`]), what a phone is ([`crate::phone`]) and how a template is rendered
//! ([`crate::template`]). It must not know where phones come from, nor when they change: who changes them sets the table.

mod alarm;
mod answer;
mod bound;
pub mod delivery;
pub mod fetches;
mod gate;
pub mod holding;
pub mod place;
pub mod preview;
pub mod record;
pub mod render;
mod strangers;
pub mod table;
pub mod templates;
pub mod warnings;

use crate::asterisk::http::{Method, Request};
use crate::phone::evaluated::Evaluated;
use answer::{Sent, Tags, send_rendered, send_static};
use delivery::{Got, Ledger, Prints};
use fetches::Name;
use gate::Use;
use holding::Holding;
use once_cell::sync::OnceCell;
use parking_lot::RwLock;
use place::Place;
use record::Record;
use render::{Studio, path_of};
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use table::{Content, Table};
use templates::{Fault, Templates};
use warnings::Warnings;
use xxhash_rust::xxh3::xxh3_64;

pub use fetches::{Fetch, Trace};

/// How a request was answered.
struct Answered {
    /// The phone that it came from, as far as that is known: the file is that phone's alone.
    phone: Option<Arc<Evaluated>>,
    sent: Sent,
}

impl Answered {
    fn of(sent: Sent) -> Self {
        Answered { phone: None, sent }
    }
}

/// What one load of the module has for requests.
#[derive(Default)]
pub struct Http {
    /// Keeps those who use `res_phoneprov`'s phones and changes apart.
    pub holding: Holding,
    /// Who fetched what.
    pub record: Record,
    /// Our place in front of `res_phoneprov`.
    pub place: Place,
    /// The templates.
    pub templates: Templates,
    /// Locked for moments, never over a call out.
    table: RwLock<Arc<Table>>,
    tags: Tags,
    /// Warnings about templates.
    pub warnings: Warnings,
    /// What each phone has.
    pub ledger: Ledger,
    /// Who is told of a phone that has another content than before, or a file that it did not have.
    pub news: OnceCell<News>,
    /// Whether that is told of each fetch, because phones are expected.
    tells_all: AtomicBool,
}

/// Is told of that phone, in a request's thread: it must not wait.
pub type News = Box<dyn Fn(&CStr) + Send + Sync>;

impl Http {
    /// The table of files as it is now. Any thread.
    pub fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read())
    }

    /// Puts another table in its place. Any thread.
    pub fn set_table(&self, table: Table) {
        // What there was before goes after our lock.
        let _before = std::mem::replace(&mut *self.table.write(), Arc::new(table));
    }

    /// Has every fetch told of, or only those that are news. Any thread.
    pub fn tell_all(&self, all: bool) {
        self.tells_all.store(all, Ordering::Relaxed);
    }

    /// What rendering needs, over that table.
    pub fn studio<'a>(&'a self, table: &'a Table) -> Studio<'a> {
        Studio { table, templates: &self.templates, holding: &self.holding, warnings: &self.warnings }
    }

    /// Answers a request. In a thread of the HTTP server's, which holds no lock; `pass_on` has `res_phoneprov` answer it.
    pub fn answer(&self, request: &mut Request, pass_on: &mut dyn FnMut(&mut Request)) {
        // Before anything is taken: a client may take its time.
        request.discard_body();
        let at = Instant::now();
        let answered = match self.answer_from(self.table(), request) {
            Some(answered) => answered,
            None => self.answer_otherwise(request, pass_on),
        };
        self.note(request, at, answered);
    }

    /// Answers a request for a file that the table does not have.
    fn answer_otherwise(&self, request: &mut Request, pass_on: &mut dyn FnMut(&mut Request)) -> Answered {
        let turned_away = Answered::of(Sent { status: 503, bytes: 0 });
        // Only one at a time may write to res_phoneprov's phones, and none while they change.
        let Some(inside) = self.holding.enter(Use::Writing) else { return turned_away };
        // What was missing may have been in the making.
        let table = self.table();
        if table.get(request.uri.to_bytes()).is_some() {
            drop(inside);
            // From this very table: the next one may lack the file again.
            return self.answer_from(table, request).unwrap_or(turned_away);
        }
        drop(table);
        pass_on(request);
        // What res_phoneprov has by itself, static files and phones of users.conf, is in the table: it has answered as it
        // answers everybody else (res_phoneprov.c, `phoneprov_callback`).
        let status = if request.method() == Method::Other { 501 } else { 404 };
        Answered::of(Sent { status, bytes: 0 })
    }

    /// Notes a request that was answered, and says what is to be said of it.
    fn note(&self, request: &Request, at: Instant, Answered { phone, sent }: Answered) {
        let Sent { status, bytes } = sent;
        self.record.count(status);
        let Some(from) = request.from() else { return };
        let agent = request.header(c"User-Agent").map(CStr::to_bytes).unwrap_or_default();
        let asked = fetches::Request { at, from, status, bytes, file: request.uri.to_bytes(), agent };
        match phone {
            Some(phone) => {
                self.record.note(&phone.mac, &asked);
                if matches!(status, 200 | 304) {
                    self.note_delivery(&phone, request.uri.to_bytes());
                }
            }
            None if status == 404 => {
                let notice = self.record.note_missing(&asked);
                notice.into_iter().for_each(|notice| alarm::tell(&notice, request, &asked, &self.table()));
            }
            None => {}
        }
    }

    /// Notes that a phone has a file of its own now.
    fn note_delivery(&self, phone: &Evaluated, file: &[u8]) {
        let Some(number) = phone.files.iter().position(|name| **name == *file) else { return };
        let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let print = Prints::as_read(&self.templates, path_of).of(self.ledger.print_key(), phone, number);
        let is_news = self.ledger.note(Name::of(&phone.mac), Got { file: xxh3_64(file), print, at });
        if let Some(news) = self.news.get().filter(|_| is_news || self.tells_all.load(Ordering::Relaxed)) {
            news(&phone.mac);
        }
    }

    /// Answers a request for a file of the table; `None` if it has no such file.
    fn answer_from(&self, table: Arc<Table>, request: &mut Request) -> Option<Answered> {
        let name = request.uri.to_bytes();
        let content = table.get(name)?.clone();
        if request.method() == Method::Other {
            request.fail(501, c"Not Implemented", c"Attempt to use unimplemented / unsupported method");
            return Some(Answered::of(Sent { status: 501, bytes: 0 }));
        }
        let (phone, template, sent) = match content {
            Content::Static(file) => {
                drop(table);
                (None, file.template.clone(), send_static(request, &file.template, &file.mime))
            }
            Content::Of(phone, number) => {
                let file = Arc::clone(&phone.profile.as_ref()?.files.get(number as usize)?.file);
                let server = request.to().and_then(|address| CString::new(address.to_string()).ok());
                let rendered = self.studio(&table).render(&phone, &file, server.as_deref());
                let is_its_own = !table.is_shared(name);
                drop(table);
                let sent = rendered.map(|content| send_rendered(request, &self.tags, &file.mime, content));
                (is_its_own.then_some(phone), file.template.clone(), sent)
            }
        };
        let sent = sent.unwrap_or_else(|fault| self.fail(request, &template, &fault));
        Some(Answered { phone, sent })
    }

    /// Answers that the file cannot be made, and tells why.
    fn fail(&self, request: &mut Request, name: &[u8], fault: &Fault) -> Sent {
        let path = render::path_of(name);
        self.warnings.warn(&format!("phones that ask for a file made of {} get nothing: {fault}", path.display()));
        request.fail(500, c"Internal Error", c"An internal error has occured.");
        Sent { status: 500, bytes: 0 }
    }
}
