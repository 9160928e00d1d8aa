//! What phones of one model fetch: files that all of them have in common, a directory of all phones, and files of their own, one
//! of which has a template for each line. Their profile and templates are in tests/hosts/model.

use super::fleet::{Fleet, file, mac};
use crate::{Connection, Host, Kind, project_file};
use std::collections::HashSet;

/// The files that all phones have in common.
const COMMON: [&str; 2] = ["y000000000065.cfg", "y000000000065.boot"];
/// The one that names all phones.
const DIRECTORY: &str = "directory.xml";
/// The MAC of a phone of users.conf, which `res_phoneprov` has by itself. The stub core reads no such file.
const OF_USERS_CONF: &str = "00a859000001";

/// Gives the host the profile and the templates, and a phone of users.conf.
pub fn set_up(host: &Host) {
    for template in ["common.cfg", "boot.cfg", "directory.cfg", "phone.cfg", "line.cfg", "keys.cfg"] {
        host.set_template(template, project_file(&format!("tests/hosts/model/{template}")));
    }
    host.write("etc/phoneprov.conf", project_file("tests/hosts/model/phoneprov.conf"));
    let user = format!("[3000]\nmacaddress = {OF_USERS_CONF}\nautoprov = yes\nusername = 3000\nfullname = Three\n");
    host.write("etc/users.conf", format!("[general]\n\n{user}"));
}

/// All that so many phones of a fleet fetch, and the one of users.conf.
pub fn files(host: &Host, phones: usize) -> Vec<String> {
    let own = (0..phones).flat_map(|phone| [file(phone), format!("{}-keys.cfg", mac(phone))]);
    let common = COMMON.into_iter().chain([DIRECTORY]).map(str::to_owned);
    let user = (host.kind != Kind::Stub).then(|| format!("{OF_USERS_CONF}.cfg"));
    // Each phone fetches the common ones, too.
    let common: Vec<String> = common.chain(user).collect();
    own.chain((0..phones).flat_map(|_| common.clone())).collect()
}

/// Whether the phone's own file shows it as it is now.
pub fn is_current(address: &str, fleet: &Fleet, phone: usize) -> bool {
    let answer = Connection::open(address).and_then(|mut connection| connection.get(&file(phone)));
    answer.is_ok_and(|answer| fleet.is_current(phone, &answer))
}

/// How many phones get something old or nothing, or are in the directory as they were.
pub fn stale(address: &str, fleet: &Fleet) -> usize {
    let answer = Connection::open(address).and_then(|mut connection| connection.get(DIRECTORY));
    let directory = answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned()).unwrap_or_default();
    let listed: HashSet<&str> = directory.lines().collect();
    let is_listed = |phone| listed.contains(format!("{} {}", mac(phone), fleet.label(phone)).as_str());
    (0..fleet.len()).filter(|&phone| !(is_listed(phone) && is_current(address, fleet, phone))).count()
}
