//! The file that keeps what the database last said, for a node that starts while it is away: `phoneprov/last_known_good`
//! under Asterisk's spool directory. Passwords are in it: nobody but Asterisk's user may read it. Its time is until when the
//! database is known to have said that.

use crate::asterisk::logger::{notice, warning};
use crate::asterisk::paths;
use crate::phone::database::known_good;
use crate::phone::database::rows::Rows;
use crate::whole_file;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

fn path() -> PathBuf {
    paths::spool_dir().join("phoneprov/last_known_good")
}

/// What the file says, and until when that was so; `None` if there is none, or if it is damaged, which is logged.
pub fn load() -> Option<(Rows, SystemTime)> {
    let path = path();
    // That nothing can be written here is told by whoever wants to.
    let _ = whole_file::tidy(&path);
    let (content, time) = match read(&path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        Err(error) => {
            warning!("{} cannot be read ({error}); phones wait for the database", path.display());
            return None;
        }
    };
    match known_good::decode(&content) {
        Ok(rows) => {
            let age = Duration::from_secs(time.elapsed().unwrap_or_default().as_secs());
            notice!(
                "serving what the database said last, {} ago, from {}, until it answers",
                humantime::format_duration(age),
                path.display()
            );
            Some((rows, time))
        }
        Err(damage) => {
            warning!("{} {damage} and is not used; phones wait for the database", path.display());
            None
        }
    }
}

/// Until when the database is known to have said what the file has; `None` if there is none.
pub fn written() -> Option<SystemTime> {
    fs::metadata(path()).and_then(|file| file.modified()).ok()
}

fn read(path: &Path) -> io::Result<(Vec<u8>, SystemTime)> {
    Ok((fs::read(path)?, fs::metadata(path)?.modified()?))
}

/// Puts the rows in the place of what the file says; a reader meets the old content or the new one, whole. An error says
/// what is wrong with which file.
pub fn save(rows: &Rows) -> Result<(), String> {
    let path = path();
    whole_file::replace(&path, &known_good::encode(rows))
        .map_err(|error| format!("{} cannot be written ({error})", path.display()))
}

/// What the file says is so at that time, too.
pub fn confirm(time: SystemTime) {
    // Who cannot write it looks older than it is, which does no harm.
    let _ = File::options().write(true).open(path()).and_then(|file| file.set_modified(time));
}

/// Sees to it that there is none. An error says what is wrong with which file.
pub fn forget() -> Result<(), String> {
    let path = path();
    let removed = whole_file::tidy(&path).and_then(|()| whole_file::remove(&path));
    match removed {
        Ok(true) => notice!("{} is deleted, because last_known_good is off", path.display()),
        Ok(false) => {}
        Err(error) => return Err(format!("{} is not wanted any more and cannot be deleted ({error})", path.display())),
    }
    Ok(())
}
