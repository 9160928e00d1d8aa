//! Requests at once: none hurts another, whatever the phones' files have in common, whoever else asks, and whatever is
//! reloaded meanwhile.
//!
//! Each goes on for `SECONDS_EACH` (3), or until Asterisk is dead.

use hosts::phones::{Connections, Crowd, Fleet, Got, account as user, file, is_whole, mac, model};
use hosts::{Host, setting};
use std::io::ErrorKind;
use std::ops::Range;
use std::time::{Duration, Instant};

/// A command that has not been answered after so long never will be.
const PATIENCE: Duration = Duration::from_secs(60);
/// Who is held up by nobody gets many times that in a second; who waits for each of ten silent clients, two.
const AT_LEAST: usize = 100;

fn duration() -> Duration {
    Duration::from_secs_f64(setting("SECONDS_EACH").unwrap_or(3.0))
}

/// A template of which [`is_whole`] can tell whether all came, with this among it. Its lines are many, so that another request
/// can come in between.
fn whole(further: &str) -> String {
    format!("LABEL=${{LABEL}}\n{}{further}end\n", "SERVER=${SERVER}\n".repeat(100))
}

/// Gives the profile these files, by the name and the template that phoneprov.conf has for them.
fn profile(host: &Host, files: &[(&str, &str)]) {
    let files: String = files.iter().map(|(name, template)| format!("{name} = {template}\n")).collect();
    host.set_profile(files);
}

/// More than a hundred clients may come.
fn allow_many_sessions(host: &Host) {
    host.write("etc/http.conf", host.read("etc/http.conf") + "sessionlimit = 1000\n");
}

/// Lets them come for a while, and fails if Asterisk did not live through it.
fn endure(host: &mut Host, crowd: Crowd) -> Got {
    let (_, got) = crowd.during(|| host.lives_for(duration()));
    host.assert_alive();
    got
}

/// The same while that is done again and again.
fn endure_work(host: &mut Host, crowd: Crowd, mut work: impl FnMut(&Host)) -> Got {
    let end = Instant::now() + duration();
    let ((), got) = crowd.during(|| {
        while host.is_alive() && Instant::now() < end {
            work(host);
        }
    });
    host.assert_alive();
    got
}

/// Phones that fetch these files, as fast as they can.
fn phones(host: &Host, clients: usize, files: &[String]) -> Crowd {
    Crowd::at(host.address()).fetch(clients, Connections::Kept, files, is_whole)
}

fn start_fleet(host: &mut Host, phones: usize) -> Fleet {
    let fleet = Fleet::new(phones);
    fleet.configure(host, "");
    host.start();
    fleet
}

fn own_files(phones: Range<usize>) -> Vec<String> {
    phones.map(file).collect()
}

pub fn answers_two_files_of_one_phone(host: &mut Host) {
    profile(host, &[("a.cfg", "phone.cfg"), ("b.cfg", "phone.cfg")]);
    host.set_template("phone.cfg", whole(""));
    start_fleet(host, 1);
    let crowd = phones(host, 4, &["a.cfg".into()]).fetch(4, Connections::Kept, &["b.cfg".into()], is_whole);
    endure(host, crowd).assert_all_good();
}

pub fn answers_a_common_file_beside_own_ones(host: &mut Host) {
    profile(host, &[("y000000000065.cfg", "common.cfg"), ("${MAC}.cfg", "phone.cfg")]);
    host.set_template("common.cfg", whole(""));
    host.set_template("phone.cfg", whole(""));
    let fleet = start_fleet(host, 20);
    let own = own_files(0..fleet.len());
    let crowd = phones(host, 2, &own).fetch(2, Connections::Kept, &["y000000000065.cfg".into()], is_whole);
    endure(host, crowd).assert_all_good();
}

pub fn answers_files_named_by_user(host: &mut Host) {
    profile(host, &[("${USERNAME}.cfg", "phone.cfg"), ("${USERNAME}-dir.xml", "phone.cfg")]);
    host.set_template("phone.cfg", whole(""));
    let fleet = start_fleet(host, 1);
    let files: Vec<String> = (0..fleet.len())
        .flat_map(|phone| [".cfg", "-dir.xml"].map(|end| format!("user-{}{end}", user(phone))))
        .collect();
    let crowd = phones(host, 4, &files);
    endure(host, crowd).assert_all_good();
}

pub fn answers_files_with_something_before_the_mac(host: &mut Host) {
    profile(host, &[("spa${MAC}.cfg", "phone.cfg"), ("spa${MAC}-dir.xml", "phone.cfg")]);
    host.set_template("phone.cfg", whole(""));
    start_fleet(host, 1);
    let files = [".cfg", "-dir.xml"].map(|end| format!("spa{}{end}", mac(0)));
    let crowd = phones(host, 4, &files);
    endure(host, crowd).assert_all_good();
}

/// Of one that fetches at the same time, and of one that never does.
pub fn answers_with_lines_of_other_phones(host: &mut Host) {
    let others = [0, 5].map(|phone| format!("${{PP_EACH_EXTENSION({},line.cfg)}}", mac(phone)));
    profile(host, &[("${MAC}.cfg", "phone.cfg")]);
    host.set_template("phone.cfg", whole(&others.concat()));
    host.set_template("line.cfg", "LINE=${LINE}\nSERVER=${SERVER}\nSECRET=${SECRET}\n");
    start_fleet(host, 6);
    let crowd = phones(host, 4, &own_files(0..4));
    endure(host, crowd).assert_all_good();
}

/// Half of which never fetch. The template's name is put behind a directory's, as text: a slash before it is a slash more.
pub fn answers_with_lines_of_all_phones(host: &mut Host) {
    profile(host, &[("${MAC}.cfg", "phone.cfg"), ("${MAC}-book.cfg", "/book.cfg")]);
    host.set_template("phone.cfg", whole(""));
    host.set_template("book.cfg", whole("${PP_EACH_USER(NAME=%{DISPLAY_NAME}\nSERVER=%{SERVER}\n)}"));
    start_fleet(host, 20);
    let books = (0..10).map(|phone| format!("{}-book.cfg", mac(phone)));
    let crowd = phones(host, 4, &own_files(0..10).into_iter().chain(books).collect::<Vec<String>>());
    endure(host, crowd).assert_all_good();
}

fn answers_during(host: &mut Host, command: &str) {
    model::set_up(host);
    let fleet = start_fleet(host, 4);
    let crowd = phones(host, 16, &model::files(host, fleet.len()));
    let reload = |host: &Host| {
        // Who dies does not answer either, and is found dead.
        let answer = host.ask(command, PATIENCE);
        assert!(!answer.is_err_and(|error| error.kind() == ErrorKind::TimedOut), "'{command}' is not answered");
    };
    endure_work(host, crowd, reload).assert_all_good();
}

pub fn answers_while_everything_is_reloaded(host: &mut Host) {
    answers_during(host, "core reload");
}

pub fn answers_while_res_phoneprov_is_reloaded(host: &mut Host) {
    answers_during(host, "module reload res_phoneprov.so");
}

pub fn answers_beside_clients_that_send_nothing(host: &mut Host) {
    profile(host, &[("${MAC}.cfg", "phone.cfg"), ("${MAC}-book.cfg", "book.cfg")]);
    host.set_template("phone.cfg", whole(""));
    host.set_template("book.cfg", whole("${PP_EACH_USER(NAME=%{DISPLAY_NAME}\n)}"));
    allow_many_sessions(host);
    let fleet = start_fleet(host, 20);
    let own = own_files(1..fleet.len());
    let crowd = phones(host, 4, &own).silent(80, &format!("{}-book.cfg", mac(0)), 1_000);
    let got = endure(host, crowd);
    got.assert_all_good();
    assert!(got.good.len() >= AT_LEAST, "{} answers", got.good.len());
}

/// Those that send nothing ask for a file of the one phone that fetches.
pub fn answers_a_phone_that_others_name(host: &mut Host) {
    profile(host, &[("${MAC}.cfg", "phone.cfg")]);
    host.set_template("phone.cfg", whole(""));
    start_fleet(host, 1);
    let file = file(0);
    let crowd = phones(host, 1, std::slice::from_ref(&file)).silent(10, &file, 4_000);
    let got = endure(host, crowd);
    got.assert_all_good();
    assert!(got.good.len() >= AT_LEAST, "{} answers", got.good.len());
}

pub fn answers_beside_clients_that_read_nothing(host: &mut Host) {
    profile(host, &[("${MAC}.cfg", "phone.cfg"), ("${MAC}-big.cfg", "big.cfg")]);
    host.set_template("phone.cfg", whole(""));
    host.set_template("big.cfg", large("${PP_EACH_USER(NAME=%{DISPLAY_NAME}\n)}", 8 << 20));
    allow_many_sessions(host);
    let fleet = start_fleet(host, 20);
    let own = own_files(1..fleet.len());
    let crowd = phones(host, 4, &own).slow(12, &format!("{}-big.cfg", mac(0)), 0);
    let got = endure(host, crowd);
    got.assert_all_good();
    assert!(got.good.len() >= AT_LEAST, "{} answers", got.good.len());
}

/// What the Internet sends: scanners, and whoever thinks better of it.
pub fn answers_beside_clients_that_guess_and_go(host: &mut Host) {
    profile(host, &[("${MAC}.cfg", "phone.cfg"), ("${MAC}-big.cfg", "big.cfg")]);
    host.set_template("phone.cfg", whole(""));
    host.set_template("big.cfg", large("", 1 << 20));
    // Of those who go, some sessions last longer than they do.
    allow_many_sessions(host);
    let fleet = start_fleet(host, 20);
    let crowd =
        phones(host, 4, &own_files(1..fleet.len())).fetch(2, Connections::New, &own_files(1..fleet.len()), is_whole);
    let got = endure(host, crowd.guessing(4, 50).breaking_off(4, &format!("{}-big.cfg", mac(0)), 50));
    got.assert_all_good();
    assert!(got.rude.contains_key("status 404") && got.rude.contains_key("broken off"), "{:?}", got.rude);
}

/// Files that take longer to make than a reload waits for them.
pub fn answers_large_files_while_phones_change(host: &mut Host) {
    profile(host, &[("${MAC}.cfg", "phone.cfg")]);
    host.set_template("phone.cfg", whole(&"${LABEL} ${USERNAME} ${SECRET}\n".repeat(300_000)));
    let mut fleet = start_fleet(host, 4);
    let crowd = phones(host, 4, &own_files(0..fleet.len()));
    let got = endure_work(host, crowd, |host| {
        fleet.change_all();
        fleet.configure(host, "");
        host.reload();
    });
    got.assert_all_good();
}

/// The same of so many bytes and a little more.
fn large(further: &str, bytes: usize) -> String {
    let line = "a line that says nothing, so that there are many of them\n";
    whole(&(further.to_owned() + &line.repeat(bytes / line.len())))
}
