//! Generates the bindings to Asterisk, finds out which Asterisk its headers belong to, and sets how the module is linked.

#![allow(clippy::expect_used, clippy::panic, reason = "a build that cannot go on stops with the reason")]

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the module uses of Asterisk, as patterns for bindgen; nothing else is imported.
const FUNCTIONS: &[&str] = &[
    "__ao2_container_alloc_list",
    "__ao2_iterator_next",
    "__ao2_ref",
    "(__)?ast_sip_push_task_wait_servant",
    "__ast_(calloc|free)",
    "__ast_cli_register_multiple",
    "__ast_custom_function_register_escalating",
    "__ast_dummy_channel_alloc",
    "__ast_manager_event_multichan",
    "__ast_sorcery_apply_(config|default)",
    "__ast_strdup",
    "__ast_sorcery_object_(field_)?register",
    "_ast_var_assign",
    "_ast_variable_new",
    "ao2_container_count",
    "ao2_iterator_(init|destroy)",
    "ast_callerid_split",
    "ast_category_(browse(_filtered)?|first)",
    "ast_channel_varshead",
    "ast_check_realtime",
    "ast_cli",
    "ast_cli_completion_add",
    "ast_cli_unregister_multiple",
    "ast_config_(destroy|engine_deregister|engine_register|load2)",
    "ast_custom_function_(find|unregister)",
    "ast_debug_get_by_module",
    "ast_func_read2?",
    "ast_get_dst_info",
    "ast_get_version(_num)?",
    "ast_iostream_get_fd",
    "ast_shutting_down",
    "ast_http_(body_discard|error|send|uri_link|uri_unlink)",
    "ast_load_realtime_multientry",
    "ast_localtime",
    "ast_log",
    "ast_manager_(register2|unregister)",
    "ast_module_(un)?register",
    "ast_module_reload",
    "ast_phoneprov_(add_extension|delete_extension|provider_register|provider_unregister|std_variable_lookup)",
    "ast_security_event_report",
    "ast_sip_get_sorcery",
    "ast_sorcery_generic_alloc",
    "ast_sorcery_get_wizard_mapping(_count)?",
    "ast_sorcery_(load|reload)_object",
    "ast_sorcery_object_(fields_register|get_id)",
    "ast_sorcery_(instance_)?observer_(add|remove)",
    "ast_sorcery_retrieve_by_(fields|id)",
    "ast_str_(expr|retrieve_variable)",
    "ast_thread_inhibit_escalations_swap",
    "ast_update_module_list_data",
    "ast_var_list_(create|destroy)",
    "ast_variable_browse",
    "ast_variables_destroy",
    "astman_(append|get_header|send_ack|send_error|send_listack|send_list_complete_(start|end))",
];
const TYPES: &[&str] = &[
    "ast_cli_(args|command|entry)",
    "ast_config_engine",
    "ast_custom_function",
    "ast_custom_function_escalation",
    "aco_option_type",
    "ast_http_(method|uri)",
    "ast_security_event_(inval_acct_id|type)",
    "ast_tcptls_session_instance",
    "ast_module_(flags|info|load_priority|load_result|reload_result|support_level)",
    "ast_option_flags",
    "ast_phoneprov_std_variables",
    "ast_sip_(auth|endpoint|transport)",
    "ast_sorcery_(apply_result|instance_observer|object_details|observer|retrieve_flags|wizard)",
    "ast_str",
    "ast_var_t",
    "ast_variable",
    "varshead",
];
const VARIABLES: &[&str] = &[
    "AST_BUILDOPT_SUM",
    "EVENT_FLAG_(CONFIG|SYSTEM)",
    "RESULT_(SUCCESS|SHOWUSAGE|FAILURE)",
    "AST_SECURITY_EVENT_INVAL_ACCT_ID_VERSION",
    "PACKAGE_VERSION",
    "__LOG_(DEBUG|NOTICE|WARNING|ERROR)",
    "ast_config_AST_(DATA|SPOOL)_DIR",
    "ast_options",
    "option_debug",
];

fn main() {
    let headers = Headers::find();
    println!("cargo:warning=building against Asterisk's headers in {} ({})", headers.dir.display(), headers.chosen_by);

    let bindings = bindings(&headers.dir);
    let version = asterisk_version(&headers.dir, &bindings);
    println!("cargo:warning=those are the headers of Asterisk {version}");
    println!("cargo:rustc-env=BUILT_FOR_ASTERISK={version}");

    // From 20 on the call carries the caller's place in the source; the name with two underscores tells.
    println!("cargo:rustc-check-cfg=cfg(push_task_names_caller)");
    if bindings.contains("fn __ast_sip_push_task_wait_servant") {
        println!("cargo:rustc-cfg=push_task_names_caller");
    }

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let bindings = bindings + &license_key(&headers.dir);
    std::fs::write(out.join("asterisk.rs"), bindings).expect("OUT_DIR is writable");

    // lazy: a missing dependency shall be reported by name. nodelete: sorcery keeps pointers into this module for as long
    // as Asterisk runs (design: Our code stays mapped).
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,lazy,-z,nodelete");

    #[cfg(feature = "stub-core")]
    stub_core(&out);
}

/// The directory that holds `asterisk.h`, and why it was chosen.
struct Headers {
    dir: PathBuf,
    chosen_by: &'static str,
}

impl Headers {
    fn find() -> Self {
        println!("cargo:rerun-if-env-changed=ASTERISK_INCLUDE_DIR");
        if let Some(dir) = env::var_os("ASTERISK_INCLUDE_DIR").filter(|dir| !dir.is_empty()) {
            let dir = PathBuf::from(dir);
            assert!(
                dir.join("asterisk.h").is_file(),
                "ASTERISK_INCLUDE_DIR={} has no asterisk.h: name the directory that holds asterisk.h and asterisk/",
                dir.display()
            );
            return Headers { dir, chosen_by: "ASTERISK_INCLUDE_DIR" };
        }
        for dir in ["/usr/local/include", "/usr/include"] {
            if Path::new(dir).join("asterisk/res_pjsip.h").is_file() {
                return Headers { dir: dir.into(), chosen_by: "installed" };
            }
        }
        let dir = manifest_dir().join("asterisk-stubs/include");
        Headers { dir, chosen_by: "no Asterisk headers are installed: the stubs, good for tests only" }
    }
}

fn manifest_dir() -> PathBuf {
    PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"))
}

/// The Rust text of the bindings to the headers in `include_dir`.
fn bindings(include_dir: &Path) -> String {
    let mut builder = bindgen::Builder::default()
        .header("include/wrapper.h")
        .clang_arg("-fblocks") // Asterisk's RAII_VAR is made of blocks where the compiler is clang
        .clang_arg("-Iinclude/pjproject-shim")
        .clang_arg(format!("-I{}", include_dir.display()))
        .parse_callbacks(Box::new(bindgen::CargoCallbacks::new()))
        .generate_comments(false)
        .derive_debug(false)
        .rust_edition(bindgen::RustEdition::Edition2024);
    for name in FUNCTIONS {
        builder = builder.allowlist_function(name);
    }
    for name in TYPES {
        builder = builder.allowlist_type(name);
    }
    for name in VARIABLES {
        builder = builder.allowlist_var(name);
    }
    builder.generate().expect("bindgen reads include/wrapper.h (it needs libclang: Debian's libclang-dev)").to_string()
}

/// `ASTERISK_GPL_KEY` of asterisk/module.h as Rust text: bindgen skips a macro whose literal is spliced over lines.
fn license_key(include_dir: &Path) -> String {
    let path = include_dir.join("asterisk/module.h");
    println!("cargo:rerun-if-changed={}", path.display());
    let header = std::fs::read_to_string(&path).expect("asterisk/module.h is readable").replace("\\\n", "");
    let literal = header
        .lines()
        .find_map(|line| line.trim_start().strip_prefix("#define ASTERISK_GPL_KEY"))
        .expect("asterisk/module.h defines ASTERISK_GPL_KEY");
    // One C literal with no other escapes than \" and \n is a Rust literal too.
    format!("pub const ASTERISK_GPL_KEY: &::std::ffi::CStr = c{};\n", literal.trim())
}

/// The version of the Asterisk that the headers belong to.
///
/// The headers themselves name at best the major version (autoconf's PACKAGE_VERSION, and 16 says "trunk" there), and
/// layouts differ between minor versions too. So the first of these is believed: `ASTERISK_VERSION`, a pkg-config file beside
/// the headers, the installed program, the headers.
fn asterisk_version(include_dir: &Path, bindings: &str) -> String {
    println!("cargo:rerun-if-env-changed=ASTERISK_VERSION");
    let named = env::var("ASTERISK_VERSION").ok().filter(|version| !version.is_empty());
    let prefix = include_dir.parent();
    let package_version = bindings
        .split_once("PACKAGE_VERSION")
        .and_then(|(_, rest)| rest.split('"').nth(1))
        .map(|text| text.trim_end_matches("\\0").to_owned())
        .filter(|text| text.starts_with(|c: char| c.is_ascii_digit()));

    let version = named
        .or_else(|| prefix.and_then(version_by_pkg_config))
        .or_else(|| prefix.and_then(version_by_program))
        .or(package_version)
        .unwrap_or_else(|| {
            panic!(
                "the headers in {} do not tell their Asterisk's version: set ASTERISK_VERSION, as in ASTERISK_VERSION=16.28.0",
                include_dir.display()
            )
        });
    if include_dir.ends_with("asterisk-stubs/include") {
        // tests/hosts/install looks for this: such a build is not for a real Asterisk.
        return format!("{version} (stub headers)");
    }
    if !version.contains('.') {
        println!(
            "cargo:warning=the headers tell only the major version, {version}: set ASTERISK_VERSION, as in \
             ASTERISK_VERSION={version}.1.0, so that the module can decline to run in another minor version"
        );
    }
    version
}

fn version_by_pkg_config(prefix: &Path) -> Option<String> {
    let text = std::fs::read_to_string(prefix.join("lib/pkgconfig/asterisk.pc")).ok()?;
    text.lines().find_map(|line| line.strip_prefix("Version:")).map(|version| version.trim().to_owned())
}

fn version_by_program(prefix: &Path) -> Option<String> {
    let output = Command::new(prefix.join("sbin/asterisk")).arg("-V").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().strip_prefix("Asterisk ").map(str::to_owned)
}

/// Compiles asterisk-stubs/core into the executable `asterisk-stub` beside the crate's own artifacts.
#[cfg(feature = "stub-core")]
fn stub_core(out: &Path) {
    let core = manifest_dir().join("asterisk-stubs/core");
    println!("cargo:rerun-if-changed=asterisk-stubs");
    let mut sources = c_files(&core);
    sources.sort();

    let mut command = cc::Build::new()
        .include("asterisk-stubs/include")
        .include("include/pjproject-shim")
        .include(&core)
        .flag("-std=gnu11")
        .define("_GNU_SOURCE", None)
        .opt_level(1)
        .debug(true)
        .get_compiler()
        .to_command();
    let executable = out.join("asterisk-stub");
    let exported = format!("-Wl,--dynamic-list={}", core.join("exported").display());
    command.args(sources).arg(exported).arg("-o").arg(&executable).args(["-ldl", "-lpthread", "-lm"]);
    if env::var("CARGO_CFG_SANITIZE").is_ok_and(|sanitizers| sanitizers == "thread") {
        command.args(thread_sanitizer());
    }
    let status = command.status().expect("the C compiler starts");
    assert!(status.success(), "the stub core in {} does not compile; the compiler says why above", core.display());

    // target/PROFILE/build/CRATE-HASH/out → target/PROFILE: where scripts and tests look for it.
    let profile = out.ancestors().nth(3).expect("OUT_DIR lies three levels below the profile's directory");
    std::fs::copy(&executable, profile.join("asterisk-stub")).expect("the profile's directory is writable");
}

/// Those in a directory and in the directories below it.
#[cfg(feature = "stub-core")]
fn c_files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("asterisk-stubs/core is part of the checkout");
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let files = paths.flat_map(|path| if path.is_dir() { c_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "c")).collect()
}

/// How the stub core gets ThreadSanitizer like the module (`make tsan`): both must use one copy of its runtime, so the stub
/// core takes that of rustc in place of the C compiler's, and shows it to what it loads.
#[cfg(feature = "stub-core")]
fn thread_sanitizer() -> Vec<String> {
    let rustc = env::var_os("RUSTC").expect("cargo sets RUSTC");
    let output = Command::new(rustc).args(["--print", "target-libdir"]).output().expect("rustc starts");
    let dir = PathBuf::from(String::from_utf8(output.stdout).expect("rustc prints a path").trim());
    let runtime = std::fs::read_dir(dir)
        .expect("rustc has libraries")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.to_string_lossy().ends_with("_rt.tsan.a"))
        .expect("rustc comes with ThreadSanitizer's runtime");
    let whole = format!("-Wl,--whole-archive,{},--no-whole-archive", runtime.display());
    let shown = "-Wl,--export-dynamic-symbol=__tsan_*";
    ["-fsanitize=thread", "-nodefaultlibs", &whole, shown, "-lresolv", "-lgcc", "-lgcc_s", "-lc"]
        .map(str::to_owned)
        .into()
}
