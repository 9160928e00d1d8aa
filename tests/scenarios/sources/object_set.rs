//! What AST_SORCERY and ARI get to see of a section.

use hosts::Host;
use hosts::config::{account, section};

/// The C module gives the derived password away here.
pub fn holds_nothing_derived(host: &mut Host) {
    host.configure(account("1000") + &section("phone", "0011223344aa", "endpoint = 1000\nNOTE = own"));
    host.start();
    assert_eq!(host.line("0011223344aa")["SECRET"], "secret-1000");

    let field = |name: &str| host.cli(&format!("dialplan eval function AST_SORCERY(res_pjsip,phoneprov,phone,{name})"));
    assert!(field("NOTE").contains("Result: own"), "{}", field("NOTE"));
    assert!(field("MAC").contains("Result: 0011223344aa"), "{}", field("MAC"));
    for name in ["SECRET", "USERNAME", "CALLERID", "ENDPOINT_ID", "LABEL", "SERVER_PORT"] {
        let result = field(name);
        assert!(result.lines().any(|line| line.trim() == "Result:"), "{name}: {result}");
    }
}
