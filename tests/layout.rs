//! The project's headers, with which the module is built, have the layouts of real ones: `tests/layout/layout.c` prints every
//! size, offset and constant that the module uses, and says the same of both, but for what the module knows to differ.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "../src/asterisk/layout.rs"]
#[allow(dead_code, reason = "the rest of it is for the module")]
mod table;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

fn top() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// A kind of machine that the module is built for.
struct Machine {
    name: &'static str,
    compiler: &'static [&'static str],
    /// What runs here what is compiled for it.
    runner: &'static str,
}

/// Debian's headers of Asterisk are for all machines: what they say depends on the compiler and its C library.
const MACHINES: [Machine; 2] = [
    Machine { name: "amd64", compiler: &["cc"], runner: "env" },
    Machine { name: "arm64", compiler: &["aarch64-linux-gnu-gcc", "-static"], runner: "qemu-aarch64-static" },
];

/// What the program prints when it is compiled against those headers.
fn layout(machine: &Machine, headers: &Path) -> String {
    let program = tempfile();
    let status = Command::new(machine.compiler[0])
        .args(&machine.compiler[1..])
        .args(["-w", "-I"])
        .arg(top().join("include/pjproject-shim"))
        .arg("-I")
        .arg(headers)
        .arg(top().join("tests/layout/layout.c"))
        .arg("-o")
        .arg(&program)
        .status()
        .unwrap();
    assert!(status.success(), "layout.c does not compile for {} against {}", machine.name, headers.display());
    let output = Command::new(machine.runner).arg(&program).output().unwrap();
    assert!(output.status.success(), "layout.c does not run: {output:?}");
    std::fs::remove_file(&program).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// A name of its own for each call: tests run side by side.
fn tempfile() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("layout-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Where the two differ, line by line.
fn differences(machine: &Machine, host: &str) -> Vec<(String, String)> {
    let stub = layout(machine, &top().join("asterisk-stubs/include"));
    let real = layout(machine, &top().join("target/include").join(host));
    assert!(stub.lines().count() > 100, "layout.c prints nothing");
    assert_eq!(stub.lines().count(), real.lines().count());
    let pairs = stub.lines().zip(real.lines()).filter(|(stub, real)| stub != real);
    pairs.map(|(stub, real)| (stub.to_owned(), real.to_owned())).collect()
}

fn is_tested(host: &str) -> bool {
    std::env::var("HOSTS").map_or(host != "next", |hosts| hosts.contains(host))
}

#[test]
fn own_headers_are_laid_out_like_those_of_asterisk_22() {
    for machine in MACHINES.iter().filter(|_| is_tested("22")) {
        assert_eq!(differences(machine, "22"), [], "on {}", machine.name);
    }
}

/// One build is for all versions: what differs in another one is what the module knows to differ.
#[test]
fn own_headers_differ_from_those_of_asterisk_16_where_that_is_known() {
    if !is_tested("16") {
        return;
    }
    // Endpoints are read where their size tells (src/asterisk/layout.rs); flags as 32 bits (options.rs); a function's struct
    // has more room than any version needs (pbx.rs).
    let known = [
        "struct ast_sip_endpoint.id.",
        "struct ast_sip_endpoint.inbound_auths",
        "sizeof(struct ast_sip_endpoint)",
        "sizeof(ast_options)",
        "sizeof(struct ast_custom_function)",
    ];
    for machine in &MACHINES {
        let differ = differences(machine, "16");
        let unknown: Vec<_> =
            differ.iter().filter(|(stub, _)| !known.iter().any(|known| stub.starts_with(known))).collect();
        assert!(unknown.is_empty(), "on {}: {unknown:#?}", machine.name);
        assert!(differ.iter().any(|(_, real)| real == "struct ast_sip_endpoint.id.self.name.str at 720, 8 bytes"));
    }
}

/// The table of layouts says of both what their headers say.
#[test]
fn endpoints_are_where_the_table_says() {
    let hosts = || ["22", "16", "next"].into_iter().filter(|host| is_tested(host));
    for (machine, host) in MACHINES.iter().flat_map(|machine| hosts().map(move |host| (machine, host))) {
        let real = layout(machine, &top().join("target/include").join(host));
        let number = |what: &str| -> usize {
            let text = real.lines().find_map(|line| line.strip_prefix(what)).unwrap();
            text.split(',').next().unwrap().parse().unwrap()
        };
        let id = number("struct ast_sip_endpoint.id.self.name.str at ");
        let inbound_auths = number("struct ast_sip_endpoint.inbound_auths at ");
        let way = table::Layout::new().way(number("sizeof(struct ast_sip_endpoint) = "));
        assert_eq!(way, table::Way::Compare(table::Offsets { id, inbound_auths }), "on {host}, {}", machine.name);
    }
}
