//! Where phones come from: sections of every kind, and databases.

mod conf_text;
mod files;
mod following;
mod known_good;
mod layouts;
mod nodes;
mod object_set;
mod realtime;
mod servers;
mod silence;
mod whole;
mod wizard;

use crate::scenario::{Scenario, scenarios};
use hosts::Kind;

pub fn all() -> Vec<Scenario> {
    let mut all = Vec::new();
    all.extend(scenarios!(Kind::ALL, conf_text: reads_files_as_asterisk_does));
    all.extend(scenarios!(Kind::ALL, files:
        keep_their_phones_where_they_are_read_in_part,
        keep_their_phones_where_files_are_not_read_at_all,
        go_when_it_is_confirmed_or_has_lasted,
        go_at_once_where_somebody_removed_them,
        keep_their_phones_until_they_are_read_again,
    ));
    all.extend(scenarios!(Kind::REAL, files: are_told_over_ami, keep_phones_of_the_config_wizard));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], files: go_at_once_where_ari_deletes_them));
    all.extend(scenarios!(Kind::ALL, realtime: serves_phones_of_a_database));
    all.extend(scenarios!(Kind::REAL, realtime:
        serves_phones_of_an_sqlite_file,
        serves_phones_of_a_mariadb_through_odbc,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], realtime:
        follows_rows_behind_the_memory_cache,
        serves_rows_beside_objects_of_astdb,
        takes_a_row_for_what_its_own_id_says,
        is_not_misled_by_a_driver_that_leaves_rows_out,
    ));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], following: follows_rows_as_they_change));
    all.extend(scenarios!(Kind::REAL, following: reads_the_database_when_told));
    all.extend(scenarios!(&[Kind::Asterisk22], known_good:
        keeps_serving_while_the_database_is_away,
        holds_back_a_fleet_that_vanishes,
    ));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], known_good:
        holds_back_each_fall_for_itself,
        serves_its_file_until_the_database_answers,
        is_written_again_and_deleted,
    ));
    all.extend(scenarios!(&[Kind::Stub], known_good: does_not_use_a_damaged_file));
    all.extend(scenarios!(&[Kind::Stub, Kind::Asterisk22], silence:
        holds_up_neither_reload_nor_unload_nor_load,
        bears_reloads_at_once,
        has_a_check_tell_the_age_of_its_rows,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], silence: answers_questions_while_a_reload_waits_for_it));
    all.extend(scenarios!(Kind::REAL, servers:
        freeze_and_die,
        freeze_and_die_behind_odbc,
        have_their_tables_made_again,
        have_their_tables_made_again_behind_odbc,
        have_values_of_any_size_and_bytes,
        have_values_of_any_size_and_bytes_behind_odbc,
        have_transactions_that_last,
        have_transactions_that_last_behind_odbc,
    ));
    all.extend(scenarios!(Kind::REAL, whole:
        is_what_phones_get_from_one_version,
        is_what_phones_get_through_odbc,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], whole:
        is_what_phones_get_of_an_sqlite_file,
        has_every_phone_without_a_version,
    ));
    all.extend(scenarios!(&[Kind::Asterisk22], nodes: serve_the_same));
    all.extend(scenarios!(Kind::REAL, object_set: holds_nothing_derived));
    all.extend(scenarios!(&[Kind::Stub], layouts:
        serve_phones_whichever_version_has_them,
        serve_phones_of_a_version_that_nobody_knows,
    ));
    all.extend(scenarios!(Kind::REAL, layouts: are_compared_with_what_sorcery_says));
    all.extend(scenarios!(Kind::REAL, wizard:
        serves_phones_of_the_config_wizard.for_c_too(),
        takes_what_a_wizard_says_before_its_template,
        follows_the_config_wizard_when_res_pjsip_is_reloaded,
    ));
    // 16's wizard is reloaded with res_pjsip only.
    all.extend(scenarios!(&[Kind::Asterisk22], wizard:
        follows_the_config_wizard_when_it_is_reloaded,
        follows_a_named_acl_with_the_config_wizard,
    ));
    all
}
