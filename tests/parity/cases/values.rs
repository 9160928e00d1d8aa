//! What a section itself says.

use crate::case::{Case, account, latin1, mac, phone};

/// Every name that res_phoneprov or the C module gives a meaning, but MAC, PROFILE and LINE.
const NAMES: &[&str] = &[
    "USERNAME",
    "DISPLAY_NAME",
    "SECRET",
    "LABEL",
    "CALLERID",
    "TIMEZONE",
    "LINEKEYS",
    "SERVER",
    "SERVER_PORT",
    "SERVER_IFACE",
    "VOICEMAIL_EXTEN",
    "EXTENSION_LENGTH",
    "TZOFFSET",
    "DST_ENABLE",
    "DST_START_MONTH",
    "DST_START_MDAY",
    "DST_START_HOUR",
    "DST_END_MONTH",
    "DST_END_MDAY",
    "DST_END_HOUR",
    "ENDPOINT_ID",
    "TRANSPORT_ID",
    "AUTH_ID",
    "GREETING",
];

/// A phone of one account for each of these sets of lines.
fn phones(sets: impl IntoIterator<Item = String>) -> Case {
    let mut pjsip = account("1000");
    let mut served = 0;
    for lines in sets {
        served += 1;
        pjsip += &phone(&format!("p{served:03}"), &mac(served), &format!("endpoint = 1000\n{lines}"));
    }
    Case::new(pjsip, served)
}

pub fn own_values_before_derived_ones() -> Case {
    let each = NAMES.iter().flat_map(|name| {
        [
            format!("{name} = own"),
            format!("{name} ="),
            format!("{name} =\n{name} = later"),
            format!("{name} = first\n{name} = second"),
        ]
    });
    let all: String = NAMES.iter().map(|name| format!("{name} = own {name}\n")).collect();
    let none: String = NAMES.iter().map(|name| format!("{name} =\n")).collect();
    phones(each.chain([all, none]))
}

pub fn texts() -> Case {
    let long = ["x".repeat(3900), "${MAC}".repeat(600), "ä".repeat(1900)];
    let texts = [
        "word",
        "two  words",
        "  padded  ",
        "\t tabs\tinside\t",
        "a\\;b",
        "\\;",
        "a ; a comment",
        "a;b",
        "a ;-- a block --; b",
        "\"quoted\"",
        "\"",
        "'single'",
        "a\"b",
        "a => b",
        "=> b",
        "= b",
        "a=b",
        ">",
        "${SECRET}",
        "${NOTE}",
        "${NOWHERE}",
        "${",
        "$",
        "}",
        "$[1 + 1]",
        "\\${SECRET}",
        "%{MAC}",
        "${TOUPPER(${MAC})}",
        "a,b|c",
        "<a href=\"b\">&amp;</a>",
        "a\\nb",
        "a\\",
        "\\\\",
        "[a]",
        "#include b",
        "äöü ß €",
        "日本語 🦀",
        "0",
        "no",
        "(null)",
        "%s%n",
    ];
    let texts = texts.into_iter().map(str::to_owned).chain(long);
    let mut case = phones(texts.flat_map(|text| {
        [format!("NOTE = {text}"), format!("OTHER => {text}"), format!("SECRET = {text}\nLABEL = {text}")]
    }));
    case.files[0].1.extend(latin1(&phone("café", &mac(0), "endpoint = 1000\nNOTE = café")));
    case.served += 1;
    case
}

pub fn names() -> Case {
    let template = ["A B", "a-b.c", "ÄÖ", "A[1]", "A:1", "1", "A(1)", "CDR(dst)", "SYSTEMNAME", "setvar", "exten"]
        .map(|name| format!("{name}=[${{{name}}}]\n"))
        .concat()
        + "${PP_EACH_EXTENSION(${MAC},line.cfg)}";
    phones(
        [
            "A B = x\na-b.c = x\nÄÖ = x\nA[1] = x\nA:1 = x\n1 = x",
            "A(1) = x\nCDR(dst) = x\nSYSTEMNAME = x",
            "setvar = A=x\nexten => 100,1,NoOp()",
            "@NOTE = at",
            "@NOTE = at\nNOTE = plain",
            "_NOTE = one",
            "__NOTE = two",
            "_NOTE = one\nNOTE = plain",
            "NOTE = plain\n__NOTE = two",
            "_USERNAME = mine",
            "__SECRET = mine",
            "_LABEL = mine",
            "_SERVER_PORT = 1",
            "_LINE = 2",
            "__MAC = 000000000000",
            "_endpoint = nobody",
            "NOTE = a\nNOTE = b\nOTHER = c\nNOTE = d",
            "NOTE = a\nNOTE += b",
            "NOTE += b",
            "note = lower case of a name that is not standard\nNOTE = upper",
            "ENDPOINT = another word than endpoint",
            "Endpoint = nobody",
            "TYPE = x",
            "id = x\nID = y",
            "context = x\nallow = y\ntransport = z\nauth = w",
        ]
        .map(str::to_owned),
    )
    .with("data/phoneprov/phone.cfg", template)
}

pub fn timezones() -> Case {
    phones(
        [
            "America/New_York",
            "Europe/Berlin",
            "Asia/Kolkata",
            "Australia/Sydney",
            "UTC",
            "EST5EDT",
            "Nowhere/Land",
            "../../../etc/passwd",
            "CET-1CEST,M3.5.0,M10.5.0/3",
            "äöü",
        ]
        .map(|zone| format!("TIMEZONE = {zone}")),
    )
}
