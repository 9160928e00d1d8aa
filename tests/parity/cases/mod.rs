//! Configurations for which both modules must serve the same.

mod accounts;
mod callerids;
mod edits;
mod files;
mod forms;
mod lines;
mod sections;
mod values;

use super::case::Case;
use hosts::Kind;

type Entry = (&'static str, &'static [Kind], fn() -> Case);

/// Every case, with the hosts that it is for.
pub fn all() -> Vec<Entry> {
    const ONLY_16: &[Kind] = &[Kind::Asterisk16];
    const ONLY_22: &[Kind] = &[Kind::Asterisk22];
    vec![
        ("callerids", Kind::REAL, callerids::callerids),
        ("auths", Kind::REAL, accounts::auths),
        ("auths_without_password", ONLY_16, accounts::auths_without_password),
        ("auths_of_22", ONLY_22, accounts::auths_of_22),
        ("transports", Kind::REAL, accounts::transports),
        ("transports_of_22", ONLY_22, accounts::transports_of_22),
        ("own_values_before_derived_ones", Kind::REAL, values::own_values_before_derived_ones),
        ("texts", Kind::REAL, values::texts),
        ("names", Kind::REAL, values::names),
        ("numbers_of_lines", Kind::REAL, lines::numbers_of_lines),
        ("timezones", Kind::REAL, values::timezones),
        ("phones_of_two_lines", Kind::REAL, lines::phones_of_two_lines),
        ("rivals_of_which_one_is_refused", Kind::REAL, lines::rivals_of_which_one_is_refused),
        ("each_extension_and_each_user", Kind::REAL, lines::each_extension_and_each_user),
        ("each_extension_within_another", Kind::REAL, lines::each_extension_within_another),
        ("each_of_many_users", ONLY_22, lines::each_of_many_users),
        ("profiles", Kind::REAL, files::profiles),
        ("names_of_files", Kind::REAL, files::names_of_files),
        ("common_files", ONLY_22, files::common_files),
        ("names_that_functions_make", Kind::REAL, files::names_that_functions_make),
        ("one_name_for_many_files", ONLY_22, files::one_name_for_many_files),
        ("phones_of_users_conf", Kind::REAL, files::phones_of_users_conf),
        ("phones_of_users_conf_in_templates", Kind::REAL, files::phones_of_users_conf_in_templates),
        ("offsets", Kind::REAL, forms::offsets),
        ("expressions", Kind::REAL, forms::expressions),
        ("unclosed_and_odd_forms", Kind::REAL, forms::unclosed_and_odd_forms),
        ("bytes", Kind::REAL, forms::bytes),
        ("an_empty_template", ONLY_22, forms::an_empty_template),
        ("inheritance", Kind::REAL, sections::inheritance),
        ("line_ends_and_byte_order_mark", Kind::REAL, sections::line_ends_and_byte_order_mark),
        ("one_id_for_everything", Kind::REAL, sections::one_id_for_everything),
        ("what_is_missing", Kind::REAL, sections::what_is_missing),
        ("edits_of_sections", Kind::REAL, edits::edits_of_sections),
        ("edits_of_accounts", Kind::REAL, edits::edits_of_accounts),
        ("config_wizard", Kind::REAL, sections::config_wizard),
    ]
}
