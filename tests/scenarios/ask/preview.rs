//! What is said of the files that phones get: what is in them, with secrets or without, and what is wrong with them.

use hosts::config::{GOOD_MAC, account, good_phone, section};
use hosts::{Host, eventually, unbroken};
use std::fs;
use std::process::Command;

const MAC: &str = "001122334455";
const OTHER: &str = "0011223344aa";

fn preview(host: &Host, phone: &str, file: &str) -> String {
    host.cli(&format!("pjsip show phoneprov {phone} file {file}"))
}

fn unmasked(host: &Host, phone: &str, file: &str) -> String {
    host.cli(&format!("pjsip show phoneprov {phone} file {file} unmask"))
}

#[track_caller]
fn assert_has(text: &str, parts: &[&str]) {
    let words = unbroken(text);
    for part in parts {
        assert!(words.contains(part), "'{part}' is not in\n{text}");
    }
}

#[track_caller]
fn assert_lacks(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "'{part}' is in\n{text}");
    }
}

/// Byte for byte what a request is answered with, however the phone is named and whoever fills the file.
pub fn shows_what_a_phone_gets(host: &mut Host) {
    host.set_profile(
        "setvar=\"QN\"=v\nsetvar = LOUD=${TOUPPER(${LABEL})}\n${MAC}.cfg = phone.cfg\n${MAC}.xml = phone.xml,text/xml\n\
         book.cfg = book.cfg\nempty.cfg = empty.cfg\nstatic_file = firmware.txt\n",
    );
    let long = "a line that says nothing, so that there are many of them\n".repeat(5_000);
    let tail = "${PP_EACH_EXTENSION(${MAC},line.cfg)}$[1 + 2]\tno end of line";
    host.set_template("phone.cfg", format!("qn=${{QN}} loud=${{LOUD}} Jörg 電話\r\n{long}{tail}"));
    host.set_template("line.cfg", "${LINE}:${USERNAME}:${SECRET}@${SERVER}:${SERVER_PORT} ${LABEL:0:2}\n");
    host.set_template("phone.xml", "<a b='${LABEL}'>${PP_EACH_EXTENSION(00aa00aa00aa,line.cfg)}</a>\n");
    host.set_template("book.cfg", "${LABEL}\n${PP_EACH_USER(%{DISPLAY_NAME}/%{SECRET}\n,${MAC})}");
    host.set_template("empty.cfg", "");
    let server = "SERVER = pbx.example.com\nendpoint = 1000";
    host.configure(
        account("1000")
            + &section("good", GOOD_MAC, server)
            + &section("desk", MAC, &format!("{server}\nLABEL = first"))
            + &section("desk-2", MAC, &format!("{server}\nLINE = 2")),
    );
    host.start();
    // Functions are there once Asterisk has booted.
    assert!(eventually(|| host.fetch(&format!("{MAC}.cfg")).body.starts_with(b"qn=v loud=FIRST")));

    for file in [format!("{MAC}.cfg"), format!("{MAC}.xml"), "book.cfg".into(), "empty.cfg".into()] {
        let got = String::from_utf8(host.fetch(&file).body).unwrap();
        for phone in [MAC, "00:11:22:33:44:55", "desk", "desk-2"] {
            assert!(unmasked(host, phone, &file) == got, "{phone} {file}:\n{}\n{got}", unmasked(host, phone, &file));
        }
        assert_eq!(preview(host, MAC, &file), got.replace("secret-1000", "********"), "{file}");
    }
    assert!(preview(host, MAC, &format!("{MAC}.cfg")).starts_with("qn=v loud=FIRST"));
    // Another phone fills it: the one with the first section.
    assert!(preview(host, "good", "book.cfg").starts_with("first\n"));

    let shown = host.cli("pjsip show phoneprov desk");
    assert_has(&shown, &["QN profile desk v", "LOUD profile desk FIRST"]);
    assert_eq!(host.errors(), [""; 0]);

    for (phone, file, says) in [
        (MAC, "none.cfg", "Phone '001122334455' has no such file, only 001122334455.cfg, 001122334455.xml, book.cfg"),
        (MAC, "firmware.txt", "sent as it is: "),
        ("nobody", "book.cfg", "There is no phone with the MAC 'nobody' and no type=phoneprov section 'nobody'"),
    ] {
        assert_has(&preview(host, phone, file), &[says]);
    }
    host.configure(good_phone() + &section("bad", MAC, "endpoint = nobody"));
    host.reload();
    assert_has(
        &preview(host, "bad", &format!("{MAC}.cfg")),
        &["Phone '001122334455' gets nothing, because it is not served"],
    );
}

/// Where nothing says what SERVER is, there is no request that could; what no terminal should get is replaced.
pub fn shows_what_it_can_of_a_file(host: &mut Host) {
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", b"server=${SERVER}\n\x1b[31mred\x07 caf\xe9\rx\r\n\xc3\x96l\n\nend\n");
    host.configure(good_phone());
    host.start();
    assert_eq!(
        preview(host, "good", "00aa00aa00aa.cfg"),
        "server=(the address that the phone asks)\n\r\u{fffd}[31mred\u{fffd} caf\u{fffd}\u{fffd}x\r\n\rÖl\n\nend\n"
    );
}

/// Neither a secret nor anything that is made of one, of whichever phone, in whatever way.
pub fn shows_no_secret_in_a_file(host: &mut Host) {
    host.set_profile(
        "setvar = GREETING=${LABEL}:${SECRET}\nsetvar = AGAIN=<${GREETING}>\nsetvar = ACCESS=${VM_PIN}${GATE_PIN}\n\
         setvar = LOUD=${TOUPPER(${SECRET})}\nsetvar = WIFI_PSK=of the profile\n\
         setvar = PART=${ADMIN_PASSWORD:0:4}\nsetvar = NESTED=${SEC${REST}}\n\
         ${MAC}.cfg = phone.cfg\n${MAC}-${ApiToken}.cfg = phone.cfg\nbook.cfg = book.cfg\n",
    );
    let names = [
        "SECRET",
        "ADMIN_PASSWORD",
        "VM_PIN",
        "GATE_PIN",
        "ApiToken",
        "WIFI_PSK",
        "USERPWD",
        "GREETING",
        "AGAIN",
        "ACCESS",
        "LOUD",
        "PART",
        "NESTED",
        "NOTE",
        "SEC${REST}",
        "SECRET:0:3",
        "TOLOWER(${VM_PIN})",
        "TOUPPER(${SECRET})",
    ];
    let each: String = names.iter().map(|name| format!("[${{{name}}}]\n")).collect();
    host.set_template("line.cfg", &each);
    let others = format!("${{PP_EACH_EXTENSION({OTHER},line.cfg)}}");
    host.set_template("phone.cfg", format!("label=${{LABEL}}\n${{PP_EACH_EXTENSION(${{MAC}},line.cfg)}}{others}end\n"));
    let of_all: String = names[..14].iter().map(|name| format!("[%{{{name}}}]\n")).collect();
    host.set_template("book.cfg", format!("${{PP_EACH_USER({of_all}/%{{LABEL}}\n)}}"));
    let lines = |n: u32| {
        format!(
            "endpoint = 1000\nLABEL = Ann\nADMIN_PASSWORD = hunter{n}\nVM_PIN = z{n}\nGATE_PIN = q\nApiToken = t0ken{n}\n\
             USERPWD = xyzzy{n}\nREST = RET\nNOTE = use hunter{n} here"
        )
    };
    host.configure(account("1000") + &section("desk", MAC, &lines(2)) + &section("other", OTHER, &lines(3)));
    host.start();
    // Functions are there once Asterisk has booted: both phones have LOUD, and what the template itself makes.
    let loud = |text: &[u8]| String::from_utf8_lossy(text).matches("SECRET-1000").count();
    assert!(eventually(|| loud(&host.fetch(&format!("{MAC}.cfg")).body) == 4));

    let secrets = [
        "secret-1000",
        "SECRET-1000",
        "sec]",
        "hunter",
        "hunt",
        "z2",
        "z3",
        "zq",
        "[q",
        "t0ken",
        "xyzzy",
        "of the profile",
    ];
    let files = [format!("{MAC}.cfg"), "book.cfg".to_owned()];
    for file in &files {
        let whole = unmasked(host, "desk", file);
        assert_eq!(whole.as_bytes(), host.fetch(file).body, "{file}");
        assert!(secrets.iter().filter(|secret| whole.contains(**secret)).count() >= 9, "{whole}");
        let masked = preview(host, "desk", file);
        assert_lacks(&masked, &secrets);
        assert_has(&masked, &["Ann", "[Ann:********]", "[<Ann:********>]", "[use ******** here]"]);
        // What is made of it is as long as what it is made of: that tells nothing.
        assert_eq!(masked.lines().count(), whole.lines().count(), "{masked}");
    }
    // A name that is made of a secret, as it is shown and as it is.
    let name = format!("{MAC}-********.cfg");
    assert_lacks(&preview(host, "desk", "none"), &secrets);
    assert_has(&preview(host, "desk", "none"), &[&name]);
    for name in [&name, &format!("{MAC}-t0ken2.cfg")] {
        assert_has(&preview(host, "desk", name), &["label=Ann", "end"]);
        assert_lacks(&preview(host, "desk", name), &secrets);
    }
    let shown = host.cli("pjsip show phoneprov desk");
    assert_lacks(&shown, &secrets[..secrets.len() - 1]);
    assert_has(&shown, &["GREETING profile desk Ann:********", "ACCESS profile desk ****************"]);
    assert_lacks(&host.log(), &["hunter", "t0ken"]);
}

/// Secrets that functions know of: what is looked up, and what is made of one.
pub fn shows_no_secret_of_a_function(host: &mut Host) {
    host.write("asterisk.conf", host.read("asterisk.conf") + "live_dangerously = yes\n");
    for module in ["func_md5", "func_base64", "func_db", "func_shell", "func_strings"] {
        host.load_too(module);
    }
    host.set_profile("setvar = HA1=${MD5(user:asterisk:${SECRET})}\n${MAC}.cfg = phone.cfg\n");
    let calls = [
        "HA1",
        "MD5(user:asterisk:${SECRET})",
        "BASE64_ENCODE(${SECRET})",
        "PJSIP_PHONEPROV(desk,SECRET)",
        "PJSIP_PHONEPROV_SECRET(desk,SECRET)",
        "AST_SORCERY(res_pjsip,auth,1000,password)",
        "DB(phones/pin)",
        "EVAL(${ONE})",
        "EVAL(${OTHER})",
        "ADMIN_PASSWORD",
        "FILTER(a-z,${SECRET})",
    ];
    let each: String = calls.iter().map(|call| format!("[${{{call}}}]\n")).collect();
    host.set_template("phone.cfg", format!("label=${{TOUPPER(${{LABEL}})}} len=${{LEN(${{SECRET}})}}\n{each}end\n"));
    host.set_template("line.cfg", "${SECRET}");
    host.configure(account("1000") + &section("desk", MAC, "endpoint = 1000\nLABEL = Shopping"));
    host.start();
    host.cli("database put phones pin 4711");
    host.cli("dialplan set global ADMIN_PASSWORD hunter2");
    host.cli("dialplan set global ONE ${SECRET}-one");
    host.cli(&format!("dialplan set global OTHER ${{PP_EACH_EXTENSION({MAC},line.cfg)}}-other"));

    // The last one is base64 of the first.
    let secrets =
        ["secret-1000", "secret-1000-one", "secret-1000-other", "4711", "hunter2", "[secret]", "c2VjcmV0LTEwMDA"];
    let file = format!("{MAC}.cfg");
    // Functions are there once Asterisk has booted.
    assert!(eventually(|| !host.fetch(&file).body.windows(3).any(|part| part == b"\n[]")));
    let whole = unmasked(host, "desk", &file);
    assert_eq!(whole.as_bytes(), host.fetch(&file).body);
    assert_has(&whole, &secrets);
    let digest = whole.lines().nth(1).unwrap();
    assert_eq!(digest.len(), 34, "{whole}");
    let masked = preview(host, "desk", &file);
    assert_lacks(&masked, &secrets);
    assert_lacks(&masked, &[digest]);
    assert_has(&masked, &["label=SHOPPING len=8", "end"]);
    let shown = host.cli("pjsip show phoneprov desk");
    assert_lacks(&shown, &[digest.trim_matches(['[', ']'])]);
}

/// As they are to phones.
pub fn calls_no_dangerous_function_for_a_file(host: &mut Host) {
    for module in ["func_db", "func_shell"] {
        host.load_too(module);
    }
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "[${SHELL(echo danger)}][${DB(a/b)}][${TOUPPER(x)}]\n");
    host.configure(good_phone());
    host.start();
    host.cli("database put a b danger");
    assert_eq!(host.fetch("00aa00aa00aa.cfg").body, b"[][][X]\n");
    assert_eq!(unmasked(host, "good", "00aa00aa00aa.cfg"), "[][][X]\n");
    assert_eq!(host.cli("pjsip check phoneprovs").lines().last(), Some("OK"));
}

/// Each is said wherever somebody asks, with its path, and hurts no other file.
pub fn tells_of_templates_that_nobody_can_use(host: &mut Host) {
    host.set_profile(
        "${MAC}.cfg = phone.cfg\na.cfg = missing.cfg\nb.cfg = fifo.cfg\nc.cfg = directory\nd.cfg = large.cfg\n\
         e.cfg = itself.cfg\nf.cfg = deep.cfg\ng.cfg = users.cfg\n",
    );
    host.set_template("phone.cfg", "label=${LABEL}\n");
    let dir = host.path("data/phoneprov");
    assert!(Command::new("mkfifo").arg(dir.join("fifo.cfg")).status().unwrap().success());
    fs::create_dir(dir.join("directory")).unwrap();
    host.set_template("large.cfg", "x".repeat(1_100_000));
    host.set_template("itself.cfg", "${PP_EACH_EXTENSION(${MAC},itself.cfg)}");
    host.set_template("deep.cfg", "${".repeat(60_000));
    host.set_template("users.cfg", "${PP_EACH_USER()}");
    let global = "[g]\ntype = phoneprov_global\nlargest_template = 1\n";
    host.configure(good_phone() + &section("desk", MAC, "endpoint = 1000") + global);
    host.start();

    // Those that cannot be read at all, and those of which only making them tells.
    let unreadable = [
        ("a.cfg", "missing.cfg", "No such file or directory"),
        ("b.cfg", "fifo.cfg", "it is no regular file"),
        ("c.cfg", "directory", "it is no regular file"),
        ("d.cfg", "large.cfg", "it has 1100000 bytes, which are too many (largest_template)"),
        ("f.cfg", "deep.cfg", "${ and $[ stand in each other"),
    ];
    let unmakeable = ("e.cfg", "itself.cfg", "templates include each other too deep");
    let [list, show, check] = ["list phoneprovs", "show phoneprov desk", "check phoneprovs"]
        .map(|command| host.cli(&format!("pjsip {command}")));
    for (file, template, reason) in unreadable {
        let (path, reason) = (format!("/data/phoneprov/{template}"), format!("cannot be used ({reason}"));
        let says = format!("profile 'desk': cannot give its phones the file '{file}', because ");
        for text in [&list, &show, &check] {
            assert_has(text, &[&says, &path, &reason]);
            assert_eq!(text.matches(&format!("'{file}'")).count(), 1, "it is told once\n{text}");
        }
        assert_has(&preview(host, "desk", file), &["Phones get nothing, because ", &path]);
        assert_eq!(host.fetch(file).status, 500);
    }
    let (file, its_template, reason) = unmakeable;
    assert_has(
        &check,
        &[&format!("the file '{file}', because "), &format!("{its_template} cannot be used ({reason})")],
    );
    assert_has(&preview(host, "desk", file), &[reason]);
    let verdict = check.lines().last().unwrap();
    assert_eq!(verdict, "6 problems", "{check}");
    assert!(list.contains("2 phones with 2 lines, 2 served, 0 refused"), "{list}");
    assert_eq!(preview(host, "desk", "g.cfg"), "");
    assert_eq!(unmasked(host, "desk", &format!("{MAC}.cfg")), "label=desk\n");

    for name in ["missing.cfg", "fifo.cfg", "large.cfg", "itself.cfg", "deep.cfg"] {
        let _ = fs::remove_file(dir.join(name));
        host.set_template(name, "mended\n");
    }
    fs::remove_dir(dir.join("directory")).unwrap();
    host.set_template("directory", "mended\n");
    for command in ["list phoneprovs", "show phoneprov desk", "check phoneprovs"] {
        assert_lacks(&host.cli(&format!("pjsip {command}")), &["cannot be used"]);
    }
    assert_eq!(host.cli("pjsip check phoneprovs").lines().last(), Some("OK"));
}

/// What is wrong with the files as they would be after a reload: where, what, and what to do; and no value of the phone's.
pub fn checks_what_comes_of_templates(host: &mut Host) {
    host.set_profile("${MAC}.cfg = phone.cfg\n");
    host.set_template("phone.cfg", "label=${LABEL}\n");
    host.configure(good_phone());
    host.start();
    assert_eq!(host.cli("pjsip check phoneprovs").lines().last(), Some("OK"));

    // Edited, and not reloaded; of a phone that is not there yet.
    host.set_profile(
        "${MAC}.xml = phone.xml\n${MAC}.cfg = phone.cfg\nxml.cfg = phone.cfg,text/xml\nleft.cfg = left.cfg\n\
         part.cfg = part.cfg\nopen.cfg = open.cfg\ncall.cfg = call.cfg\ngood.xml = good.xml\n",
    );
    host.set_template("phone.xml", "<phone>\n  <name>${DISPLAY_NAME}</name>\n  <pass>${SECRET}</pass>\n</phone>\n");
    host.set_template("left.cfg", "one\n  two=${NOTE}\n");
    host.set_template(
        "part.cfg",
        "${PP_EACH_EXTENSION(${MAC},nowhere.cfg)}${PP_EACH_EXTENSION(${SECRET},phone.cfg)}\n",
    );
    host.set_template("open.cfg", "one=${LABEL\ntwo\n");
    host.set_template("call.cfg", "${NOSUCH(${SECRET})}${PP_EACH_USER(${SECRET}}\n");
    host.set_template("good.xml", "<?xml version='1.0'?>\n<a b='${SERVER}'>${PHONEPROV_XML(${DISPLAY_NAME})}</a>\n");
    let new = account("1000").replace("Phone 1000", "Alice & Sons").replace("secret-1000", "pa&ss;word");
    host.configure(new + &section("desk", MAC, "endpoint = 1000\nNOTE = ${SOMETHING}") + &section("z", OTHER, ""));

    let check = host.cli("pjsip check phoneprovs");
    for line in check.lines() {
        // Paths are not broken.
        assert!(line.chars().count() <= 80 || line.contains("/data/phoneprov/"), "{line}");
    }
    assert_has(
        &check,
        &[
            "! warning: profile 'desk': has a file '${MAC}.xml' that is no well-formed XML for phone '001122334455', line 2, column \
             15: & begins no reference; correct ",
            "has a file 'xml.cfg' that is no well-formed XML for phone '001122334455', line 1, column 1: ",
            "write ${PHONEPROV_XML(${NAME})} for a value that may have & or <",
            "has a file 'left.cfg' that still has '${' for phone '001122334455', in line 2, column 7; correct ",
            "has a file 'part.cfg' that lacks a part, because ",
            "/data/phoneprov/nowhere.cfg cannot be used (No such file or directory",
            "has a file 'part.cfg' that has a PP_EACH_EXTENSION with a MAC that no phone has",
            "has a file 'open.cfg' that lacks a '}'",
            "has a file 'call.cfg' that calls NOSUCH, which is no function",
            "has a file 'call.cfg' that lacks the ')' of PP_EACH_USER(",
        ],
    );
    assert_lacks(&check, &["pa&ss", "ss;", "word'", "Sons", "good.xml"]);
    assert_eq!(check.lines().last(), Some("8 problems"), "{check}");
    assert_eq!(check.matches("\n! ").count() + usize::from(check.starts_with("! ")), 8, "{check}");
    assert_lacks(&host.log(), &["pa&ss"]);
}

pub fn completes_names_of_files(host: &mut Host) {
    host.set_profile("${MAC}.cfg = phone.cfg\nbook.cfg = phone.cfg\nstatic_file = firmware.txt\n");
    host.configure(good_phone() + &section("desk", MAC, "mac = 1"));
    host.start();
    for phone in ["desk", MAC, "00-11-22-33-44-55"] {
        let all = host.complete(&format!("pjsip show phoneprov {phone} file "));
        assert_eq!(all, [&format!("{MAC}.cfg"), "book.cfg", "firmware.txt"]);
    }
    assert_eq!(host.complete("pjsip show phoneprov desk file b"), ["book.cfg"]);
    assert_eq!(host.complete("pjsip show phoneprov desk "), ["file", "unmask"]);
    assert_eq!(host.complete("pjsip show phoneprov desk file book.cfg "), ["unmask"]);
    assert_eq!(host.complete("pjsip show phoneprov desk unmask "), [""; 0]);
    assert_eq!(host.complete("pjsip show phoneprov nobody file "), [""; 0]);
}

/// A line of the file in each header, as in the host's own answers, and in none of them the beginning of another event.
pub fn shows_a_file_over_ami(host: &mut Host) {
    host.set_profile("mime_type = text/xml\n${MAC}.cfg = phone.cfg\nbad.cfg = missing.cfg\n");
    host.set_template("phone.cfg", "  pass=${SECRET}\n\nEvent: Injected\r\nserver=${SERVER}\nname=${DISPLAY_NAME}");
    host.configure(good_phone());
    host.start();
    let mut ami = host.ami("all");
    let file = [("Phoneprov", "good"), ("File", "00aa00aa00aa.cfg")];
    for (action, password) in
        [("PJSIPShowPhoneprovFile", "********"), ("PJSIPShowPhoneprovFileUnmasked", "secret-1000")]
    {
        let answer = ami.action(action, &file);
        assert!(answer[0].is_success() && answer.len() == 3, "{answer:?}");
        let event = &answer[1];
        assert!(event.is_event("PhoneprovFile"), "{event:?}");
        assert_eq!(
            ["MAC", "File", "ContentType"].map(|name| event.get(name).unwrap()),
            [GOOD_MAC, "00aa00aa00aa.cfg", "text/xml"]
        );
        assert!(event.get("Template").unwrap().ends_with("/phoneprov/phone.cfg"), "{event:?}");
        let lines: Vec<&str> = event.all("Output").collect();
        let pass = format!("  pass={password}");
        let server = "server=(the address that the phone asks)";
        assert_eq!(lines, [&pass, "", "Event: Injected", server, "name=Phone 1000"]);
        assert!(answer[2].is_event("PhoneprovFileComplete"), "{answer:?}");
    }
    for (headers, says) in [
        (vec![("Phoneprov", "good")], "Give a section's id or a phone's MAC"),
        (vec![("Phoneprov", "nobody"), ("File", "x")], "There is no phone"),
        (vec![("Phoneprov", "good"), ("File", "x")], "has no such file, only 00aa00aa00aa.cfg, bad.cfg"),
        (vec![("Phoneprov", "good"), ("File", "bad.cfg")], "missing.cfg cannot be used: No such file"),
    ] {
        let answer = ami.action("PJSIPShowPhoneprovFile", &headers);
        assert_eq!(answer[0].get("Response"), Some("Error"), "{answer:?}");
        assert!(answer[0].get("Message").unwrap().contains(says), "{answer:?}");
    }

    let answer = ami.action("PJSIPShowPhoneprov", &[("Phoneprov", "good")]);
    let problem = answer.iter().find_map(|message| message.get("Problem")).unwrap_or_default();
    assert!(problem.starts_with("profile 'desk': cannot give its phones the file 'bad.cfg'"), "{answer:?}");
    let answer = ami.action("PJSIPPhoneprovCheck", &[]);
    let problems: Vec<_> = answer.iter().filter(|message| message.is_event("PhoneprovCheckProblem")).collect();
    let told = problems.iter().map(|problem| ["ObjectType", "ObjectName", "Severity"].map(|name| problem.get(name)));
    let of_desk = |severity| [Some("profile"), Some("desk"), Some(severity)];
    assert_eq!(told.collect::<Vec<_>>(), [of_desk("Warning"), of_desk("Error")], "{problems:#?}");
    assert_eq!(answer.last().unwrap().get("Result"), Some("2 problems"));

    let documentation = host.cli("manager show event PhoneprovFile");
    for name in ["MAC", "File", "ContentType", "Template", "Bytes", "Warning", "Output"] {
        assert!(documentation.contains(&format!("\n{name}: <value>")), "{name} is not in\n{documentation}");
    }
}
