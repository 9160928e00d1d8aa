//! Generates the bindings to Asterisk, and sets how the module is linked.

#![allow(clippy::expect_used, clippy::panic, reason = "a build that cannot go on stops with the reason")]

use std::env;
use std::path::{Path, PathBuf};
#[cfg(feature = "stub-core")]
use std::process::Command;

/// What the module uses of Asterisk, as patterns for bindgen; nothing else is imported.
const FUNCTIONS: &[&str] = &[
    "__ao2_container_alloc_list",
    "__ao2_iterator_next",
    "__ao2_ref",
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
    "ao2_iterator_(init|destroy)",
    "ast_callerid_(merge|split)",
    "ast_category_(browse(_filtered)?|first)",
    "ast_channel_varshead",
    "ast_check_realtime",
    "ast_cli",
    "ast_cli_command_full",
    "ast_cli_completion_add",
    "ast_cli_unregister_multiple",
    "ast_config_(destroy|engine_deregister|engine_register|load2)",
    "ast_custom_function_(find|unregister)",
    "ast_debug_get_by_module",
    "ast_func_read2?",
    "ast_get_dst_info",
    "ast_get_version",
    "ast_iostream_get_fd",
    "ast_shutting_down",
    "ast_http_(body_discard|error|request_close_on_completion|send|uri_link|uri_unlink)",
    "ast_load_realtime_multientry",
    "ast_(load|unload)_resource",
    "ast_localtime",
    "ast_log",
    "ast_manager_(register2|unregister)",
    "ast_module_(un)?register",
    "ast_module_reload",
    "ast_phoneprov_(add_extension|delete_extension|provider_register|provider_unregister|std_variable_lookup)",
    "ast_security_event_report",
    "ast_endpoint_latest_snapshot",
    "ast_sip_(add_header|create_request|get_sorcery|location_retrieve_contacts_from_aor_list|send_request)",
    "ast_sorcery_generic_alloc",
    "ast_sorcery_get_wizard_mapping(_count)?",
    "ast_sorcery_(load|reload)_object",
    "ast_sorcery_get_object_type",
    "ast_sorcery_is_object_field_registered",
    "ast_sorcery_object_(fields_register|get_created|get_id)",
    "ast_sorcery_objectset_create2",
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
    "ast_module_(flags|info|load_priority|load_result|reload_result|support_level|unload_mode)",
    "ast_option_flags",
    "ast_phoneprov_std_variables",
    "ast_party_id",
    "ast_endpoint_snapshot",
    "ast_sip_auth(_vector)?",
    "ast_sip_contact",
    "ast_sorcery_(apply_result|field_handler_flags|instance_observer|object_details|observer|retrieve_flags|wizard)",
    "ast_str",
    "ast_taskprocessor",
    "ast_var_t",
    "ast_variable",
    "varshead",
];
const VARIABLES: &[&str] = &[
    "CONFIG_FLAG_FILEUNCHANGED",
    "EVENT_FLAG_(CONFIG|SYSTEM)",
    "RESULT_(SUCCESS|SHOWUSAGE|FAILURE)",
    "AST_SECURITY_EVENT_INVAL_ACCT_ID_VERSION",
    "__LOG_(DEBUG|NOTICE|WARNING|ERROR)",
    "ast_config_AST_(CONFIG|DATA|SPOOL)_DIR",
    "ast_config_AST_SYSTEM_NAME",
    "ast_options",
    "option_debug",
];

fn main() {
    let headers = headers();
    let bindings = bindings(&headers);
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let bindings = bindings + &license_key(&headers);
    std::fs::write(out.join("asterisk.rs"), bindings).expect("OUT_DIR is writable");

    // lazy: a missing dependency shall be reported by name. nodelete: sorcery keeps pointers into this module for as long
    // as Asterisk runs (design: Our code stays mapped).
    println!("cargo:rustc-cdylib-link-arg=-Wl,-z,lazy,-z,nodelete");

    // Panics are unwound by what the module brings along: of shared libraries it needs the C library alone. Taken as a whole,
    // because it stands before what asks for it, and after that the shared one has nothing left to give.
    println!("cargo:rustc-link-lib=static:+whole-archive,-bundle=gcc_eh");

    #[cfg(feature = "stub-core")]
    stub_core(&out);
}

/// The project's own headers, which declare what the module uses as all versions have it (tests/layout.rs compares them with
/// real ones). What differs between versions is found out at run time (src/asterisk/layout.rs), so one build is for all.
fn headers() -> PathBuf {
    manifest_dir().join("asterisk-stubs/include")
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
