//! Whether each phone has what is served, and telling it to fetch. The phones are sipp's.

mod delivery;
mod edges;
mod faults;
mod many;
mod nodes;
mod office;
mod registered;
mod resync;
mod softphone;
mod whole;

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
        waits_for_nobody_who_has_fetched_the_same,
        tells_whom_has_a_call_when_it_has_hung_up,
        tells_a_phone_that_does_not_come_as_often_as_it_may,
        tells_those_that_are_stale,
        makes_no_header_of_what_a_function_says,
        is_done_before_res_pjsip_ends,
    ));
    all.extend(scenarios!(Kind::REAL, whole: brings_a_row_to_the_phones));
    all.extend(scenarios!(Kind::REAL, edges:
        goes_on_after_the_module_was_loaded_again,
        goes_on_while_res_pjsip_is_reloaded,
        goes_on_while_the_module_is_reloaded,
        takes_a_second_change_into_the_first,
        tells_a_phone_whose_endpoint_has_another_name,
        tells_a_phone_that_was_renamed_while_others_were_told,
        tells_phones_over_tcp,
        tells_phones_over_ipv6,
    ));
    all.extend(scenarios!(Kind::REAL, nodes: tells_phones_whose_contacts_are_rows));
    all.extend(scenarios!(&[Kind::Asterisk22], nodes:
        tells_only_phones_that_are_registered_here,
        tells_nobody_by_itself_without_a_name,
        tells_nobody_by_itself_with_anothers_name,
    ));
    all.extend(scenarios!(Kind::REAL, registered: tells_which_lines_are_registered));
    all.extend(scenarios!(Kind::REAL, softphone:
        knows_what_a_softphone_answers,
        tells_a_softphone_over_tls,
    ));
    all.extend(scenarios!(&[Kind::Stub], faults:
        tells_what_a_phone_answers,
        tells_the_contact_that_is_the_phone,
        survives_any_failing_call_while_phones_are_told,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], many: delivers_to_a_whole_fleet));
    all.extend(scenarios!(Kind::ALL, delivery:
        knows_what_each_phone_has,
        remembers_it_over_a_restart,
        sees_that_a_template_has_changed,
        looks_only_at_files_that_a_phone_has,
        counts_what_a_phone_need_not_fetch_again,
        is_not_held_up_by_what_is_no_file,
    ));
    all
}
