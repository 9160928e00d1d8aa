//! Phones that ask by HTTP, while all else goes on.

mod at_once;
mod changes;
mod files;
mod http_server;
mod known_phones;
mod strangers;

use crate::scenario::{Scenario, scenarios};
use hosts::Kind;

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    // Where phones fetch while something changes, the C module lives by luck: unloads_while_phones_fetch passed once, on 16.
    all.extend(scenarios!(Kind::ALL, changes:
        answers_while_phones_change,
        answers_a_hundred_clients_while_phones_change,
        unloads_while_phones_fetch,
        unloads_while_a_client_does_not_read.for_c_too(),
        a_client_that_does_not_read_holds_nothing_up.for_c_too(),
        clients_that_break_off_hold_nothing_up.for_c_too(),
        warns_of_an_unknown_option,
    ));
    all.extend(scenarios!(&[Kind::Stub], changes: works_without_its_place_in_the_list));
    // passes_everything_else_on_unchanged: unloading the C module and stopping Asterisk afterwards ended in SIGSEGV.
    all.extend(scenarios!(Kind::ALL, http_server:
        stands_once_in_the_list,
        passes_everything_else_on_unchanged,
        answers_head_for_a_phone.for_c_too(),
        works_under_a_prefix,
        lives_beside_a_dead_res_phoneprov,
        does_not_kill_res_phoneprov_itself.for_c_too(),
    ));
    all.extend(scenarios!(Kind::REAL, http_server:
        stands_once_in_the_list_after_declined_loads,
        lives_through_changes_of_http_conf,
    ));
    all.extend(scenarios!(Kind::ALL, files:
        names_files_by_functions_once_booted,
        refuses_templates_that_nobody_can_use,
        survives_odd_templates,
        gives_a_shared_name_to_the_first_section,
        tells_a_phone_that_nothing_has_changed,
        sends_parts_of_static_files,
        ends_with_a_static_file_that_was_cut_off,
        gives_server_to_each_line_that_has_none,
    ));
    // The stub core has neither these functions, nor users.conf, nor IPv6.
    all.extend(scenarios!(Kind::REAL, files:
        follows_what_a_function_gives,
        survives_a_function_that_would_end_asterisk,
        tells_of_what_is_never_the_same_twice,
        answers_phones_of_users_conf,
        gives_an_ipv4_address_as_one,
        gives_an_ipv6_address,
    ));
    // The C module says nothing of anybody, which is no virtue.
    all.extend(scenarios!(Kind::ALL, known_phones:
        common_files_are_nobodys_and_no_alarm,
        says_that_nobody_knows_who_asks_for_common_files,
        knows_a_phone_in_any_spelling_and_at_any_place,
        says_why_a_phone_is_refused,
        tells_of_a_phone_that_asks_for_what_it_does_not_have,
        tells_what_was_really_answered,
        shows_what_clients_say_without_harm,
    ));
    all.extend(scenarios!(Kind::ALL, strangers:
        tells_of_a_request_for_an_unknown_phone_once,
        says_nothing_of_known_phones_and_other_files,
        raises_a_security_event_where_somebody_guesses,
        blames_no_address_that_phones_fetch_from,
        tells_of_many_addresses_in_few_lines,
        a_flood_of_guesses_is_told_in_few_lines,
    ));
    // 16 never takes SERVER out of a phone's lines again: requests that meet on one phone do no harm there.
    all.extend(scenarios!(&[Kind::Asterisk22], at_once:
        answers_two_files_of_one_phone,
        answers_a_common_file_beside_own_ones,
        answers_files_named_by_user,
        answers_files_with_something_before_the_mac,
    ));
    all.extend(scenarios!(&[Kind::Asterisk16], at_once:
        answers_two_files_of_one_phone.for_c_too(),
        answers_a_common_file_beside_own_ones.for_c_too(),
        answers_files_named_by_user.for_c_too(),
        answers_files_with_something_before_the_mac.for_c_too(),
    ));
    all.extend(scenarios!(Kind::REAL, at_once:
        answers_with_lines_of_other_phones,
        answers_with_lines_of_all_phones,
        answers_while_everything_is_reloaded,
        answers_while_res_phoneprov_is_reloaded,
        answers_beside_clients_that_send_nothing,
        answers_a_phone_that_others_name,
        answers_beside_clients_that_read_nothing,
        answers_large_files_while_phones_change,
        answers_beside_clients_that_guess_and_go,
    ));
    all
}
