//! Header: asterisk/res_pjsip.h. Where the fields of an endpoint lie, which differs between versions of Asterisk: the size of a
//! live object tells, and what is read so is compared with what sorcery itself says, before it is believed.

#[cfg(not(target_pointer_width = "64"))]
compile_error!(
    "endpoints are laid out otherwise on 32-bit machines, where nobody has measured them: this module is for 64 bits"
);

use once_cell::sync::OnceCell;
use std::fmt;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

/// Where the fields lie that are read, in bytes from the object's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// `id`, which begins with the caller id.
    pub id: usize,
    /// `inbound_auths`.
    pub inbound_auths: usize,
}

/// By `sizeof(struct ast_sip_endpoint)`, in the 168 releases from 16.28 to 23.5-rc1 and certified ones, on amd64 and arm64 alike.
const BY_SIZE: [(usize, Offsets); 13] = [
    (1152, Offsets { id: 720, inbound_auths: 928 }),
    (1184, Offsets { id: 720, inbound_auths: 928 }),
    (1200, Offsets { id: 784, inbound_auths: 1000 }),
    (1208, Offsets { id: 792, inbound_auths: 1008 }),
    (1224, Offsets { id: 792, inbound_auths: 1008 }),
    (1232, Offsets { id: 800, inbound_auths: 1016 }),
    (1240, Offsets { id: 792, inbound_auths: 1008 }),
    (1256, Offsets { id: 792, inbound_auths: 1008 }),
    (1264, Offsets { id: 792, inbound_auths: 1008 }),
    (1272, Offsets { id: 800, inbound_auths: 1016 }),
    (1280, Offsets { id: 792, inbound_auths: 1008 }),
    (1288, Offsets { id: 792, inbound_auths: 1008 }),
    (1296, Offsets { id: 800, inbound_auths: 1016 }),
];

/// So many endpoints that have an auth, and so many that have a caller id, must agree before the rest is read without comparing.
const COMPARED: u32 = 32;
/// Or so many in all: where endpoints have no caller ids or no auths, comparing would never end, and it costs more than either
/// way of reading.
const COMPARED_IN_ALL: u32 = 1_000;

/// What an endpoint has that could have been read from the wrong place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Has {
    pub auth: bool,
    pub callerid: bool,
}

/// How to read an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// At these places.
    Offsets(Offsets),
    /// At these places, so that wrong ones do no harm, and as an object set: see [`Layout::compared`].
    Compare(Offsets),
    /// As an object set.
    ObjectSet,
}

/// What is known of the running Asterisk's endpoints. That does not change while it runs.
#[derive(Debug, Default)]
pub struct Layout {
    /// The size of those that were compared; 0 before the first.
    size: AtomicUsize,
    agreed: AtomicU32,
    agreed_on_auths: AtomicU32,
    agreed_on_callerids: AtomicU32,
    /// Why object sets are read.
    distrust: OnceCell<Distrust>,
}

/// Why offsets are not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distrust {
    /// Endpoints have a size that no version had.
    Size(usize),
    /// What was read so is not what sorcery says.
    Comparison(usize),
    /// Nothing can be looked at without harm, so nothing can be compared.
    Blind,
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distrust::Size(size) => write!(f, "an endpoint has {size} bytes, which no known version has"),
            Distrust::Comparison(size) => {
                write!(f, "endpoints of {size} bytes are laid out otherwise than in known versions")
            }
            Distrust::Blind => f.write_str("process_vm_readv is not allowed here, without which no layout is proved"),
        }
    }
}

impl Layout {
    /// Nothing is known yet.
    pub const fn new() -> Self {
        Layout {
            size: AtomicUsize::new(0),
            agreed: AtomicU32::new(0),
            agreed_on_auths: AtomicU32::new(0),
            agreed_on_callerids: AtomicU32::new(0),
            distrust: OnceCell::new(),
        }
    }

    /// How to read an endpoint of that size. Any thread.
    pub fn way(&self, size: usize) -> Way {
        if self.distrust.get().is_some() {
            return Way::ObjectSet;
        }
        let Some((_, offsets)) = BY_SIZE.iter().find(|(known, _)| *known == size) else {
            return Way::ObjectSet;
        };
        let is_proved = || {
            let counts = [&self.agreed_on_auths, &self.agreed_on_callerids].map(|count| count.load(Ordering::Acquire));
            counts.iter().all(|&count| count >= COMPARED) || self.agreed.load(Ordering::Acquire) >= COMPARED_IN_ALL
        };
        if self.size.load(Ordering::Relaxed) == size && is_proved() {
            Way::Offsets(*offsets)
        } else {
            Way::Compare(*offsets)
        }
    }

    /// Notes an endpoint of that size that no version has. Answers what is to be told, if it is news.
    pub fn unknown(&self, size: usize) -> Option<Distrust> {
        self.distrusted(Distrust::Size(size))
    }

    /// Whether endpoints are read as object sets.
    pub fn is_distrusted(&self) -> bool {
        self.distrust.get().is_some()
    }

    /// Notes that nothing can be compared here; answers likewise.
    pub fn blind(&self) -> Option<Distrust> {
        self.distrusted(Distrust::Blind)
    }

    /// Notes what came of comparing an endpoint of that size; answers likewise.
    pub fn compared(&self, size: usize, agrees: bool, has: Has) -> Option<Distrust> {
        if !agrees {
            return self.distrusted(Distrust::Comparison(size));
        }
        if self.size.swap(size, Ordering::Relaxed) != size {
            for count in [&self.agreed, &self.agreed_on_auths, &self.agreed_on_callerids] {
                count.store(0, Ordering::Relaxed);
            }
        }
        let counts =
            [(&self.agreed, true), (&self.agreed_on_auths, has.auth), (&self.agreed_on_callerids, has.callerid)];
        for (count, _) in counts.into_iter().filter(|(_, counts)| *counts) {
            count.fetch_add(1, Ordering::Release);
        }
        None
    }

    fn distrusted(&self, why: Distrust) -> Option<Distrust> {
        self.distrust.set(why).is_ok().then_some(why)
    }

    /// What is known, for people: `792/1008, proved` or why object sets are read.
    pub fn describe(&self) -> String {
        if let Some(why) = self.distrust.get() {
            return format!("object sets, because {why}");
        }
        let size = self.size.load(Ordering::Relaxed);
        match self.way(size) {
            Way::ObjectSet => "not known until an endpoint has been read".to_owned(),
            Way::Offsets(Offsets { id, inbound_auths }) => format!("{id}/{inbound_auths}, proved"),
            Way::Compare(Offsets { id, inbound_auths }) => format!("{id}/{inbound_auths}, compared so far"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_believed_when_enough_endpoints_agree() {
        let layout = Layout::new();
        let offsets = Offsets { id: 792, inbound_auths: 1008 };
        assert_eq!(layout.way(1288), Way::Compare(offsets));
        let agree = |count, has| (0..count).for_each(|_| assert_eq!(layout.compared(1288, true, has), None));
        agree(COMPARED, Has { auth: true, callerid: false });
        assert_eq!(layout.way(1288), Way::Compare(offsets), "caller ids may lie elsewhere");
        agree(COMPARED, Has { auth: false, callerid: true });
        assert_eq!(layout.way(1288), Way::Offsets(offsets));
        assert_eq!(layout.describe(), "792/1008, proved");
        assert!(matches!(layout.way(1152), Way::Compare(_)), "another size is another matter");
    }

    #[test]
    fn a_fleet_that_has_no_caller_ids_is_not_compared_for_ever() {
        let layout = Layout::new();
        for _ in 0..COMPARED_IN_ALL {
            assert!(matches!(layout.way(1288), Way::Compare(_)));
            assert_eq!(layout.compared(1288, true, Has { auth: true, callerid: false }), None);
        }
        assert!(matches!(layout.way(1288), Way::Offsets(_)));
    }

    #[test]
    fn whatever_does_not_fit_is_told_once_and_read_as_object_sets() {
        let layout = Layout::new();
        assert_eq!(layout.way(1300), Way::ObjectSet);
        assert_eq!(layout.unknown(1300), Some(Distrust::Size(1300)));
        assert_eq!(layout.unknown(1300), None);
        assert_eq!(layout.way(1288), Way::ObjectSet);
        let layout = Layout::new();
        let has = Has { auth: true, callerid: true };
        assert_eq!(layout.compared(1288, false, has), Some(Distrust::Comparison(1288)));
        assert_eq!(layout.compared(1288, false, has), None);
        assert_eq!(layout.way(1288), Way::ObjectSet);
        assert!(layout.describe().starts_with("object sets, because endpoints of 1288 bytes"));
        let layout = Layout::new();
        assert_eq!(layout.blind(), Some(Distrust::Blind));
        assert_eq!(layout.blind(), None);
        assert_eq!(layout.way(1288), Way::ObjectSet);
    }
}
