//! What a person or a portal gets to know: console, AMI, functions.

mod ami;
mod check;
mod console;
mod contract;
mod convert;
mod functions;
mod list;
mod phoneprov_conf;
mod places;
mod preview;
mod states;
mod status;
mod voices;
mod walks;

use crate::scenario::{Scenario, scenarios};
use hosts::Kind;

/// What the names of all our events begin with.
const PHONEPROV: &str = "Phoneprov";

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    all.extend(scenarios!(Kind::ALL, list:
        tells_trouble_first,
        lists_what_is_asked_for,
        asks_for_no_profile_that_is_not_there,
    ));
    all.extend(scenarios!(Kind::REAL, list: offers_nothing_again_that_was_refused, writes_to_whoever_reads_slowly));
    all.extend(scenarios!(Kind::REAL, contract: keeps_its_contract));
    all.extend(scenarios!(Kind::ALL, console:
        lists_phones,
        shows_a_phone,
        gives_no_secret_away,
        tells_lines_that_are_served_from_others,
        shows_odd_text,
        has_no_commands_while_unloaded,
        answers_20_clients_while_phones_change,
        answers_while_it_is_unloaded_and_loaded,
    ));
    all.extend(scenarios!(Kind::ALL, convert: shows_users_conf_as_sections));
    all.extend(scenarios!(Kind::ALL, check:
        tells_what_a_reload_would_change,
        warns_where_there_are_more_phones_than_sessions,
        names_every_problem,
        tells_of_a_file_that_cannot_be_read,
        tells_of_profiles_that_cannot_be_read,
        knows_where_sections_come_from,
        compares_each_section_with_itself,
        foresees_what_res_phoneprov_refuses,
        tells_what_asterisk_refuses,
        tells_which_reload_brings_what,
        follows_a_section_that_is_renamed,
        one_command_names_the_reason,
    ));
    all.extend(scenarios!(Kind::ALL, places:
        names_the_place_of_each_problem,
        names_the_place_of_each_value,
        tells_no_problem_again_that_has_moved,
        names_the_places_of_a_few_of_many,
        names_the_place_of_what_is_not_read,
        names_the_file_that_sorcery_reads,
    ));
    all.extend(scenarios!(Kind::REAL, places: names_files_that_are_included, names_places_over_ami));
    all.extend(scenarios!(Kind::ALL, phoneprov_conf:
        says_everywhere_that_res_phoneprov_has_stopped,
        lives_when_an_edit_is_taken_back_at_once,
        serves_a_res_phoneprov_that_was_loaded_by_hand,
        lives_when_one_that_was_loaded_by_hand_stops_again,
        leaves_a_res_phoneprov_alone_that_was_unloaded,
        goes_and_comes_beside_a_stopped_res_phoneprov,
        tells_what_is_odd_in_it,
        tells_what_a_reload_of_res_phoneprov_would_take,
        warns_of_the_reload_that_would_stop_res_phoneprov,
    ));
    all.extend(scenarios!(Kind::REAL, phoneprov_conf: tells_over_ami_that_res_phoneprov_has_stopped));
    all.extend(scenarios!(Kind::ALL, preview:
        shows_what_a_phone_gets,
        shows_what_it_can_of_a_file,
        shows_no_secret_in_a_file,
        tells_of_templates_that_nobody_can_use,
        checks_what_comes_of_templates,
    ));
    all.extend(scenarios!(Kind::REAL, states: nobody_contradicts_another, agree_beside_users_conf));
    all.extend(scenarios!(&[Kind::Asterisk22], states: agree_while_the_database_is_silent));
    all.extend(scenarios!(Kind::ALL, status:
        tells_how_provisioning_is_doing,
        tells_of_a_section_without_a_type_in_the_log,
        knows_endpoint_in_any_case_and_zones_that_do_not_exist,
        tells_where_phones_are_answered,
        tells_how_phoneprov_conf_is,
        tells_times_as_the_log_does,
        hashes_all_that_is_no_secret,
        hashes_secrets_with_a_key_only,
        shows_sections_in_order_of_line,
        finds_a_phone_by_what_it_has_now,
        finds_a_phone_whose_mac_was_updated,
    ));
    all.extend(scenarios!(Kind::REAL, walks:
        phoneprov_conf_is_broken_and_repaired,
        pjsip_conf_is_emptied,
        a_profile_is_missing_for_2000_phones,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], walks: the_database_is_frozen));
    // AMI, completion, help and functions over AMI are a real Asterisk's.
    all.extend(scenarios!(Kind::REAL, console:
        shows_what_templates_see,
        explains_its_commands,
        completes_ids_and_macs_of_3000_phones,
    ));
    all.extend(scenarios!(Kind::REAL, check:
        predicts_what_a_reload_does,
        foresees_which_transports_move,
        foresees_what_transports_speak,
    ));
    all.extend(scenarios!(Kind::REAL, ami:
        lists_phones_over_ami,
        shows_a_phone_over_ami,
        gives_secrets_to_the_class_config_only,
        raises_events_for_what_became_of_phones,
        raises_an_event_for_a_phone_that_gets_404,
        sums_up_a_bulk_change,
        keeps_every_value_in_its_header,
        checks_over_ami,
        tells_its_status_over_ami,
        answers_sessions_while_phones_change,
    ));
    all.extend(scenarios!(Kind::REAL, status: counts_phones_as_the_list_does, shows_a_phone_of_users_conf, finds_a_phone_that_is_not_kept_in_memory));
    all.extend(scenarios!(Kind::REAL, functions:
        reads_a_phones_variables,
        keeps_secrets_to_itself,
        reads_secrets_where_asterisk_lives_dangerously,
        makes_text_fit_for_xml,
        tells_time_zones_as_makers_want_them,
        writes_hosts_as_uris_have_them,
        come_and_go_with_the_module,
    ));
    all.extend(scenarios!(Kind::REAL, preview:
        shows_no_secret_of_a_function,
        calls_no_dangerous_function_for_a_file,
        completes_names_of_files,
        shows_a_file_over_ami,
    ));
    all.extend(scenarios!(Kind::REAL, check: leaves_phones_of_the_config_wizard_alone));
    all
}
