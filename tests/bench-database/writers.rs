//! What the database's version costs those who write: they wait for each other's commits.

use hosts::databases::{Postgres, sample};
use hosts::{median, project_file};
use std::fmt::Write as _;

const TABLES: [&str; 2] = ["ps_auths", "ps_phoneprov"];
const SECONDS: usize = 3;

/// Transactions a second of so many clients, each of which writes two rows of one phone and commits to the disk.
pub fn table(phones: usize, runs: usize) -> String {
    let postgres = Postgres::start_durable();
    let sqls = [sample("postgresql.sql"), project_file("share/realtime/pjsip.sql"), sample("postgresql-version.sql")];
    sqls.iter().for_each(|sql| drop(postgres.sql(sql)));
    for table in TABLES {
        postgres.sql(&format!("insert into {table} (id) select n from generate_series(1, {phones}) n"));
    }
    let transaction = format!(
        "\\set n random(1, {phones})
         begin;
         update ps_auths set password = random()::text where id = :n::text;
         update ps_phoneprov set label = random()::text where id = :n::text;
         commit;
"
    );
    let mut text =
        "\n| writers at once | transactions a second without the version | with it |\n|--:|--:|--:|\n".to_owned();
    for clients in [1, 8] {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        // In turn, because a disk is not as fast each time.
        for _ in 0..runs {
            for (word, figures) in [("disable", &mut without), ("enable", &mut with)] {
                TABLES.iter().for_each(|table| drop(postgres.sql(&format!("alter table {table} {word} trigger user"))));
                figures.push(postgres.written(&transaction, clients, SECONDS));
            }
        }
        let shown = |figures: &[f64]| median(figures).map_or("none".to_owned(), |figure| format!("{figure:.0}"));
        let _ = writeln!(text, "| {clients} | {} | {} |", shown(&without), shown(&with));
    }
    text
}
