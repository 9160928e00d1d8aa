//! Which of an account's contacts is the phone. No Asterisk in here.

use crate::phone::mac;
use crate::phone::registration::Registration;
use std::ffi::CStr;
use std::net::IpAddr;

/// The contacts that are the phone with that MAC, as positions: the one whose User-Agent has the MAC in it, or else those at the
/// address that its last file was fetched from; where neither tells, all.
pub fn of_phone(contacts: &[Registration], phone: &CStr, home: Option<IpAddr>) -> Vec<usize> {
    let digits = mac::digits(phone);
    let positions = |is: &dyn Fn(&Registration) -> bool| {
        contacts.iter().enumerate().filter(|(_, contact)| is(contact)).map(|(at, _)| at).collect::<Vec<usize>>()
    };
    let has_mac = |contact: &Registration| {
        let text: Vec<u8> =
            contact.agent.to_bytes().iter().filter(|byte| !b":-.".contains(byte)).map(u8::to_ascii_lowercase).collect();
        digits.is_some_and(|digits| text.windows(digits.len()).any(|part| part == digits))
    };
    let is_there = |contact: &Registration| {
        let address =
            contact.address.to_str().ok().and_then(|text| text.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        home.is_some() && address == home
    };
    let all = (0..contacts.len()).collect();
    [positions(&has_mac), positions(&is_there), all].into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(agent: &CStr, address: &CStr) -> Registration {
        Registration { agent: agent.into(), address: address.into(), ..Registration::default() }
    }

    #[test]
    fn the_phone_is_known_by_its_mac_or_by_where_it_fetched() {
        let contacts = [
            contact(c"Yealink SIP-T46S 66.86.0.15 00:15:65:a1:b2:c3", c"192.0.2.1"),
            contact(c"Yealink SIP-T46S 66.86.0.15 001565A1B2C4", c"192.0.2.2"),
            contact(c"Softphone", c"192.0.2.3"),
            contact(c"Softphone", c"2001:db8::1"),
        ];
        let of = |mac: &CStr, home: Option<&str>| of_phone(&contacts, mac, home.map(|home| home.parse().unwrap()));
        assert_eq!(of(c"001565a1b2c3", Some("192.0.2.2")), [0]);
        assert_eq!(of(c"00-15-65-A1-B2-C4", None), [1]);
        assert_eq!(of(c"001565a1b2c5", Some("192.0.2.3")), [2]);
        assert_eq!(of(c"001565a1b2c5", Some("2001:db8::1")), [3]);
        assert_eq!(of(c"001565a1b2c5", Some("192.0.2.9")), [0, 1, 2, 3]);
        assert_eq!(of(c"001565a1b2c5", None), [0, 1, 2, 3]);
        assert_eq!(of_phone(&[], c"001565a1b2c5", None), [0usize; 0]);
    }
}
