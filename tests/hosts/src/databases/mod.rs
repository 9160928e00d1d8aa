//! Phones in a database, the same for every kind: the project's own tables and sample files, and phones in them.

mod link;
mod mariadb;
mod postgres;
mod server;
mod sqlite;

pub use link::Link;
pub use mariadb::MariaDb;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

use crate::phones::{Fleet, account, id, mac};
use crate::{Host, Kind, eventually, project_file};
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

/// A row: its columns but the id, by name. `None` is NULL.
pub type Columns<'a> = &'a [(&'a str, Option<&'a str>)];

/// The tables of one database.
pub enum Database {
    Postgres(Postgres),
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
                let postgres = Postgres::start();
                postgres.sql(&sample("postgresql.sql"));
                postgres.sql(&project_file(ASTERISKS_TABLES));
                postgres.sql(&sample("postgresql-version.sql"));
                Database::Postgres(postgres)
            }
        }
    }

    /// A file in the host's own directory.
    pub fn in_file(host: &Host) -> Self {
        let database = Database::Sqlite(Sqlite::in_file(host.path("var/phones.sqlite3")));
        database.sql(&(sample("sqlite.sql") + &project_file(ASTERISKS_TABLES) + &sample("sqlite-version.sql")));
        database
    }

    fn driver(&self) -> &'static str {
        match self {
            Database::Postgres(_) => "pgsql",
            Database::Sqlite(_) => "sqlite3",
            Database::Stub(_) => "stub",
        }
    }

    /// Has the host look for its phones here, by the project's sample files, and gives its way to get here.
    pub fn serve(&self, host: &Host) -> Option<Link> {
        host.write("etc/sorcery.conf", sample("sorcery.conf"));
        let extconfig = sample("extconfig.conf").replace("=> pgsql,", &format!("=> {},", self.driver()));
        host.write("etc/extconfig.conf", extconfig);
        let file = match self {
            Database::Postgres(_) => "res_pgsql.conf",
            Database::Sqlite(_) => "res_config_sqlite3.conf",
            Database::Stub(_) => {
                fs::create_dir(host.path("etc/realtime")).unwrap();
                self.write_stub(host);
                return None;
            }
        };
        let settings = sample(file).replace("/var/lib/asterisk/", "/mnt/var/");
        host.write(&format!("etc/{file}"), settings);
        let modules = host.read("etc/modules.conf");
        let preload = format!("preload = res_config_{}.so\npreload = ", self.driver());
        host.write("etc/modules.conf", modules.replacen("preload = ", &preload, 1));
        match self {
            Database::Postgres(postgres) => Some(postgres.link(host)),
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
    pub fn postgres(&mut self) -> &mut Postgres {
        match self {
            Database::Postgres(postgres) => postgres,
            Database::Sqlite(_) | Database::Stub(_) => panic!("that is no PostgreSQL"),
        }
    }

    /// Runs SQL.
    pub fn sql(&self, text: &str) {
        match self {
            Database::Postgres(postgres) => drop(postgres.sql(text)),
            Database::Sqlite(sqlite) => drop(sqlite.sql(text).unwrap_or_else(|error| panic!("{error}\nin: {text}"))),
            Database::Stub(_) => panic!("the stub core knows no SQL"),
        }
    }

    /// Writes rows, or these columns of rows that there are.
    pub fn set<'a>(&mut self, host: &Host, table: &'static str, rows: impl IntoIterator<Item = (String, Columns<'a>)>) {
        let mut sql = String::new();
        for (id, columns) in rows {
            if let Database::Stub(tables) = self {
                let row = tables.entry((table, id)).or_default();
                for (name, value) in columns {
                    row.retain(|(each, _)| each != name);
                    row.extend(value.map(|value| (name.to_string(), value.to_owned())));
                }
                continue;
            }
            let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
            let quoted = |value: &str| format!("'{}'", value.replace('\'', "''"));
            let values: Vec<String> =
                columns.iter().map(|(_, value)| value.map_or("null".to_owned(), quoted)).collect();
            let updates: Vec<String> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
            sql += &format!(
                "insert into {table} (id, {}) values ('{id}', {}) on conflict (id) do update set {};\n",
                names.join(", "),
                values.join(", "),
                updates.join(", ")
            );
        }
        match self {
            Database::Stub(_) => self.write_stub(host),
            _ => self.sql(&format!("begin;\n{sql}commit;")),
        }
    }

    /// Puts a whole fleet into an SQL database, each phone with its own account: a statement for each table, because a
    /// fleet may be large.
    pub fn hold(&self, fleet: &Fleet) {
        let insert = |table: &str, columns: &str, row: &dyn Fn(usize) -> String| {
            let rows: Vec<String> = (0..fleet.len()).map(|phone| format!("({})", row(phone))).collect();
            self.sql(&format!("insert into {table} ({columns}) values\n{};", rows.join(",\n")));
        };
        insert("ps_endpoints", "id, transport, auth, callerid", &|phone| {
            let account = account(phone);
            format!("'{account}', 'udp', '{account}', '\"Phone {account}\" <{account}>'")
        });
        insert("ps_auths", "id, auth_type, username, password", &|phone| {
            let account = account(phone);
            format!("'{account}', 'userpass', 'user-{account}', 'secret-{account}'")
        });
        insert("ps_phoneprov", "id, endpoint, mac, profile, label", &|phone| {
            let (id, account, mac, label) = (id(phone), account(phone), mac(phone), fleet.label(phone));
            format!("'{id}', '{account}', '{mac}', 'desk', '{label}'")
        });
    }

    /// Deletes rows.
    pub fn delete(&mut self, host: &Host, table: &'static str, ids: impl IntoIterator<Item = String>) {
        let ids: Vec<String> = ids.into_iter().collect();
        if let Database::Stub(tables) = self {
            tables.retain(|(each, id), _| *each != table || !ids.contains(id));
            return self.write_stub(host);
        }
        let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
        self.sql(&format!("delete from {table} where id in ({})", ids.join(", ")));
    }

    /// Writes variables with a row each, of one section.
    pub fn set_variables(&mut self, host: &Host, section: &str, variables: &[(&str, &str)]) {
        if let Database::Stub(_) = self {
            let lines: String =
                variables.iter().map(|(name, value)| format!("{name} = {}\n", value.replace(';', "\\;"))).collect();
            host.write(&format!("etc/{VARIABLES_FILE}"), format!("[{section}]\n{lines}"));
            return self.write_stub(host);
        }
        for (name, value) in variables {
            self.sql(&format!(
                "insert into ps_phoneprov_vars (category, var_name, var_val) values ('{section}', '{name}', '{value}');"
            ));
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

/// Puts so many phones with one account between them into the database, each with its number as its label.
pub fn fill(database: &mut Database, host: &Host, phones: usize) {
    let account = "alice".to_owned();
    let endpoint: Columns =
        &[("transport", Some("udp")), ("auth", Some("alice")), ("callerid", Some("\"Alice\" <2001>"))];
    let auth: Columns =
        &[("auth_type", Some("userpass")), ("username", Some("alice")), ("password", Some("wonderland"))];
    database.set(host, "ps_endpoints", [(account.clone(), endpoint)]);
    database.set(host, "ps_auths", [(account, auth)]);
    add(database, host, 0..phones);
}

/// Adds the phones of these numbers.
pub fn add(database: &mut Database, host: &Host, phones: std::ops::Range<usize>) {
    let texts: Vec<[String; 3]> = phones.map(|phone| [id(phone), mac(phone), format!("{phone}")]).collect();
    let columns: Vec<_> = texts
        .iter()
        .map(|[_, mac, label]| {
            [("endpoint", "alice"), ("mac", mac), ("profile", "desk"), ("label", label)].map(|(n, v)| (n, Some(v)))
        })
        .collect();
    let rows = texts.iter().zip(&columns).map(|([id, ..], columns)| (id.clone(), columns.as_slice()));
    database.set(host, "ps_phoneprov", rows);
}

/// Sets the label of a phone.
pub fn label(database: &mut Database, host: &Host, phone: usize, label: &str) {
    let columns: Columns = &[("label", Some(label))];
    database.set(host, "ps_phoneprov", [(id(phone), columns)]);
}

/// The variable of that phone's first line, as it is served; `None` if there is no such phone.
pub fn value(host: &Host, phone: usize, variable: &str) -> Option<String> {
    host.phone(&mac(phone)).first().map(|line| line[variable].clone())
}

/// Waits until the variable of the phone has that value; `None`: until the phone is gone.
pub fn assert_becomes(host: &Host, phone: usize, variable: &str, expected: Option<&str>) {
    let became = eventually(|| value(host, phone, variable).as_deref() == expected);
    let now = value(host, phone, variable);
    assert!(became, "{variable} of phone {phone} is {now:?} and never became {expected:?}");
}

/// How many of so many phones are served.
pub fn served(host: &Host, phones: usize) -> usize {
    (0..phones).filter(|&phone| !host.phone(&mac(phone)).is_empty()).count()
}

/// A `phoneprov_global` section for pjsip.conf.
pub fn settings(lines: &str) -> String {
    format!("[phoneprov]\ntype = phoneprov_global\n{lines}\n\n")
}

/// A line of `pjsip show phoneprov status`.
pub fn status(host: &Host, name: &str) -> String {
    let status = host.cli("pjsip show phoneprov status");
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix("  "));
    line.unwrap_or_else(|| panic!("no '{name}' in\n{status}")).trim().to_owned()
}
