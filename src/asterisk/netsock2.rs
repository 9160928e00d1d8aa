//! Header: asterisk/netsock2.h, and what it lacks. Addresses.

use crate::ffi;
use std::ffi::{CStr, CString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ptr::null_mut;

/// The IP address in a socket address of Asterisk's; `None` for one of another family.
pub(super) fn ip_address(address: &ffi::ast_sockaddr) -> Option<IpAddr> {
    // SAFETY: the storage has room and alignment for any socket address.
    unsafe { of_sockaddr((&raw const address.ss).cast()) }
}

/// # Safety
/// The address lives, and is as large as its family says.
unsafe fn of_sockaddr(address: *const libc::sockaddr) -> Option<IpAddr> {
    // SAFETY: the caller's promise; the family says which struct lies there.
    unsafe {
        match i32::from((*address).sa_family) {
            libc::AF_INET => {
                let address = address.cast::<libc::sockaddr_in>();
                Some(Ipv4Addr::from(u32::from_be((*address).sin_addr.s_addr)).into())
            }
            libc::AF_INET6 => {
                let address = address.cast::<libc::sockaddr_in6>();
                Some(Ipv6Addr::from((*address).sin6_addr.s6_addr).to_canonical())
            }
            _ => None,
        }
    }
}

/// The first IPv4 address of a network interface, as text. Any thread.
pub fn address_of_interface(name: &CStr) -> Option<CString> {
    let mut all: *mut libc::ifaddrs = null_mut();
    // SAFETY: the list is ours from a call that succeeded until it is freed, once; names and addresses in it live as long.
    unsafe {
        if libc::getifaddrs(&mut all) != 0 {
            return None;
        }
        let mut each = all;
        let mut found = None;
        while !each.is_null() && found.is_none() {
            let address = (*each).ifa_addr;
            if CStr::from_ptr((*each).ifa_name) == name && !address.is_null() {
                found = of_sockaddr(address).filter(IpAddr::is_ipv4);
            }
            each = (*each).ifa_next;
        }
        libc::freeifaddrs(all);
        CString::new(found?.to_string()).ok()
    }
}
