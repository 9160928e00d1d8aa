//! Where the HTTP server answers, as Asterisk says.

/// What is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpServer {
    /// It is off: no phone gets anything.
    Off,
    /// It answers at these URLs, which a phone has phoneprov behind.
    At(Vec<String>),
    /// Asterisk does not say.
    Unknown,
}

impl HttpServer {
    /// Reads what `http show status` says (http.c, `handle_show_http`).
    pub fn read(status: &str) -> Self {
        let prefix = status.lines().find_map(|line| line.strip_prefix("Prefix:")).unwrap_or_default().trim();
        let url = |line: &str| {
            let (server, address) = line.split_once("Server Enabled and Bound to ")?;
            let scheme = if server.starts_with("HTTPS") { "https" } else { "http" };
            Some(format!("{scheme}://{}{prefix}/phoneprov/", address.trim()))
        };
        let urls: Vec<String> = status.lines().filter_map(url).collect();
        match (urls.is_empty(), status.contains("Server Disabled")) {
            (false, _) => HttpServer::At(urls),
            (true, true) => HttpServer::Off,
            (true, false) => HttpServer::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asterisk_says_where_it_answers() {
        let text = "HTTP Server Status:\nPrefix: /pbx\nServer: Asterisk\nServer Enabled and Bound to 127.0.0.1:8088\n\n\
                    HTTPS Server Enabled and Bound to [::]:8089\n\nEnabled URI's:\n/pbx/phoneprov/... => x\n";
        let urls = ["http://127.0.0.1:8088/pbx/phoneprov/", "https://[::]:8089/pbx/phoneprov/"];
        assert_eq!(HttpServer::read(text), HttpServer::At(urls.map(str::to_owned).into()));
        assert_eq!(HttpServer::read("Prefix: \nServer: Asterisk\nServer Disabled\n\n"), HttpServer::Off);
        assert_eq!(HttpServer::read("Prefix: \n"), HttpServer::Unknown);
    }
}
