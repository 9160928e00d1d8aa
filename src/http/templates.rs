//! Templates as they were last read: each is read once, and again when its file has changed.
//!
//! Whoever asks reads in their own thread and holds nothing meanwhile, so that a file on a file system that hangs holds up
//! those who ask for it first, and nobody else.

use crate::phone::settings::Settings;
use crate::template::bounds::Bound;
use crate::template::parse::Template;
use parking_lot::{Mutex, RwLock};
use std::collections::HashMap;
use std::fmt;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// A file that takes longer to read is refused to everybody else, until it has been read.
const SLOW: Duration = Duration::from_secs(1);
/// So many templates are kept. A profile names a few; more of them are names that are made of something.
const MOST: usize = 4096;

/// Why there is no such file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be opened or read.
    Unreadable(String),
    /// It is a directory, a device, a FIFO or the like.
    NoFile,
    /// It has so many bytes, more than may be read.
    TooLarge(u64),
    /// Somebody has been reading it for more than a second.
    Slow,
    /// What it says goes beyond a bound.
    Exceeds(Bound),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreadable(reason) => f.write_str(reason),
            Fault::NoFile => f.write_str("it is no regular file"),
            Fault::TooLarge(size) => write!(f, "it has {size} bytes, which are too many (largest_template)"),
            Fault::Slow => f.write_str("reading it takes longer than a second; look at its file system"),
            Fault::Exceeds(bound) => bound.fmt(f),
        }
    }
}

/// What tells one content of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(data: &Metadata) -> Self {
        Stamp {
            device: data.dev(),
            inode: data.ino(),
            size: data.size(),
            modified: (data.mtime(), data.mtime_nsec()),
            changed: (data.ctime(), data.ctime_nsec()),
        }
    }
}

/// What is known of one template. Its lock is held for moments, never while a file is read.
#[derive(Debug, Default)]
struct Slot(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    held: Option<(Stamp, Arc<Template>)>,
    /// Since when somebody has been reading it.
    reading: Option<Instant>,
}

/// The templates. Its lock is held for moments, never while a file is read.
#[derive(Debug)]
pub struct Templates {
    known: RwLock<HashMap<Vec<u8>, Arc<Slot>>>,
    largest: AtomicU64,
}

impl Default for Templates {
    fn default() -> Self {
        Templates { known: RwLock::default(), largest: AtomicU64::new(Settings::DEFAULT.largest_template) }
    }
}

impl Templates {
    /// Sets how large a file may be that is read. Any thread.
    pub fn set_largest(&self, bytes: u64) {
        self.largest.store(bytes, Ordering::Relaxed);
    }

    /// The template in that file, known by that name. Any thread; reads the file if it has changed.
    pub fn load(&self, name: &[u8], path: &Path) -> Result<Arc<Template>, Fault> {
        let slot = self.slot(name);
        let is_first = {
            let mut state = slot.0.lock();
            match state.reading {
                Some(since) if since.elapsed() >= SLOW => return Err(Fault::Slow),
                Some(_) => false,
                None => {
                    state.reading = Some(Instant::now());
                    true
                }
            }
        };
        // Says that it is over however it ends.
        let _reading = is_first.then(|| Reading(&slot));
        self.read(&slot, path)
    }

    /// The template as it was read last, if it was. Any thread; never waits.
    pub fn held(&self, name: &[u8]) -> Option<Arc<Template>> {
        let slot = Arc::clone(self.known.read().get(name)?);
        let state = slot.0.lock();
        state.held.as_ref().map(|(_, template)| Arc::clone(template))
    }

    fn slot(&self, name: &[u8]) -> Arc<Slot> {
        if let Some(slot) = self.known.read().get(name) {
            return Arc::clone(slot);
        }
        let mut known = self.known.write();
        if known.len() >= MOST {
            known.clear();
        }
        Arc::clone(known.entry(name.to_vec()).or_default())
    }

    fn read(&self, slot: &Slot, path: &Path) -> Result<Arc<Template>, Fault> {
        let stamp = Stamp::of(&std::fs::metadata(path).map_err(unreadable)?);
        if let Some((known, template)) = &slot.0.lock().held {
            if *known == stamp {
                return Ok(Arc::clone(template));
            }
        }
        let (file, data) = open(path)?;
        let largest = self.largest.load(Ordering::Relaxed);
        if data.size() > largest {
            return Err(Fault::TooLarge(data.size()));
        }
        let mut text = Vec::with_capacity(data.size() as usize + 1);
        // It may grow while it is read.
        file.take(largest + 1).read_to_end(&mut text).map_err(unreadable)?;
        if text.len() as u64 > largest {
            return Err(Fault::TooLarge(text.len() as u64));
        }
        let template = Arc::new(Template::parse(&text).map_err(Fault::Exceeds)?);
        slot.0.lock().held = Some((Stamp::of(&data), Arc::clone(&template)));
        Ok(template)
    }
}

struct Reading<'a>(&'a Slot);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.0.lock().reading = None;
    }
}

fn unreadable(error: io::Error) -> Fault {
    Fault::Unreadable(error.to_string())
}

/// Opens a regular file, without waiting for anybody.
pub fn open(path: &Path) -> Result<(File, Metadata), Fault> {
    // Opening a FIFO would wait for whoever writes to it; a device may do anything when it is opened.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(Fault::NoFile);
    }
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(path).map_err(unreadable)?;
    let data = file.metadata().map_err(unreadable)?;
    if data.is_file() { Ok((file, data)) } else { Err(Fault::NoFile) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    /// A file of its own for each test.
    fn file(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("phoneprov-templates-{}-{name}", std::process::id()));
        let _ = fs::remove_file(&path);
        path
    }

    #[test]
    fn a_template_is_read_once_and_again_when_it_has_changed() {
        let (templates, path) = (Templates::default(), file("changed"));
        assert!(matches!(templates.load(b"t", &path), Err(Fault::Unreadable(_))));
        fs::write(&path, "one").unwrap();
        let first = templates.load(b"t", &path).unwrap();
        assert!(Arc::ptr_eq(&first, &templates.load(b"t", &path).unwrap()));
        // As editors do.
        let draft = file("draft");
        fs::write(&draft, "two").unwrap();
        fs::rename(&draft, &path).unwrap();
        let second = templates.load(b"t", &path).unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        fs::remove_file(&path).unwrap();
        assert!(templates.load(b"t", &path).is_err());
    }

    #[test]
    fn what_is_no_file_or_too_large_is_refused() {
        let (templates, path) = (Templates::default(), file("odd"));
        assert_eq!(templates.load(b"d", &std::env::temp_dir()).unwrap_err(), Fault::NoFile);
        assert_eq!(templates.load(b"z", Path::new("/dev/zero")).unwrap_err(), Fault::NoFile);
        let fifo = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(fifo.success());
        assert_eq!(templates.load(b"f", &path).unwrap_err(), Fault::NoFile);
        fs::remove_file(&path).unwrap();
        fs::write(&path, vec![b'x'; 100]).unwrap();
        templates.set_largest(99);
        assert_eq!(templates.load(b"l", &path).unwrap_err(), Fault::TooLarge(100));
        templates.set_largest(100);
        assert!(templates.load(b"l", &path).is_ok());
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_hangs_is_refused_to_others_until_it_is_read() {
        let (templates, path) = (Templates::default(), file("slow"));
        fs::write(&path, "x").unwrap();
        let slot = templates.slot(b"s");
        slot.0.lock().reading = Instant::now().checked_sub(SLOW);
        assert_eq!(templates.load(b"s", &path).unwrap_err(), Fault::Slow);
        slot.0.lock().reading = Some(Instant::now());
        assert!(templates.load(b"s", &path).is_ok(), "not yet slow");
        assert!(slot.0.lock().reading.is_some(), "the other still reads");
        drop(Reading(&slot));
        assert!(templates.load(b"s", &path).is_ok());
        assert!(slot.0.lock().reading.is_none());
        fs::remove_file(&path).unwrap();
    }
}
