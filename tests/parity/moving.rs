//! Phones of users.conf that move to pjsip.conf by what `pjsip convert phoneprovs` says: `res_phoneprov` itself serves them
//! first, and every file of every phone is the same after, to the byte, but for what the comments tell.

use crate::served::fetch;
use hosts::{Host, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, thread};

/// Every variable that a phone of users.conf has, each in a line of its own.
const VARIABLES: [&str; 17] = [
    "MAC",
    "PROFILE",
    "USERNAME",
    "DISPLAY_NAME",
    "SECRET",
    "LABEL",
    "CALLERID",
    "TIMEZONE",
    "LINE",
    "LINEKEYS",
    "SERVER",
    "SERVER_PORT",
    "VOICEMAIL_EXTEN",
    "EXTENSION_LENGTH",
    "TZOFFSET",
    "DST_START_MONTH",
    "NOTE",
];

pub fn all() -> [(&'static str, fn(Kind)); 3] {
    [
        ("sample_phone", |kind| moves(kind, &sample(kind))),
        ("phones_written_in_all_ways", |kind| moves(kind, &written_in_all_ways())),
        ("any_values", |kind| moves(kind, &any_values())),
    ]
}

/// What there is before.
struct Before {
    users: Vec<u8>,
    phoneprov: String,
    /// Sections of pjsip.conf.
    pjsip: &'static str,
    /// How many files the phones have.
    files: usize,
    /// What of accounts must be there after, with a command that shows it.
    accounts: &'static [(&'static str, &'static [&'static str])],
}

/// A phone's files: what was sent for each.
type Files = BTreeMap<String, Vec<u8>>;

fn moves(kind: Kind, before: &Before) {
    let mut host = Host::with_c_module(kind);
    host.write("etc/phoneprov.conf", &before.phoneprov);
    host.write("etc/users.conf", &before.users);
    host.configure(before.pjsip);
    let line: String = VARIABLES.iter().map(|name| format!("{name}=[${{{name}}}]\n")).collect();
    host.set_template("line.cfg", &line);
    for template in [
        "phone.cfg",
        "000000000000.cfg",
        "000000000000-phone.cfg",
        "polycom.xml",
        "000000000000-directory.xml",
        "snom-mac.xml",
    ] {
        host.set_template(template, line.clone() + "${PP_EACH_EXTENSION(${MAC},line.cfg)}");
    }
    host.start();
    let theirs = files(&host, "sipusers");
    assert_eq!(theirs.len(), before.files, "res_phoneprov itself serves other phones: {:?}", theirs.keys());
    host.stop_gracefully();

    host.use_module(&kind.module());
    host.write("log/full", "");
    host.start();
    let text = host.cli_bytes("pjsip convert phoneprovs unmask");
    host.write("etc/pjsip_users.conf", &text);
    host.write("etc/pjsip.conf", host.read("etc/pjsip.conf") + "\n#include pjsip_users.conf\n");
    host.write("etc/users.conf", "[general]\n");
    let asked = theirs.keys().next().unwrap();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        // Whoever asks meanwhile gets what it always got.
        let asker = scope.spawn(|| {
            let mut answers: BTreeSet<Vec<u8>> = BTreeSet::new();
            while !is_done.load(Ordering::Relaxed) {
                answers.insert(fetch(host.address(), asked));
            }
            answers
        });
        host.cli("module reload res_pjsip.so");
        host.cli("module reload res_phoneprov.so");
        host.settle();
        is_done.store(true, Ordering::Relaxed);
        let answers = asker.join().unwrap();
        let others = answers.iter().filter(|answer| !answer.starts_with(b"HTTP/1.1 200 "));
        assert_eq!(others.count(), 0, "not all are answered with the file");
    });

    let log = host.log();
    assert!(!log.contains("Could not create an object"), "Asterisk refuses some of it:\n{log}");
    let ours = files(&host, "res_pjsip_phoneprov_provider");
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>(), "{text}");
    for (name, theirs) in &theirs {
        let differing = differing(theirs, &ours[name]);
        assert_eq!(differing, told_of(&text, theirs), "{name} differs otherwise than told in\n{text}");
    }
    for (command, words) in before.accounts {
        let shown = host.cli(command);
        let shown: Vec<String> =
            shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        for word in *words {
            assert!(shown.iter().any(|line| line == word), "{command}: no '{word}' in {shown:#?}");
        }
    }
    // Once moved, there is nothing more to move.
    let again = host.cli("pjsip convert phoneprovs unmask");
    assert!(!again.lines().any(|line| line.starts_with("[")), "{again}");
    host.finish();
}

/// The files of phones of that provider: of the others some have names that the table's column cuts off.
fn files(host: &Host, provider: &str) -> Files {
    let listing = host.cli("phoneprov show routes");
    let (_, of_phones) = listing.split_once("Dynamic routes").expect("the answer has two tables");
    let rows = of_phones.lines().filter(|row| row.starts_with(&provider[..provider.len().min(20)]));
    let names = rows.map(|row| row[42..82].trim_end().to_owned());
    names.map(|name| (name.clone(), fetch(host.address(), &name))).collect()
}

/// Lines of a file that differ, as `USERNAME NAME`; the others must be as many and in the same order.
fn differing(theirs: &[u8], ours: &[u8]) -> BTreeSet<String> {
    let lines = |text: &[u8]| -> Vec<Vec<u8>> { text.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect() };
    let (theirs, ours) = (lines(theirs), lines(ours));
    let body = |lines: &[Vec<u8>]| lines.iter().position(|line| line.starts_with(b"MAC=")).unwrap_or(lines.len());
    let (theirs, ours) = (&theirs[body(&theirs)..], &ours[body(&ours)..]);
    assert_eq!(theirs.len(), ours.len(), "{} {}", shown(theirs), shown(ours));
    let mut user = String::new();
    let mut differing = BTreeSet::new();
    for (theirs, ours) in theirs.iter().zip(ours) {
        let line = String::from_utf8_lossy(theirs).into_owned();
        if let Some(of_line) = line.strip_prefix("USERNAME=") {
            user = of_line.to_owned();
        }
        if theirs != ours {
            differing.insert(format!("{user} {}", line.split('=').next().unwrap_or_default()));
        }
    }
    differing
}

fn shown(lines: &[Vec<u8>]) -> String {
    String::from_utf8_lossy(&lines.join(&b'\n')).into_owned()
}

/// The same as the comments tell it of the lines in that file.
fn told_of(text: &str, file: &[u8]) -> BTreeSet<String> {
    const NEWS: &str = "its templates see what users.conf does not give: ";
    let file = String::from_utf8_lossy(file);
    let users: BTreeSet<&str> = file.lines().filter_map(|line| line.strip_prefix("USERNAME=")).collect();
    let mut told = BTreeSet::new();
    for part in text.split("; --- ").skip(1) {
        let id = part.split(" ---").next().unwrap_or_default();
        let user = format!("[{id}]");
        if !users.contains(user.as_str()) {
            continue;
        }
        let part = part.replace("\n;   ", " ");
        for news in part.lines().filter_map(|line| line.split_once(NEWS)).flat_map(|(_, news)| news.split(", ")) {
            let name = news.split(" = ").next().unwrap_or_default();
            if VARIABLES.contains(&name) {
                told.insert(format!("{user} {name}"));
            }
        }
    }
    told
}

/// The phone that Asterisk's own sample has, with its sample of phoneprov.conf: uncommented, and with the `username` that the
/// sample forgets.
fn sample(kind: Kind) -> Before {
    let read = |file: &str| {
        let path = hosts::top().join("target/roots").join(kind.name()).join("etc/asterisk").join(file);
        String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
    };
    let users = read("users.conf");
    let (general, user) = users.split_once(";[6000]").expect("the sample has a phone");
    let is_option = |line: &str| {
        line.split_once('=').is_some_and(|(name, _)| name.trim().bytes().all(|byte| byte.is_ascii_lowercase()))
    };
    let options = user.lines().filter_map(|line| line.strip_prefix(';')).filter(|line| is_option(line));
    let options: Vec<&str> = options.collect();
    assert!(options.len() > 10, "{options:?}");
    let users = format!("{general}\n[6000]\nusername = 6000\n{}\n", options.join("\n"));
    // Where there is no chan_sip, the sample makes no account, and whoever uses it has one in pjsip.conf.
    let (pjsip, accounts): (_, &[(_, &[_])]) = match kind {
        Kind::Asterisk16 => (
            "",
            &[
                ("pjsip show endpoint 6000", &["call_group : 1", "pickup_group : 1", "context : international"]),
                ("pjsip show auth 6000", &["username : 6000", "password : 1234"]),
            ],
        ),
        _ => (
            "[6000]\ntype = endpoint\nauth = 6000\ncontext = own\ncallerid = Somebody <1>\n\n\
             [6000]\ntype = auth\nusername = somebody\npassword = other\n",
            &[("pjsip show endpoint 6000", &["context : own"]), ("pjsip show auth 6000", &["password : other"])],
        ),
    };
    Before { users: users.into_bytes(), phoneprov: read("phoneprov.conf"), pjsip, files: 5, accounts }
}

/// Templates, files that are included, options of all kinds, several lines of a phone, and names that are hard to write.
fn written_in_all_ways() -> Before {
    let users = r#"[general]
hassip = yes
vmexten => *97
localextenlength = 4
fullname = New User
secret = of\;all
nat = yes
autoprov = no

[phone](!)
autoprov = yes
timezone = Europe/Berlin
secret = of the template

[a](phone)
macaddress = 0004f2000001
username = a
fullname = "Joe" \; <b>
secret = own, which comes second
cid_number = +49 (30) 1
label = a => b

[b](phone)
macaddress = 00:04:F2:00:00:02
username = b
callerid = "Bea \"B\" Müller" <2002>
linekeys = 2
NOTE = not a phone's

[b2](phone)
macaddress = 00:04:F2:00:00:02
username = b2
linenumber = 2
profile = lobby
hassip = no

[b3](phone)
macaddress = 00:04:F2:00:00:02
username = b3
linenumber = 2

[c d](phone)
macaddress = 0004f2000003
username = c d
label = <R&D> 'x' ${MAC}
profile = lobby

[x\;y](phone)
macaddress = 0004f2000004
username = x\;y

[1,2](phone)
macaddress = 0004f2000005
username = 1,2

[none]
macaddress = 0004f2000006
username = none
autoprov = no

[first counts](phone)
macaddress = 0004f2000007
username = first counts
autoprov = no

[big]
secret = big
context = from-big
disallow = all
allow = alaw,ulaw
dtmfmode = info
nat = no
directmedia = no
callgroup = 1,3-4
pickupgroup = 1
namedcallgroup = sales
language = de
accountcode = 4711
setvar = A=1
setvar = B=2
mohinterpret = jazz
parkinglot = lot
mailbox = 6000,6001@other
vmexten = *98
qualify = 500
qualifyfreq = 30
session-timers = refuse
session-minse = 120
session-expires = 600
sendrpid = pai
trustrpid = yes
busylevel = 2
allowtransfer = no
callingpres = prohib
tonezone = de
rtptimeout = 30
rtpholdtimeout = 60
icesupport = yes
subscribecontext = hints
permit = 192.0.2.0/255.255.255.0
fromuser = big
fromdomain = example.com
usereqphone = yes
autoframing = yes
encryption_taglen = 32
insecure = invite
hasiax = yes

[fixed]
host = 192.0.2.9
port = 5070
defaultuser = me
md5secret = 0123456789abcdef0123456789abcdef
"#;
    let phoneprov = "[general]\nserveraddr = 192.0.2.1\nserverport = 5070\ndefault_profile = desk\n\n\
                     [desk]\nmime_type = text/plain\n${MAC}.cfg = phone.cfg\nsetvar = NOTE=${USERNAME} on ${SERVER}\n\n\
                     [lobby]\n${MAC}-lobby.cfg = phone.cfg\n";
    Before {
        users: users.into(),
        phoneprov: phoneprov.into(),
        pjsip: "",
        files: 6,
        accounts: &[
            (
                "pjsip show endpoint big",
                &[
                    "context : from-big",
                    "allow : (alaw|ulaw)",
                    "dtmf_mode : info",
                    "force_rport : false",
                    "direct_media : false",
                    "call_group : 1, 3, 4",
                    "A : 1",
                    "CHANNEL(parkinglot) : lot",
                    "named_call_group : sales",
                    "language : de",
                    "accountcode : 4711",
                    "mailboxes : 6000@default,6001@other",
                    "voicemail_extension : *98",
                    "timers : no",
                    "timers_min_se : 120",
                    "timers_sess_expires : 600",
                    "send_pai : true",
                    "trust_id_inbound : true",
                    "device_state_busy_at : 2",
                    "allow_transfer : false",
                    "callerid_privacy : prohib",
                    "rtp_timeout : 30",
                    "rtp_timeout_hold : 60",
                    "ice_support : true",
                    "subscribe_context : hints",
                    "from_user : big",
                    "from_domain : example.com",
                    "user_eq_phone : true",
                    "srtp_tag_32 : true",
                ],
            ),
            (
                "pjsip show aor big",
                &["qualify_frequency : 30", "qualify_timeout : 0.500000", "max_contacts : 1", "remove_existing : true"],
            ),
            ("pjsip show auth fixed", &["auth_type : md5", "md5_cred : 0123456789abcdef0123456789abcdef"]),
            ("pjsip show aor fixed", &["contact : sip:me@192.0.2.9:5070"]),
        ],
    }
}

/// 150 phones, with whatever may stand in a value.
fn any_values() -> Before {
    let mut random = fastrand::Rng::with_seed(16);
    let mut users = b"[general]\nhassip = yes\n".to_vec();
    for number in 0..150 {
        users.extend_from_slice(format!("[u{number}]\nautoprov = yes\nmacaddress = 0004f2{number:06x}\n").as_bytes());
        users.extend_from_slice(format!("username = u{number}\n").as_bytes());
        for option in ["fullname", "secret", "label", "cid_number", "linekeys"] {
            let value = any_value(&mut random);
            users.extend_from_slice(option.as_bytes());
            users.extend_from_slice(b" = ");
            for byte in value {
                users.extend((byte == b';').then_some(b'\\'));
                users.push(byte);
            }
            users.push(b'\n');
        }
    }
    let phoneprov = "[general]\ndefault_profile = desk\n[desk]\n${MAC}.cfg = phone.cfg\n";
    Before { users, phoneprov: phoneprov.into(), pjsip: "", files: 150, accounts: &[] }
}

fn any_value(random: &mut fastrand::Rng) -> Vec<u8> {
    const ODD: [&str; 24] = [
        ";", ";--", "--;", "\\", "\"", "<", ">", "=", "=>", "[", "]", "(!)", "#include", "${MAC}", "$[1+1]", "%", ",",
        "|", "ä", "\u{202e}", "'", "&", " ", "@",
    ];
    let mut value = Vec::new();
    for _ in 0..random.usize(1..8) {
        match random.u8(..3) {
            0 => value.extend((0..random.usize(1..5)).map(|_| random.alphanumeric() as u8)),
            1 => value.push(random.u8(0x80..)),
            _ => value.extend_from_slice(random.choice(ODD).unwrap_or_default().as_bytes()),
        }
    }
    value.insert(0, b'a');
    value.push(b'z');
    let bare = value[1..value.len() - 1].trim_ascii();
    if random.bool() && !bare.is_empty() { bare.to_vec() } else { value }
}
