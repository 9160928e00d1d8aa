//! What is said of requests for phones that nobody has, and of who guesses.

use hosts::config::section;
use hosts::{Connection, Host, eventually};
use std::net::Ipv4Addr;
use std::time::Instant;

const MAC: &str = "0011223344aa";

/// What is bounded is bounded for so many seconds.
const INTERVAL: u64 = 10;
/// So many lines in each of them.
const MOST_LINES: usize = 10;
/// So many security events in each of them.
const MOST_EVENTS: usize = 50;

/// The lines about such requests.
pub fn notices(host: &Host) -> Vec<String> {
    let log = host.log();
    let is_one = |line: &&str| line.contains("no phone has that MAC") || line.contains("somebody who guesses");
    log.lines().filter(is_one).map(str::to_owned).collect()
}

/// How many security events there were.
pub fn security_events(host: &Host) -> usize {
    host.log().matches("SecurityEvent=\"InvalidAccountID\"").count()
}

/// How many such requests there were, as the status has it.
pub fn unknown_requests(host: &Host) -> String {
    status_of(host, "Unknown phones asked for")
}

fn status_of(host: &Host, name: &str) -> String {
    let status = host.cli("pjsip show phoneprov status");
    let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    value.trim().split(',').next().unwrap_or_default().to_owned()
}

/// The most that there may be since then.
fn most(each: usize, since: Instant) -> usize {
    each * (2 + since.elapsed().as_secs() / INTERVAL) as usize
}

fn start(host: &mut Host) {
    host.configure(section("phone", MAC, ""));
    host.start();
}

pub fn tells_of_a_request_for_an_unknown_phone_once(host: &mut Host) {
    start(host);
    for _ in 0..3 {
        assert_eq!(host.fetch("001122334455.cfg").status, 404);
    }
    assert!(eventually(|| notices(host).len() == 1), "{:?}", notices(host));
    let notice = &notices(host)[0];
    assert!(
        notice.contains("NOTICE") && notice.contains("127.") && notice.contains("/phoneprov/001122334455.cfg"),
        "{notice}"
    );
}

pub fn says_nothing_of_known_phones_and_other_files(host: &mut Host) {
    start(host);
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);
    assert_eq!(host.fetch("firmware.txt").status, 200);
    for file in ["no-such-file.txt", "000000000000.cfg", "y000000000065.boot", "0011223344550.cfg"] {
        assert_eq!(host.fetch(file).status, 404);
    }
    assert_eq!((unknown_requests(host), notices(host)), ("0 times".into(), vec![]));
}

pub fn raises_a_security_event_where_somebody_guesses(host: &mut Host) {
    start(host);
    for number in 0..5 {
        assert_eq!(host.fetch(&format!("00112233440{number}.cfg")).status, 404);
    }
    assert_eq!(security_events(host), 0, "five different MACs may be mistyped");
    // A name that would begin another event, where it written down as it is.
    let more = "%22,RemoteAddress=%22IPV4/TCP/192.0.2.9/1%22%0ASecurityEvent=%22Forged%22";
    for number in 5..8 {
        assert_eq!(host.fetch(&format!("00112233440{number}{more}.cfg")).status, 404);
    }
    assert!(eventually(|| security_events(host) == 3), "{} security events", security_events(host));
    assert!(host.log().contains("AccountID=\"001122334407\""), "the MAC is named");
    let log = host.log();
    for line in log.lines().filter(|line| line.contains("192.0.2.9") || line.contains("Forged")) {
        assert!(line.contains(" asked for /phoneprov/") && !line.contains("InvalidAccountID"), "{line}");
    }
    let called = notices(host).into_iter().find(|line| line.contains("WARNING")).expect("who guesses is called so");
    assert!(called.contains("the last of 6 phones within ten minutes that nobody has"), "{called}");
    assert_eq!(status_of(host, "Guesses among those"), "3");
}

/// Case 45: mistyped phones behind an address that others fetch from, a proxy's.
pub fn blames_no_address_that_phones_fetch_from(host: &mut Host) {
    start(host);
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);
    for _ in 0..3 {
        for number in 0..50 {
            assert_eq!(host.fetch(&format!("0011223355{number:02}.cfg")).status, 404);
        }
    }
    assert_eq!(security_events(host), 0);
    for number in 50..53 {
        assert_eq!(host.fetch(&format!("0011223355{number:02}.cfg")).status, 404);
    }
    assert!(eventually(|| security_events(host) == 3), "{} security events", security_events(host));
}

/// Case 36: as many addresses as requests.
pub fn tells_of_many_addresses_in_few_lines(host: &mut Host) {
    const REQUESTS: u32 = 3_000;
    start(host);
    let since = Instant::now();
    for number in 0..REQUESTS {
        let source = Ipv4Addr::from(0x7f80_0001 + number);
        let mut connection = Connection::open_from(source, host.address()).unwrap();
        assert_eq!(connection.get(&format!("aabb{number:08x}.cfg")).unwrap().status, 404);
    }
    assert!(eventually(|| unknown_requests(host) == format!("{REQUESTS} times")), "{}", unknown_requests(host));
    let lines = notices(host).len();
    assert!(lines <= most(MOST_LINES, since), "{lines} lines");
    assert_eq!(security_events(host), 0);
    // The next line that comes counts those that have none.
    let counted = || notices(host).iter().filter_map(|line| left_out(line)).sum::<u64>() + notices(host).len() as u64;
    let is_counted = || {
        host.fetch("aabbccddeeff.cfg");
        counted() > u64::from(REQUESTS)
    };
    assert!(eventually(is_counted), "{} are counted", counted());
}

/// How many requests a line counts beside its own.
fn left_out(line: &str) -> Option<u64> {
    let (_, counts) = line.rsplit_once(" (")?;
    counts.split(' ').next()?.parse().ok()
}

/// Case 44: 4,000 addresses, each of which guesses.
pub fn a_flood_of_guesses_is_told_in_few_lines(host: &mut Host) {
    const CLIENTS: u32 = 4;
    const ADDRESSES: u32 = 1_000;
    const REQUESTS: u32 = 12;
    start(host);
    let since = Instant::now();
    let address = host.address().to_owned();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let address = &address;
            scope.spawn(move || {
                for each in 0..ADDRESSES {
                    let number = client * ADDRESSES + each;
                    let mut connection = Connection::open_from(Ipv4Addr::from(0x7f80_0001 + number), address).unwrap();
                    for request in 0..REQUESTS {
                        let file = format!("aabb{:08x}.cfg", number * REQUESTS + request);
                        assert_eq!(connection.get(&file).unwrap().status, 404);
                    }
                }
            });
        }
    });
    let all = CLIENTS * ADDRESSES * REQUESTS;
    assert!(eventually(|| unknown_requests(host) == format!("{all} times")), "{}", unknown_requests(host));
    assert_eq!(status_of(host, "Guesses among those"), (CLIENTS * ADDRESSES * (REQUESTS - 5)).to_string());
    let (lines, events) = (notices(host).len(), security_events(host));
    assert!(lines <= most(MOST_LINES, since), "{lines} lines");
    assert!((1..=most(MOST_EVENTS, since)).contains(&events), "{events} security events");
    assert_eq!(host.fetch(&format!("{MAC}.cfg")).status, 200);
}
