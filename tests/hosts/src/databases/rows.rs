//! What tests write into a database.

use super::{Database, VARIABLES_FILE};
use crate::Host;
use crate::phones::{Fleet, account, id, mac};

/// A row: its columns but the id, by name. `None` is NULL.
pub type Columns<'a> = &'a [(&'a str, Option<&'a str>)];

impl Database {
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
            let (conflict, new): (_, fn(&String) -> String) = match self {
                Database::MariaDb(_) => ("on duplicate key update", |name| format!("{name} = values({name})")),
                _ => ("on conflict (id) do update set", |name| format!("{name} = excluded.{name}")),
            };
            sql += &format!(
                "insert into {table} (id, {}) values ('{id}', {}) {conflict} {};\n",
                names.join(", "),
                values.join(", "),
                names.iter().map(new).collect::<Vec<_>>().join(", ")
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
