//! The dialplan functions, in templates and over AMI.

use hosts::Host;
use hosts::config::{account, good_phone, section};

const MAC: &str = "001122334455";

fn configure(host: &Host) {
    host.configure(
        account("1000").replace("Phone 1000", "R&D <Lab>, \\\"x\\\"")
            + &section("one", MAC, "endpoint = 1000\nLINE = 1\nNOTE = first\nVM_PIN = 4711")
            + &section("two", MAC, "LINE = 2\nNOTE = R&D <Lab> 'x'\nTIMEZONE = Asia/Kolkata")
            + &section("other", "0000000000bb", "NOTE = hello"),
    );
}

/// The value of a function over AMI; an error is empty.
fn getvar(host: &Host, user: &str, call: &str) -> String {
    let answer = host.ami(user).action("Getvar", &[("Variable", call)]);
    answer[0].get("Value").unwrap_or_default().to_owned()
}

/// What a phone's file has for that text in its template.
fn filled(host: &Host, text: &str) -> String {
    host.set_template("phone.cfg", format!("[{text}]\n"));
    let body = host.fetch(&format!("{MAC}.cfg")).body;
    String::from_utf8_lossy(&body).trim_end().trim_start_matches('[').trim_end_matches(']').to_owned()
}

pub fn reads_a_phones_variables(host: &mut Host) {
    configure(host);
    host.start();
    for (arguments, value) in [
        ("one,NOTE", "first"),
        ("001122334455,NOTE", "first"),
        ("00:11:22:33:44:55,NOTE", "first"),
        ("two,TIMEZONE", "Asia/Kolkata"),
        ("two,LABEL", "two"),
        ("one, SERVER_PORT", "5060"),
        ("one,AUTH_ID", "1000"),
        ("one,MAC", MAC),
        ("other,NOTE", "hello"),
        // What res_phoneprov adds.
        ("other,LINE", "1"),
        ("two,LINE", "2"),
        ("other,LINEKEYS", "1"),
        ("two,TZOFFSET", "19800"),
        ("other,NOTHING", ""),
        ("nobody,NOTE", ""),
        ("one", ""),
    ] {
        let call = format!("PJSIP_PHONEPROV({arguments})");
        assert_eq!(getvar(host, "all", &call), value, "{call} over AMI");
        assert_eq!(filled(host, &format!("${{{call}}}")), value, "{call} in a template");
    }
    assert_eq!(filled(host, "${PJSIP_PHONEPROV(${MAC},NOTE)}"), "first");
    let warnings = host.errors();
    let told = |text: &str| warnings.iter().any(|line| line.contains(text));
    assert!(told("PJSIP_PHONEPROV(nobody,NOTE): there is no phone"), "{warnings:?}");
    assert!(told("PJSIP_PHONEPROV(one) names no variable"), "{warnings:?}");
}

/// Where dangerous functions may not be read: secrets are none of a template's and of AMI's business.
pub fn keeps_secrets_to_itself(host: &mut Host) {
    configure(host);
    let profile = host.read("etc/phoneprov.conf") + "setvar = ACCESS=${USERNAME}:${SECRET}\n";
    host.write("etc/phoneprov.conf", profile);
    let options = host.read("asterisk.conf") + "live_dangerously = no\n";
    host.write("asterisk.conf", options);
    host.start();
    for variable in ["SECRET", "VM_PIN", "secret", "ACCESS"] {
        for function in ["PJSIP_PHONEPROV", "PJSIP_PHONEPROV_SECRET"] {
            let call = format!("{function}(one,{variable})");
            assert_eq!(getvar(host, "all", &call), "", "{call} over AMI");
            assert_eq!(filled(host, &format!("${{{call}}}")), "", "{call} in a template");
        }
    }
    // The phone's own are its own.
    assert_eq!(filled(host, "${SECRET}/${VM_PIN}/${ACCESS}"), "secret-1000/4711/user-1000:secret-1000");
}

pub fn reads_secrets_where_asterisk_lives_dangerously(host: &mut Host) {
    configure(host);
    let options = host.read("asterisk.conf") + "live_dangerously = yes\n";
    host.write("asterisk.conf", options);
    host.start();
    assert_eq!(getvar(host, "all", "PJSIP_PHONEPROV(one,SECRET)"), "secret-1000");
    assert_eq!(getvar(host, "all", "PJSIP_PHONEPROV(001122334455,VM_PIN)"), "4711");
    assert_eq!(filled(host, "${PJSIP_PHONEPROV(one,SECRET)}"), "secret-1000");
    assert_eq!(filled(host, "${PJSIP_PHONEPROV(other,SECRET)}"), "");
}

pub fn makes_text_fit_for_xml(host: &mut Host) {
    configure(host);
    let profile = host.read("etc/phoneprov.conf") + "setvar = NAME=${PHONEPROV_XML(${NOTE})}\n";
    host.write("etc/phoneprov.conf", profile);
    host.start();
    for (text, xml) in [
        ("plain text", "plain text"),
        ("R&D <Lab>", "R&amp;D &lt;Lab&gt;"),
        ("it's \"x\"", "it&apos;s &quot;x&quot;"),
        ("a, b and c", "a, b and c"),
        ("Jörg 電話", "Jörg 電話"),
        ("&amp;", "&amp;amp;"),
    ] {
        assert_eq!(getvar(host, "all", &format!("PHONEPROV_XML({text})")), xml);
        assert_eq!(filled(host, &format!("${{PHONEPROV_XML({text})}}")), xml, "{text} in a template");
    }
    // Each line's own value, in the template of the line and in the profile.
    host.set_template("line.cfg", "<${PHONEPROV_XML(${NOTE})}|${NAME}>");
    let lines = filled(host, "${PP_EACH_EXTENSION(${MAC},line.cfg)}");
    assert!(lines.contains("<first|first>"), "{lines}");
    assert!(lines.contains("<R&amp;D &lt;Lab&gt; &apos;x&apos;|R&amp;D &lt;Lab&gt; &apos;x&apos;>"), "{lines}");
}

pub fn tells_time_zones_as_makers_want_them(host: &mut Host) {
    configure(host);
    host.start();
    for (arguments, value) in [
        ("posix,Europe/Berlin", "CET-1CEST,M3.5.0,M10.5.0/3"),
        ("posix, Asia/Kolkata", "IST-5:30"),
        ("hours,Asia/Kolkata", "+5:30"),
        ("cisco,America/New_York", "start=3/8/7/2:0:0;end=11/1/7/2:0:0;save=1:0:0"),
        ("seconds,CET-1CEST,M3.5.0,M10.5.0/3", "3600"),
        ("start_month,Europe/Dublin", "3"),
        ("dst,Asia/Kolkata", "0"),
        // The machine's own: hosts have UTC.
        ("seconds", "0"),
        ("seconds,", "0"),
        // Nobody knows these, or takes them for zones.
        ("hours,Europe/Berlim", "+0"),
        ("hours,/dev/zero", "+0"),
        ("hours,/proc/self/cwd", "+0"),
        ("fortnights,Europe/Berlin", ""),
        ("", ""),
    ] {
        let call = format!("PHONEPROV_TZ({arguments})");
        assert_eq!(getvar(host, "all", &call), value, "{call} over AMI");
        assert_eq!(filled(host, &format!("${{{call}}}")), value, "{call} in a template");
    }
    let warnings = host.errors();
    let told = |text: &str| warnings.iter().any(|line| line.contains(text));
    assert!(told("PHONEPROV_TZ(hours,Europe/Berlim): there is no such time zone"), "{warnings:?}");
    assert!(told("PHONEPROV_TZ(fortnights,Europe/Berlin): there is no such form"), "{warnings:?}");
    assert!(!told("Asia/Kolkata"), "{warnings:?}");
}

pub fn writes_hosts_as_uris_have_them(host: &mut Host) {
    configure(host);
    host.start();
    for (hosts, value) in [
        ("192.0.2.1", "192.0.2.1"),
        ("pbx.example.com", "pbx.example.com"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("[2001:db8::1]", "[2001:db8::1]"),
        (",2001:db8::1", "[2001:db8::1]"),
        ("pbx.example.com, 192.0.2.1", "pbx.example.com"),
        ("", ""),
    ] {
        assert_eq!(getvar(host, "all", &format!("PHONEPROV_HOST({hosts})")), value, "{hosts}");
    }
    assert_eq!(host.errors(), [""; 0]);
}

/// They are gone with the module, and back with it, also while files are made with them.
pub fn come_and_go_with_the_module(host: &mut Host) {
    host.configure(good_phone());
    host.start();
    for _ in 0..3 {
        assert_eq!(getvar(host, "all", "PJSIP_PHONEPROV(good,LABEL)"), "good");
        host.cli("module unload res_pjsip_phoneprov_provider.so");
        assert_eq!(getvar(host, "all", "PJSIP_PHONEPROV(good,LABEL)"), "");
        assert_eq!(getvar(host, "all", "PHONEPROV_XML(x)"), "");
        host.cli("module load res_pjsip_phoneprov_provider.so");
    }
    assert_eq!(getvar(host, "all", "PHONEPROV_XML(<)"), "&lt;");
}
