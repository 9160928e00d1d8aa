//! `make install` and `make uninstall` on directories of their own.

#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const NAME: &str = "res_pjsip_phoneprov_provider.so";
const MANUAL: &str = "res_pjsip_phoneprov_provider-en_US.xml";
const C_MODULE: &str = "the C module";

/// A module directory and a data directory below a DESTDIR; gone when dropped.
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

    fn manual(&self) -> PathBuf {
        self.0.join("data/documentation/thirdparty").join(MANUAL)
    }

    fn run(&self, what: &Path) -> Output {
        Command::new(top().join("share/packages/install"))
            .arg(what)
            .env("DESTDIR", &self.0)
            .env("MODULES_DIR", "/modules")
            .env("DATA_DIR", "/data")
            .output()
            .unwrap()
    }

    /// A module: the stub core's, one build being for all.
    fn built(&self) -> PathBuf {
        stub_module()
    }

    fn install(&self) {
        let ours = self.built();
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

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn stub_module() -> PathBuf {
    let module = top().join("build/stub").join(NAME);
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
fn forgets_a_kept_c_module_when_there_is_a_newer_one() {
    let staged = Staged::new("newer");
    fs::write(staged.module(), C_MODULE).unwrap();
    staged.install();
    fs::write(staged.module(), "a newer C module").unwrap();
    staged.uninstall();
    assert_eq!(fs::read_to_string(staged.module()).unwrap(), "a newer C module");
    assert!(!staged.kept().exists());
}

#[test]
fn brings_the_documentation_and_takes_it_away() {
    let staged = Staged::new("manual");
    let other = staged.manual().with_file_name("another-en_US.xml");
    fs::create_dir_all(other.parent().unwrap()).unwrap();
    fs::write(&other, "another module's").unwrap();
    staged.install();
    assert_eq!(fs::read(staged.manual()).unwrap(), fs::read(top().join("share/documentation").join(MANUAL)).unwrap());

    // An upgrade has put a C module in our place, which this documentation is not about.
    fs::write(staged.module(), C_MODULE).unwrap();
    staged.uninstall();
    assert!(!staged.manual().exists());
    assert_eq!(fs::read_to_string(staged.module()).unwrap(), C_MODULE);
    assert!(other.exists());
}

#[test]
fn brings_the_profiles_and_takes_them_away() {
    let staged = Staged::new("profiles");
    let data = staged.0.join("data/phoneprov");
    let asterisks_own = data.join("polycom.xml");
    fs::create_dir_all(&data).unwrap();
    fs::write(&asterisks_own, "Asterisk's").unwrap();
    staged.install();
    let model = data.join("yealink/y000000000066.cfg");
    for (file, of) in [(data.join("yealink.conf"), "yealink.conf"), (model, "yealink/y000000000000.cfg")] {
        assert_eq!(fs::read(file).unwrap(), fs::read(top().join("share/phoneprov").join(of)).unwrap());
    }
    staged.uninstall();
    let left: Vec<_> = fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [asterisks_own]);
}

#[test]
fn keeps_a_profile_that_somebody_has_edited() {
    let staged = Staged::new("edited");
    let (edited, new) = ("data/phoneprov/snom/line.xml", "data/phoneprov/snom/line.xml.new");
    let (edited, new, gone) = (staged.0.join(edited), staged.0.join(new), staged.0.join("data/phoneprov/poly.conf"));
    staged.install();
    fs::write(&edited, "edited").unwrap();
    fs::remove_file(&gone).unwrap();
    staged.install();
    assert_eq!(fs::read_to_string(&edited).unwrap(), "edited");
    assert_eq!(fs::read(&new).unwrap(), fs::read(top().join("share/phoneprov/snom/line.xml")).unwrap());
    assert!(gone.exists());
    // What an earlier version has brought is nobody's edit.
    let sums = staged.0.join("data/phoneprov/res_pjsip_phoneprov_provider.sums");
    let earlier = Command::new("sh")
        .args(["-euc", "echo earlier > poly.conf; sed -i \"s/.*  poly.conf/$(sha256sum poly.conf)/\" \"$0\""])
        .arg(&sums)
        .current_dir(staged.0.join("data/phoneprov"))
        .status();
    assert!(earlier.unwrap().success());
    staged.install();
    assert_eq!(fs::read(&gone).unwrap(), fs::read(top().join("share/phoneprov/poly.conf")).unwrap());
    staged.uninstall();
    assert_eq!(fs::read_to_string(&edited).unwrap(), "edited");
    assert!(!gone.exists() && !new.exists() && !sums.exists());
}

/// Installs on a machine that has of Asterisk what the shell commands make, in namespaces of its own.
fn install_where(staged: &Staged, made: &str) -> String {
    let emptied = r#"for dir in /etc /var/lib /usr/share/asterisk /usr/local/share/asterisk; do
        [ ! -d "$dir" ] || mount -t tmpfs none "$dir"
    done"#;
    let done = Command::new("unshare")
        .args(["--map-root-user", "--mount", "sh", "-euc"])
        .arg(format!("{emptied}\n{made}\nexec \"$0\" \"$1\""))
        .arg(top().join("share/packages/install"))
        .arg(staged.built())
        .env("DESTDIR", &staged.0)
        .env("MODULES_DIR", "/modules")
        .env_remove("DATA_DIR")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    assert!(staged.module().exists());
    said
}

const CORE_MANUAL: &str =
    "mkdir -p /var/lib/asterisk/documentation; : > /var/lib/asterisk/documentation/core-en_US.xml";

#[test]
fn finds_the_usual_data_directory() {
    let staged = Staged::new("usual");
    install_where(&staged, CORE_MANUAL);
    assert!(staged.0.join("var/lib/asterisk/documentation/thirdparty").join(MANUAL).exists());
}

#[test]
fn prefers_the_data_directory_that_asterisk_conf_names() {
    let staged = Staged::new("named");
    let named =
        "mkdir -p /etc/asterisk/data; echo 'astdatadir => /etc/asterisk/data ; here' > /etc/asterisk/asterisk.conf";
    install_where(&staged, &format!("{CORE_MANUAL}\n{named}"));
    assert!(staged.0.join("etc/asterisk/data/documentation/thirdparty").join(MANUAL).exists());
    assert!(!staged.0.join("var").exists());
}

/// As on a packager's machine without Asterisk.
#[test]
fn installs_the_module_where_no_data_directory_is_found() {
    let staged = Staged::new("no-data");
    let said = install_where(&staged, "");
    assert!(said.contains("DATA_DIR=DIR"), "{said}");
    assert!(!staged.0.join("documentation").exists());
}
