//! Several nodes on one database.

use hosts::databases::{Database, Link, assert_becomes, fill, label, served, settings, status, value};
use hosts::phones::{Got, Phones, fetch_during};
use hosts::{Host, eventually};

const PHONES: usize = 12;

pub fn serve_the_same(host: &mut Host) {
    let mut database = Database::of(host.kind);
    let (mut second, mut third) = (Host::new(host.kind), Host::new(host.kind));
    let mut links: Vec<Link> = Vec::new();
    for node in [&*host, &second, &third] {
        links.extend(database.serve(node));
        node.configure(settings("refresh_interval = 1"));
    }
    second.configure(settings("refresh_interval = 1\nlast_known_good = yes"));
    fill(&mut database, host, PHONES);
    [&mut *host, &mut second, &mut third].into_iter().for_each(Host::start);
    let hashes = |nodes: &[&Host]| nodes.iter().map(|node| status(node, "Content hash")).collect::<Vec<_>>();
    let all_same = |nodes: &[&Host]| {
        let mut hashes = hashes(nodes);
        hashes.dedup();
        hashes.len() == 1
    };
    let all = [&*host, &second, &third];
    assert!(all_same(&all), "{:?}", hashes(&all));
    let before = hashes(&all).remove(0);

    label(&mut database, host, 0, "everywhere");
    all.iter().for_each(|node| assert_becomes(node, 0, "LABEL", Some("everywhere")));
    assert!(all_same(&all) && hashes(&all)[0] != before, "{before} before, {:?}", hashes(&all));

    // One is cut off.
    links[1].cut();
    label(&mut database, host, 1, "not everywhere");
    [&*host, &third].iter().for_each(|node| assert_becomes(node, 1, "LABEL", Some("not everywhere")));
    assert_eq!(value(&second, 1, "LABEL").as_deref(), Some("1"));
    assert!(!all_same(&all), "{:?}", hashes(&all));
    links[1].restore();
    assert_becomes(&second, 1, "LABEL", Some("not everywhere"));
    assert!(eventually(|| all_same(&all)), "{:?}", hashes(&all));

    // The server is started again while phones fetch everywhere.
    let fleet = (Phones::Shared, PHONES);
    let ((((), last), other), first) = fetch_during(host.address(), 1, fleet, || {
        fetch_during(second.address(), 1, fleet, || {
            fetch_during(third.address(), 1, fleet, || {
                database.server().stop();
                let away = |node: &&&Host| status(node, "Database").contains("does not answer");
                assert!(eventually(|| all.iter().filter(away).count() == 3), "not everybody noticed");
                database.server().start_again();
                label(&mut database, host, 2, "after the restart");
                all.iter().for_each(|node| assert_becomes(node, 2, "LABEL", Some("after the restart")));
            })
        })
    });
    [first, other, last].iter().for_each(Got::assert_all_good);

    // Two start while it is away.
    database.server().stop();
    second.restart();
    third.restart();
    assert_eq!(served(&second, PHONES), PHONES, "it has its file");
    assert_eq!(served(&third, PHONES), 0);
    assert_eq!(served(host, PHONES), PHONES);
    database.server().start_again();
    label(&mut database, host, 3, "after the starts");
    let all = [&*host, &second, &third];
    all.iter().for_each(|node| assert_becomes(node, 3, "LABEL", Some("after the starts")));
    assert!(eventually(|| all_same(&all)), "{:?}", hashes(&all));
    second.finish();
    third.finish();
}
