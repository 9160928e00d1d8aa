//! http.conf, which is the HTTP server's own: how many clients it has at once, and where it answers.

use crate::asterisk::{cli, config};
use crate::phone::conf::conf_files;
use crate::phone::http_server::HttpServer;

/// How many clients the HTTP server lets in at once, as http.conf says now. Any thread.
pub fn session_limit() -> usize {
    config::load(c"http.conf")
        .map_or(conf_files::USUAL_SESSION_LIMIT, |http_conf| conf_files::session_limit(&http_conf))
}

/// Where the HTTP server answers, as it runs now. Any thread that holds no lock.
pub fn server() -> HttpServer {
    cli::answer_to(c"http show status").map_or(HttpServer::Unknown, |status| HttpServer::read(&status))
}
