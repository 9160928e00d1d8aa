//! Phones in a database, the same for every kind: the project's own tables and sample files, and phones in them.

mod link;
mod mariadb;
mod postgres;
mod rows;
mod server;
mod session;
mod shown;
mod sqlite;

pub use link::Link;
pub use mariadb::MariaDb;
pub use postgres::Postgres;
pub use rows::{Columns, add, fill, label};
pub use server::Server;
pub use session::Session;
pub use shown::{assert_becomes, served, settings, status, value};
pub use sqlite::Sqlite;

use crate::{Host, Kind, project_file};
use std::collections::BTreeMap;
use std::fs;

/// The part of Asterisk's own schema that tests need.
const ASTERISKS_TABLES: &str = "share/realtime/pjsip.sql";
const TABLES: [&str; 4] = ["ps_phoneprov", "ps_phoneprov_default", "ps_endpoints", "ps_auths"];
/// Which state it is, and how many rows it has.
const VERSION: &str = "ps_phoneprov_version";
const COUNTS: &str = "ps_phoneprov_counts";
/// Variables with a row each.
const VARIABLES_FILE: &str = "phoneprov_vars.conf";

/// The tables of one database.
pub enum Database {
    Postgres(Postgres),
    /// Through ODBC.
    MariaDb(MariaDb),
    Sqlite(Sqlite),
    /// The stub core's, whose tables are files of the one host.
    Stub(BTreeMap<(&'static str, String), Vec<(String, String)>>),
}

impl Database {
    /// The one that hosts of that kind are tested with most: a PostgreSQL for real ones.
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Stub => Database::Stub(BTreeMap::new()),
            Kind::Asterisk22 | Kind::Asterisk16 | Kind::Next => {
                let database = Database::Postgres(Postgres::start());
                database.make_tables();
                database
            }
        }
    }

    /// A MariaDB, which hosts ask through ODBC.
    pub fn through_odbc() -> Self {
        let database = Database::MariaDb(MariaDb::start());
        database.sql("create user asterisk identified by 'secret'; grant select on asterisk.* to asterisk;");
        database.make_tables();
        database
    }

    /// A file in the host's own directory.
    pub fn in_file(host: &Host) -> Self {
        let database = Database::Sqlite(Sqlite::in_file(host.path("var/phones.sqlite3")));
        database.make_tables();
        database
    }

    /// Makes the tables, without rows.
    pub fn make_tables(&self) {
        let name = match self {
            Database::Postgres(_) => "postgresql",
            Database::MariaDb(_) => "mariadb",
            Database::Sqlite(_) => "sqlite",
            Database::Stub(_) => panic!("the stub core's tables make themselves"),
        };
        self.sql(&sample(&format!("{name}.sql")));
        self.sql(&project_file(ASTERISKS_TABLES));
        self.sql(&sample(&format!("{name}-version.sql")));
    }

    fn driver(&self) -> &'static str {
        match self {
            Database::Postgres(_) => "pgsql",
            Database::MariaDb(_) => "odbc",
            Database::Sqlite(_) => "sqlite3",
            Database::Stub(_) => "stub",
        }
    }

    /// Has the host look for its phones here, by the project's sample files, and gives its way to get here.
    pub fn serve(&self, host: &Host) -> Option<Link> {
        host.write("etc/sorcery.conf", sample("sorcery.conf"));
        let extconfig = sample("extconfig.conf").replace("=> pgsql,", &format!("=> {},", self.driver()));
        host.write("etc/extconfig.conf", extconfig);
        let (file, modules): (_, &[&str]) = match self {
            Database::Postgres(_) => ("res_pgsql.conf", &["res_config_pgsql"]),
            Database::MariaDb(_) => ("res_odbc.conf", &["res_odbc_transaction", "res_odbc", "res_config_odbc"]),
            Database::Sqlite(_) => ("res_config_sqlite3.conf", &["res_config_sqlite3"]),
            Database::Stub(_) => {
                fs::create_dir(host.path("etc/realtime")).unwrap();
                self.write_stub(host);
                return None;
            }
        };
        let settings = sample(file).replace("/var/lib/asterisk/", "/mnt/var/");
        if let Database::MariaDb(_) = self {
            // Its section of odbc.ini is told in a comment.
            let (_, section) = settings.split_once("for MariaDB (odbc-mariadb)\n").expect("the sample tells it");
            let lines = section.lines().map_while(|line| line.strip_prefix(";   "));
            host.write("etc/odbc.ini", lines.map(|line| format!("{line}\n")).collect::<String>());
        }
        host.write(&format!("etc/{file}"), settings);
        let preload: String = modules.iter().map(|module| format!("preload = {module}.so\n")).collect();
        let modules = host.read("etc/modules.conf");
        host.write("etc/modules.conf", modules.replacen("preload = ", &format!("{preload}preload = "), 1));
        match self {
            Database::Postgres(postgres) => Some(postgres.0.link(host)),
            Database::MariaDb(mariadb) => Some(mariadb.0.link(host)),
            Database::Sqlite(_) | Database::Stub(_) => None,
        }
    }

    /// The same, for one that does not tell its version.
    pub fn serve_without_version(&self, host: &Host) -> Option<Link> {
        let link = self.serve(host);
        let extconfig = host.read("etc/extconfig.conf");
        let lines = extconfig.lines().filter(|line| !line.starts_with(VERSION) && !line.starts_with(COUNTS));
        host.write("etc/extconfig.conf", lines.map(|line| format!("{line}\n")).collect::<String>());
        link
    }

    /// The server.
    pub fn server(&mut self) -> &mut Server {
        match self {
            Database::Postgres(postgres) => &mut postgres.0,
            Database::MariaDb(mariadb) => &mut mariadb.0,
            Database::Sqlite(_) | Database::Stub(_) => panic!("that is no server"),
        }
    }

    /// The server, if it is a PostgreSQL.
    pub fn postgres(&self) -> &Postgres {
        match self {
            Database::Postgres(postgres) => postgres,
            _ => panic!("that is no PostgreSQL"),
        }
    }

    /// Runs SQL.
    pub fn sql(&self, text: &str) {
        match self {
            Database::Postgres(postgres) => drop(postgres.sql(text)),
            Database::MariaDb(mariadb) => drop(mariadb.sql(text).unwrap_or_else(|error| panic!("{error}\nin: {text}"))),
            Database::Sqlite(sqlite) => drop(sqlite.sql(text).unwrap_or_else(|error| panic!("{error}\nin: {text}"))),
            Database::Stub(_) => panic!("the stub core knows no SQL"),
        }
    }

    fn write_stub(&self, host: &Host) {
        let Database::Stub(tables) = self else { return };
        for table in TABLES {
            let mut text = String::new();
            for ((_, id), columns) in tables.iter().filter(|((each, _), _)| *each == table) {
                let lines: String = columns.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
                text += &format!("[{id}]\n{lines}\n");
            }
            host.write_at_once(&format!("etc/realtime/{table}.conf"), text);
        }
        // Last, as it knows no transactions: who has met half of it will read again.
        let count = |table| tables.keys().filter(|(each, _)| *each == table).count();
        let counts = ["phoneprov", "phoneprov_default", "endpoint", "auth"].into_iter().zip(TABLES);
        let counts = counts.map(|(kind, table)| format!("[{kind}]\nnumber = {}\n", count(table)));
        host.write_at_once(&format!("etc/realtime/{COUNTS}.conf"), counts.collect::<String>());
        let file = format!("etc/realtime/{VERSION}.conf");
        let version = fs::read_to_string(host.path(&file)).unwrap_or_default();
        let version = version.rsplit(' ').next().and_then(|number| number.trim().parse::<u64>().ok()).unwrap_or(0);
        host.write_at_once(&file, format!("[phoneprov]\nversion = {}\n", version + 1));
        if !host.path("etc").join(VARIABLES_FILE).exists() {
            host.write(&format!("etc/{VARIABLES_FILE}"), "");
        }
    }
}

/// A file of the project's own for phones in databases: tables, and samples of configuration files.
pub fn sample(file: &str) -> String {
    project_file(&format!("share/realtime/{file}"))
}
