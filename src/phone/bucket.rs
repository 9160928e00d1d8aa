//! Where `res_phoneprov` keeps a phone: its container has a fixed number of buckets, each of which is a list.

use std::ffi::CStr;

/// How many there are (res_phoneprov.c).
pub const COUNT: usize = 563;

/// The bucket of a phone (strings.h, `ast_str_hash`).
pub fn of(mac: &CStr) -> u32 {
    let hash = mac.to_bytes().iter().fold(5381u32, |hash, &byte| hash.wrapping_mul(33) ^ u32::from(byte));
    (hash & 0x7fff_ffff) % COUNT as u32
}
