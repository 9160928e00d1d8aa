//! Which files a phone has: profiles, their names, and other providers' phones.

use crate::case::{Case, account, mac, phone, section};

const GENERAL: &str = "[general]\nserveraddr = 127.0.0.1\ndefault_profile = desk\n\n";

pub fn profiles() -> Case {
    let phoneprov = GENERAL.to_owned()
        + "[desk]
mime_type = text/plain
static_file = firmware.txt
static_file = firmware.bin,application/octet-stream
${MAC}.cfg = phone.cfg
${MAC}.xml = phone.cfg,text/xml
setvar = GREETING=Hello ${DISPLAY_NAME} of ${ENDPOINT_ID} at ${SERVER_PORT}
setvar = NOTE=${GREETING} again
setvar = SECRET=of the profile
setvar = OTHER=${MAC:0:6}${TOUPPER(${LABEL})}
setvar = EMPTY=${NOWHERE}

[Conference Room](!)
mime_type = text/html

[lobby](Conference Room)
lobby-${MAC} = phone.cfg
setvar = NOTE=lobby
setvar = SERVER_PORT=1

[empty]
mime_type = text/plain
";
    let own = "endpoint = 1000\nGREETING = own\nOTHER = own";
    let in_profile = |id: &str, profile: &str, number: usize, lines: &str| {
        section("phoneprov", id, &format!("MAC = {}\nPROFILE = {profile}\n{lines}", mac(number)))
    };
    let pjsip = account("1000")
        + &account("2000")
        + &in_profile("p1", "desk", 1, "endpoint = 1000")
        + &in_profile("p2", "desk", 2, "SERVER_PORT = 2")
        + &in_profile("p3", "desk", 3, own)
        + &in_profile("p4", "lobby", 4, "endpoint = 2000")
        + &in_profile("p5", "lobby", 5, own)
        + &in_profile("p6", "empty", 6, "endpoint = 1000")
        + &in_profile("p7", "DESK", 7, "endpoint = 1000")
        + &in_profile("p8", "${PROFILE}", 8, "endpoint = 1000");
    Case::new(pjsip, 3 * 2 + 2)
        .with("etc/phoneprov.conf", phoneprov)
        .with("data/phoneprov/firmware.bin", b"\x7fELF\x01\x02\xff\xfe".repeat(500))
}

pub fn names_of_files() -> Case {
    let phoneprov = GENERAL.to_owned()
        + "[desk]
static_file = nowhere.txt
${USERNAME}.cfg = phone.cfg
${MAC}/${LABEL}.cfg = phone.cfg
${ENDPOINT_ID}-${NOTE}-${LINE} = phone.cfg
${NOWHERE}x.cfg = nowhere.cfg
";
    let names =
        ["plain", "two words", "user@example.com", "jürgen", "100%", "a+b", "a&b=c?d#e", "..", "${MAC}", "\"q\""];
    let mut pjsip = account("1000");
    for (at, name) in names.iter().enumerate() {
        let lines = format!("USERNAME = {name}\nNOTE = {name}\nendpoint = 1000");
        pjsip += &phone(&format!("p{at}"), &mac(at), &lines);
    }
    pjsip += &phone("derived", &mac(20), "endpoint = 1000");
    pjsip += &phone("its own id", &mac(21), "SERVER_PORT = 1");
    pjsip += &phone("jürgen@work", "00:04:f2:00:00:16", "SERVER_PORT = 1\nNOTE = jürgen");
    pjsip += &phone("kitchen", "the kitchen", "SERVER_PORT = 1\nNOTE = kitchen");
    Case::new(pjsip, 14 * 4).with("etc/phoneprov.conf", phoneprov)
}

/// A file that all phones of a profile have, and one that phones of two have. On 16 any phone may fill it.
pub fn common_files() -> Case {
    let phoneprov = GENERAL.to_owned()
        + "[desk]
mime_type = text/xml
y000000000065.cfg = phone.cfg
model.cfg = phone.cfg,text/plain
port-${SERVER_PORT}.cfg = phone.cfg
${MAC}.cfg = phone.cfg

[lobby]
model.cfg = short.cfg
${MAC}.cfg = phone.cfg
";
    let mut pjsip = account("1000") + &account("2000");
    for (number, id) in ["m", "b", "Z", "é", "10", "2"].iter().enumerate() {
        let section = phone(id, &mac(number), &format!("endpoint = {}000", 1 + number % 2));
        pjsip += &if number < 4 { section } else { section.replace("desk", "lobby") };
    }
    Case::new(pjsip, 4 * 4 + 2 * 2)
        .with("etc/phoneprov.conf", phoneprov)
        .with("data/phoneprov/short.cfg", "${MAC} ${USERNAME}\n")
}

/// Names that functions, expressions and offsets make. Of more than 16 characters TOLOWER and TOUPPER forget their zero, and a
/// name of the C module's ends with what was in memory before.
pub fn names_that_functions_make() -> Case {
    let phoneprov = GENERAL.to_owned()
        + "[desk]
${TOLOWER(${MAC})}.cfg = phone.cfg
${TOUPPER(${MAC:0:6})}-${MAC:6}.cfg = phone.cfg
${MAC:-6}.cfg = phone.cfg
${MAC:0:2}:${MAC:2:2}:${MAC:4:2} = phone.cfg
$[${LINE} + 1]-${MAC}.cfg = phone.cfg
${IF($[\"${LINE}\" = \"1\"]?first:other)}-${MAC} = phone.cfg
${LEN(${LABEL})}${NOFUNCTION(${MAC})}${MAC} = phone.cfg
${FILTER(0-9,${MAC})}.txt = phone.cfg
${NOWHERE} = phone.cfg
${MAC} = phone.cfg
open-${MAC = phone.cfg
";
    let mut pjsip = account("1000");
    for (number, mac) in ["0004F2ABCDEF", "0004f2abcde0", "00-ab-cd"].into_iter().enumerate() {
        pjsip += &phone(&format!("p{number}"), mac, &format!("endpoint = 1000\nLINE = {}", number + 1));
    }
    Case::new(pjsip, 3 * 11).with("etc/phoneprov.conf", phoneprov)
}

/// The route that was made first serves; the C module makes them in the order in which sorcery gives it the sections, which
/// is by id from Asterisk 20 on.
pub fn one_name_for_many_files() -> Case {
    let phoneprov = GENERAL.to_owned()
        + "[desk]\nsame.cfg = phone.cfg\n${TOUPPER(${MAC})} = phone.cfg\n${NOTE}.cfg = phone.cfg\n${MAC}.cfg = phone.cfg\n";
    let mut pjsip = account("1000");
    for (number, id) in ["m", "b", "Z", "é", "10", "2", "B", "-"].iter().enumerate() {
        pjsip += &phone(id, &mac(number), &format!("endpoint = 1000\nNOTE = {}", number % 3));
    }
    Case::new(pjsip, 8 * 4).with("etc/phoneprov.conf", phoneprov)
}

pub fn phones_of_users_conf() -> Case {
    let users = "[general]
vmexten = 8500
localextenlength = 4
autoprov = no

[6000]
autoprov = yes
macaddress = 0004f2000001
fullname = Six Thousand
secret = s6000
username = u6000
cid_number = 6000
profile = desk

[6001]
autoprov = yes
macaddress = 0004f2000002
fullname = Six Thousand One
linenumber = 2
";
    let pjsip = account("1000")
        + &phone("clash", &mac(1), "endpoint = 1000\nLINE = 2")
        + &phone("clash of the same line", &mac(2), "endpoint = 1000\nLINE = 2")
        + &phone("own", &mac(3), "endpoint = 1000");
    Case::new(pjsip, 3).with("etc/users.conf", users)
}

/// Phones of users.conf beside ours: with lines of their own, in their templates and in others'.
pub fn phones_of_users_conf_in_templates() -> Case {
    let user = |name: &str, number: usize, lines: &str| {
        format!("[{name}]\nautoprov = yes\nmacaddress = {}\nsecret = s{name}\n{lines}\n\n", mac(number))
    };
    let users = "[general]\nvmexten = 8500\nlocalextenlength = 4\n\n".to_owned()
        + &user("6000", 1, "username = u6000\nfullname = Six Thousand\ncid_number = 6000\nprofile = desk")
        + &user("6001", 1, "username = u6001\nlinenumber = 2\nlinekeys = 3\nlabel = second")
        + &user("6002", 2, "username = u6002\ntimezone = Europe/Berlin")
        + &user("nameless", 4, "fullname = Nobody")
        + &user("elsewhere", 5, "username = u6005\nprofile = sofa");
    let template = "
MAC=[${MAC}] VOICEMAIL_EXTEN=[${VOICEMAIL_EXTEN}] EXTENSION_LENGTH=[${EXTENSION_LENGTH}] PROFILE=[${PROFILE}]
${PP_EACH_EXTENSION(${MAC},line.cfg)}
a user's: ${PP_EACH_EXTENSION(0004f2000001,line.cfg)}
all: ${PP_EACH_USER(<%{MAC}|%{USERNAME}|%{SECRET}|%{SERVER}|%{TZOFFSET}>)}
others: ${PP_EACH_USER(<%{MAC}>,${MAC})}
";
    let pjsip = account("1000") + &phone("ours", &mac(3), "endpoint = 1000\nSERVER = 192.0.2.1");
    Case::new(pjsip, 3).with("etc/users.conf", users).with("data/phoneprov/phone.cfg", template)
}
