//! A SIP client that people use: baresip.

use crate::Host;
use crate::process::Process;
use std::fs;
use std::process::{Command, Stdio};

/// What a transport of Asterisk's says of its certificate, which [`Host::certify`] makes.
pub const TLS: &str = "cert_file = /mnt/etc/own.pem\npriv_key_file = /mnt/etc/own.pem\nmethod = tlsv1_2\n";
/// Where that is.
const CERTIFICATE: &str = "etc/own.pem";

/// Where it listens.
const LISTENS: u16 = 5073;

impl Host {
    /// Gives the host a certificate for its address, with the key behind it, which is its own authority.
    pub fn certify(&self) {
        let (key, certificate) = (self.path("etc/key.pem"), self.path("etc/certificate.pem"));
        let done = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"])
            .args(["-subj", &format!("/CN={}", self.address())])
            .args(["-addext", &format!("subjectAltName=IP:{}", self.address())])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .output()
            .expect("openssl is installed");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        // One file, made anew: openssl keeps its key for itself, and Asterisk may run as somebody else.
        let both = [&certificate, &key].map(|file| fs::read(file).expect("openssl has written it")).concat();
        fs::write(self.path(CERTIFICATE), both).expect("the instance directory is writable");
    }
}

/// One that runs; it ends when this is dropped.
pub struct Softphone(#[allow(dead_code, reason = "ends when it is dropped")] Process);

impl Softphone {
    /// Starts it with these accounts, a line each. Over TLS it believes the host's own certificate, if there is one.
    pub fn start(host: &Host, accounts: &str) -> Self {
        let dir = host.path("client");
        fs::create_dir_all(&dir).expect("the instance directory is writable");
        let authority = host.path(CERTIFICATE);
        let authority =
            if authority.exists() { format!("sip_cafile {}\n", authority.display()) } else { String::new() };
        let config = format!(
            "sip_listen {}:{LISTENS}\nnet_af ipv4\nmodule_path /usr/lib/baresip/modules\nmodule_app account.so\n\
             {authority}",
            host.address()
        );
        fs::write(dir.join("config"), config).expect("the directory is ours");
        fs::write(dir.join("accounts"), accounts).expect("the directory is ours");
        let mut command = Command::new("baresip");
        command.arg("-f").arg(dir).stdin(Stdio::null());
        Self(Process::start(&mut command, &host.path("log/client")))
    }

    /// What it has written.
    pub fn said(&self, host: &Host) -> String {
        host.read("log/client")
    }
}
