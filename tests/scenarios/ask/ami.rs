//! What AMI tells of phones, and to whom.

use super::console::fetch_and_wait;
use hosts::config::{GOOD_MAC, account, good_phone, section};
use hosts::{Ami, Host, Message, eventually};

const MAC: &str = "001122334455";
const MODULE: &str = "res_pjsip_phoneprov_provider.so";

fn phone(lines: &str) -> String {
    section("phone", MAC, &format!("endpoint = 1000\nADMIN_PASSWORD = hunter2\n{lines}"))
}

fn mac(number: usize) -> String {
    format!("00000000{number:04x}")
}

/// The events with these names, each as its headers that make a difference.
fn texts(messages: &[Message], prefix: &str) -> Vec<String> {
    let ours = messages.iter().filter(|message| message.get("Event").is_some_and(|event| event.starts_with(prefix)));
    let text = |message: &Message| {
        let skipped = [
            "Privilege",
            "ActionID",
            "Milliseconds",
            "Applied",
            "ContentHash",
            "LastFetch",
            "LastFetchBytes",
            "LastMiss",
            "LastSync",
            "LastSyncMilliseconds",
            "Delivered",
            "ConfigFile",
            "ConfigLine",
        ];
        let headers = message.headers.iter().filter(|(name, _)| !skipped.contains(&name.as_str()));
        headers.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    ours.map(text).collect()
}

fn event_of<'a>(answer: &'a [Message], event: &str, name: &str, value: &str) -> &'a Message {
    let found = answer.iter().find(|message| message.is_event(event) && message.get(name) == Some(value));
    found.unwrap_or_else(|| panic!("no {event} with {name} {value} in {answer:#?}"))
}

pub fn lists_phones_over_ami(host: &mut Host) {
    host.configure(good_phone() + &phone("") + &section("bad", "0011223344aa", "endpoint = nobody"));
    host.start();
    fetch_and_wait(host, MAC);
    let mut ami = host.ami("system");
    let answer = ami.action("PJSIPShowPhoneprovs", &[]);
    assert!(answer[0].is_success(), "{answer:?}");
    assert_eq!(answer[0].get("EventList"), Some("start"));
    assert_eq!(
        texts(&answer, "Phoneprov"),
        [
            "Event=PhoneprovList MAC=0011223344aa Profile=desk Lines=0 Sections=bad State=Refused Reason='bad' names endpoint \
             'nobody', which does not exist; add a type=endpoint section 'nobody' or correct endpoint=",
            "Event=PhoneprovList MAC=001122334455 Profile=desk Lines=1 Sections=phone State=Served Files=001122334455.cfg Delivery=Current \
             LastFetchAddress=127.0.0.1 LastFetchFile=001122334455.cfg LastFetchStatus=200 LastFetchUserAgent=Phone 1.0 \
             Fetches=1 Misses=0 Failures=0",
            "Event=PhoneprovList MAC=00aa00aa00aa Profile=desk Lines=1 Sections=good State=Served Files=00aa00aa00aa.cfg Delivery=New",
            "Event=PhoneprovListComplete EventList=Complete ListItems=3 Phones=3 Lines=2 Served=2 Refused=1 HeldBack=0 Missed=0 Problems=1 ResPhoneprov=Running",
        ]
    );
    let fetched = event_of(&answer, "PhoneprovList", "MAC", MAC).get("LastFetch").unwrap();
    assert!(fetched.len() == "2026-08-01T12:00:00Z".len() && fetched.ends_with('Z'), "{fetched}");

    let like = ami.action("PJSIPShowPhoneprovs", &[("Like", "^(goo|zzz)")]);
    assert_eq!(texts(&like, "PhoneprovList")[0], texts(&answer, "PhoneprovList")[2]);
    assert_eq!(like.len(), 3, "{like:?}");
    for (name, value, wanted) in [
        ("Only", "refused", 0),
        ("Only", "Silent", 0),
        ("Only", "silent", 2),
        ("Profile", "desk", 0),
        ("Profile", "desk", 1),
    ] {
        let some = ami.action("PJSIPShowPhoneprovs", &[(name, value)]);
        let (some, all) = (texts(&some, "PhoneprovList"), texts(&answer, "PhoneprovList"));
        assert!(some.contains(&all[wanted]), "{name}: {value}: {some:?}");
    }
    let applied = event_of(&answer, "PhoneprovList", "MAC", MAC).get("Applied").unwrap();
    assert!(applied.len() == "2026-08-01T12:00:00Z".len() && applied.ends_with('Z'), "{applied}");
    for (action, headers, says) in [
        ("PJSIPShowPhoneprovs", [("Like", "(")], "Like is no regular expression"),
        (
            "PJSIPShowPhoneprovs",
            [("Only", "served")],
            "Only is refused, missed, silent, stale or new, and not 'served'",
        ),
        ("PJSIPShowPhoneprov", [("Phoneprov", "")], "Phoneprov is missing"),
        ("PJSIPShowPhoneprov", [("Phoneprov", "nobody")], "There is no phone and no section 'nobody'"),
    ] {
        let answer = ami.action(action, &headers);
        assert_eq!(answer[0].get("Response"), Some("Error"), "{answer:?}");
        assert!(answer[0].get("Message").unwrap().contains(says), "{answer:?}");
    }
}

pub fn shows_a_phone_over_ami(host: &mut Host) {
    host.configure(good_phone() + &phone("LABEL = Ann"));
    host.start();
    let answer = host.ami("system").action("PJSIPShowPhoneprov", &[("Phoneprov", "00:11:22:33:44:55")]);
    let told = texts(&answer, "Phoneprov");
    for line in [
        "Event=PhoneprovDetail ObjectType=phoneprov ObjectName=phone MAC=001122334455 Line=1 State=Served",
        "Event=PhoneprovVariable ObjectName=phone Variable=LABEL Value=Ann Origin=section phone Hidden=no",
        "Event=PhoneprovVariable ObjectName=phone Variable=LABEL Value=phone Origin=module Hidden=yes",
        "Event=PhoneprovVariable ObjectName=phone Variable=SECRET Value=******** Origin=auth 1000 Hidden=no",
        "Event=PhoneprovVariable ObjectName=phone Variable=ADMIN_PASSWORD Value=******** Origin=section phone Hidden=no",
        "Event=PhoneprovVariable ObjectName=phone Variable=SERVER_PORT Value=5060 Origin=transport udp Hidden=no",
    ] {
        assert!(told.iter().any(|each| each == line), "'{line}' is not in {told:#?}");
    }
    let complete = format!("Event=PhoneprovDetailComplete EventList=Complete ListItems={}", told.len() - 1);
    assert_eq!(told.last(), Some(&complete));
}

/// Classes: who may not, gets nothing; and secrets are for `config`.
pub fn gives_secrets_to_the_class_config_only(host: &mut Host) {
    let manager = host.read("etc/manager.conf") + "\n[keeper]\nsecret = secret\nread = config\nwrite = config\n";
    host.write("etc/manager.conf", manager);
    host.configure(good_phone() + &phone(""));
    host.start();
    let file = [("Phoneprov", "phone"), ("File", "001122334455.cfg")];
    let actions: [(&str, &[(&str, &str)]); 7] = [
        ("PJSIPShowPhoneprovs", &[]),
        ("PJSIPShowPhoneprov", &[("Phoneprov", "phone")]),
        ("PJSIPPhoneprovCheck", &[]),
        ("PJSIPShowPhoneprovStatus", &[]),
        ("PJSIPShowPhoneprovUnmasked", &[("Phoneprov", "phone")]),
        ("PJSIPShowPhoneprovFile", &file),
        ("PJSIPShowPhoneprovFileUnmasked", &file),
    ];
    host.set_template("line.cfg", host.read("data/phoneprov/line.cfg") + "ADMIN=${ADMIN_PASSWORD}\n");
    let mut listener = host.ami("system");
    for user in ["all", "system", "keeper", "nobody"] {
        let mut ami = host.ami(user);
        for (action, headers) in actions {
            let is_unmasked = action.ends_with("Unmasked");
            let may = match user {
                "all" => true,
                "system" => !is_unmasked,
                "keeper" => is_unmasked,
                _ => false,
            };
            let answer = ami.action(action, headers);
            assert_eq!(answer[0].is_success(), may, "{user}: {action}: {answer:?}");
            let has_secret = format!("{answer:?}").contains("secret-1000") && format!("{answer:?}").contains("hunter2");
            assert_eq!(has_secret, may && is_unmasked, "{user}: {action}: {answer:?}");
        }
    }
    host.configure(good_phone() + &phone("").replace("hunter2", "hunter3"));
    let check = host.ami("system").action("PJSIPPhoneprovCheck", &[]);
    let told = "Event=PhoneprovCheckPhone Change=Changed MAC=001122334455 Sections=phone NeedsResPJSIP=No Variables=ADMIN_PASSWORD";
    assert_eq!(texts(&check, "PhoneprovCheck")[0], told);
    host.reload();
    let events = listener.events_until("PhoneprovSynced");
    assert_eq!(
        texts(&events, "Phoneprov")[0],
        "Event=PhoneprovChanged MAC=001122334455 Sections=phone Variables=ADMIN_PASSWORD"
    );
    assert!(!format!("{events:?}{check:?}").contains("hunter"), "{events:?}");
}

/// One event for each phone, then one for all of them; nothing where nothing changed, and nothing to who may not hear it.
pub fn raises_events_for_what_became_of_phones(host: &mut Host) {
    host.configure(account("1000") + &section("a", &mac(1), "NOTE = 1") + &section("b", &mac(2), ""));
    host.start();
    let (mut system, mut nobody) = (host.ami("system"), host.ami("nobody"));
    host.reload();
    host.cli("module reload res_phoneprov.so");
    assert_eq!(texts(&system.events(), "Phoneprov"), [""; 0], "nothing has changed");

    let edited = section("a", &mac(1), "NOTE = 2\nMORE = 1")
        + &section("c", &mac(3), "LINE = 2")
        + &section("d", &mac(3), "LINE = 1")
        + &section("bad", &mac(4), "endpoint = nobody");
    host.configure(&edited);
    host.reload();
    let mut told = texts(&system.events_until("PhoneprovSynced"), "Phoneprov");
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "Event=PhoneprovAdded MAC=000000000003 Sections=d,c",
            "Event=PhoneprovChanged MAC=000000000001 Sections=a Variables=MORE,NOTE",
            "Event=PhoneprovProblem ObjectType=phoneprov ObjectName=bad Severity=Error Problem=names endpoint 'nobody', which does not exist; \
             add a type=endpoint section 'nobody' or correct endpoint=",
            "Event=PhoneprovRemoved MAC=000000000002 Sections=b",
            "Event=PhoneprovSynced Added=1 Changed=1 Removed=1 Unchanged=0 Problems=1",
        ]
    );
    host.reload();
    assert_eq!(texts(&system.events(), "Phoneprov"), [""; 0], "a known problem is not told again");
    host.configure(edited.replace("endpoint = nobody", "TIMEZONE = No/Where"));
    host.reload();
    let told = texts(&system.events_until("PhoneprovSynced"), "Phoneprov");
    assert_eq!(
        told,
        [
            "Event=PhoneprovAdded MAC=000000000004 Sections=bad",
            "Event=PhoneprovProblem ObjectType=phoneprov ObjectName=bad Severity=Warning Problem=has TIMEZONE 'No/Where', which is \
             no file in /usr/share/zoneinfo: its phone gets UTC; correct TIMEZONE=, or install that zone (tzdata)",
            "Event=PhoneprovProblemGone ObjectType=phoneprov ObjectName=bad Severity=Error Problem=names endpoint 'nobody', which \
             does not exist; add a type=endpoint section 'nobody' or correct endpoint=",
            "Event=PhoneprovSynced Added=1 Changed=0 Removed=0 Unchanged=2 Problems=1",
        ]
    );
    assert_eq!(texts(&nobody.events(), "Phoneprov"), [""; 0], "who has not the class hears nothing");
}

/// Case 20, and 14: a phone that gets nothing, because it asks for something else or is refused.
pub fn raises_an_event_for_a_phone_that_gets_404(host: &mut Host) {
    host.configure(phone("").replace("endpoint = 1000", "") + &section("bad", "0011223344aa", "endpoint = nobody"));
    host.start();
    let mut ami = host.ami("system");
    for file in ["001122334455.xml", "00-11-22-33-44-55.cfg", "0011223344AA.cfg"] {
        assert_eq!(host.fetch(file).status, 404);
    }
    // It is told once the phone has its answer.
    let mut told = [ami.wait_for_event("PhoneprovMissed"), ami.wait_for_event("PhoneprovMissed")].to_vec();
    told.extend(ami.events());
    assert_eq!(
        texts(&told, "Phoneprov"),
        [
            "Event=PhoneprovMissed MAC=001122334455 Sections=phone File=001122334455.xml Address=127.0.0.1 \
             UserAgent=Phone 1.0 Misses=1",
            "Event=PhoneprovMissed MAC=0011223344aa Sections= File=0011223344AA.cfg Address=127.0.0.1 UserAgent=Phone 1.0 \
             Misses=1 Reason='bad' names endpoint 'nobody', which does not exist; add a type=endpoint section 'nobody' or \
             correct endpoint=",
        ]
    );
    let list = ami.action("PJSIPShowPhoneprovs", &[]);
    let of = |mac, header| event_of(&list, "PhoneprovList", "MAC", mac).get(header);
    assert_eq!(of(MAC, "LastFetchStatus"), Some("404"));
    assert_eq!(of(MAC, "LastMissFile"), Some("00-11-22-33-44-55.cfg"));
    assert_eq!((of(MAC, "Misses"), of(MAC, "Fetches")), (Some("2"), Some("0")));
    assert_eq!(of("0011223344aa", "Misses"), Some("1"));
    let documentation = host.cli("manager show event PhoneprovList");
    for header in
        ["LastFetchStatus", "LastFetchBytes", "LastFetchUserAgent", "Fetches", "Misses", "Failures", "LastMissFile"]
    {
        assert!(documentation.contains(&format!("\n{header}: <value>")), "{header} is not in\n{documentation}");
    }
    let documentation = host.cli("manager show event PhoneprovMissed");
    for header in ["MAC", "Sections", "File", "Address", "UserAgent", "Misses", "Reason"] {
        assert!(documentation.contains(&format!("\n{header}: <value>")), "{header} is not in\n{documentation}");
    }
}

/// Fifty phones are told one by one, fifty-one as a number.
pub fn sums_up_a_bulk_change(host: &mut Host) {
    let phones = |count: usize, note: &str| {
        (0..count)
            .map(|number| section(&format!("p{number}"), &mac(number), &format!("NOTE = {note}")))
            .collect::<String>()
    };
    host.configure(phones(50, "1"));
    host.start();
    let mut ami = host.ami("system");
    let mut change = |sections: String| {
        host.configure(sections);
        host.reload();
        texts(&ami.events_until("PhoneprovSynced"), "Phoneprov")
    };
    let told = change(phones(50, "2"));
    assert_eq!(told.len(), 51);
    assert_eq!(told.iter().filter(|event| event.starts_with("Event=PhoneprovChanged ")).count(), 50);
    assert_eq!(change(phones(51, "3")), ["Event=PhoneprovSynced Added=1 Changed=50 Removed=0 Unchanged=0 Problems=0"]);
    // So many that res_phoneprov is reloaded as a whole.
    assert_eq!(
        change(phones(200, "4")),
        ["Event=PhoneprovSynced Added=149 Changed=51 Removed=0 Unchanged=0 Problems=0"]
    );
    assert_eq!(
        change(phones(200, "5")),
        ["Event=PhoneprovSynced Added=0 Changed=200 Removed=0 Unchanged=0 Problems=0"]
    );
    let faults = (0..51).map(|number| section(&format!("q{number}"), &mac(number), "endpoint = nobody"));
    let told = change(faults.collect());
    assert_eq!(
        told,
        [
            "Event=PhoneprovProblem ObjectType=phoneprov ObjectName=q0 ObjectNames=q0,q1,q10,q11,q12 ObjectCount=51 \
             Severity=Error Problem=names endpoint 'nobody', which does not exist; add a type=endpoint section 'nobody' or \
             correct endpoint=",
            "Event=PhoneprovSynced Added=0 Changed=0 Removed=200 Unchanged=0 Problems=51"
        ]
    );
    let faults = (0..51).map(|number| section(&format!("q{number}"), &mac(number), &format!("endpoint = {number}")));
    assert_eq!(
        change(faults.collect()),
        [
            told[0].replace("PhoneprovProblem", "PhoneprovProblemGone").as_str(),
            "Event=PhoneprovSynced Added=0 Changed=0 Removed=0 Unchanged=0 Problems=51"
        ],
        "51 that have nothing in common are a number"
    );
}

/// No id and no value begins another header, or another event.
pub fn keeps_every_value_in_its_header(host: &mut Host) {
    host.keep_objects_in("memory");
    host.configure("");
    host.start();
    // In JSON.
    let end = "\\r\\n";
    let evil = format!("x{end}Injected: yes{end}{end}Event: Injected{end}Injected: yes");
    let mut ami = host.ami("all");
    host.put("phoneprov", "phone", &[("MAC", MAC), ("PROFILE", "desk"), ("NOTE", &evil)]);
    host.put("phoneprov", "bad", &[("MAC", "0011223344aa"), ("PROFILE", &evil)]);
    assert!(eventually(|| host.phone(MAC).len() == 1));
    let mut seen = ami.events_until("PhoneprovSynced");
    for (action, headers) in [
        ("PJSIPShowPhoneprovs", vec![]),
        ("PJSIPShowPhoneprovUnmasked", vec![("Phoneprov", "phone")]),
        ("PJSIPShowPhoneprov", vec![("Phoneprov", "bad")]),
        ("PJSIPPhoneprovCheck", vec![]),
        ("PJSIPShowPhoneprovStatus", vec![]),
    ] {
        let answer = ami.action(action, &headers);
        assert!(answer[0].is_success(), "{answer:?}");
        seen.extend(answer);
    }
    // It is no value at all, and that is told.
    assert!(!seen.iter().any(|message| message.get("Variable") == Some("NOTE")), "{seen:?}");
    assert!(
        host.problems().iter().any(|line| line.contains("gets no NOTE from this section")),
        "{:?}",
        host.problems()
    );
    seen.extend(ami.events());
    for message in &seen {
        assert!(message.get("Injected").is_none() && !message.is_event("Injected"), "{message:?}");
    }
}

pub fn checks_over_ami(host: &mut Host) {
    host.configure(good_phone() + &section("goes", MAC, ""));
    host.start();
    let mut ami = host.ami("system");
    assert_eq!(
        texts(&ami.action("PJSIPPhoneprovCheck", &[]), "Phoneprov"),
        ["Event=PhoneprovCheckComplete EventList=Complete ListItems=0 Problems=0 NeedResPJSIP=0 Result=OK"]
    );
    host.configure(
        good_phone().replace("Phone 1000", "Ann").replace("secret-1000", "secret-0").trim_end().to_owned()
            + "\nNOTE = with secret-0\n\n"
            + &section("comes", "0000000000bb", "LINE = x")
            + "[odd]\ntype = phoneprovv\nMAC = 1\n",
    );
    assert_eq!(
        texts(&ami.action("PJSIPPhoneprovCheck", &[]), "Phoneprov"),
        [
            "Event=PhoneprovCheckPhone Change=Added MAC=0000000000bb Sections=comes NeedsResPJSIP=No",
            "Event=PhoneprovCheckPhone Change=Changed MAC=00aa00aa00aa Sections=good NeedsResPJSIP=Yes Variables=DISPLAY_NAME,NOTE,SECRET",
            "Event=PhoneprovCheckVariable MAC=00aa00aa00aa ObjectName=good Variable=DISPLAY_NAME OldValue=Phone 1000 NewValue=Ann",
            "Event=PhoneprovCheckVariable MAC=00aa00aa00aa ObjectName=good Variable=NOTE NewValue=with ********",
            "Event=PhoneprovCheckVariable MAC=00aa00aa00aa ObjectName=good Variable=SECRET OldValue=******** NewValue=********",
            "Event=PhoneprovCheckPhone Change=Removed MAC=001122334455 Sections=goes NeedsResPJSIP=No",
            "Event=PhoneprovCheckProblem ObjectType=phoneprov ObjectName=odd Severity=Error Problem=has type 'phoneprovv', which \
             nobody knows; write type=phoneprov",
            "Event=PhoneprovCheckProblem ObjectType=phoneprov ObjectName=comes Severity=Warning Problem=has LINE 'x', which is no \
             number and counts as 0; write LINE=1, LINE=2 and so on",
            "Event=PhoneprovCheckComplete EventList=Complete ListItems=8 Problems=2 NeedResPJSIP=1 Result=2 problems",
        ]
    );
}

pub fn tells_its_status_over_ami(host: &mut Host) {
    let two_lines = section("a", MAC, "LINE = 1") + &section("b", MAC, "LINE = 2");
    host.configure(good_phone() + &two_lines);
    host.start();
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);
    assert_eq!(host.fetch(&format!("{MAC}.xml")).status, 404);
    assert_eq!(host.fetch("0011223344ff.cfg").status, 404);
    host.configure(two_lines);
    host.reload();
    host.settle();
    let answer = host.ami("system").action("PJSIPShowPhoneprovStatus", &[]);
    let status = &answer[1];
    assert!(status.is_event("PhoneprovStatus"), "{answer:?}");
    for (name, value) in [
        ("Requests", "answered by this module, the rest passed on"),
        ("Pending", "No"),
        ("HTTP", "Enabled"),
        ("SessionLimit", "100"),
        ("PhoneprovConf", "Read"),
        ("RequestsGiven", "1"),
        ("RequestsUnchanged", "0"),
        ("RequestsNotFound", "2"),
        ("RequestsFailed", "0"),
        ("RequestsOtherwise", "0"),
        ("MissedRequests", "1"),
        ("LastMissedMAC", MAC),
        ("LastMissedAddress", "127.0.0.1"),
        ("RefusedRequests", "0"),
        ("UnknownRequests", "1"),
        ("Guesses", "0"),
        ("LastUnknownMAC", "0011223344ff"),
        ("LastUnknownAddress", "127.0.0.1"),
        ("Phones", "1"),
        ("Lines", "2"),
        ("PhonesRefused", "0"),
        ("Problems", "0"),
        ("ProblemsErrors", "0"),
        ("ProblemsWarnings", "0"),
        ("ProblemsByKind", ""),
        ("SyncsWithChanges", "2"),
        ("SyncsPutOff", "0"),
        ("PhonesAdded", "2"),
        ("PhonesChanged", "0"),
        ("PhonesRemoved", "1"),
        ("LastSyncReason", "the module was reloaded"),
    ] {
        assert_eq!(status.get(name), Some(value), "{name} in {status:?}");
    }
    let url = format!("http://{}:8088/phoneprov/", host.address());
    assert_eq!(status.get("HTTPAddresses"), Some(url.as_str()), "{status:?}");
    let documentation = host.cli("manager show event PhoneprovStatus");
    for (name, _) in status.headers.iter().filter(|(name, _)| name != "Event" && name != "ActionID") {
        assert!(documentation.contains(&format!("\n{name}: <value>")), "{name} is not in\n{documentation}");
    }
}

/// Not while the module is unloaded: Asterisk itself ends a session whose action has just gone.
pub fn answers_sessions_while_phones_change(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    let host_ref = &*host;
    let ask = |ami: &mut Ami| {
        for (action, headers) in [
            ("PJSIPShowPhoneprovs", vec![]),
            ("PJSIPShowPhoneprov", vec![("Phoneprov", "good")]),
            ("PJSIPPhoneprovCheck", vec![]),
            ("PJSIPShowPhoneprovStatus", vec![]),
        ] {
            let answer = ami.action(action, &headers);
            assert!(answer[0].is_success() && answer.len() > 1, "{answer:?}");
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..5 {
            scope.spawn(move || {
                let mut ami = host_ref.ami("all");
                (0..40).for_each(|_| ask(&mut ami));
            });
        }
        for round in 0..12 {
            host_ref.configure(good_phone() + &section("changes", MAC, &format!("NOTE = {round}")));
            match round % 3 {
                0 => host_ref.cli("core reload"),
                1 => host_ref.cli(&format!("module reload {MODULE}")),
                _ => host_ref.cli("module reload res_phoneprov.so"),
            };
        }
    });
    host.reload();
    assert_eq!(host.line(MAC)["NOTE"], "11");
    let answer = host.ami("all").action("PJSIPShowPhoneprovs", &[]);
    assert_eq!(event_of(&answer, "PhoneprovList", "MAC", GOOD_MAC).get("State"), Some("Served"));
}
