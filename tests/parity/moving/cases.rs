//! Files of phones that are to move.

use hosts::Kind;
use std::fs;

/// What there is before.
pub struct Before {
    pub users: Vec<u8>,
    pub phoneprov: String,
    /// Sections of pjsip.conf.
    pub pjsip: &'static str,
    /// How many files the phones have.
    pub files: usize,
    /// What of accounts must be there after, with a command that shows it.
    pub accounts: &'static [(&'static str, &'static [&'static str])],
}

/// The phone that Asterisk's own sample has, with its sample of phoneprov.conf: uncommented, and with the `username` that the
/// sample forgets.
pub fn sample(kind: Kind) -> Before {
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
pub fn written_in_all_ways() -> Before {
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
pub fn any_values() -> Before {
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
