//! Whether each phone has what is served, and telling it to fetch. The phones are sipp's.

mod delivery;
mod resync;

use crate::scenario::{Scenario, scenarios};
use hosts::Kind;

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    all.extend(scenarios!(Kind::REAL, resync:
        tells_a_phone_what_its_profile_says,
        tells_whom_a_sync_changed_and_says_when_all_have_it,
        breaks_no_more_phones_than_the_first_wave,
        tells_what_phones_answer,
        tells_who_is_away_when_it_registers,
        makes_no_header_of_what_a_function_says,
        is_done_before_res_pjsip_ends,
    ));
    all.extend(scenarios!(Kind::ALL, delivery:
        knows_what_each_phone_has,
        remembers_it_over_a_restart,
        sees_that_a_template_has_changed,
        is_not_held_up_by_what_is_no_file,
    ));
    all
}
