//! phoneprov.conf: the profiles in it, what is wrong with them, and what `res_phoneprov` makes of them when it reads them again.

pub mod fitness;
pub mod profile_fault;
pub mod profile_rules;
pub mod profiles;
pub mod reread;
pub mod unfit;
