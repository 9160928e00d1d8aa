//! Phones with their lines, and the functions that write all of them into one file.

use crate::case::{Case, account, mac, phone};

pub fn numbers_of_lines() -> Case {
    let numbers = [
        "1",
        "2",
        "12",
        "01",
        "+1",
        "-1",
        "0",
        "  3  ",
        "2nd",
        "second",
        "1.5",
        "0x10",
        "1,2",
        "4294967297",
        "2147483647",
        "-2147483648",
        "99999999999999999999",
        "",
        "\"2\"",
        "${LINEKEYS}",
    ];
    let mut pjsip = account("1000");
    for (at, number) in numbers.iter().enumerate() {
        let lines = format!("endpoint = 1000\nLINE = {number}\nLINEKEYS = {number}");
        pjsip += &phone(&format!("p{at:03}"), &mac(at), &lines);
    }
    Case::new(pjsip, numbers.len())
}

/// The ids tell one order, the numbers of the lines another, the file a third.
pub fn phones_of_two_lines() -> Case {
    let numbers = [
        ("1", "2"),
        ("2", "1"),
        ("", "2"),
        ("2", ""),
        ("0", "1"),
        ("-1", "-2"),
        ("7", "3"),
        ("10", "9"),
        ("second", "1"),
        ("0x10", "1"),
        ("4294967297", "2"),
        ("99999999999999999999", "0"),
        ("+3", "2"),
        ("1.5", "2"),
    ];
    let mut pjsip = account("1000") + &account("2000");
    let mut later = String::new();
    for (at, (first, second)) in numbers.iter().enumerate() {
        let line = |id: &str, account: &str, number: &str| {
            let lines = format!("endpoint = {account}\nLINE = {number}\nLINEKEYS = 2\nNOTE = {id}\nSERVER_PORT = {at}");
            phone(&format!("p{at}-{id}"), &mac(at), &lines)
        };
        pjsip += &line("b", "2000", second);
        later += &line("a", "1000", first);
    }
    // A line that cannot be provisioned leaves the phone the other one.
    let broken = numbers.len();
    pjsip += &phone("broken-a", &mac(broken), "endpoint = nobody\nLINE = 1");
    pjsip += &phone("broken-b", &mac(broken), "endpoint = 2000\nLINE = 1");
    pjsip += &phone("broken-c", &mac(broken), "endpoint = 1000\nLINE = 2");
    // SERVER of each line; one MAC in two spellings, which are two phones; a MAC and more given twice.
    pjsip += &phone("server-a", &mac(20), "endpoint = 1000\nLINE = 1\nSERVER = sip.example.com");
    pjsip += &phone("server-b", &mac(20), "endpoint = 2000\nLINE = 2\nSERVER = 192.0.2.1");
    pjsip += &phone("spelled-a", "00aabbccddee", "endpoint = 1000\nLINE = 1");
    pjsip += &phone("spelled-b", "00AABBCCDDEE", "endpoint = 2000\nLINE = 2");
    pjsip += &phone("twice", &mac(22), &format!("MAC = {}\nPROFILE = sofa\nendpoint = 1000\nendpoint = 2000", mac(23)));
    Case::new(pjsip + &later, numbers.len() + 5)
}

/// res_phoneprov refuses one of two sections with one MAC and one LINE, so the other one has the place.
pub fn rivals_of_which_one_is_refused() -> Case {
    let mut pjsip = account("1000");
    for (number, profiles) in [["nowhere", "desk"], ["desk", "nowhere"]].iter().enumerate() {
        for (id, profile) in ["a", "b"].iter().zip(profiles) {
            let section = phone(&format!("{id}{number}"), &mac(number), "LINE = 1\nendpoint = 1000");
            pjsip += &section.replace("PROFILE = desk", &format!("PROFILE = {profile}"));
        }
    }
    Case::new(pjsip, 2)
}

pub fn each_extension_and_each_user() -> Case {
    let template = "
every line: ${PP_EACH_EXTENSION(${MAC},line.cfg)}
another phone's lines: ${PP_EACH_EXTENSION(0004f2000001,line.cfg)}
no such phone: [${PP_EACH_EXTENSION(0004f2ffffff,line.cfg)}]
another case: [${PP_EACH_EXTENSION(${TOUPPER(${MAC})},line.cfg)}]
no such template: [${PP_EACH_EXTENSION(${MAC},nowhere.cfg)}]
no template: [${PP_EACH_EXTENSION(${MAC})}]
nothing: [${PP_EACH_EXTENSION()}]
twice: ${PP_EACH_EXTENSION(${MAC},short.cfg)}${PP_EACH_EXTENSION(${MAC},short.cfg)}
others: ${PP_EACH_USER(<%{DISPLAY_NAME}|%{CALLERID}|%{MAC}>,${MAC})}
all: ${PP_EACH_USER(<%{DISPLAY_NAME}|%{LABEL}|%{LINE}|%{ENDPOINT_ID}|%{NOTE}|%{NOWHERE}>)}
all but one: ${PP_EACH_USER(<%{USERNAME}>,0004f2000002)}
all but none: ${PP_EACH_USER(<%{SERVER}|%{SERVER_PORT}>,)}
nested: ${PP_EACH_USER(<%{TOUPPER(%{MAC})}>,${MAC})}
upper: ${TOUPPER(${PP_EACH_USER(<%{SECRET}>)})}
without one in another case: ${PP_EACH_USER(<%{MAC}>,${TOUPPER(${MAC})})}
without one that is not there: ${PP_EACH_USER(<%{MAC}>,0004f2ffffff)}
without one and a blank: ${PP_EACH_USER(<%{MAC}>, ${MAC})}
without two: ${PP_EACH_USER(<%{MAC}>,0004f2000001,0004f2000002)}
quoted: ${PP_EACH_USER(\"<%{MAC},%{LINE}>\",${MAC})}
";
    let mut pjsip = account("1000") + &account("2000");
    for number in 1..=6 {
        for line in 1..=(1 + number % 2) {
            // The C module gives SERVER to the lines of the phone that asks alone.
            let lines = format!("endpoint = {line}000\nLINE = {line}\nNOTE = {number}/{line}\nSERVER = 192.0.2.{line}");
            pjsip += &phone(&format!("p{number}-{line}"), &mac(number), &lines);
        }
    }
    Case::new(pjsip, 6)
        .with("data/phoneprov/phone.cfg", template)
        .with("data/phoneprov/short.cfg", "<${LINE} ${MAC} ${USERNAME}>")
}

/// Templates for lines that have others in them: for the lines of the same phone, of another, and of each.
pub fn each_extension_within_another() -> Case {
    let pjsip = account("1000")
        + &account("2000")
        + &phone("a1", &mac(1), "endpoint = 1000\nSERVER = 192.0.2.1\nNOTE = short")
        + &phone("a2", &mac(1), "endpoint = 2000\nLINE = 2\nSERVER = 192.0.2.2\nNOTE = outer")
        + &phone("b", &mac(2), "endpoint = 2000\nSERVER = 192.0.2.3\nNOTE = short");
    let template = "
in itself: ${PP_EACH_EXTENSION(${MAC},outer.cfg)}
another's: ${PP_EACH_EXTENSION(0004f2000001,outer.cfg)}
of each: ${PP_EACH_USER([%{PP_EACH_EXTENSION(%{MAC},short.cfg)}])}
of each but one: ${PP_EACH_USER([%{PP_EACH_EXTENSION(%{MAC},outer.cfg)}],${MAC})}
as the phone says: ${PP_EACH_EXTENSION(${MAC},${NOTE}.cfg)}
changed: ${TOUPPER(${PP_EACH_EXTENSION(${MAC},short.cfg)})} ${LEN(${PP_EACH_EXTENSION(${MAC},outer.cfg)})}
cut: ${PP_EACH_EXTENSION(${MAC},short.cfg):3:8}
chosen: ${IF($[\"${MAC}\"=\"0004f2000001\"]?${PP_EACH_EXTENSION(0004f2000002,short.cfg)}:none)}
";
    let outer =
        "(${LINE} of ${MAC}: ${PP_EACH_EXTENSION(${MAC},short.cfg)} ${PP_EACH_EXTENSION(0004f2000002,short.cfg)})";
    Case::new(pjsip, 2)
        .with("data/phoneprov/phone.cfg", template)
        .with("data/phoneprov/outer.cfg", outer)
        .with("data/phoneprov/short.cfg", "<${LINE} ${USERNAME} ${SERVER}>\n")
}

/// PP_EACH_USER goes through a hash table in which phones of one bucket stand in the order in which they were added; the C
/// module adds them in the order in which sorcery gives it the sections, which is by id from Asterisk 20 on.
pub fn each_of_many_users() -> Case {
    let mut pjsip = account("1000");
    for number in 0..300 {
        pjsip += &phone(&format!("p{number}"), &mac(number * 7919), "endpoint = 1000");
    }
    Case::new(pjsip, 300).with("data/phoneprov/phone.cfg", "${PP_EACH_USER(%{MAC} )}")
}
