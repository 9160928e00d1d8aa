//! Where our module differs from the C module on purpose (the design's table of deliberate differences): what each does, and
//! why ours does it otherwise.

mod answers;
mod phones;

use hosts::{Host, Kind, Module};

type Difference = fn(&mut Host, Module);

/// The named functions as differences on those hosts.
macro_rules! differences {
    ($hosts:expr, $module:ident: $($name:ident),* $(,)?) => {
        [$((stringify!($name), $hosts as &'static [Kind], $module::$name as Difference)),*]
    };
}

/// Every difference, with the hosts that it is shown on.
pub fn all() -> Vec<(&'static str, &'static [Kind], Difference)> {
    let mut all = Vec::new();
    all.extend(differences!(Kind::REAL, phones:
        edit_and_reload_of_res_pjsip,
        unload_and_reload_of_res_pjsip,
        port_of_a_section_without_endpoint,
        endpoint_without_transport,
        what_the_transport_speaks,
        derived_values_after_a_reload,
        values_of_templates,
        lines_of_a_phone,
        object_set,
        sections_that_live_for_one_lookup,
        default_sections,
        standard_names_in_another_case,
        edit_of_a_phone_that_left_itself_out,
        reloads_while_phones_fetch,
    ));
    all.extend(differences!(&[Kind::Asterisk22], phones: files_of_the_lowest_line));
    all.extend(differences!(&[Kind::Asterisk16], phones: sections_in_order_of_id));
    all.extend(differences!(Kind::REAL, answers:
        server_of_lines_after_one_that_has_its_own,
        server_of_other_phones,
        server_over_sockets_of_ipv6,
        functions_that_are_loaded_later,
        common_file_of_the_smallest_section,
        expression_of_more_than_4000_bytes,
        templates_that_end_asterisk,
        files_that_a_phone_has_already,
    ));
    // 16 never takes SERVER out of a phone's lines again.
    all.extend(
        differences!(&[Kind::Asterisk22], answers: server_that_only_a_later_line_has, common_file_beside_own_ones),
    );
    all.extend(differences!(&[Kind::Asterisk16], answers: empty_template));
    all
}

/// The phone that a difference is shown on.
const MAC: &str = "0004f2000001";

/// A variable of its first line; `None` if it is not served.
fn value(host: &Host, name: &str) -> Option<String> {
    host.phone(MAC).first().map(|line| line[name].clone())
}
