//! The project's tables, in each database that they are written for, and what Asterisk's drivers ask of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use hosts::databases::{MariaDb, Postgres, Sqlite, sample};

const TABLES: [&str; 3] = ["ps_phoneprov", "ps_phoneprov_default", "ps_phoneprov_vars"];

/// Whether the hosts that are asked for need databases.
fn is_wanted() -> bool {
    hosts::Kind::wanted().iter().any(|kind| *kind != hosts::Kind::Stub)
}

#[test]
fn mariadb_answers_what_drivers_ask() {
    if !is_wanted() {
        return;
    }
    let mariadb = MariaDb::start();
    mariadb.sql(&sample("mariadb.sql")).unwrap();
    mariadb
        .sql(
            "insert into ps_phoneprov (id, endpoint, mac, profile, label, line) values
                 ('b', 'alice', '00:15:65:a1:b2:c3', 'desk', 'Zoë & Søren 電話', 2), ('a', 'alice', '1', 'desk', '', 1);
             insert into ps_phoneprov_vars (category, var_name, var_val) values ('b', 'NOTE', 'x; y'), ('b', 'MODEL', '');",
        )
        .unwrap();
    let ask = |sql: &str| mariadb.sql(sql).unwrap();
    // res_config_odbc, realtime_multi_odbc, and with the id alone realtime_odbc.
    let rows = ask("SELECT * FROM ps_phoneprov WHERE id LIKE '%' ORDER BY id");
    let rows: Vec<Vec<&str>> = rows.lines().map(|row| row.split('\t').collect()).collect();
    assert_eq!(rows.iter().map(|row| row[0]).collect::<Vec<_>>(), ["a", "b"]);
    assert!(rows[1].contains(&"Zoë & Søren 電話") && rows[1].contains(&"NULL"), "{rows:?}");
    assert_eq!(ask("SELECT * FROM ps_phoneprov_default WHERE id LIKE '%' ORDER BY id"), "");
    // config_odbc, the static one.
    assert_eq!(
        ask("SELECT cat_metric, category, var_name, var_val FROM ps_phoneprov_vars
             WHERE filename='phoneprov_vars.conf' AND commented=0
             ORDER BY cat_metric DESC, var_metric ASC, category, var_name"),
        "0\tb\tMODEL\t\n0\tb\tNOTE\tx; y\n"
    );
    // What takes Asterisk down.
    for values in ["'', 'NOTE', 'x'", "'c', 'NOTE', null"] {
        let insert = format!("insert into ps_phoneprov_vars (category, var_name, var_val) values ({values})");
        assert!(mariadb.sql(&insert).is_err(), "({values}) is taken");
    }
}

#[test]
fn tables_have_the_same_columns_everywhere() {
    if !is_wanted() {
        return;
    }
    let mariadb = MariaDb::start();
    mariadb.sql(&sample("mariadb.sql")).unwrap();
    let postgres = Postgres::start();
    postgres.sql(&sample("postgresql.sql"));
    let sqlite = |table: &str| {
        let columns = format!("select name from pragma_table_info('{table}') order by cid;");
        Sqlite::in_memory().sql(&(sample("sqlite.sql") + &columns)).unwrap()
    };
    for table in TABLES {
        let columns = format!(
            "select column_name from information_schema.columns where table_name = '{table}' order by ordinal_position"
        );
        let expected = postgres.sql(&columns);
        assert!(!expected.is_empty(), "there is no table {table}");
        assert_eq!(mariadb.sql(&columns).unwrap(), expected, "{table} in MariaDB and in PostgreSQL");
        assert_eq!(sqlite(table), expected, "{table} in SQLite and in PostgreSQL");
    }
}
