//! Somebody follows databases.md from nothing to nodes that agree, word for word, on Debian's own files: the commands are taken from
//! there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use hosts::{Kind, Root, project_file};
use std::fs;
use std::process::Command;

const MAC: &str = "001565a1b2c3";

/// The commands of the section: what is indented more than its text.
fn commands() -> String {
    let page = project_file("share/documentation/databases.md");
    let (_, section) = page.split_once("\n## From nothing to nodes that agree\n").expect("the section is there");
    let (section, _) = section.split_once("\n## ").expect("its steps end there");
    let lines = section.lines().filter_map(|line| line.strip_prefix("       "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// A machine that has Asterisk as Debian has it, this module, a profile and a transport, and a network of its own.
fn machine(kind: Kind) -> Root {
    let root = Root::new(kind);
    // As this machine gets at packages.
    let configuration = root.outside().join("apt");
    fs::create_dir_all(&configuration).unwrap();
    let copied =
        Command::new("cp").args(["-rL", "/etc/resolv.conf", "/etc/apt/apt.conf.d"]).arg(&configuration).status();
    assert!(copied.unwrap().success());
    root.sh("cp /media/apt/resolv.conf /etc/resolv.conf
        echo '127.0.0.1 localhost' > /etc/hosts
        cp /media/apt/apt.conf.d/* /etc/apt/apt.conf.d/
        apt-get update -qq -o Acquire::Check-Valid-Until=false
        apt-get install -y -qq --no-install-recommends postgresql postgresql-client iproute2
        # Whoever had the port outside when it was installed is not there in its network.
        sed -i 's/^port = .*/port = 5432/' /etc/postgresql/*/main/postgresql.conf");
    let module = format!("/srv/build/{}/res_pjsip_phoneprov_provider.so", kind.name());
    root.sh(&format!("install -m 644 {module} \"$(dirname \"$(dpkg -L asterisk-modules | grep /res_pjsip.so)\")\""));
    root.sh("cat > /etc/asterisk/phoneprov.conf <<'END'
[general]
[desk]
${MAC}.cfg = desk.cfg
END
        mkdir -p /usr/share/asterisk/phoneprov /var/lib/asterisk/phoneprov
        for dir in /usr/share/asterisk /var/lib/asterisk; do
            echo 'user=${USERNAME} pass=${SECRET} name=${DISPLAY_NAME}' > $dir/phoneprov/desk.cfg
        done
        printf '[general]\\nenabled=yes\\nbindaddr=127.0.0.1\\n' > /etc/asterisk/http.conf
        printf '[udp]\\ntype=transport\\nprotocol=udp\\nbind=127.0.0.1\\n' >> /etc/asterisk/pjsip.conf");
    root
}

/// In a network that is the machine's own, with a PostgreSQL that is started as a package would have done it.
fn alone(script: &str) -> String {
    format!(
        r#"cat > /tmp/story <<'STORY'
set -euo pipefail
ip link set lo up
version=$(ls /etc/postgresql | head -1)
pg_ctlcluster $version main start
trap 'asterisk -rx "core stop now" > /dev/null 2>&1 || true; pg_ctlcluster $version main stop -m immediate || true' EXIT
cd /srv/share/realtime
{script}
STORY
        unshare --net bash /tmp/story 2>&1"#
    )
}

const START: &str = r#"asterisk
for wait in $(seq 600); do
    asterisk -rx "core waitfullybooted" > /dev/null 2>&1 && break
    sleep 0.1
done
"#;
const FETCH: &str = r#"exec 3<> /dev/tcp/127.0.0.1/8088
printf 'GET /phoneprov/001565a1b2c3.cfg HTTP/1.0\r\n\r\n' >&3
cat <&3
"#;

#[test]
fn leads_to_a_phone_that_is_served_by_asterisk_22() {
    leads_to_a_phone_that_is_served(Kind::Asterisk22);
}

#[test]
fn leads_to_a_phone_that_is_served_by_asterisk_16() {
    leads_to_a_phone_that_is_served(Kind::Asterisk16);
}

fn leads_to_a_phone_that_is_served(kind: Kind) {
    if !Kind::wanted().contains(&kind) {
        return;
    }
    let root = machine(kind);
    let original = root.sh("cat /etc/asterisk/modules.conf");

    // Before there is a database, nothing is changed.
    let said = root.try_sh("bash /srv/share/realtime/merge /etc/asterisk").unwrap_err();
    assert!(said.contains("nothing was changed"), "{said}");
    assert_eq!(root.sh("cat /etc/asterisk/modules.conf"), original);

    let commands = commands();
    let story = format!(
        "{commands}\nbash merge /etc/asterisk > /tmp/again\n{START}{FETCH}asterisk -rx 'pjsip show phoneprov {MAC}'\n\
         asterisk -rx 'pjsip show phoneprov status'\n"
    );
    let said = root.sh(&alone(&story));
    assert!(said.contains("user=alice pass=wonderland name=Alice"), "{said}");
    let line =
        |name: &str| said.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name}: {said}"));
    assert!(line("Database  ").ends_with("answers"), "{said}");
    assert_eq!(root.sh("grep -c 'is changed' /tmp/again || true").trim(), "0", "once is enough");
    assert_eq!(root.sh("cat /etc/asterisk/modules.conf.before-phoneprov"), original);
}
