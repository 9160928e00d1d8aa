//! In which order phones are told.

use super::roll::Roll;
use std::collections::{HashMap, VecDeque};
use std::ffi::CStr;
use xxhash_rust::xxh3::xxh3_64;

/// The queue by chance, but always the same, and with phones of all profiles from the beginning on: a template is one profile's.
pub fn shuffled(queue: VecDeque<Box<CStr>>, roll: &Roll) -> VecDeque<Box<CStr>> {
    let mut queue: Vec<Box<CStr>> = queue.into();
    queue.sort_by_cached_key(|phone| xxh3_64(phone.to_bytes()));
    // How many of its profile stand before it.
    let mut ranks: HashMap<usize, usize> = HashMap::new();
    let mut ranked: Vec<(usize, Box<CStr>)> = Vec::with_capacity(queue.len());
    for phone in queue {
        let rank = ranks.entry(roll.get(&phone).map_or(0, |entry| entry.profile)).or_default();
        ranked.push((*rank, phone));
        *rank += 1;
    }
    // Stable.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, phone)| phone).collect()
}
