//! Phones that register, and what they are told.

use hosts::Host;
pub use hosts::assert_current;
use hosts::phones::{SipPhones, mac, registering};

/// So many phones, each with an account that is named as its MAC, and these lines in each phone's section.
pub fn fleet(phones: usize, lines: &str) -> String {
    registering(0..phones, "transport = udp", lines)
}

pub fn register(host: &Host, phones: usize) {
    let macs: Vec<String> = (0..phones).map(mac).collect();
    host.register(macs.iter().map(String::as_str));
}

pub fn fetch_all(host: &Host, phones: usize) {
    (0..phones).for_each(|phone| assert_eq!(host.fetch(&format!("{}.cfg", mac(phone))).status, 200));
}

pub fn told(phones: &SipPhones) -> usize {
    phones.told()
}

/// Who was told, in order of the accounts.
pub fn accounts_told(phones: &SipPhones) -> Vec<String> {
    let mut accounts: Vec<String> = phones.messages().into_iter().map(|(account, _)| account).collect();
    accounts.sort();
    accounts
}
