//! Phones in a database that nodes share: sorcery's realtime wizard, with the project's own tables and sample files.

use crate::hosts::{Host, Link, Postgres, eventually};
use std::time::{Duration, Instant};

const TABLES: [&str; 2] = ["realtime/postgresql.sql", "tests/hosts/realtime-pjsip.sql"];
const MAC: &str = "000000000001";
const SAMPLES: [&str; 3] = ["sorcery.conf", "extconfig.conf", "res_pgsql.conf"];

/// A database with our tables and one phone, and the host's way to it.
fn keep_phones_in_postgres(host: &Host) -> (Postgres, Link) {
    let postgres = Postgres::start();
    for tables in TABLES {
        postgres.sql(&project_file(tables));
    }
    postgres.sql(
        "insert into ps_endpoints (id, transport, auth, callerid) values ('alice', 'udp', 'alice', '\"Alice\" <2001>');
         insert into ps_auths (id, auth_type, username, password) values ('alice', 'userpass', 'alice', 'wonderland');
         insert into ps_phoneprov (id, endpoint, mac, profile, label) values ('alice-desk', 'alice', '000000000001', 'desk', '');",
    );
    let link = postgres.link(host);
    for sample in SAMPLES {
        host.write(&format!("etc/{sample}"), project_file(&format!("realtime/{sample}")));
    }
    let modules = host.read("etc/modules.conf");
    host.write("etc/modules.conf", modules.replacen("preload = ", "preload = res_config_pgsql.so\npreload = ", 1));
    (postgres, link)
}

fn project_file(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn serves_phones_of_a_database(host: &mut Host) {
    let (postgres, _link) = keep_phones_in_postgres(host);
    host.start();
    let line = host.line(MAC);
    assert_eq!(line["SECRET"], "wonderland");
    assert_eq!(line["CALLERID"], "2001");
    assert_eq!(line["LABEL"], "alice-desk", "an empty column counts as not given");

    postgres.sql("update ps_phoneprov set label = 'Alice'");
    host.reload();
    assert_eq!(host.line(MAC)["LABEL"], "Alice");
    assert_eq!(host.problems(), [""; 0]);
}

/// What the fixture itself promises: an outage is one, and ends.
pub fn asks_again_after_an_outage(host: &mut Host) {
    let (mut postgres, mut link) = keep_phones_in_postgres(host);
    host.start();
    link.cut();
    host.reload();
    assert!(host.log().contains("Failed to connect database"), "the node notices");
    link.restore();
    host.reload();
    assert_eq!(host.line(MAC)["SECRET"], "wonderland");

    link.silence();
    let reload = "module reload res_pjsip_phoneprov_provider.so";
    assert!(host.ask(reload, Duration::from_secs(1)).is_err(), "the node waits for an answer");
    link.restore();
    // Until that reload has ended, others are refused.
    assert!(eventually(|| host.cli(reload).contains("successfully")), "what was swallowed arrives late");
    link.slow_down(Duration::from_millis(100));
    let start = Instant::now();
    host.reload();
    assert!(start.elapsed() > Duration::from_millis(100), "the node waits for slow answers");
    assert_eq!(host.line(MAC)["SECRET"], "wonderland");
    link.restore();

    postgres.stop();
    host.reload();
    postgres.start_again();
    let before = postgres.statements().len();
    host.reload();
    assert_eq!(host.line(MAC)["SECRET"], "wonderland");
    assert!(postgres.statements().len() > before, "the node asks");
}
