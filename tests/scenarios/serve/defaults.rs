//! Sections of `type=phoneprov_default`.

use hosts::Host;
use hosts::config::{account, section};

pub fn fills_in_defaults(host: &mut Host) {
    let defaults = "[all]\ntype = phoneprov_default\nPROFILE = desk\nNOTE = from the default\nSERVER_PORT = 5080\nUSERNAME = nobody\n\n";
    let plain = "[plain]\ntype = phoneprov\nMAC = 00000000000a\nendpoint = 1000\n\n";
    let own = section("own", "00000000000b", "endpoint = 1000\nNOTE = own\nSERVER_PORT = 5090");
    host.configure(account("1000") + defaults + plain + &own);
    host.start();

    let line = host.line("00000000000a");
    assert_eq!(line["NOTE"], "from the default");
    assert_eq!(line["SERVER_PORT"], "5080", "a default comes before the transport");
    assert_eq!(line["USERNAME"], "nobody", "a default comes before the auth");
    assert_eq!(line["SECRET"], "secret-1000");

    let line = host.line("00000000000b");
    assert_eq!(line["NOTE"], "own", "the section comes before the default");
    assert_eq!(line["SERVER_PORT"], "5090");
    assert_eq!(host.errors(), [""; 0]);

    host.configure(account("1000") + &defaults.replace("from the default", "changed") + plain + &own);
    host.reload();
    assert_eq!(host.line("00000000000a")["NOTE"], "changed");
}

pub fn takes_the_first_of_two_defaults_and_warns(host: &mut Host) {
    let defaults =
        "[b]\ntype = phoneprov_default\nNOTE = of b\n\n[a]\ntype = phoneprov_default\nNOTE = of a\nPROFILE = desk\n\n";
    host.configure(defaults.to_owned() + &section("phone", "0011223344aa", ""));
    host.start();

    assert_eq!(host.line("0011223344aa")["NOTE"], "of a", "the first by id wins");
    let errors = host.errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains("NOTE") && errors[0].contains("'b'"), "{errors:?}");
}
