//! Systems that are no Debian, played by a changed root of Asterisk 22: what `make build` says where something is missing, and
//! what the tarball of `make dist` and the package of `make rpm` do there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use hosts::{Kind, Root, top};
use libtest_mimic::{Arguments, Trial};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGE: &str = "asterisk-res-pjsip-phoneprov-provider";
const NAME: &str = "res_pjsip_phoneprov_provider.so";
const PROFILE: &str = "/usr/share/asterisk/phoneprov/yealink/y000000000066.cfg";
const MANUAL: &str = "/usr/share/asterisk/documentation/thirdparty/res_pjsip_phoneprov_provider-en_US.xml";

fn main() {
    let stories: [(&str, fn()); 7] = [
        ("build_says_what_is_missing", build_says_what_is_missing),
        ("tarball_takes_the_place_of_the_c_module_and_gives_it_back", tarball_takes_the_place_and_gives_it_back),
        ("tarball_installs_where_it_is_told", tarball_installs_where_it_is_told),
        ("tarball_refuses_other_machines", tarball_refuses_other_machines),
        ("rpm_outlives_upgrades_of_asterisk", rpm_outlives_upgrades_of_asterisk),
        ("rpm_waits_for_an_asterisk", rpm_waits_for_an_asterisk),
        ("packing_again_gives_the_same_bytes", packing_again_gives_the_same_bytes),
    ];
    let mut trials = Vec::new();
    if Kind::wanted().contains(&Kind::Asterisk22) {
        for (name, story) in stories {
            trials.push(Trial::test(name, move || {
                story();
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// The one file of that kind that `make rpm` has left in that directory of build/.
fn packed(dir: &str, ending: &str) -> PathBuf {
    let names = fs::read_dir(top().join("build").join(dir)).into_iter().flatten();
    let mut paths = names.map(|entry| entry.unwrap().path());
    paths.find(|path| path.to_string_lossy().ends_with(&format!("x86_64{ending}"))).expect("run make rpm")
}

fn build_says_what_is_missing() {
    let root = Root::new(Kind::Asterisk22);
    for (manager, command) in [
        ("apt-get", "apt-get install gcc libc6-dev libclang-dev"),
        ("dnf", "dnf install gcc clang-devel"),
        ("zypper", "zypper install gcc clang-devel"),
        ("pacman", "pacman -S gcc clang"),
    ] {
        let said = root
            .try_sh(&format!(
                "mkdir /tmp/{manager}; printf '#!/bin/sh\ntouch /tmp/called' > /tmp/{manager}/{manager}
                chmod +x /tmp/{manager}/{manager}; PATH=/tmp/{manager} /srv/tests/hosts/toolchain"
            ))
            .expect_err("there is no compiler in this root");
        assert!(said.contains(&format!("as root: {command}\n")), "{said}");
        assert!(said.contains("cargo: Rust "), "{said}");
    }
    root.sh("[ ! -e /tmp/called ]");
}

/// A root with the tarball unpacked in /opt.
fn unpacked() -> Root {
    let root = Root::new(Kind::Asterisk22);
    let tarball = packed("dist", "-linux-gnu.tar.gz");
    root.sh(&format!(
        "tar -xzf /srv/build/dist/{} -C /opt --strip-components=1",
        tarball.file_name().unwrap().to_string_lossy()
    ));
    root
}

fn tarball_takes_the_place_and_gives_it_back() {
    let root = unpacked();
    let module = format!("/usr/lib/x86_64-linux-gnu/asterisk/modules/{NAME}");
    root.sh("/opt/install.sh");
    root.sh(&format!(
        "cmp /opt/{NAME} {module}; ! grep -q phoneprov_default {module}.c-module; [ -e {MANUAL} ]; [ -e {PROFILE} ]"
    ));
    root.sh("/opt/install.sh --undo");
    root.sh(&format!(
        "! grep -q phoneprov_default {module}; [ ! -e {module}.c-module ]; [ ! -e {MANUAL} ]; [ ! -e {PROFILE} ]"
    ));
}

fn tarball_installs_where_it_is_told() {
    let root = unpacked();
    let told = "DESTDIR=/tmp/tree MODULES_DIR=/modules DATA_DIR=/data /opt/install.sh";
    root.sh(told);
    root.sh(&format!("cmp /opt/{NAME} /tmp/tree/modules/{NAME}"));
    root.sh(&format!("{told} --undo"));
    assert_eq!(root.sh("find /tmp/tree -type f"), "");
}

fn tarball_refuses_other_machines() {
    let root = unpacked();
    for (program, script, reason) in [
        ("uname", "echo aarch64", "this one is of kind aarch64"),
        ("getconf", "exit 1", "Alpine's is musl"),
        ("getconf", "case $1 in LONG_BIT) echo 32;; *) echo glibc 2.41;; esac", "for 64 bits"),
        ("getconf", "case $1 in LONG_BIT) echo 64;; *) echo glibc 2.17;; esac", "this system has 2.17"),
    ] {
        root.sh(&format!(
            "mkdir -p /tmp/bin; printf '#!/bin/sh\n{script}' > /tmp/bin/{program}; chmod +x /tmp/bin/{program}"
        ));
        let said = root.try_sh("PATH=/tmp/bin:$PATH /opt/install.sh").expect_err("it is another machine");
        assert!(said.contains(reason), "{said}");
        root.sh("rm -r /tmp/bin");
    }
    root.sh(&format!("! grep -rq phoneprov_default /usr/lib/x86_64-linux-gnu/asterisk/modules/{NAME}"));
}

/// A system of RPM packages, without any yet, and where its Asterisk has its modules.
struct RpmSystem(Root);

impl RpmSystem {
    const MODULES: &str = "/usr/lib64/asterisk/modules";

    fn new() -> Self {
        let root = Root::new(Kind::Asterisk22);
        root.sh("rm -r /usr/bin/dpkg* /usr/lib/x86_64-linux-gnu/asterisk /etc/asterisk/asterisk.conf");
        Self(root)
    }

    /// Runs rpm on it; dependencies stay unchecked, as the system's own packages are not RPM's.
    fn rpm(&self, arguments: &[&str], package: &Path) -> String {
        let (mut rpm, place) = self.0.from_outside("rpm");
        let done = rpm.arg("--root").arg(place).arg("--nodeps").args(arguments).arg(package).output().unwrap();
        let said = [done.stdout, done.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        assert!(done.status.success(), "{said}");
        said
    }

    /// A package "asterisk" of that version, whose C module is told by it.
    fn asterisk(&self, version: u32) -> PathBuf {
        let out = self.0.outside();
        let spec = out.join("asterisk.spec");
        let modules = format!("%{{buildroot}}{}", Self::MODULES);
        let text = [
            "Name: asterisk\nRelease: 1\nSummary: Played\nLicense: None\nBuildArch: noarch".to_owned(),
            format!("Version: {version}\n%description\n%install\nmkdir -p {modules}\n: > {modules}/res_phoneprov.so"),
            format!("echo C {version} > {modules}/{NAME}\n%files\n{}\n", Self::MODULES),
        ];
        fs::write(&spec, text.join("\n")).unwrap();
        let rpmbuild = Command::new("rpmbuild")
            .args(["-bb", "--quiet", "--define"])
            .arg(format!("_topdir {}", out.join("rpm").display()))
            .arg("--define")
            .arg(format!("_rpmdir {}", out.display()))
            .arg(&spec)
            .output()
            .expect("rpm is installed");
        assert!(rpmbuild.status.success(), "{}", String::from_utf8_lossy(&rpmbuild.stderr));
        out.join(format!("noarch/asterisk-{version}-1.noarch.rpm"))
    }

    /// What Asterisk would load, and what is kept beside it: "Rust", the C module's text, or "-" if there is nothing.
    fn lies_there(&self) -> String {
        self.0.sh(&format!(
            "cd {} 2> /dev/null || mkdir -p /tmp/none && cd \"$_\"
            for file in {NAME} {NAME}.c-module; do
                if [ ! -e $file ]; then echo -; elif grep -q phoneprov_default $file; then echo Rust; else cat $file; fi
            done | paste -sd,",
            Self::MODULES
        ))
    }
}

fn rpm_outlives_upgrades_of_asterisk() {
    let system = RpmSystem::new();
    let ours = packed("rpm", ".rpm");
    system.rpm(&["--install"], &system.asterisk(1));
    assert_eq!(system.lies_there(), "C 1,-\n");
    system.rpm(&["--install"], &ours);
    assert_eq!(system.lies_there(), "Rust,C 1\n");
    system.0.sh(&format!("[ -e {MANUAL} ]; [ -e {PROFILE} ]"));

    let newer = system.asterisk(2);
    system.rpm(&["--upgrade"], &newer);
    assert_eq!(system.lies_there(), "Rust,C 2\n");
    system.rpm(&["--upgrade", "--replacepkgs"], &newer);
    assert_eq!(system.lies_there(), "Rust,C 2\n");
    system.rpm(&["--upgrade", "--replacepkgs"], &ours);
    assert_eq!(system.lies_there(), "Rust,C 2\n");

    system.rpm(&["--erase"], Path::new(PACKAGE));
    assert_eq!(system.lies_there(), "C 2,-\n");
    system.0.sh(&format!("[ ! -e {MANUAL} ]; [ ! -e {PROFILE} ]; [ ! -e /usr/lib64/{PACKAGE} ]"));
    system.rpm(&["--upgrade", "--replacepkgs"], &newer);
    assert_eq!(system.lies_there(), "C 2,-\n");
}

fn rpm_waits_for_an_asterisk() {
    let system = RpmSystem::new();
    system.rpm(&["--install"], &packed("rpm", ".rpm"));
    assert_eq!(system.lies_there(), "-,-\n");
    system.rpm(&["--install"], &system.asterisk(1));
    assert_eq!(system.lies_there(), "Rust,C 1\n");
    system.rpm(&["--erase"], Path::new("asterisk"));
    assert_eq!(system.lies_there(), "-,-\n");
    system.rpm(&["--erase"], Path::new(PACKAGE));
    assert_eq!(system.lies_there(), "-,-\n");
    system.0.sh(&format!("[ ! -e {MANUAL} ]; [ ! -e {PROFILE} ]"));
}

fn packing_again_gives_the_same_bytes() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("packed-again");
    let (tarball, package) = (packed("dist", "-linux-gnu.tar.gz"), packed("rpm", ".rpm"));
    for (script, from) in [("dist", top().join("build/16").join(NAME)), ("rpm", tarball.clone())] {
        let done = Command::new(top().join("share/packages").join(script)).arg(from).arg(&out).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    for packed in [tarball, package] {
        let again = out.join(packed.file_name().unwrap());
        assert!(fs::read(&packed).unwrap() == fs::read(&again).unwrap(), "{} differs", again.display());
    }
    fs::remove_dir_all(out).unwrap();
}
