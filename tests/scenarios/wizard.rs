//! Phones of res_pjsip_config_wizard.

use super::hosts::{Host, eventually};

pub fn serves_phones_of_the_config_wizard(host: &mut Host) {
    let modules = host
        .read("etc/modules.conf")
        .replace("load = res_phoneprov.so\n", "load = res_phoneprov.so\nload = res_pjsip_config_wizard.so\n");
    host.write("etc/modules.conf", modules);
    let wizard = |note: &str| {
        format!(
            "[2000]\ntype = wizard\ntransport = udp\naccepts_auth = yes\ninbound_auth/username = u2000\n\
             inbound_auth/password = p2000\nhas_phoneprov = yes\nphoneprov/MAC = 0011223344aa\n\
             phoneprov/PROFILE = desk\nphoneprov/NOTE = {note}\n"
        )
    };
    host.configure("");
    host.write("etc/pjsip_wizard.conf", wizard("before"));
    host.start();

    let line = host.line("0011223344aa");
    assert_eq!(line["LABEL"], "2000-phoneprov");
    assert_eq!(line["ENDPOINT_ID"], "2000");
    assert_eq!(line["USERNAME"], "u2000");
    assert_eq!(line["SECRET"], "p2000");
    assert_eq!(line["NOTE"], "before");

    host.write("etc/pjsip_wizard.conf", wizard("after"));
    host.cli("module reload res_pjsip.so");
    let note = |host: &Host| host.phone("0011223344aa").first().map(|line| line["NOTE"].clone());
    assert!(eventually(|| note(host).as_deref() == Some("after")), "the phone never got its new NOTE");
    assert_eq!(host.problems(), [""; 0]);
}
