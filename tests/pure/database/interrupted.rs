//! A file that is replaced as a whole: whatever befalls whoever writes it, the old content or the new one is there, and no
//! draft is left, at the latest when somebody writes again.
//!
//! Who is to be killed is this program itself, started again with that test alone.

use crate::whole_file::{replace, tidy};
use std::env;
use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The file, for whoever was started to write it.
const FILE: &str = "PHONEPROV_TEST_FILE";
/// How often somebody is killed.
const KILLS: u32 = 100;
const SIZE: usize = 300_000;

/// Contents that tell whether they are whole.
fn content(letter: u8) -> Vec<u8> {
    vec![letter; SIZE]
}

fn is_whole(path: &Path) -> bool {
    let content = fs::read(path).unwrap();
    content.len() == SIZE && content.iter().all(|byte| *byte == content[0])
}

/// A directory of its own, with the content `a` in the file.
fn file(name: &str) -> PathBuf {
    let dir = env::temp_dir().join(format!("phoneprov-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&dir);
    let file = dir.join("last_known_good");
    replace(&file, &content(b'a')).unwrap();
    file
}

fn entries(file: &Path) -> Vec<String> {
    let names = fs::read_dir(file.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.to_string_lossy().into_owned()).collect()
}

fn remove(file: &Path) {
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
}

/// This program, as somebody who writes that file.
fn writer(test: &str, file: &Path) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", &format!("database::interrupted::{test}"), "--nocapture"]);
    command.env(FILE, file).stdout(Stdio::piped());
    command
}

#[test]
fn by_a_kill() {
    if let Some(file) = env::var_os(FILE) {
        println!("\nwriting");
        std::io::stdout().flush().unwrap();
        for letter in (b'a'..=b'z').cycle() {
            replace(Path::new(&file), &content(letter)).unwrap();
        }
    }
    let file = file("kill");
    let mut drafts = 0;
    for round in 0..KILLS {
        let mut child = writer("by_a_kill", &file).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "writing"));
        // At another moment each time: what matters is where in its work it is met.
        std::thread::sleep(std::time::Duration::from_micros(u64::from(round * 37 % 1500)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(is_whole(&file), "in round {round}");
        drafts += entries(&file).len() - 1;
        tidy(&file).unwrap();
        assert_eq!(entries(&file), ["last_known_good"]);
    }
    assert!(drafts > 0, "nobody was met while writing");
    remove(&file);
}

/// Has a shell prepare what is to fail, and this program write there, in vain: `"$@"` does it, and `"$file"` is the file. It
/// sees what it mounts, and nobody else.
fn fails_after(test: &str, preparation: &str) {
    let file = file(test);
    let program = writer(test, &file);
    let script = format!(
        r#"user=
        [ "$(id -u)" = 0 ] || user=--map-root-user
        exec unshare $user --mount sh -euc 'file={} dir={}
        {preparation}' sh "$@""#,
        file.display(),
        file.parent().unwrap().display()
    );
    let mut shell = Command::new("sh");
    shell.args(["-euc", &script, "sh"]).arg(program.get_program()).args(program.get_args()).env(FILE, &file);
    let output = shell.output().unwrap();
    let text = [&output.stdout[..], &output.stderr].concat();
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&text));
    assert!(is_whole(&file), "{test}");
    assert_eq!(fs::read(&file).unwrap()[0], b'a', "the old content");
    assert_eq!(entries(&file), ["last_known_good"]);
    remove(&file);
}

/// What the child does: writes, in vain.
fn write_in_vain(kind: ErrorKind) -> bool {
    let Some(file) = env::var_os(FILE).map(PathBuf::from) else { return false };
    let error = replace(&file, &content(b'b')).unwrap_err();
    assert_eq!(error.kind(), kind, "{error}");
    assert!(is_whole(&file));
    assert_eq!(fs::read(&file).unwrap()[0], b'a', "the old content");
    assert_eq!(entries(&file), ["last_known_good"], "no draft is left");
    true
}

#[test]
fn at_any_byte() {
    if write_in_vain(ErrorKind::FileTooLarge) {
        return;
    }
    // A file may not be larger than that here.
    let limits = [0, 1, 4096, SIZE / 2, SIZE - 1].map(|limit| limit.to_string()).join(" ");
    let each = format!(r#"trap "" XFSZ; for limit in {limits}; do prlimit --fsize=$limit "$@"; done"#);
    fails_after("at_any_byte", &each);
}

#[test]
fn by_a_full_disk() {
    if write_in_vain(ErrorKind::StorageFull) {
        return;
    }
    let room = SIZE * 3 / 2 / 4096;
    let small = format!(
        r#"cp -p "$file" /tmp/kept-$$
        mount -t tmpfs -o nr_blocks={room} none "$dir"
        mv /tmp/kept-$$ "$file"
        "$@""#
    );
    fails_after("by_a_full_disk", &small);
}

#[test]
fn by_a_disk_that_is_read_only() {
    if write_in_vain(ErrorKind::ReadOnlyFilesystem) {
        return;
    }
    let read_only = r#"mount --bind "$dir" "$dir"
        mount -o remount,bind,ro "$dir"
        "$@""#;
    fails_after("by_a_disk_that_is_read_only", read_only);
}
