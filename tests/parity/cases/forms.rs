//! What stands in templates: forms that are cut, nested, odd or not closed.

use crate::case::{Case, account, latin1, mac, phone};

/// A phone, a phone of two lines, and a file of each for each of these templates.
fn templates<T: AsRef<[u8]>>(templates: impl IntoIterator<Item = T>) -> Case {
    let pjsip = account("1000")
        + &account("2000")
        + &phone(
            "p1",
            &mac(1),
            "endpoint = 1000\nNOTE = MAC\nNUMBER = 3\nLONG = one two three\nBRACE = a}b\nSERVER = 192.0.2.1",
        )
        + &phone("p2", &mac(2), "endpoint = 2000\nLINE = 1\nNUMBER = 10\nSERVER = 192.0.2.1")
        + &phone("p3", &mac(2), "endpoint = 1000\nLINE = 2\nNUMBER = x\nSERVER = 192.0.2.1");
    let mut phoneprov = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n[desk]\n".to_owned();
    let mut case = Case::new(pjsip, 0).with("data/phoneprov/short.cfg", "<${LINE}${USERNAME:2:3}>");
    for (number, template) in templates.into_iter().enumerate() {
        phoneprov += &format!("{number}-${{MAC}} = {number}.cfg\n");
        case = case.with(format!("data/phoneprov/{number}.cfg"), template);
        case.served += 2;
    }
    case.with("etc/phoneprov.conf", phoneprov)
}

pub fn offsets() -> Case {
    let cuts = [
        ":0",
        ":2",
        ":2:3",
        ":-2",
        ":-4:2",
        ":2:-2",
        ":-6:-2",
        ":99",
        ":0:99",
        ":-99",
        ":-99:3",
        ":0:0",
        ":0:-99",
        ":a",
        ":",
        "::2",
        ":2:",
        ":2:a",
        ":+1",
        ":1:+2",
        ": 1",
        ":1 ",
        ":1:2:3",
        ":0x2",
        ":99999999999",
        ":2147483647:2147483647",
    ];
    let of = |name: &str| cuts.iter().map(|cut| format!("{cut} [${{{name}{cut}}}]\n")).collect::<String>();
    templates(
        [
            "MAC",
            "NOWHERE",
            "LONG",
            "TOUPPER(${NOTE})",
            "PP_EACH_EXTENSION(${MAC},short.cfg)",
            "PP_EACH_USER(%{MAC} )",
            "${NOTE}",
        ]
        .map(of),
    )
}

pub fn expressions() -> Case {
    let expressions = [
        "1 + 2",
        "1+2",
        "${NUMBER} * 2",
        "${NUMBER}",
        "\"${NUMBER}\" = \"3\"",
        "${NUMBER} > 5",
        "${NUMBER} = x",
        "1 / 0",
        "1 / 3",
        "10 % 3",
        "",
        " ",
        "a",
        "a b",
        "\"a b\"",
        "1 +",
        "+ 1",
        "(1 + 2) * 3",
        "(1",
        "1)",
        "\"ab\" : \"a(.)\"",
        "\"ab\" =~ \"b\"",
        "abc =~ (b",
        "1 & 0",
        "1 | 0",
        "!0",
        "-1",
        "1 ? 2 :: 3",
        "${LEN(${MAC})} * 2",
        "$[1 + 1] + 1",
        "${NOWHERE} + 1",
        "\"${NOWHERE}\" = \"\"",
        "1.5 * 2",
        "2 ** 3",
        "${MAC:0:2} + 1",
        "99999999999 * 99999999999",
        "\"unclosed",
        "a\\]b",
        "[a]",
        "${LONG}",
        "\"${LONG}\" = \"one two three\"",
    ];
    templates([
        expressions.map(|expression| format!("{expression} is [$[{expression}]]\n")).concat(),
        expressions.map(|expression| format!("$[{expression}]$[{expression}]\n")).concat(),
    ])
}

/// Each stands in a file of its own, because what is not closed takes the rest with it.
pub fn unclosed_and_odd_forms() -> Case {
    templates(
        [
            "${",
            "$[",
            "${MAC",
            "$[1 + 1",
            "before ${MAC after\nand ${LABEL} more\n",
            "before $[1 + ${NUMBER} after\n",
            "${${NOTE}",
            "${MAC${NOTE}",
            "${TOUPPER(${NOTE}",
            "${TOUPPER(${NOTE})",
            "${TOUPPER(${NOTE}}",
            "${TOUPPER(a}",
            "${TOUPPER(}",
            "${TOUPPER()}",
            "${TOUPPER}",
            "${(}",
            "${)}",
            "${()}",
            "${}",
            "${ }",
            "${ MAC }",
            "${MAC }",
            "${ MAC}",
            "$ {MAC}",
            "$$${MAC}",
            "$${MAC}",
            "\\${MAC}",
            "$\\{MAC}",
            "{MAC}",
            "$MAC",
            "$(MAC)",
            "%{MAC}",
            "%%{MAC}",
            "}${MAC}}",
            "]$[1]]",
            "${${NOTE}}",
            "${${${NOTE}}}",
            "${M${NOWHERE}AC}",
            "${BRACE}",
            "${${BRACE}}",
            "${MAC$[1]}",
            "$[${NUMBER}${NUMBER}]",
            "${NOFUNCTION(${MAC})}",
            "${TOUPPER(a)b}",
            "${TOUPPER(a,b)}",
            "${TOUPPER((a))}",
            "${LEN(a}b)}",
            "${IF($[1]?a:b)}",
            "${IF(${NUMBER}?a)}",
            "${_MAC}",
            "${__MAC}",
            "${mac}",
            "${MAC\n}",
            "${\nMAC}",
            "a\r\nb ${MAC}\r\n",
            "\t${MAC}\t",
            "\n\n\n",
            "no form",
            "${SYSTEMNAME}${ASTETCDIR}${EXTEN}${CONTEXT}${CHANNEL}${UNIQUEID}${HANGUPCAUSE}${PRIORITY}${CALLERID(num)}",
            "${PP_EACH_EXTENSION",
            "${PP_EACH_EXTENSION(",
            "${PP_EACH_EXTENSION(${MAC}",
            "${PP_EACH_EXTENSION(${MAC},short.cfg",
            "${PP_EACH_EXTENSION(${MAC},short.cfg}",
            "${PP_EACH_EXTENSION(,short.cfg)}",
            "${PP_EACH_EXTENSION(${MAC},)}",
            "${PP_EACH_EXTENSION(${MAC},short.cfg)more}",
            "${PP_EACH_EXTENSION(${MAC},short.cfg,more)}",
            "${PP_EACH_EXTENSION(${MAC}, short.cfg)}",
            "${PP_EACH_EXTENSION(\"${MAC}\",short.cfg)}",
            "${PP_EACH_EXTENSION(${MAC},../phoneprov/short.cfg)}",
            "${PP_EACH_USER(%{MAC}",
            "${PP_EACH_USER(%{MAC}}",
            "${PP_EACH_USER(%{MAC)}",
            "${PP_EACH_USER(%{${NOTE}})}",
            "${PP_EACH_USER(%%{MAC})}",
            "${PP_EACH_USER(a)}",
            "${PP_EACH_USER(%{PP_EACH_USER(%{MAC})})}",
        ]
        .map(str::to_owned),
    )
}

/// Bytes that are no text.
pub fn bytes() -> Case {
    let long = "${MAC}".repeat(5_000);
    templates([
        latin1("café ${LABEL} ÿ ${caf\u{e9}}\n"),
        b"before \0 after ${MAC}\n".to_vec(),
        b"\xff\xfe\x01${MAC}\x7f\n".to_vec(),
        "\u{feff}${MAC} 日本語 ${TOUPPER(ä)} ${LEN(ä)}\n".into(),
        long.into_bytes(),
        "x".repeat(100_000).into_bytes(),
        b"\n".to_vec(),
    ])
}

/// On 16 the C module sends what was in memory before.
pub fn an_empty_template() -> Case {
    templates([""])
}
