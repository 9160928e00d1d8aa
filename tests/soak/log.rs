//! Which errors in Asterisk's log somebody caused.

/// Parts of messages about what the configuration says, or what it leaves out.
const CAUSED: &[&str] = &[
    "phoneprov section '",
    "phoneprov sections '",
    "res_phoneprov.c: Could not look up profile 'attic'",
    "duplicate object: 'twice' of type 'phoneprov'",
    // An empty file is no configuration.
    "held back and served as before",
    "was held back, and res_phoneprov does not take it again",
    "Error parsing auth_type=guess",
    "Error parsing direct_media=perhaps",
    "Could not create an object of type 'auth' with id 'bad'",
    "Could not create an object of type 'endpoint' with id 'bad'",
    // Where there is a database, the way to it.
    "res_config_pgsql.c: ",
    "the database does not answer",
    "the database has not answered",
    // Asterisk's core has files of its own that the instance does without.
    "Unable to load config file '",
];

/// The errors that nobody caused.
pub fn uncaused_errors(log: &str) -> Vec<&str> {
    let is_caused = |line: &str| CAUSED.iter().any(|part| line.contains(part));
    log.lines().filter(|line| line.contains(" ERROR[") && !is_caused(line)).collect()
}
