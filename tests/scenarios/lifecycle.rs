//! Loading, unloading, and what stands in the way of it.

use crate::faults::{load_with_a_failing_registration, start_without_module};
use crate::scenario::{Scenario, scenarios};
use hosts::config::{account, section};
use hosts::{Host, Kind, eventually};

const MODULE: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "0011223344aa";

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    all.extend(scenarios!(Kind::ALL, self:
        names_itself_and_the_asterisk_that_runs,
        unloads_and_loads_again.for_c_too(),
        stays_inert_after_unload_while_res_pjsip_reloads,
        names_a_missing_dependency,
        loads_wherever_sorcery_conf_names_its_types,
        loads_while_phoneprov_conf_is_away,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], self: loads_after_the_documentation_was_read_again));
    all.extend(scenarios!(&[Kind::Asterisk22, Kind::Asterisk16], self: explains_its_configuration));
    all.extend(scenarios!(&[Kind::Stub], self:
        leaves_nothing_behind_when_a_registration_fails,
        survives_any_failing_allocation,
        survives_a_refused_extension,
    ));
    all
}

fn configure(host: &Host) {
    host.configure(account("1000") + &section("phone", MAC, "endpoint = 1000"));
}

fn is_running(host: &Host) -> bool {
    let answer = host.cli("module show like phoneprov_provider");
    answer.lines().any(|line| line.starts_with(MODULE) && line.contains("Running") && !line.contains("Not Running"))
}

/// Whoever wonders is told that this is not the C module, wherever they look.
pub fn names_itself_and_the_asterisk_that_runs(host: &mut Host) {
    configure(host);
    host.start();
    let running = if host.kind == Kind::Asterisk16 { "running in Asterisk 16." } else { "running in Asterisk 22." };
    let name = concat!("the Rust module, version ", env!("CARGO_PKG_VERSION"));
    let log = host.log();
    assert!(log.lines().any(|line| line.contains(name) && line.contains(running)), "no line of the log says so");
    let status = host.cli("pjsip show phoneprov status");
    assert!(status.lines().next().is_some_and(|line| line.contains(name)), "{status}");
    let modules = host.cli("module show like phoneprov_provider");
    assert!(modules.contains(concat!("(Rust ", env!("CARGO_PKG_VERSION"), ")")), "{modules}");
}

pub fn unloads_and_loads_again(host: &mut Host) {
    configure(host);
    host.start();
    for _ in 0..3 {
        host.reload();
        assert_eq!(host.phone(MAC).len(), 1);
        host.cli(&format!("module unload {MODULE}"));
        assert!(!is_running(host));
        assert_eq!(host.phone(MAC).len(), 0, "an unloaded module's phones are gone");
        host.cli(&format!("module load {MODULE}"));
        assert!(is_running(host));
        assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
    }
    assert_eq!(host.errors(), [""; 0]);
}

/// Sorcery keeps its pointers into a module that is unloaded; the C module takes Asterisk down here.
pub fn stays_inert_after_unload_while_res_pjsip_reloads(host: &mut Host) {
    configure(host);
    host.start();
    host.cli(&format!("module unload {MODULE}"));

    host.configure(account("1000") + &account("2000") + &section("phone", MAC, "endpoint = 2000"));
    host.cli("module reload res_pjsip.so");
    assert!(eventually(|| host.cli("pjsip show endpoints").contains("2000")), "res_pjsip did not reload");
    assert!(host.is_alive());
    assert_eq!(host.phone(MAC).len(), 0);

    host.cli(&format!("module load {MODULE}"));
    assert_eq!(host.line(MAC)["ENDPOINT_ID"], "2000");
}

pub fn names_a_missing_dependency(host: &mut Host) {
    configure(host);
    let modules = host.read("etc/modules.conf").replace("load = res_phoneprov.so\n", "\n");
    host.write("etc/modules.conf", modules);
    host.start();
    host.cli(&format!("module load {MODULE}"));
    assert!(!is_running(host));
    let errors = host.errors();
    assert!(errors.iter().any(|line| line.contains("res_phoneprov")), "{errors:?} do not name res_phoneprov");
}

/// Asterisk looks for a type's documentation under the module whose section of sorcery.conf names the type.
pub fn loads_wherever_sorcery_conf_names_its_types(host: &mut Host) {
    configure(host);
    host.write("etc/sorcery.conf", "[res_pjsip]\nphoneprov = config,pjsip.conf,criteria=type=phoneprov\n");
    host.start();
    assert!(is_running(host), "{:?}", host.errors());
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
}

/// As while an editor replaces it: res_phoneprov has read it, and has its profiles still.
pub fn loads_while_phoneprov_conf_is_away(host: &mut Host) {
    configure(host);
    host.start();
    host.cli(&format!("module unload {MODULE}"));
    let profiles = host.read("etc/phoneprov.conf");
    std::fs::remove_file(host.path("etc/phoneprov.conf")).unwrap();
    host.cli(&format!("module load {MODULE}"));
    let says = "phoneprov.conf cannot be read: phones' files stay as they were";
    let warnings = |host: &Host| host.errors().into_iter().filter(|line| line.contains(says)).count();
    assert_eq!(warnings(host), 1, "{:?}", host.errors());

    host.write("etc/phoneprov.conf", profiles);
    host.reload();
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
    assert_eq!(warnings(host), 1, "it says so once");
}

/// Asterisk says nothing of documentation that it cannot read: it shows its own, of the C module, or a part.
pub fn explains_its_configuration(host: &mut Host) {
    configure(host);
    host.start();
    let help = |of: &str| host.cli(&format!("config show help res_pjsip_phoneprov_provider {of}"));
    for (of, shown) in [
        ("phoneprov", "type = phoneprov]"),
        ("phoneprov_default", "type = phoneprov_default]"),
        ("phoneprov_global http_gate", "http_gate = [Boolean] (Default: yes)"),
    ] {
        assert!(help(of).contains(shown), "{}", help(of));
    }
    // Further down in the file.
    assert!(host.cli("manager show event PhoneprovHeldBack").contains("Raised when"));
}

/// `xmldoc reload` frees documentation that Asterisk still points to.
pub fn loads_after_the_documentation_was_read_again(host: &mut Host) {
    configure(host);
    let modules = host.read("etc/modules.conf").replace(&format!("load = {MODULE}\n"), "\n");
    host.write("etc/modules.conf", modules);
    host.start();
    assert!(!is_running(host));
    host.cli("xmldoc reload");
    host.cli(&format!("module load {MODULE}"));
    assert!(is_running(host), "{:?}", host.errors());
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
}

pub fn leaves_nothing_behind_when_a_registration_fails(host: &mut Host) {
    configure(host);
    start_without_module(host);
    load_with_a_failing_registration(host, is_running, |host| {
        host.cli("module reload res_pjsip.so");
        assert_eq!(host.phone(MAC).len(), 0);
        // Sorcery types are never given back: sorcery and the config wizard keep pointers into them.
        let held: Vec<String> = host.held_by_module().into_iter().filter(|kind| !kind.contains("sorcery_")).collect();
        assert_eq!(held, [""; 0], "after a registration failed");
    });
    assert_eq!(host.line(MAC)["SECRET"], "secret-1000");
}

pub fn survives_any_failing_allocation(host: &mut Host) {
    configure(host);
    let file = format!("{MAC}-all.cfg");
    host.set_profile(
        "setvar = UPPER=${TOUPPER(${PROFILE})}\n${MAC}.cfg = phone.cfg\n${TOLOWER(${MAC})}-all.cfg = all.cfg\n",
    );
    host.set_template(
        "all.cfg",
        "${TOLOWER(${LABEL})} ${MAC:-2} $[1 + 2] ${EPOCH:0:1} ${UNHEARD_OF}\n${PP_EACH_USER(%{MAC} %{USERNAME}\n|x)}\
         ${PP_EACH_EXTENSION(${MAC},line.cfg)}",
    );
    host.start();
    let sent = host.fetch(&file).body;
    let is_served = |host: &Host| host.phone(MAC).len() == 1 && host.fetch(&file).body == sent;

    let host = &*host;
    let each_failing = |what: &str, work: &dyn Fn(&Host), mend: &dyn Fn(&Host)| {
        for call in 1.. {
            assert!(call < 10_000, "{what} never ends");
            host.cli(&format!("stub fail alloc {call}"));
            work(host);
            let has_failed = host.cli("stub fail off").contains("failed=1");
            mend(host);
            assert!(is_served(host), "the phone is not served after failing allocation {call} in {what}");
            if !has_failed {
                return call - 1;
            }
        }
        unreachable!("the loop returns")
    };
    let reload = |host: &Host| host.reload();
    let load = |host: &Host| drop(host.cli(&format!("module load {MODULE}")));
    let counts = [
        each_failing("a reload", &reload, &reload),
        each_failing(
            "an unload and load",
            &|host| {
                host.cli(&format!("module unload {MODULE}"));
                load(host);
            },
            &|host| {
                load(host);
                reload(host);
            },
        ),
        each_failing(
            "an answer",
            &|host| {
                let status = host.fetch(&file).status;
                assert!(status == 200 || status == 500, "{status}");
            },
            &|_| {},
        ),
    ];
    assert!(counts.iter().all(|count| *count > 5), "{counts:?} allocations of Asterisk's failed");
}

pub fn survives_a_refused_extension(host: &mut Host) {
    const PHONES: [&str; 3] = ["00000000000a", "00000000000b", "00000000000c"];
    let configure = |host: &Host, note: &str| {
        host.configure(PHONES.map(|mac| section(mac, mac, &format!("NOTE = {note}"))).concat());
    };
    let served = |host: &Host, note: &str| {
        PHONES.iter().filter(|mac| host.phone(mac).first().is_some_and(|line| line["NOTE"] == note)).count()
    };
    configure(host, "before");
    host.start();
    assert_eq!(served(host, "before"), 3);

    configure(host, "after");
    host.cli("stub fail add_extension 2");
    host.reload();
    host.cli("stub fail off");
    assert!(served(host, "after") >= 2, "the others are served");
    let problems = host.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains("phoneprov section '00000000000b': "), "{problems:#?}");

    host.reload();
    assert_eq!(served(host, "after"), 3, "the next reload tries again");
}
