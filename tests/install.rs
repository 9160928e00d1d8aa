//! `make install` and `make uninstall` on a module directory of their own.

#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const NAME: &str = "res_pjsip_phoneprov_provider.so";
const C_MODULE: &str = "the C module";

/// A module directory below a DESTDIR; gone when dropped.
struct Staged(PathBuf);

impl Staged {
    fn new(name: &str) -> Self {
        let destdir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(destdir.join("modules")).unwrap();
        Self(destdir)
    }

    fn module(&self) -> PathBuf {
        self.0.join("modules").join(NAME)
    }

    fn kept(&self) -> PathBuf {
        self.0.join("modules").join(format!("{NAME}.c-module"))
    }

    fn run(&self, what: &Path) -> Output {
        let top = Path::new(env!("CARGO_MANIFEST_DIR"));
        Command::new(top.join("tests/hosts/install"))
            .arg(what)
            .env("DESTDIR", &self.0)
            .env("MODULES_DIR", "/modules")
            .output()
            .unwrap()
    }

    /// Installs a module for a real Asterisk: the stub core's, relabelled.
    fn install(&self) {
        let ours = self.0.join("built.so");
        let label = |text: Vec<u8>| String::from_utf8_lossy(&text).replace("(stub headers)", "").into_bytes();
        fs::write(&ours, label(fs::read(stub_module()).unwrap())).unwrap();
        let done = self.run(&ours);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        assert_eq!(fs::read(self.module()).unwrap(), fs::read(ours).unwrap());
    }

    fn uninstall(&self) {
        let done = self.run(Path::new("--undo"));
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn stub_module() -> PathBuf {
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("build/stub").join(NAME);
    assert!(module.is_file(), "run make build HOST=stub");
    module
}

#[test]
fn keeps_a_c_module_and_puts_it_back() {
    let staged = Staged::new("kept");
    fs::write(staged.module(), C_MODULE).unwrap();
    // Twice: our own module must not be taken for the C module.
    staged.install();
    staged.install();
    assert_eq!(fs::read_to_string(staged.kept()).unwrap(), C_MODULE);

    staged.uninstall();
    assert_eq!(fs::read_to_string(staged.module()).unwrap(), C_MODULE);
    assert!(!staged.kept().exists());
    staged.uninstall();
    assert_eq!(fs::read_to_string(staged.module()).unwrap(), C_MODULE, "what is not ours stays");
}

#[test]
fn leaves_nothing_where_there_was_nothing() {
    let staged = Staged::new("nothing");
    staged.install();
    assert!(!staged.kept().exists());
    staged.uninstall();
    staged.uninstall();
    assert!(!staged.module().exists());
}

/// An upgrade of the distribution's package puts its C module back in our place.
#[test]
fn keeps_the_newer_c_module_after_an_upgrade() {
    let staged = Staged::new("upgrade");
    fs::write(staged.module(), C_MODULE).unwrap();
    staged.install();
    fs::write(staged.module(), "a newer C module").unwrap();
    staged.install();
    staged.uninstall();
    assert_eq!(fs::read_to_string(staged.module()).unwrap(), "a newer C module");
}

#[test]
fn refuses_a_build_with_the_stub_headers() {
    let staged = Staged::new("stub");
    fs::write(staged.module(), C_MODULE).unwrap();
    let done = staged.run(&stub_module());
    assert!(!done.status.success());
    assert!(String::from_utf8_lossy(&done.stderr).contains("ASTERISK_INCLUDE_DIR"));
    assert_eq!(fs::read_to_string(staged.module()).unwrap(), C_MODULE);
}
