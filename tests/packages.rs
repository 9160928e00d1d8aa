//! The life of the Debian package among the packages of a real Asterisk 22 and 16, and what `make install` does there, where the
//! C module is a package's: after all that can happen, which module is in the modules directory, and which serves a phone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use hosts::{Host, Kind, Root, top};
use libtest_mimic::{Arguments, Trial};
use std::collections::BTreeSet;
use std::process::Command;

const PACKAGE: &str = "asterisk-res-pjsip-phoneprov-provider";
const NAME: &str = "res_pjsip_phoneprov_provider.so";
const MAC: &str = "001565a1b2c3";

/// What happens on such an Asterisk's machine, by its name.
type Story = (&'static str, fn(Kind));

fn main() {
    let stories: [Story; 9] = [
        ("package_outlives_what_happens_to_asterisk", package_outlives_what_happens_to_asterisk),
        ("package_leaves_nothing_behind", package_leaves_nothing_behind),
        ("package_brings_profiles", package_brings_profiles),
        ("package_that_fails_to_install_leaves_the_c_module", package_that_fails_to_install_leaves_the_c_module),
        ("package_finds_the_modules_of_other_asterisks", package_finds_the_modules_of_other_asterisks),
        ("package_takes_over_from_make_install", package_takes_over_from_make_install),
        ("make_install_outlives_a_reinstallation_of_asterisk", make_install_outlives_a_reinstallation_of_asterisk),
        ("make_install_mends_what_an_older_one_has_left", make_install_mends_what_an_older_one_has_left),
        ("make_install_leaves_the_package_alone", make_install_leaves_the_package_alone),
    ];
    let wanted = Kind::wanted();
    let mut trials = Vec::new();
    for (name, story) in stories {
        for &kind in Kind::REAL.iter().filter(|kind| wanted.contains(kind)) {
            trials.push(Trial::test(format!("{}::{name}", kind.label()), move || {
                story(kind);
                Ok(())
            }));
        }
    }
    if !trials.is_empty() {
        trials.push(Trial::test("debug_symbols_are_apart", || {
            debug_symbols_are_apart();
            Ok(())
        }));
        trials.push(Trial::test("packing_again_gives_the_same_bytes", || {
            packing_again_gives_the_same_bytes();
            Ok(())
        }));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Module {
    Rust,
    C,
}
use Module::{C, Rust};

/// Where that Asterisk has its modules.
fn modules(kind: Kind) -> &'static str {
    match kind {
        Kind::Asterisk16 => "/usr/lib/asterisk/modules",
        _ => "/usr/lib/x86_64-linux-gnu/asterisk/modules",
    }
}

/// The package that `make deb` has left, as a root has it.
fn deb() -> String {
    let names = std::fs::read_dir(top().join("build/deb")).into_iter().flatten();
    let mut names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let name = names
        .find(|name| name.starts_with(&format!("{PACKAGE}_")) && name.ends_with("_amd64.deb"))
        .expect("run make deb");
    format!("/srv/build/deb/{name}")
}

/// What a shell script on this machine says, run in a directory of its own that is gone after.
fn sh(script: &str) -> String {
    let script = format!("cd \"$(mktemp -d -p \"$0\")\"; trap 'rm -r \"$PWD\"' EXIT; {script}");
    let tmp = env!("CARGO_TARGET_TMPDIR");
    let done = Command::new("bash").args(["-euc", &script, tmp]).env("TOP", top()).output().unwrap();
    assert!(done.status.success(), "{script} fails:\n{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn install_package(root: &Root) -> String {
    root.sh(&format!("apt-get install -y {}", deb()))
}

fn remove_package(root: &Root) -> String {
    root.sh(&format!("apt-get remove -y {PACKAGE}"))
}

/// The script behind `make install` and `make uninstall`.
fn make_install(kind: Kind) -> String {
    format!("/srv/share/packages/install /srv/build/{}/{NAME}", kind.name())
}
const MAKE_UNINSTALL: &str = "/srv/share/packages/install --undo";

/// Brings the packages that the root's Asterisk is installed from, put together again: /media/asterisk*.deb.
fn repack_asterisk(root: &Root, kind: Kind) {
    let done = Command::new("dpkg-repack")
        .arg(format!("--root={}", top().join("target/roots").join(kind.name()).display()))
        .args(["--deb-option=-Znone", "asterisk", "asterisk-modules"])
        .current_dir(root.outside())
        .output()
        .expect("dpkg-repack is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

const REINSTALL_ASTERISK: &str = "apt-get install -y --reinstall /media/asterisk-modules_*.deb";

/// Whose module that file is; `None` if there is no such file.
fn whose(root: &Root, file: &str) -> Option<Module> {
    let said = root.sh(&format!("[ ! -e {file} ] || grep -c phoneprov_default {file} || true"));
    match said.trim() {
        "" => None,
        "0" => Some(C),
        _ => Some(Rust),
    }
}

/// Whose module the Asterisk would load, and whose lies beside it.
fn lies_there(root: &Root, dir: &str) -> (Option<Module>, Option<Module>) {
    let file = format!("{dir}/{NAME}");
    (whose(root, &file), whose(root, &format!("{file}.c-module")))
}

fn diversions(root: &Root) -> String {
    root.sh("dpkg-divert --list '*phoneprov*'")
}

/// An Asterisk with one phone, in that root.
fn asterisk_in(root: &Root, kind: Kind) -> Host {
    let host = Host::in_root(kind, root);
    host.configure(format!(
        "[desk]\ntype = phoneprov\nMAC = {MAC}\nPROFILE = desk\n\n[all]\ntype = phoneprov_default\nLABEL = everybody\n"
    ));
    host
}

/// Which module serves the phone: the C module knows no phoneprov_default.
fn serves(host: &Host) -> Module {
    match host.line(MAC)["LABEL"].as_str() {
        "everybody" => Rust,
        "desk" => C,
        label => panic!("the phone's label is '{label}'"),
    }
}

fn package_outlives_what_happens_to_asterisk(kind: Kind) {
    let root = Root::new(kind);
    repack_asterisk(&root, kind);
    let mut host = asterisk_in(&root, kind);
    host.start();
    assert_eq!(serves(&host), C);

    // A running Asterisk is left alone, whatever is installed, and has what is installed when somebody restarts it.
    let mut after = |script: &str, before: Module, then: Module| {
        let said = root.sh(script);
        host.assert_alive();
        assert_eq!(serves(&host), before, "{script}: the running Asterisk goes on as before");
        host.restart();
        assert_eq!(serves(&host), then, "{script}, and a restart");
        let listed = host.cli("module show like phoneprov_provider");
        assert_eq!(listed.contains("(Rust "), then == Rust, "{listed}");
        said
    };
    let said = after(&format!("apt-get install -y {}", deb()), C, Rust);
    assert!(said.contains("until it is restarted"), "{said}");
    after(REINSTALL_ASTERISK, Rust, Rust);
    let newer = format!(
        "dpkg-deb -R {} /tmp/newer
         sed -i 's/^Version: .*/Version: 99/' /tmp/newer/DEBIAN/control
         dpkg-deb -Znone -b /tmp/newer /media/newer.deb
         apt-get install -y /media/newer.deb",
        deb()
    );
    after(&newer, Rust, Rust);
    assert_eq!(root.sh(&format!("dpkg-query -f '${{Version}}' -W {PACKAGE}")), "99");
    after(
        "apt-get remove -y asterisk asterisk-modules
         apt-get install -y /media/asterisk_*.deb /media/asterisk-modules_*.deb",
        Rust,
        Rust,
    );
    after(&format!("apt-get remove -y {PACKAGE}"), Rust, C);
    after(&format!("apt-get install -y {}", deb()), C, Rust);
    after(&format!("apt-get purge -y {PACKAGE}"), Rust, C);
    host.finish();
}

fn package_leaves_nothing_behind(kind: Kind) {
    let root = Root::new(kind);
    // Every file but those in which dpkg and apt keep their books, and what dpkg-divert says of one of these.
    let listed = || -> BTreeSet<String> {
        let said = root.sh(
            "find / -xdev \\( -path /tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/apt -o -path '/var/lib/dpkg/status*' \
                 -o -path '/var/lib/dpkg/diversions*' \\) -prune -o ! -type d -printf '%p %y %m %s\\n'
             dpkg-divert --list",
        );
        said.lines().map(str::to_owned).collect()
    };
    let before = listed();
    install_package(&root);
    assert!(!listed().is_subset(&before), "nothing is installed");
    root.sh(&format!("apt-get purge -y {PACKAGE}"));
    let after = listed();
    assert_eq!(before.symmetric_difference(&after).collect::<Vec<_>>(), [""; 0]);
}

/// Into Debian's data directory, and into another that asterisk.conf names, where what somebody has there stays.
fn package_brings_profiles(kind: Kind) {
    let root = Root::new(kind);
    root.sh("mkdir -p /opt/data/phoneprov/snom
             echo mine > /opt/data/phoneprov/snom/line.xml
             sed -i 's,^astdatadir .*,astdatadir => /opt/data,' /etc/asterisk/asterisk.conf
             grep -q '^astdatadir => /opt/data' /etc/asterisk/asterisk.conf");
    install_package(&root);
    for data in ["/usr/share/asterisk", "/opt/data"] {
        let all =
            root.sh(&format!("cd {data}/phoneprov; cat yealink.conf yealink/phone.cfg yealink/y000000000066.cfg"));
        assert!(all.contains("[yealink]") && all.contains("account.16.enable = 0"), "{data}: {all}");
    }
    remove_package(&root);
    assert_eq!(root.sh("cat /opt/data/phoneprov/snom/line.xml; ls /opt/data/phoneprov"), "mine\nsnom\n");
}

fn package_that_fails_to_install_leaves_the_c_module(kind: Kind) {
    let root = Root::new(kind);
    root.sh(&format!(
        "dpkg-deb -R {} /tmp/broken
         echo 'exit 1' >> /tmp/broken/DEBIAN/preinst
         dpkg-deb -Znone -b /tmp/broken /media/broken.deb",
        deb()
    ));
    assert!(root.try_sh("dpkg -i /media/broken.deb").is_err());
    assert_eq!(lies_there(&root, modules(kind)), (Some(C), None));
    assert_eq!(diversions(&root), "");
}

/// Other people's packages have their modules elsewhere, and some come after ours.
fn package_finds_the_modules_of_other_asterisks(kind: Kind) {
    let root = Root::new(kind);
    let elsewhere = "/usr/lib64/asterisk/modules";
    let other = format!(
        "mkdir -p /tmp/other/DEBIAN /tmp/other{elsewhere}
         cp {0}/res_phoneprov.so {0}/{NAME} /tmp/other{elsewhere}
         printf 'Package: other\\nVersion: 1\\nArchitecture: all\\nMaintainer: x <x@x>\\nDescription: x\\n' > /tmp/other/DEBIAN/control
         dpkg-deb -Znone -b /tmp/other /media/other.deb",
        modules(kind)
    );
    root.sh(&other);
    install_package(&root);
    root.sh("dpkg -i /media/other.deb");
    assert_eq!(lies_there(&root, elsewhere), (Some(Rust), Some(C)));
    // Again, after somebody has put a C module in the place of ours by hand, as an Asterisk from its source does.
    root.sh(&format!("cp --remove-destination {elsewhere}/{NAME}.c-module {}/{NAME}", modules(kind)));
    assert_eq!(lies_there(&root, modules(kind)), (Some(C), Some(C)));
    let said = root.sh("dpkg -i /media/other.deb");
    assert!(said.contains(&format!("{}/{NAME} is ours now", modules(kind))), "{said}");
    for dir in [modules(kind), elsewhere] {
        assert_eq!(lies_there(&root, dir), (Some(Rust), Some(C)), "{dir}");
    }
    remove_package(&root);
    assert_eq!(lies_there(&root, elsewhere), (Some(C), None));
    // What asterisk.conf names counts, too, whoever has put it there.
    root.sh("mkdir -p /opt/asterisk
             cp /usr/lib64/asterisk/modules/*.so /opt/asterisk
             sed -i 's,^astmoddir .*,astmoddir => /opt/asterisk,' /etc/asterisk/asterisk.conf");
    install_package(&root);
    for dir in [modules(kind), elsewhere, "/opt/asterisk"] {
        assert_eq!(lies_there(&root, dir), (Some(Rust), Some(C)), "{dir}");
    }
    remove_package(&root);
    for dir in [modules(kind), elsewhere, "/opt/asterisk"] {
        assert_eq!(lies_there(&root, dir), (Some(C), None), "{dir}");
    }
}

fn package_takes_over_from_make_install(kind: Kind) {
    let root = Root::new(kind);
    root.sh(&make_install(kind));
    install_package(&root);
    assert_eq!(lies_there(&root, modules(kind)), (Some(Rust), Some(C)));
    remove_package(&root);
    assert_eq!(lies_there(&root, modules(kind)), (Some(C), None));
    assert_eq!(diversions(&root), "");
}

fn make_install_outlives_a_reinstallation_of_asterisk(kind: Kind) {
    let root = Root::new(kind);
    repack_asterisk(&root, kind);
    let mut host = asterisk_in(&root, kind);
    root.sh(&make_install(kind));
    root.sh(REINSTALL_ASTERISK);
    assert_eq!(lies_there(&root, modules(kind)), (Some(Rust), Some(C)));
    host.start();
    assert_eq!(serves(&host), Rust);
    host.finish();
    root.sh(&make_install(kind));
    assert_eq!(lies_there(&root, modules(kind)), (Some(Rust), Some(C)));

    // Twice: where nothing is ours, nothing is done.
    for _ in 0..2 {
        root.sh(MAKE_UNINSTALL);
        assert_eq!(lies_there(&root, modules(kind)), (Some(C), None));
        assert_eq!(diversions(&root), "");
    }
    // A module that somebody has put in the place of ours stays, and so does what the package has.
    root.sh(&make_install(kind));
    root.sh(&format!("cp {0}.c-module {0}", format!("{}/{NAME}", modules(kind))));
    root.sh(MAKE_UNINSTALL);
    assert_eq!(lies_there(&root, modules(kind)), (Some(C), Some(C)));
    root.sh(&format!("rm {}/{NAME}", modules(kind)));
    root.sh(MAKE_UNINSTALL);
    assert_eq!(lies_there(&root, modules(kind)), (Some(C), None));
}

/// `make install` of earlier versions copied, and dpkg knew nothing of it.
fn make_install_mends_what_an_older_one_has_left(kind: Kind) {
    let root = Root::new(kind);
    repack_asterisk(&root, kind);
    let file = format!("{}/{NAME}", modules(kind));
    let older = format!("mv {file} {file}.c-module; cp /srv/build/{}/{NAME} {file}", kind.name());
    // Upgraded meanwhile, or not; installed again, or not.
    for (upgraded, installed) in [(true, true), (true, false), (false, true), (false, false)] {
        root.sh(&older);
        if upgraded {
            root.sh(REINSTALL_ASTERISK);
            assert_eq!(lies_there(&root, modules(kind)), (Some(C), Some(C)));
        }
        if installed {
            root.sh(&make_install(kind));
            root.sh(REINSTALL_ASTERISK);
            assert_eq!(lies_there(&root, modules(kind)), (Some(Rust), Some(C)));
        }
        root.sh(MAKE_UNINSTALL);
        assert_eq!(lies_there(&root, modules(kind)), (Some(C), None), "{upgraded} {installed}");
        assert_eq!(diversions(&root), "");
    }
}

fn make_install_leaves_the_package_alone(kind: Kind) {
    let root = Root::new(kind);
    install_package(&root);
    let listed =
        || root.sh("find /usr /etc -name '*phoneprov_provider*' -printf '%p %l %s %T@\\n' | sort; dpkg-divert --list");
    let before = listed();
    for script in [MAKE_UNINSTALL, &make_install(kind)] {
        let said = root.try_sh(script).unwrap_err();
        assert!(said.contains(PACKAGE), "{said}");
        assert_eq!(listed(), before);
    }
}

/// Debuggers find them by the module's build id.
fn debug_symbols_are_apart() {
    let id = sh(&format!(
        "dpkg-deb -x \"$TOP\"/build/deb/{PACKAGE}_*_amd64.deb module
         dpkg-deb -x \"$TOP\"/build/deb/{PACKAGE}-dbgsym_*_amd64.deb symbols
         ! objdump -h module/usr/lib/{PACKAGE}/{NAME} | grep debug_line
         id=$(readelf -n module/usr/lib/{PACKAGE}/{NAME} | sed -n 's/.*Build ID: //p')
         objdump -h symbols/usr/lib/debug/.build-id/${{id:0:2}}/${{id:2}}.debug | grep -q debug_line
         echo $id"
    ));
    assert_eq!(id.trim().len(), 40);
}

fn packing_again_gives_the_same_bytes() {
    sh(&format!(
        "(umask 022; \"$TOP\"/share/packages/deb \"$TOP\"/build/16/{NAME} \"$PWD\"/once)
         (umask 077; TZ=Asia/Tokyo LC_ALL=C \"$TOP\"/share/packages/deb \"$TOP\"/build/16/{NAME} \"$PWD\"/twice)
         diff -r once twice"
    ));
}
