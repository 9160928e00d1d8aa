//! What the module does for its users, written once and run on every host that it applies to.
//!
//! A scenario gets a host that is laid out and not yet started. It ends with the host alive, stopped gracefully and, on
//! the stub core, with everything given back that the module took.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

mod ami;
mod bad_input;
mod check;
#[path = "../stress/clients.rs"]
mod clients;
mod config;
mod console;
mod database;
mod defaults;
mod dynamic;
#[path = "../stress/fleet.rs"]
mod fleet;
mod following;
mod functions;
mod gate;
#[path = "../hosts/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the parity tests use the rest")]
mod hosts;
mod http_server;
mod known_good;
mod lifecycle;
mod messages;
mod nodes;
mod object_set;
mod orders;
mod realtime;
mod reload;
mod serving;
mod silence;
mod triggers;
mod unknown_phones;
mod wizard;

use hosts::{Host, Kind};
use libtest_mimic::{Arguments, Trial};

struct Scenario {
    name: &'static str,
    hosts: &'static [Kind],
    run: fn(&mut Host),
}

/// The named functions as scenarios of those hosts.
macro_rules! scenarios {
    ($hosts:expr, $module:ident: $($name:ident),* $(,)?) => {
        [$(Scenario { name: stringify!($name), hosts: $hosts, run: $module::$name }),*]
    };
}

fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    all.extend(scenarios!(Kind::ALL, serving:
        serves_a_phone,
        serves_an_endpoint_without_transport,
        serves_a_section_without_endpoint,
        prefers_what_the_section_says,
        knows_standard_names_in_another_case,
        keeps_every_line_of_a_phone_in_any_order,
    ));
    all.extend(scenarios!(Kind::ALL, realtime: serves_phones_of_a_database));
    all.extend(scenarios!(Kind::REAL, realtime: serves_phones_of_an_sqlite_file));
    all.extend(scenarios!(&[Kind::Asterisk22], realtime:
        follows_rows_behind_the_memory_cache,
        serves_rows_beside_objects_of_astdb,
    ));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], following: follows_rows_as_they_change));
    all.extend(scenarios!(Kind::ALL, following: reads_the_database_when_told));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], known_good:
        keeps_serving_while_the_database_is_away,
        holds_back_a_fleet_that_vanishes,
        serves_its_file_until_the_database_answers,
    ));
    all.extend(scenarios!(&[Kind::Stub], known_good: does_not_use_a_damaged_file));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], silence:
        holds_up_neither_reload_nor_unload_nor_load,
        bears_reloads_at_once,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], nodes: serve_the_same));
    all.extend(scenarios!(Kind::ALL, reload:
        follows_an_edited_section,
        follows_an_edit_when_res_pjsip_is_reloaded,
        forgets_a_section_that_is_gone,
        drops_a_stale_secret,
        survives_a_reload_of_res_phoneprov,
    ));
    all.extend(scenarios!(Kind::ALL, lifecycle:
        names_the_asterisk_that_it_was_built_for,
        unloads_and_loads_again,
        stays_inert_after_unload_while_res_pjsip_reloads,
        names_a_missing_dependency,
        loads_wherever_sorcery_conf_names_its_types,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], lifecycle: loads_after_the_documentation_was_read_again));
    all.extend(scenarios!(&[Kind::Asterisk22, Kind::Asterisk16], lifecycle: explains_its_configuration));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], lifecycle: declines_another_major_version));
    all.extend(scenarios!(&[Kind::Stub], lifecycle:
        leaves_nothing_behind_when_a_registration_fails,
        survives_any_failing_allocation,
        survives_a_refused_extension,
    ));
    all.extend(scenarios!(Kind::ALL, defaults:
        fills_in_defaults,
        takes_the_first_of_two_defaults_and_warns,
    ));
    all.extend(scenarios!(Kind::ALL, triggers:
        loads_into_a_running_asterisk,
        serves_the_new_state_when_its_own_reload_returns,
        follows_each_type_when_res_pjsip_is_reloaded,
        gives_all_phones_back_when_res_phoneprov_is_reloaded,
        follows_core_reload,
        follows_a_reload_of_all_modules,
        tries_a_refused_phone_again,
        unloads_and_loads_500_phones,
        serves_the_new_state_after_unload_edits_and_load,
    ));
    all.extend(scenarios!(Kind::ALL, messages:
        writes_one_notice_for_each_sync_that_changed_something,
        touches_only_what_changed,
        honours_its_own_debug_level,
    ));
    all.extend(scenarios!(Kind::REAL, triggers: follows_a_change_of_a_named_acl));
    all.extend(scenarios!(Kind::ALL, orders: end_in_what_a_fresh_start_serves));
    all.extend(scenarios!(Kind::ALL, dynamic:
        follows_objects_kept_in_memory,
        follows_an_update_of_a_section,
        takes_a_burst_of_changes_as_one,
    ));
    all.extend(scenarios!(Kind::REAL, dynamic: follows_objects_kept_in_astdb));
    all.extend(scenarios!(Kind::REAL, object_set: holds_nothing_derived));
    all.extend(scenarios!(Kind::REAL, wizard:
        serves_phones_of_the_config_wizard,
        follows_the_config_wizard_when_res_pjsip_is_reloaded,
    ));
    // 16's wizard is reloaded with res_pjsip only.
    all.extend(scenarios!(&[Kind::Asterisk22], wizard:
        follows_the_config_wizard_when_it_is_reloaded,
        follows_a_named_acl_with_the_config_wizard,
    ));
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
        a_duplicate_section_id,
        an_empty_file,
        a_huge_value,
        invalid_utf8,
        ten_thousand_sections_of_garbage,
    ));
    all.extend(scenarios!(Kind::ALL, gate:
        answers_while_phones_change,
        answers_a_hundred_clients_while_phones_change,
        unloads_while_phones_fetch,
        unloads_while_a_client_does_not_read,
        a_client_that_does_not_read_holds_nothing_up,
        clients_that_break_off_hold_nothing_up,
        warns_of_an_unknown_option,
    ));
    // It tells by the clock, for which valgrind is too slow.
    all.extend(scenarios!(Kind::REAL, gate: is_switched_off_and_on_again));
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
    all.extend(scenarios!(Kind::ALL, console:
        lists_phones,
        shows_a_phone,
        shows_what_templates_see,
        gives_no_secret_away,
        tells_lines_that_are_served_from_others,
        explains_its_commands,
        completes_ids_and_macs_of_3000_phones,
        shows_odd_text,
        has_no_commands_while_unloaded,
        answers_20_clients_while_phones_change,
        answers_while_it_is_unloaded_and_loaded,
    ));
    all.extend(scenarios!(Kind::ALL, check:
        tells_what_a_reload_would_change,
        names_every_problem,
        tells_of_a_file_that_cannot_be_read,
        knows_where_sections_come_from,
        one_command_names_the_reason,
        predicts_what_a_reload_does,
    ));
    all.extend(scenarios!(Kind::ALL, ami:
        lists_phones_over_ami,
        shows_a_phone_over_ami,
        gives_secrets_to_the_class_config_only,
        raises_events_for_what_became_of_phones,
        sums_up_a_bulk_change,
        keeps_every_value_in_its_header,
        checks_over_ami,
        tells_its_status_over_ami,
        answers_sessions_while_phones_change,
    ));
    all.extend(scenarios!(Kind::ALL, functions:
        reads_a_phones_variables,
        keeps_secrets_to_itself,
        reads_secrets_where_asterisk_lives_dangerously,
        makes_text_fit_for_xml,
        come_and_go_with_the_module,
    ));
    all.extend(scenarios!(Kind::REAL, check: leaves_phones_of_the_config_wizard_alone));
    all.extend(scenarios!(Kind::REAL, console: documents_actions_and_functions));
    all
}

fn main() {
    let wanted = Kind::wanted();
    let mut trials = Vec::new();
    for Scenario { name, hosts, run } in all() {
        for &kind in hosts.iter().filter(|kind| wanted.contains(kind)) {
            trials.push(Trial::test(format!("{}::{name}", kind.label()), move || {
                let mut host = Host::new(kind);
                run(&mut host);
                host.finish();
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
