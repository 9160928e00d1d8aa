//! http.conf, which is the HTTP server's own: how many clients it has at once.

use crate::asterisk::config;
use crate::phone::conf_files;

/// How many clients the HTTP server lets in at once, as http.conf says now. Any thread.
pub fn session_limit() -> usize {
    config::load(c"http.conf")
        .map_or(conf_files::USUAL_SESSION_LIMIT, |http_conf| conf_files::session_limit(&http_conf))
}
