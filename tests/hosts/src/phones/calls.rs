//! Calls through a host: sipp places them and takes them.

use super::sip::Way;
use crate::process::Process;
use crate::{Host, eventually};
use std::fs;
use std::process::Stdio;
use std::time::Duration;

/// Where those who call are, and those who are called.
const CALLS: u16 = 5080;
const IS_CALLED: u16 = 5081;

/// What of Asterisk calls take beside the usual.
const MODULES: [&str; 7] = [
    "bridge_simple",
    "app_dial",
    "pbx_config",
    "res_rtp_asterisk",
    "res_pjsip_sdp_rtp",
    "res_pjsip_pubsub",
    "chan_pjsip",
];

/// How long calls took from their INVITE to their answer.
pub type SetUps = Vec<Duration>;

/// Somebody's call to the extension `wait`, which is answered and lasts. It is over when this is dropped.
pub struct Call(#[allow(dead_code, reason = "ends when it is dropped")] Process);

impl Host {
    /// Has Asterisk put calls through: to `wait`, which answers, and to `callee`, which rings whoever takes calls.
    pub fn take_calls(&self) {
        for module in MODULES {
            self.load_too(module);
        }
        self.write(
            "etc/extensions.conf",
            "[calls]\nexten = wait,1,Answer()\n same = n,Wait(3600)\nexten = callee,1,Dial(PJSIP/callee)\n",
        );
        self.write("etc/rtp.conf", "[general]\n");
    }

    /// The sections of pjsip.conf for those who call each other.
    pub fn callers(&self) -> String {
        let endpoint = "type = endpoint\ntransport = udp\ncontext = calls\ndisallow = all\nallow = ulaw\n";
        let place = format!("{}:{IS_CALLED}", self.address());
        format!(
            "[caller]\n{endpoint}\n[callee]\n{endpoint}aors = callee\n\n[callee]\ntype = aor\ncontact = sip:callee@{place}\n\n"
        )
    }

    /// Has that endpoint call.
    pub fn call_from(&self, endpoint: &str) -> Call {
        let mut command = self.sipp("call", Way::Udp, CALLS);
        command.args(["-m", "1", "-key", "caller", endpoint, "-key", "callee", "wait", "-d", "3600000"]);
        let call = Process::start(&mut command, &self.path("log/call"));
        let is_up = || self.cli("core show channels count").contains("1 active call");
        assert!(
            eventually(is_up),
            "no call comes about: {}\n{}",
            self.cli("core show channels"),
            self.read("log/call")
        );
        Call(call)
    }

    /// Starts whoever takes calls to `callee`.
    pub fn callee(&self) -> Call {
        let mut command = self.sipp("called", Way::Udp, IS_CALLED);
        Call(Process::start(&mut command, &self.path("log/called")))
    }

    /// Has so many calls put through, so many a second, and tells how long each took to be answered.
    pub fn place_calls(&self, calls: usize, per_second: usize) -> SetUps {
        let mut command = self.sipp("call", Way::Udp, CALLS);
        command.args(["-m", &calls.to_string(), "-r", &per_second.to_string(), "-d", "1000", "-timeout", "600"]);
        command.args(["-key", "caller", "caller", "-key", "callee", "callee", "-trace_rtt", "-rtt_freq", "1"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("sipp starts: make deps");
        let file = self.path(&format!("log/call_{}_rtt.csv", child.id()));
        let output = child.wait_with_output().expect("sipp ends");
        assert!(output.status.success(), "calls failed: {}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // When, how many milliseconds it took, and what.
        let milliseconds = text.lines().skip(1).filter_map(|line| line.split(';').nth(1)?.parse::<f64>().ok());
        milliseconds.map(|time| Duration::from_secs_f64(time / 1000.0)).collect()
    }
}
