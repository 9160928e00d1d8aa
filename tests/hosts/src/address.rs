//! Loopback addresses: whoever listens has one of its own, and all of the usual ports there.

use std::sync::atomic::{AtomicU32, Ordering};

/// One that nobody else has, of hosts and servers alike: all of 127/8 is loopback. A process has the 254 of one network, again from the
/// first one on when the last has been given.
pub fn own_address() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let (pid, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    format!("127.{}.{}.{}", 1 + pid / 256 % 254, pid % 256, 1 + count % 254)
}
