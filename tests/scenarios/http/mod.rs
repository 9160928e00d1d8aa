//! Phones that ask by HTTP, while all else goes on.

mod gate;
mod http_server;
mod unknown_phones;

use crate::scenario::{Scenario, scenarios};
use hosts::Kind;

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    all.extend(scenarios!(Kind::ALL, gate:
        answers_while_phones_change,
        answers_a_hundred_clients_while_phones_change,
        unloads_while_phones_fetch,
        unloads_while_a_client_does_not_read,
        a_client_that_does_not_read_holds_nothing_up,
        clients_that_break_off_hold_nothing_up,
        warns_of_an_unknown_option,
    ));
    all.extend(scenarios!(&[Kind::Stub], gate: works_without_its_place_in_the_list));
    all.extend(scenarios!(Kind::ALL, http_server:
        stands_once_in_the_list,
        passes_everything_else_on_unchanged,
        answers_head_for_a_phone,
        works_under_a_prefix,
        lives_beside_a_dead_res_phoneprov,
        does_not_kill_res_phoneprov_itself,
    ));
    all.extend(scenarios!(Kind::REAL, http_server:
        stands_once_in_the_list_after_declined_loads,
        lives_through_changes_of_http_conf,
    ));
    all.extend(scenarios!(Kind::ALL, unknown_phones:
        tells_of_a_request_for_an_unknown_phone_once,
        says_nothing_of_known_phones_and_other_files,
        raises_a_security_event_where_somebody_guesses,
    ));
    all
}
