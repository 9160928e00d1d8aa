//! The file that keeps what the database last said, for a node that starts while it is away: `phoneprov/last_known_good`
//! under Asterisk's spool directory. Passwords are in it: nobody but Asterisk's user may read it.

use crate::asterisk::logger::{notice, warning};
use crate::asterisk::paths;
use crate::phone::known_good;
use crate::phone::rows::Rows;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

fn path() -> PathBuf {
    paths::spool_dir().join("phoneprov/last_known_good")
}

/// What the file says; `None` if there is none, or if it is damaged, which is logged.
pub fn load() -> Option<Rows> {
    let path = path();
    let content = match fs::read(&path) {
        Ok(content) => content,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => {
            warning!("{} cannot be read ({error}); phones wait for the database", path.display());
            return None;
        }
    };
    match known_good::decode(&content) {
        Ok(rows) => {
            notice!("serving what the database said last, from {}, until it answers", path.display());
            Some(rows)
        }
        Err(damage) => {
            warning!("{} {damage} and is not used; phones wait for the database", path.display());
            None
        }
    }
}

/// When the file was last written; `None` if there is none.
pub fn written() -> Option<SystemTime> {
    fs::metadata(path()).and_then(|file| file.modified()).ok()
}

/// Puts the rows in the place of what the file says; a reader meets the old content or the new one, whole.
pub fn save(rows: &Rows) {
    let path = path();
    if let Err(error) = replace(&path, &known_good::encode(rows)) {
        warning!(
            "{} cannot be written ({error}); a restart while the database is away serves an older state",
            path.display()
        );
    }
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let draft = path.with_extension("new");
    // Made anew, so that the mode is ours whatever was there.
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    File::open(dir)?.sync_all()
}
