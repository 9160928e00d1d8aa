//! What is served, of which configuration, and what is said of it.

mod bad_input;
mod defaults;
mod filling;
mod inheritance;
mod messages;
mod serving;

use crate::scenario::{Scenario, scenarios};
use hosts::Kind;

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    // What the C module does otherwise is in moving.md, with what it should do asserted in tests/parity.
    all.extend(scenarios!(Kind::ALL, serving:
        serves_a_phone.for_c_too(),
        serves_an_endpoint_without_transport,
        serves_a_section_without_endpoint,
        prefers_what_the_section_says.for_c_too(),
        tells_what_the_transport_speaks,
        knows_standard_names_in_another_case,
        keeps_every_line_of_a_phone_in_any_order,
    ));
    all.extend(scenarios!(Kind::ALL, defaults:
        fills_in_defaults,
        takes_the_first_of_two_defaults_and_warns,
    ));
    all.extend(scenarios!(Kind::ALL, inheritance:
        takes_what_a_section_says_before_its_templates,
        warns_of_a_section_that_contradicts_itself,
        follows_edits_of_a_template,
        takes_defaults_and_settings_before_their_templates,
    ));
    all.extend(scenarios!(Kind::ALL, filling:
        answers_for_phones_that_res_phoneprov_does_not_have,
        refuses_what_res_phoneprov_would,
        fills_res_phoneprov_where_it_has_the_same_phone,
        fills_and_empties_res_phoneprov_at_a_reload,
        leaves_res_phoneprov_as_it_is_while_its_file_is_broken,
        does_not_fill_one_that_is_started_again,
        fills_res_phoneprov_while_its_profiles_are_not_known,
    ));
    all.extend(scenarios!(&[Kind::Stub], filling: fills_res_phoneprov_where_it_alone_answers));
    all.extend(scenarios!(Kind::ALL, messages:
        writes_one_notice_for_each_sync_that_changed_something,
        touches_only_what_changed,
        honours_its_own_debug_level,
    ));
    // The C module serves the good phone beside most of these, too, but names no section.
    all.extend(scenarios!(Kind::ALL, bad_input:
        two_sections_with_one_mac_and_line,
        two_spellings_of_one_mac,
        a_line_that_is_no_number,
        a_mac_that_is_no_mac,
        a_missing_mac,
        a_missing_profile,
        an_unknown_profile,
        a_missing_endpoint,
        a_missing_auth,
        a_missing_transport,
        a_duplicate_section_id.for_c_too(),
        an_empty_file,
        a_huge_value.for_c_too(),
        invalid_utf8,
        ten_thousand_sections_of_garbage,
    ));
    all
}
