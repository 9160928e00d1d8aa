//! A private root that may be changed: packages are installed into it and removed.

use crate::host::eventually;
use crate::process::Process;
use crate::{Kind, top};
use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

/// A layer over the root of a real Asterisk, below target/instances. It is there for what runs in it alone, in mounts that
/// vanish with this, and takes all that is written; the root itself stays as it is. The checkout is its /srv, and what comes
/// from outside its /media.
pub struct Root {
    /// Has the layer in the place of the root, as `tests/hosts/in-host` knows it.
    mounts: Process,
    place: PathBuf,
    dir: PathBuf,
}

impl Root {
    /// As that Asterisk's root is.
    pub fn new(kind: Kind) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let dir = top().join(format!("target/instances/root-{}-{pid}-{count}", kind.name()));
        let place = top().join("target/roots").join(kind.name());
        // A test that failed may have left it there, in a process that had the same id.
        let _ = fs::remove_dir_all(&dir);
        for part in ["written", "work", "outside"] {
            fs::create_dir_all(dir.join(part)).expect("target is writable");
        }
        let mount = r#"
            mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/written,workdir=$2/work" "$1"
            mount --rbind /dev "$1/dev"
            mount -t proc proc "$1/proc"
            mount --bind "$2/outside" "$1/media"
            mount --bind "$3" "$1/srv"
            echo mounted
            exec sleep infinity
        "#;
        let mut command = Command::new("unshare");
        command.args(["--mount", "sh", "-euc", mount, "sh"]).args([&place, &dir]).arg(top());
        let console = dir.join("console");
        let mut mounts = Process::start(&mut command, &console);
        let said = || fs::read_to_string(&console).unwrap_or_default();
        assert!(
            eventually(|| said().contains("mounted") || mounts.ended().is_some()) && mounts.ended().is_none(),
            "{}",
            said()
        );
        let root = Self { mounts, place, dir };
        // Nobody waits for what a machine would have if the power failed now, and no package is to start a daemon.
        root.sh("echo force-unsafe-io > /etc/dpkg/dpkg.cfg.d/tests
            printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
            chmod +x /usr/sbin/policy-rc.d");
        root
    }

    /// The process whose mounts those are.
    pub(crate) fn mounts(&self) -> u32 {
        self.mounts.id()
    }

    /// What it has as /media.
    pub fn outside(&self) -> PathBuf {
        self.dir.join("outside")
    }

    /// A program of this machine's own, which sees the root as `place`.
    pub fn from_outside(&self, program: &str) -> (Command, PathBuf) {
        (in_mounts(self.mounts(), program), self.place.clone())
    }

    /// Runs a shell script in it as root. What it said, as an error if it failed.
    pub fn try_sh(&self, script: &str) -> Result<String, String> {
        let mut command = in_mounts(self.mounts(), "chroot");
        command.arg(&self.place).args(["/bin/bash", "-euc", script]).env_clear();
        command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C")
            .env("DEBIAN_FRONTEND", "noninteractive");
        let output = command.output().expect("nsenter is a program of every Linux");
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned()).concat();
        if output.status.success() { Ok(said) } else { Err(said) }
    }

    /// The same for what must not fail.
    pub fn sh(&self, script: &str) -> String {
        self.try_sh(script).unwrap_or_else(|said| panic!("{script} fails:\n{said}"))
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        // Only what was written: the mounts are still there, but nowhere that could be seen from here.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// A program that runs in the mounts of that process.
pub(crate) fn in_mounts(process: u32, program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new("nsenter");
    command.arg(format!("--mount=/proc/{process}/ns/mnt")).arg(program);
    command
}
