//! Phones: a fleet of them, what they and worse clients ask of a host, and what they get.

mod calls;
mod crowd;
mod fleet;
mod got;
pub mod model;
mod rude;
mod sip;
mod softphone;

pub use calls::{Call, SetUps};
pub use crowd::{Connections, Crowd, Phones, fetch_during};
pub use fleet::{Fleet, account, file, id, mac};
pub use got::{Check, Counts, Got, is_good, is_whole, quantile, quantile_text};
pub use sip::{Came, Fetchers, Manner, SipPhones, Way, registering};
pub use softphone::{Softphone, TLS};
