//! When the module looks at the configuration again, and what it makes of it.

mod dynamic;
mod orders;
mod reload;
mod triggers;

use crate::scenario::{Scenario, scenarios};
use hosts::Kind;

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    all.extend(scenarios!(Kind::ALL, reload:
        follows_an_edited_section.for_c_too(),
        follows_an_edit_when_res_pjsip_is_reloaded,
        forgets_a_section_that_is_gone.for_c_too(),
        drops_a_stale_secret,
        survives_a_reload_of_res_phoneprov.for_c_too(),
        says_why_nothing_was_read,
    ));
    all.extend(scenarios!(Kind::ALL, triggers:
        loads_into_a_running_asterisk.for_c_too(),
        serves_the_new_state_when_its_own_reload_returns,
        follows_each_type_when_res_pjsip_is_reloaded,
        gives_all_phones_back_when_res_phoneprov_is_reloaded,
        follows_core_reload,
        follows_a_reload_of_all_modules,
        tries_a_refused_phone_again,
        unloads_and_loads_500_phones.for_c_too(),
        serves_the_new_state_after_unload_edits_and_load,
    ));
    all.extend(scenarios!(Kind::REAL, triggers: follows_a_change_of_a_named_acl));
    all.extend(scenarios!(Kind::ALL, orders: end_in_what_a_fresh_start_serves));
    all.extend(scenarios!(Kind::ALL, dynamic:
        follows_objects_kept_in_memory,
        follows_an_update_of_a_section,
        takes_a_burst_of_changes_as_one,
    ));
    all.extend(scenarios!(Kind::REAL, dynamic: follows_objects_kept_in_astdb, takes_no_value_with_a_line_break));
    all
}
