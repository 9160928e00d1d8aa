//! The project's tables, in each database that they are written for, and what Asterisk's drivers ask of them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing test panics")]

use hosts::databases::{MariaDb, Postgres, Sqlite, sample};
use hosts::project_file;

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

#[test]
fn every_change_raises_the_version() {
    if !is_wanted() {
        return;
    }
    let (postgres, mariadb) = (Postgres::start(), MariaDb::start());
    let file = std::env::temp_dir().join(format!("phoneprov-version-{}", std::process::id()));
    let sqlite = Sqlite::in_file(file.clone());
    type Ask<'a> = &'a dyn Fn(&str) -> String;
    let databases: [(&str, Ask); 3] = [
        ("postgresql", &|sql| postgres.sql(sql)),
        ("mariadb", &|sql| mariadb.sql(sql).unwrap()),
        ("sqlite", &|sql| sqlite.sql(sql).unwrap()),
    ];
    for (name, ask) in databases {
        ask(&sample(&format!("{name}.sql")));
        ask(&project_file("share/realtime/pjsip.sql"));
        ask(&sample(&format!("{name}-version.sql")));
        let mut last = 0;
        let variables = "insert into ps_phoneprov_vars (category, var_name, var_val) values ('a', 'NOTE', 'x')";
        for (table, insert, column) in [
            ("ps_phoneprov", "insert into ps_phoneprov (id) values ('a'), ('b')", "label"),
            ("ps_phoneprov_default", "insert into ps_phoneprov_default (id) values ('a')", "timezone"),
            ("ps_phoneprov_vars", variables, "var_val"),
            ("ps_endpoints", "insert into ps_endpoints (id) values ('a')", "callerid"),
            ("ps_auths", "insert into ps_auths (id) values ('a')", "password"),
        ] {
            let update = format!("update {table} set {column} = 'y'");
            let delete = format!("delete from {table}");
            for change in [insert, &update, &delete, insert] {
                let look = "select version from ps_phoneprov_version;";
                let seen = ask(&format!("begin; {change}; rollback; {look} begin; {change}; commit; {look}"));
                let seen: Vec<u64> = seen.lines().map(|version| version.parse().unwrap()).collect();
                assert_eq!(seen[0], last, "{name}: {change}, taken back");
                assert!(seen[1] > last, "{name}: {change}");
                last = seen[1];
            }
        }
        // As a driver asks.
        let counts = ask("SELECT * FROM ps_phoneprov_counts WHERE id LIKE '%' ORDER BY id").replace('\t', "|");
        assert_eq!(counts, "auth|1\nendpoint|1\nphoneprov|2\nphoneprov_default|1\n", "{name}");
    }
    let _ = std::fs::remove_file(file);
    postgres.sql("truncate ps_auths");
    assert_eq!(postgres.sql("select number from ps_phoneprov_counts where id = 'auth'"), "0\n");
}

/// Whoever writes first is not seen until he commits, nor is his version; others are in the order in which they commit.
#[test]
fn the_version_is_seen_with_what_was_written() {
    if !is_wanted() {
        return;
    }
    let postgres = Postgres::start();
    for sql in [sample("postgresql.sql"), project_file("share/realtime/pjsip.sql"), sample("postgresql-version.sql")] {
        postgres.sql(&sql);
    }
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let postgres = &postgres;
            scope.spawn(move || {
                let transaction = |number: usize| {
                    let id = format!("{writer}-{number}");
                    let tables = ["ps_phoneprov", "ps_auths"];
                    let rows = tables.map(|table| format!("insert into {table} (id) values ('{id}');"));
                    format!("begin; {} commit;\n", rows.concat())
                };
                postgres.sql(&(0..50).map(transaction).collect::<String>());
            });
        }
        // One statement sees one state.
        let look = "select v.version, (select count(*) from ps_phoneprov), (select count(*) from ps_auths) from ps_phoneprov_version v";
        loop {
            let seen = postgres.sql(look);
            let seen: Vec<usize> = seen.trim().split('|').map(|number| number.parse().unwrap()).collect();
            assert!(seen.iter().all(|number| *number == seen[0]), "{seen:?}");
            if seen[0] == 200 {
                break;
            }
        }
    });
}

/// What the files have as a comment, for whoever wants it.
#[test]
fn a_second_row_for_a_line_can_be_refused() {
    if !is_wanted() {
        return;
    }
    let (postgres, mariadb) = (Postgres::start(), MariaDb::start());
    let file = std::env::temp_dir().join(format!("phoneprov-line-{}", std::process::id()));
    let sqlite = Sqlite::in_file(file.clone());
    type Ask<'a> = &'a dyn Fn(&str) -> Result<String, String>;
    let databases: [(&str, Ask); 3] = [
        ("postgresql", &|sql| postgres.try_sql(sql)),
        ("mariadb", &|sql| mariadb.sql(sql)),
        ("sqlite", &|sql| sqlite.sql(sql)),
    ];
    for (name, ask) in databases {
        let sql = sample(&format!("{name}.sql"));
        ask(&sql).unwrap();
        let (_, comment) = sql.split_once("refuse the second when it is written:\n").unwrap();
        let lines = comment.lines().map_while(|line| line.strip_prefix("--   "));
        ask(&lines.collect::<Vec<_>>().join("\n")).unwrap();
        let insert = |id: &str, mac: &str, line: &str| {
            ask(&format!("insert into ps_phoneprov (id, mac, line) values ('{id}', {mac}, {line});")).is_ok()
        };
        assert!(insert("a", "'001565A1B2C3'", "null"), "{name}");
        assert!(insert("b", "'001565a1b2c3'", "2"), "{name}: another line");
        assert!(!insert("c", "'00:15:65:a1:b2:c3'", "1"), "{name}: the same, in another spelling");
        for id in ["d", "e"] {
            assert!(insert(id, "null", "1"), "{name}: sections without a MAC");
            assert!(insert(&format!("{id}2"), "''", "1"), "{name}: likewise");
        }
    }
    let _ = std::fs::remove_file(file);
}
