//! What pages quote as said is said: its words are in the module, or in Asterisk.

use crate::page::{page, readme};
use hosts::{Kind, top};
use std::fs;
use std::path::PathBuf;

/// Below that, what stands between two blanks that are filled in proves nothing.
const SHORTEST: usize = 8;

pub fn messages_are_said(kind: Kind) {
    let root = top().join("target/roots").join(kind.name());
    let sorcery = "usr/lib/x86_64-linux-gnu/asterisk/modules/res_sorcery_config.so";
    let programs = [kind.module(), root.join("usr/sbin/asterisk"), root.join(sorcery)];
    // Bytes that are no text are replaced: words stay as they are.
    let read = |program: PathBuf| fs::read(&program).unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let programs = programs.map(|program| String::from_utf8_lossy(&read(program)).into_owned());
    let is_said = |words: &str| programs.iter().any(|program| program.contains(words));

    let (readme, troubleshooting) = (readme(), page("troubleshooting"));
    let tables = [
        readme.section("When a phone gets 404"),
        troubleshooting.section("One phone"),
        troubleshooting.section("The log, and what messages mean"),
    ];
    let quoted = tables.iter().flat_map(|section| &section.rows).flat_map(|row| &row[0].code);
    // Words that are filled in are left out there, names stand between quotes, and columns are some blanks apart.
    let pieces = quoted.flat_map(|quoted| quoted.split(['…', '\'']).flat_map(|part| part.split("  ")));
    let pieces: Vec<&str> = pieces.map(str::trim).filter(|piece| piece.len() >= SHORTEST).collect();
    assert!(pieces.len() > 20, "{pieces:?}");
    let unsaid: Vec<&&str> = pieces.iter().filter(|piece| !is_said(piece)).collect();
    assert!(unsaid.is_empty(), "nobody says {unsaid:#?}");
}
