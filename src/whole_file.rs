//! A file whose content is replaced as a whole: whoever reads it, at whatever moment, and whatever befalls whoever writes it,
//! meets the old content or the new one.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Replaces it; nobody but its owner may read it. Whatever fails leaves the old content, and no draft.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(path);
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    // Made anew, so that the mode is ours whatever was there.
    tidy(path)?;
    let draft = draft(path);
    let replaced = write(&draft, content).and_then(|()| fs::rename(&draft, path));
    if replaced.is_err() {
        let _ = tidy(path);
    }
    replaced?;
    File::open(dir)?.sync_all()
}

/// Takes away the draft of somebody who was killed while writing.
pub fn tidy(path: &Path) -> io::Result<()> {
    remove(&draft(path)).map(drop)
}

/// Takes the file away; answers whether there was one.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(error),
    }
}

fn draft(path: &Path) -> PathBuf {
    path.with_extension("new")
}

fn write(draft: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(content)?;
    file.sync_all()
}
