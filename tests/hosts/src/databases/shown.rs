//! What a host shows of phones in a database.

use crate::phones::mac;
use crate::{Host, eventually};

/// The variable of that phone's first line, as it is served; `None` if there is no such phone.
pub fn value(host: &Host, phone: usize, variable: &str) -> Option<String> {
    host.phone(&mac(phone)).first().map(|line| line[variable].clone())
}

/// Waits until the variable of the phone has that value; `None`: until the phone is gone.
pub fn assert_becomes(host: &Host, phone: usize, variable: &str, expected: Option<&str>) {
    let became = eventually(|| value(host, phone, variable).as_deref() == expected);
    let now = value(host, phone, variable);
    assert!(became, "{variable} of phone {phone} is {now:?} and never became {expected:?}");
}

/// How many of so many phones are served.
pub fn served(host: &Host, phones: usize) -> usize {
    (0..phones).filter(|&phone| !host.phone(&mac(phone)).is_empty()).count()
}

/// A `phoneprov_global` section for pjsip.conf.
pub fn settings(lines: &str) -> String {
    format!("[phoneprov]\ntype = phoneprov_global\n{lines}\n\n")
}

/// A line of `pjsip show phoneprov status`.
pub fn status(host: &Host, name: &str) -> String {
    let status = host.cli("pjsip show phoneprov status");
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix("  "));
    line.unwrap_or_else(|| panic!("no '{name}' in\n{status}")).trim().to_owned()
}
