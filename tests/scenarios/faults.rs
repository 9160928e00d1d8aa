//! Loads of the module in which something fails.

use hosts::Host;

const MODULE: &str = "res_pjsip_phoneprov_provider.so";

/// Starts a stub core without the module.
pub fn start_without_module(host: &mut Host) {
    let modules = host.read("etc/modules.conf").replace(&format!("load = {MODULE}\n"), "");
    host.write("etc/modules.conf", modules);
    host.start();
}

/// Loads the module with its first registration failing, or else its second, and so on, until that `is_it`. What the others leave is
/// `mended` before the next one.
pub fn load_with_a_failing_registration(host: &Host, is_it: impl Fn(&Host) -> bool, mended: impl Fn(&Host)) {
    for call in 1.. {
        assert!(call < 50, "it never comes to that");
        host.cli(&format!("stub fail register {call}"));
        host.cli(&format!("module load {MODULE}"));
        host.cli("stub fail off");
        if is_it(host) {
            return;
        }
        mended(host);
    }
}

/// Starts one in which nothing fails but that the module gets no place in the HTTP server's list.
pub fn start_without_place(host: &mut Host) {
    start_without_module(host);
    let has_none = |host: &Host| host.errors().iter().any(|line| line.contains("no place before res_phoneprov"));
    load_with_a_failing_registration(host, has_none, |host| drop(host.cli(&format!("module unload {MODULE}"))));
}
