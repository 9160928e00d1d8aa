//! The stub headers have the layouts of the real ones: `tests/layout/layout.c` prints every size, offset and constant that
//! the module uses, and says the same of both.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What the program prints when it is compiled against those headers.
fn layout(headers: &Path) -> String {
    let program = tempfile();
    let status = Command::new("cc")
        .args(["-w", "-I"])
        .arg(top().join("include/pjproject-shim"))
        .arg("-I")
        .arg(headers)
        .arg(top().join("tests/layout/layout.c"))
        .arg("-o")
        .arg(&program)
        .status()
        .unwrap();
    assert!(status.success(), "layout.c does not compile against {}", headers.display());
    let output = Command::new(&program).output().unwrap();
    std::fs::remove_file(&program).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn tempfile() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("layout-{}", std::process::id()))
}

#[test]
fn stub_headers_are_laid_out_like_those_of_asterisk_22() {
    if std::env::var("HOSTS").is_ok_and(|hosts| !hosts.contains("22")) {
        return;
    }
    let (stub, real) = (layout(&top().join("asterisk-stubs/include")), layout(&top().join("target/include/22")));
    let differ: Vec<_> = stub.lines().zip(real.lines()).filter(|(stub, real)| stub != real).collect();
    assert!(differ.is_empty(), "stub and real differ: {differ:#?}");
    assert_eq!(stub.lines().count(), real.lines().count());
    assert!(stub.lines().count() > 100, "layout.c prints nothing");
}
