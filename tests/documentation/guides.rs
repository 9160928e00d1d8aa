//! Somebody follows a guide word for word, on Debian's own files: the commands are taken from the page.

use crate::page::{Section, page, pages_in, readme};
use hosts::{Kind, Root, top};
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

const MAC: &str = "001565a1b2c3";

/// What was typed there, without what is for another machine than that of Asterisk.
fn commands(section: &Section) -> String {
    let is_typed_here = |line: &&str| !line.starts_with("make ");
    let lines = section.blocks.iter().flat_map(|block| block.lines()).filter(is_typed_here);
    lines.map(|line| format!("{line}\n")).collect()
}

/// A machine that has Asterisk as Debian has it, those packages, and a network of its own.
fn machine(kind: Kind, packages: &str) -> Root {
    let root = Root::new(kind);
    // As this machine gets at packages.
    let configuration = root.outside().join("apt");
    fs::create_dir_all(&configuration).unwrap();
    let copied =
        Command::new("cp").args(["-rL", "/etc/resolv.conf", "/etc/apt/apt.conf.d"]).arg(&configuration).status();
    assert!(copied.unwrap().success());
    root.sh(&format!(
        "cp /media/apt/resolv.conf /etc/resolv.conf
        echo '127.0.0.1 localhost' > /etc/hosts
        cp /media/apt/apt.conf.d/* /etc/apt/apt.conf.d/
        apt-get update -qq -o Acquire::Check-Valid-Until=false
        apt-get install -y -qq --no-install-recommends iproute2 {packages}"
    ));
    root
}

/// In a network that is the machine's own; what is started there ends with it.
fn alone(script: &str) -> String {
    format!(
        r#"cat > /tmp/story <<'STORY'
set -euo pipefail
ip link set lo up
end=(asterisk -rx "core stop now")
trap '"${{end[@]}}" > /dev/null 2>&1 || true; ${{end_database:-}} > /dev/null 2>&1 || true' EXIT
boot() {{
    for wait in $(seq 600); do
        asterisk -rx "core waitfullybooted" > /dev/null 2>&1 && break
        sleep 0.1
    done
}}
get() {{
    exec 3<> /dev/tcp/127.0.0.1/8088
    printf 'GET /phoneprov/%s HTTP/1.0\r\nConnection: close\r\n\r\n' "$1" >&3
    cat <&3
}}
{script}
STORY
        unshare --net bash /tmp/story 2>&1"#
    )
}

/// From a machine with Asterisk to a phone that has its file.
pub fn readme_leads_to_a_first_phone(kind: Kind) {
    let root = machine(kind, "");
    let readme = readme();
    let install = commands(readme.section("Install")).replace("asterisk restart\n", "asterisk restart\nboot\n");
    assert!(install.contains("boot\n"), "Asterisk is restarted: {install}");
    let section = readme.section("Your first phone");
    let mut first = commands(section);
    if kind == Kind::Asterisk16 {
        let bind = section.code.iter().find(|code| code.starts_with("bind = ")).expect("chan_sip is thought of");
        first = first.replace("bind = 0.0.0.0\n", &format!("{bind}\n"));
    }
    let said = root.sh(&alone(&format!("cd /srv\n{install}\necho INSTALLED\n{first}\necho SERVED\nget {MAC}.boot\nget {MAC}.cfg\nasterisk -rx 'pjsip show phoneprov {MAC}'\n")));
    let (installing, rest) = said.split_once("INSTALLED").expect("it comes to that");
    assert!(installing.contains("PJSIP Phoneprov Provider (Rust "), "{installing}");
    let (setting, served) = rest.split_once("SERVED").expect("it comes to that");
    assert!(setting.contains("\nOK\n"), "{setting}");
    assert!(
        setting.contains("account.1.password = wonderland") || setting.contains("account.1.password = ***"),
        "{setting}"
    );
    assert!(!setting.contains("No such command"), "{setting}");
    assert!(
        served.contains("account.1.password = wonderland") && served.contains("account.1.user_name = alice"),
        "{served}"
    );
    assert!(served.contains("Has      current"), "{served}");
}

/// What pages say that the package has put somewhere, or Asterisk's has.
pub fn directories_of_packages_exist(kind: Kind) {
    let root = Root::new(kind);
    root.sh("apt-get install -y /srv/build/deb/asterisk-res-pjsip-phoneprov-provider_*_amd64.deb");
    let pages = pages_in(top());
    let named: BTreeSet<&str> = pages
        .iter()
        .flat_map(|page| page.code())
        .flat_map(|code| code.split_whitespace())
        .filter(|word| word.starts_with("/usr/"))
        .collect();
    assert!(named.len() > 2, "{named:?}");
    for path in named {
        root.sh(&format!("ls -d {path}"));
    }
}

/// From nothing to nodes that agree, of which this is one.
pub fn databases_leads_to_a_phone_that_is_served(kind: Kind) {
    let root = machine(kind, "postgresql postgresql-client");
    let module = format!("/srv/build/{}/res_pjsip_phoneprov_provider.so", kind.name());
    root.sh(&format!(
        "install -m 644 {module} \"$(dirname \"$(dpkg -L asterisk-modules | grep /res_pjsip.so)\")\"
        # Whoever had the port outside when it was installed is not there in its network.
        sed -i 's/^port = .*/port = 5432/' /etc/postgresql/*/main/postgresql.conf"
    ));
    root.sh("cat > /etc/asterisk/phoneprov.conf <<'END'
[general]
[desk]
${MAC}.cfg = desk.cfg
END
        mkdir -p /usr/share/asterisk/phoneprov
        echo 'user=${USERNAME} pass=${SECRET} name=${DISPLAY_NAME}' > /usr/share/asterisk/phoneprov/desk.cfg
        printf '[general]\\nenabled=yes\\nbindaddr=127.0.0.1\\n' > /etc/asterisk/http.conf
        printf '[udp]\\ntype=transport\\nprotocol=udp\\nbind=127.0.0.1\\n' >> /etc/asterisk/pjsip.conf");
    let original = root.sh("cat /etc/asterisk/modules.conf");

    // Before there is a database, nothing is changed.
    let said = root.try_sh("bash /srv/share/realtime/merge /etc/asterisk").unwrap_err();
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(root.sh("cat /etc/asterisk/modules.conf"), original);

    let commands = commands(page("databases").section("From nothing to nodes that agree"));
    let said = root.sh(&alone(&format!(
        "version=$(ls /etc/postgresql | head -1)
        pg_ctlcluster $version main start
        end_database=\"pg_ctlcluster $version main stop -m immediate\"
        cd /srv/share/realtime
        {commands}
        bash merge /etc/asterisk > /tmp/again
        asterisk
        boot
        get {MAC}.cfg
        asterisk -rx 'pjsip show phoneprov {MAC}'
        asterisk -rx 'pjsip show phoneprov status'
        "
    )));
    assert!(said.contains("user=alice pass=wonderland name=Alice"), "{said}");
    let line =
        |name: &str| said.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name}: {said}"));
    assert!(line("Database  ").ends_with("answers"), "{said}");
    assert_eq!(root.sh("grep -c 'is changed' /tmp/again || true").trim(), "0", "once is enough");
    assert_eq!(root.sh("cat /etc/asterisk/modules.conf.before-phoneprov"), original);
}
