//! What it costs to look each second, on the node and in the database: while nothing changes, and while rows do.

use crate::{Node, RELOAD, set};
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What happens meanwhile: how many rows change a second, each in a transaction of its own; and whether the database tells its
/// version.
const WAYS: [(&str, usize, bool); 4] = [
    ("nothing changes", 0, true),
    ("1 row a second changes", 1, true),
    ("10 rows a second change", 10, true),
    ("nothing changes, without the version", 0, false),
];

/// For so many seconds each, after a moment: what a node does with its first look is not what is watched.
const MOMENT: Duration = Duration::from_secs(3);

pub fn table(node: &mut Node, seconds: usize) -> String {
    let mut text =
        "\n| looking each second while | queries a second | processor of the node | of the database |\n".to_owned();
    text += "|---|--:|--:|--:|\n";
    set(&node.host, "refresh_interval = 1");
    for (what, rows, is_told) in WAYS {
        if !is_told {
            let extconfig = node.host.read("etc/extconfig.conf");
            let lines = extconfig.lines().filter(|line| !line.starts_with("ps_phoneprov_version"));
            node.host.write("etc/extconfig.conf", lines.map(|line| format!("{line}\n")).collect::<String>());
        }
        node.ask(RELOAD);
        let mut writer = node.database.server().session();
        if rows > 0 {
            // So many that it does not end before it is stopped.
            let count = rows * (seconds + 10);
            writer.begin(&format!(
                "do $$ begin for number in 1..{count} loop
                     update ps_phoneprov set label = 'at ' || number where id = 'phone-' || lpad(number::text, 5, '0');
                     commit;
                     perform pg_sleep({});
                 end loop; end $$",
                1.0 / rows as f64
            ));
        }
        sleep(MOMENT);
        let (before, start) = (figures(node), Instant::now());
        sleep(Duration::from_secs(seconds as u64));
        let (after, took) = (figures(node), start.elapsed().as_secs_f64());
        let [queries, of_node, of_database] = [0, 1, 2].map(|number| (after[number] - before[number]) / took);
        let _ = writeln!(text, "| {what} | {queries:.1} | {of_node:.1} ms/s | {of_database:.1} ms/s |");
    }
    text
}

/// How many queries there were, and milliseconds of the node's and of the database's processors.
fn figures(node: &mut Node) -> [f64; 3] {
    let milliseconds = |time: Duration| 1000.0 * time.as_secs_f64();
    let queries = node.database.postgres().statements().len();
    let database = node.database.server().processor_time();
    [queries as f64, milliseconds(node.host.processor_time()), milliseconds(database)]
}
