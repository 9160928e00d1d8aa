//! Sections that are made from templates: what they say themselves, and what they inherit.

use hosts::Host;
use hosts::config::section;

const TEMPLATES: &str = "\
[far](!)
type = phoneprov
PROFILE = desk
NOTE = far
LINEKEYS = 4

[near](!,far)
NOTE = near

[other](!)
NOTE = other

";

/// A section made from these templates, with these further lines.
fn made(id: &str, mac: &str, templates: &str, lines: &str) -> String {
    format!("[{id}]({templates})\nMAC = {mac}\n{lines}\n")
}

pub fn takes_what_a_section_says_before_its_templates(host: &mut Host) {
    let sections = made("own", "000000000001", "near", "NOTE = own\n")
        + &made("nearest", "000000000002", "near", "")
        + &made("last", "000000000003", "near,other", "")
        + &made("reversed", "000000000004", "other,near", "")
        + &made("continued", "000000000005", "near", "[continued](+,other)\nNOTE = continued\n")
        + &made("folded", "000000000006", "near", "profile = desk\nlabel = own\n");
    host.configure(
        TEMPLATES.to_owned()
            + "[label](!)\nLABEL = of the template\n\n"
            + &sections.replace("(near)\nMAC = 000000000006", "(near,label)\nMAC = 000000000006"),
    );
    host.start();

    let notes = (1..=5).map(|phone| host.line(&format!("00000000000{phone}"))["NOTE"].clone());
    assert_eq!(notes.collect::<Vec<_>>(), ["own", "near", "other", "near", "continued"]);
    assert_eq!(host.line("000000000001")["LINEKEYS"], "4", "what only a template says is inherited");
    assert_eq!(host.line("000000000006")["LABEL"], "own", "in another case, too");
    assert_eq!(host.errors(), [""; 0], "a section may say otherwise than its template");
    let check = host.cli("pjsip check phoneprovs");
    assert!(check.contains("add 0 phones, change 0, remove 0 and leave 6"), "{check}");
    assert!(check.trim_end().ends_with("\nOK"), "{check}");
}

/// What the section says itself is told if it contradicts itself, whatever its template says.
pub fn warns_of_a_section_that_contradicts_itself(host: &mut Host) {
    host.configure(TEMPLATES.to_owned() + &made("bad", "000000000001", "near", "NOTE = one\nNOTE = two\n"));
    host.start();

    assert_eq!(host.line("000000000001")["NOTE"], "one");
    let problems = host.problems();
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(problems[0].contains("gives NOTE two values; 'one', the first, is used, so remove one"), "{problems:?}");
}

pub fn follows_edits_of_a_template(host: &mut Host) {
    let sections = made("own", "000000000001", "near", "NOTE = own\n") + &made("none", "000000000002", "near", "");
    host.configure(TEMPLATES.to_owned() + &sections);
    host.start();

    host.configure(TEMPLATES.replace("NOTE = near", "NOTE = edited") + &sections);
    let check = host.cli("pjsip check phoneprovs");
    assert!(check.contains("none NOTE: 'near' -> 'edited'"), "{check}");
    assert!(check.contains("add 0 phones, change 1, remove 0 and leave 1"), "{check}");
    host.reload();
    assert_eq!(host.line("000000000002")["NOTE"], "edited");
    assert_eq!(host.line("000000000001")["NOTE"], "own");
}

/// Likewise for the sections that are for all phones.
pub fn takes_defaults_and_settings_before_their_templates(host: &mut Host) {
    let defaults = "[base](!)\ntype = phoneprov_default\nNOTE = of the template\nCALLERID = of the template\n\n\
                    [all](base)\nNOTE = own\n\n";
    let settings = "[settings](!)\ntype = phoneprov_global\nconfirm_after = soon\n\n\
                    [global](settings)\nconfirm_after = 5\n\n";
    host.configure(defaults.to_owned() + settings + &section("phone", "000000000001", ""));
    host.start();

    let line = host.line("000000000001");
    assert_eq!([&line["NOTE"], &line["CALLERID"]], ["own", "of the template"]);
    assert_eq!(host.errors(), [""; 0], "what the template of the settings says is not used");
}
