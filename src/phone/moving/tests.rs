//! Sections as they are written.

use super::super::defaults::Defaults;
use super::super::directory::{Auth, Directory, Endpoint, Transport};
use super::super::line::Context;
use super::super::object_type::ObjectType;
use super::super::phoneprov_conf::profiles::Profiles;
use super::super::standard::StandardNames;
use super::super::users_conf::User;
use super::super::variables::Variables;
use super::{Known, text};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::ffi::{CStr, CString};

/// An Asterisk that has these endpoints, with their auths, and this phone.
#[derive(Default)]
struct There {
    endpoints: Vec<(&'static CStr, Endpoint, Auth)>,
    phones: Vec<&'static CStr>,
}

impl Directory for There {
    fn endpoint(&self, id: &CStr) -> Option<Endpoint> {
        self.endpoints.iter().find(|(each, ..)| *each == id).map(|(_, endpoint, _)| endpoint.clone())
    }
    fn auth(&self, id: &CStr) -> Option<Auth> {
        self.endpoints.iter().find(|(each, ..)| *each == id).map(|(.., auth)| auth.clone())
    }
    fn transport(&self, id: &CStr) -> Option<Transport> {
        (id == c"udp").then_some(Transport { port: 5070, protocol: Some(c"udp"), is_reloadable: false })
    }
    fn is_refused(&self, _kind: ObjectType, _id: &CStr) -> bool {
        false
    }
    fn has_time_zone(&self, _name: &CStr) -> bool {
        true
    }
}

/// `"Name" <number>`, as far as these tests write it.
fn split(text: &CStr) -> (CString, CString) {
    let text = text.to_bytes();
    let at = text.iter().rposition(|&byte| byte == b'<').unwrap_or(text.len());
    let (name, number) = text.split_at(at);
    let number = number.strip_prefix(b"<").unwrap_or_default().strip_suffix(b">").unwrap_or_default();
    let name = name.trim_ascii();
    let name = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")).unwrap_or(name);
    let mut unescaped = Vec::new();
    let mut bytes = name.iter();
    while let Some(&byte) = bytes.next() {
        unescaped.extend(if byte == b'\\' { bytes.next().copied() } else { Some(byte) });
    }
    (CString::new(unescaped).unwrap(), CString::new(number).unwrap())
}

/// A file of sections, written as such files are, without templates.
fn file(text: &str) -> Vec<User> {
    let mut file: Vec<User> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(id) = line.strip_prefix('[') {
            file.push((CString::new(id.trim_end_matches(']')).unwrap(), Variables::default()));
        } else {
            let (name, value) = line.split_once('=').unwrap();
            let text = |text: &str| CString::new(text.trim()).unwrap();
            file.last_mut().unwrap().1.push(&text(name), &text(value));
        }
    }
    file
}

fn converted(users: &[User], there: &There, unmask: bool) -> Vec<u8> {
    let phoneprov_conf = file("[general]\ndefault_profile = desk\nserveraddr = 192.0.2.1\n[desk]\n[lobby]");
    let (defaults, names) = (Defaults::default(), StandardNames::default());
    let profiles = Profiles::new(phoneprov_conf.clone());
    let context = Context { defaults: &defaults, names: &names, directory: there, profiles: Some(&profiles) };
    let has_section = |id: &CStr| there.phones.contains(&id);
    let known = Known { context: &context, has_section: &has_section, split: &split, address_of: &|_| None, unmask };
    text(c"users.conf", users, &phoneprov_conf, &known)
}

/// What becomes of these users, without what stands above them.
fn becomes(users: &str, there: &There, expected: &Expect) {
    let text = String::from_utf8(converted(&file(users), there, true)).unwrap();
    let from = text.find("; --- ").unwrap_or(text.len());
    expected.assert_eq(text[from..].trim_end());
}

#[test]
fn an_account_with_a_phone_becomes_four_sections() {
    let users = "[general]\nfullname = New User\nhassip = yes\nhasvoicemail = yes\nvmsecret = 1234\nhasiax = yes
        callgroup = 1\ncallwaiting = yes\nvmexten = *97
        [6000]\nfullname = Joe \"R&D\" User\nsecret = a;b\nusername = 6000\nmacaddress = 112233445566\nautoprov = yes
        cid_number = 6000\nhasiax = no\nhasmanager = no\nemail = joe@example.com\ncontext = international";
    let text = String::from_utf8(converted(&file(users), &There::default(), true)).unwrap();
    expect![[r#"
        ; Made of users.conf (sections: 1, lines of phones: 1) by 'pjsip convert
        ;   phoneprovs', which changes nothing. What is left out, or otherwise than
        ;   before, stands in comments; how to go on is told in
        ;   moving-from-users-conf.md.

        ; What [general] says for all, behind the codecs that chan_sip has where nobody
        ;   says any; what sip.conf says for all is not here
        ; left out, for voicemail.conf: vmsecret = 1234
        ; left out, for iax.conf: hasiax = yes
        ; left out, chan_dahdi's: callwaiting = yes
        [users-conf-endpoint](!)
        type = endpoint
        allow = ulaw,alaw,gsm
        call_group = 1
        voicemail_extension = *97

        ; What phones have of which their own sections say nothing
        [users-conf-phone](!)
        type = phoneprov
        SERVER = 192.0.2.1
        PROFILE = desk
        VOICEMAIL_EXTEN = *97

        ; --- 6000 ---
        ; its templates see what users.conf does not give: LABEL = 6000
        ; left out, for voicemail.conf: email = joe@example.com
        [6000](users-conf-endpoint)
        auth = 6000
        aors = 6000
        callerid = "Joe \"R&D\" User" <6000>
        mailboxes = 6000@default
        context = international

        [6000]
        type = auth
        username = 6000
        password = a\;b

        [6000]
        type = aor
        max_contacts = 1
        remove_existing = yes

        [6000](users-conf-phone)
        endpoint = 6000
        MAC = 112233445566

        ; For extensions.conf: what pbx_config made of users.conf in its userscontext,
        ;   'default' if nobody says another
        ;   exten => 6000,hint,PJSIP/6000
        ;   exten => 6000,1,Gosub(6000,stdexten(${HINT}))
    "#]]
    .assert_eq(&text);
}

#[test]
fn what_is_there_already_is_not_written_again() {
    let account = |password: &CStr| Auth { username: Some(c"6000".into()), password: Some(password.into()) };
    let endpoint = Endpoint {
        transport: Some(c"udp".into()),
        callerid_number: Some(c"6000".into()),
        callerid_name: Some(c"Joe".into()),
        auth: Some(c"6000".into()),
    };
    let there = There {
        endpoints: vec![(c"6000", endpoint.clone(), account(c"new")), (c"6001", endpoint, account(c"one"))],
        phones: vec![c"6001"],
    };
    let user = |id: &str, secret: &str| {
        format!("[{id}]\nhassip=yes\nautoprov=yes\nmacaddress=00{id}\nusername=6000\nfullname=Joe\nsecret={secret}\n")
    };
    becomes(
        &(user("6000", "old") + &user("6001", "one")),
        &there,
        &expect![[r#"
        ; --- 6000 ---
        ; there is an endpoint of that id: what users.conf says of its account is left
        ;   out
        ; SECRET, SERVER_PORT stays as users.conf has it, where its endpoint, auth or
        ;   transport has something else: without that line the phone is told what these
        ;   have
        ; its templates see what users.conf does not give: CALLERID = 6000, LABEL = 6000
        [6000](users-conf-phone)
        endpoint = 6000
        MAC = 006000
        SECRET = old
        SERVER_PORT = 5060

        ; --- 6001 ---
        ; there is an endpoint of that id: what users.conf says of its account is left
        ;   out
        ; there is a type=phoneprov section of that id: it is left out
        ; nothing becomes of it"#]],
    );
}

#[test]
fn phones_and_accounts_that_res_phoneprov_and_chan_sip_did_not_make_are_told() {
    let users = "[phone-only]\nautoprov=yes\nmacaddress=01\nusername=po\nsecret=x\nprofile=sofa
        [account-only]\nhassip=yes\nmacaddress=02\nnat=maybe\nqualify=yes\ninsecure=invite\ntransport=tls\nmd5secret=abc
        [mac-less]\nautoprov=yes\n[nameless]\nautoprov=yes\nmacaddress=03\n[nothing]\nemail=a@b\n[nothing]\nemail=c@d";
    becomes(
        users,
        &There::default(),
        &expect![[r#"
        ; --- phone-only ---
        ; no account is made of it, because hassip is not yes: its phone is told what
        ;   users.conf says
        ; phoneprov.conf has no profile 'sofa'
        ; its templates see what users.conf does not give: LABEL = phone-only
        [phone-only](users-conf-phone)
        MAC = 01
        PROFILE = sofa
        USERNAME = po
        SECRET = x

        ; --- account-only ---
        ; no phone: it has a macaddress and not autoprov = yes
        ; left out, chan_sip's alone, without an option of pjsip.conf: insecure = invite
        ; left out, a value that pjsip.conf does not take: nat = maybe
        ; left out, to be said by transport= in the endpoint, with the id of a
        ;   type=transport section that speaks it: transport = tls
        [account-only](users-conf-endpoint)
        auth = account-only
        aors = account-only

        [account-only]
        type = auth
        auth_type = md5
        username = account-only
        md5_cred = abc

        [account-only]
        type = aor
        max_contacts = 1
        remove_existing = yes
        qualify_frequency = 60
        qualify_timeout = 2.000


        ; --- mac-less ---
        ; no phone: it has autoprov and no macaddress
        ; nothing becomes of it

        ; --- nameless ---
        ; no phone: res_phoneprov refuses it, because it has no username
        ; nothing becomes of it

        ; --- nothing ---
        ; nothing becomes of it

        ; --- nothing ---
        ; it is there a second time, and there can be one of an id: left out
        ; nothing becomes of it

        ; For extensions.conf: what pbx_config made of users.conf in its userscontext,
        ;   'default' if nobody says another
        ;   exten => account-only,hint,PJSIP/account-only
        ;   exten => account-only,1,Dial(${HINT})"#]],
    );
}

#[test]
fn lines_that_depend_on_each_other_are_told() {
    let line = |id: &str, number: u8, more: &str| {
        format!("[{id}]\nautoprov=yes\nmacaddress=01\nusername={id}\nlinenumber={number}\nlabel={id}\n{more}\n")
    };
    let users =
        line("third", 3, "profile=lobby") + &line("second", 2, "") + &line("again", 2, "") + &line("first", 1, "");
    becomes(
        &users,
        &There::default(),
        &expect![[r#"
        ; --- third ---
        ; no account is made of it, because hassip is not yes: its phone is told what
        ;   users.conf says
        [third](users-conf-phone)
        MAC = 01
        PROFILE = lobby
        LINE = 3

        ; --- second ---
        ; it is the phone's lowest line, by which its files are named now; res_phoneprov
        ;   named them by [third], which comes first in the file
        ; its phone's profile is 'lobby', as that one says
        ; no account is made of it, because hassip is not yes: its phone is told what
        ;   users.conf says
        [second](users-conf-phone)
        MAC = 01
        LINE = 2
        PROFILE = lobby

        ; --- again ---
        ; no phone: res_phoneprov refuses it, because [second] is line 2 of '01' already
        ; nothing becomes of it

        ; --- first ---
        ; it is the phone's lowest line, by which its files are named now; res_phoneprov
        ;   named them by [third], which comes first in the file
        ; its phone's profile is 'lobby', as that one says
        ; res_phoneprov loses lines that come behind higher ones; now the phone has them
        ;   all
        ; no account is made of it, because hassip is not yes: its phone is told what
        ;   users.conf says
        [first](users-conf-phone)
        MAC = 01
        LINE = 1
        PROFILE = lobby"#]],
    );
}

#[test]
fn secrets_are_masked_unless_somebody_asks_for_them() {
    let users = "[1]\nhassip=yes\nautoprov=yes\nmacaddress=01\nusername=2\nsecret=hunter2\nvmsecret=hunter3\n[2]\nhassip=yes\nmd5secret=hunter4";
    let says = |unmask| String::from_utf8(converted(&file(users), &There::default(), unmask)).unwrap();
    assert!(!says(false).contains("hunter"), "{}", says(false));
    assert!(says(false).contains("Secrets are masked"));
    for secret in ["hunter2", "hunter3", "hunter4"] {
        assert!(says(true).contains(secret), "{}", says(true));
    }
}

/// A section's name, and its options.
type Section = (Vec<u8>, Vec<(Vec<u8>, Vec<u8>)>);

/// Sections with their options as Asterisk reads them (config.c), templates taken into what is made from them.
fn read(text: &[u8]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut templates = 0;
    for line in text.split(|&byte| byte == b'\n') {
        let mut code = Vec::new();
        for &byte in line {
            match (byte, code.last()) {
                (b';', Some(b'\\')) => *code.last_mut().unwrap() = b';',
                (b';', _) => break,
                _ => code.push(byte),
            }
        }
        let code = code.trim_ascii();
        if let Some(rest) = code.strip_prefix(b"[") {
            let end = rest.iter().position(|&byte| byte == b']').unwrap();
            let base = rest[end + 1..].strip_prefix(b"(").and_then(|base| base.strip_suffix(b")")).unwrap_or_default();
            let inherited = sections.iter().find(|(id, _)| id == base).map(|(_, options)| options.clone());
            sections.push((rest[..end].to_vec(), inherited.unwrap_or_default()));
            templates += usize::from(base == b"!");
        } else if let Some(at) = code.iter().position(|&byte| byte == b'=') {
            let value = code[at + 1..].strip_prefix(b">").unwrap_or(&code[at + 1..]);
            sections.last_mut().unwrap().1.push((code[..at].trim_ascii().to_vec(), value.trim_ascii().to_vec()));
        }
    }
    sections.split_off(templates)
}

/// A value as such a file can give it: without blanks at its ends, and not empty.
fn value() -> impl Strategy<Value = CString> {
    let bytes = prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b";\\\"<>=[]#! ,"[..])], 1..30);
    bytes.prop_filter_map("it has a blank at its end", |bytes| {
        let bytes: Vec<u8> = bytes.into_iter().filter(|byte| !byte.is_ascii_control()).collect();
        let is_fit = !bytes.is_empty() && bytes.trim_ascii().len() == bytes.len();
        CString::new(bytes).ok().filter(|_| is_fit)
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_as_what_it_was(
        name in value(), number in value(), secret in value(), label in value(), context in value()
    ) {
        let options = [
            (c"hassip", c"yes"), (c"autoprov", c"yes"), (c"macaddress", c"01"), (c"username", c"u"), (c"fullname", &*name),
            (c"cid_number", &number), (c"secret", &secret), (c"label", &label), (c"context", &context),
        ];
        let users = vec![(c"u".to_owned(), options.into_iter().collect())];
        let text = converted(&users, &There::default(), true);
        let sections = read(&text);
        let value = |object_type: &[u8], name: &[u8]| -> Option<Vec<u8>> {
            let is_it = |options: &[(Vec<u8>, Vec<u8>)]| options.iter().any(|(name, value)| name == b"type" && value == object_type);
            let (_, options) = sections.iter().find(|(id, options)| id == b"u" && is_it(options)).unwrap();
            options.iter().rfind(|(each, _)| each == name).map(|(_, value)| value.clone())
        };
        prop_assert_eq!(value(b"auth", b"password").unwrap(), secret.to_bytes());
        prop_assert_eq!(value(b"endpoint", b"context").unwrap(), context.to_bytes());
        let label = Some(label).filter(|label| label.as_c_str() != c"u");
        prop_assert_eq!(value(b"phoneprov", b"LABEL"), label.map(CString::into_bytes));
        // Either the endpoint says it, or the section does.
        let caller = CString::new(value(b"endpoint", b"callerid").unwrap()).unwrap();
        let (as_name, as_number) = split(&caller);
        prop_assert_eq!(value(b"phoneprov", b"DISPLAY_NAME").unwrap_or(as_name.into_bytes()), name.to_bytes());
        prop_assert_eq!(value(b"phoneprov", b"CALLERID").unwrap_or(as_number.into_bytes()), number.to_bytes());
    }
}
