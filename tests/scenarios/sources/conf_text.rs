//! The module reads files as Asterisk does: its reader, compiled here by itself, against the host's own.

#[path = "../../../src/phone/conf/conf_text/mod.rs"]
#[allow(dead_code, reason = "what only the module uses is dead here")]
mod ours;

use fastrand::Rng;
use hosts::{Ami, Host, Kind, setting};
use ours::{Disk, Opened, Standing};
use std::ffi::CString;
use std::fs;
use std::path::{Path, PathBuf};

/// Files below a directory, as a host with that one for its configuration sees them.
struct Etc(PathBuf);

impl Etc {
    fn path(&self, name: &CString) -> PathBuf {
        self.0.join(name.to_str().expect("these names are text"))
    }
}

impl Disk for Etc {
    /// The only patterns here end in `*`, behind a directory's name.
    fn expand(&self, name: &[u8]) -> Vec<CString> {
        let name = String::from_utf8_lossy(name);
        let Some((directory, beginning)) = name.strip_suffix('*').and_then(|name| name.rsplit_once('/')) else {
            return vec![CString::new(name.as_bytes()).expect("no zero is in these names")];
        };
        let entries = fs::read_dir(self.0.join(directory)).into_iter().flatten();
        let names = entries.map(|entry| entry.expect("it can be read").file_name().into_string().expect("text"));
        let mut names: Vec<String> = names.filter(|name| name.starts_with(beginning)).collect();
        names.sort();
        names.into_iter().map(|name| CString::new(format!("{directory}/{name}")).expect("no zero")).collect()
    }

    fn open(&self, path: &CString) -> Opened {
        fs::read(self.path(path)).map_or(Opened::Nothing, Opened::Text)
    }

    fn is_elsewhere(&self, _name: &[u8]) -> bool {
        false
    }
}

/// What the host reads of a file: sections without templates, each with its first type; `None` if it refuses the file.
fn seen_by_host(host: &Host, ami: Option<&mut Ami>, file: &str) -> Option<Vec<(String, Option<String>)>> {
    let mut sections: Vec<(String, Option<String>)> = Vec::new();
    let Some(ami) = ami else {
        let answer = host.cli(&format!("stub config {file}"));
        for line in answer.lines().filter(|line| *line != "Not read") {
            match (line.strip_prefix("Section "), line.strip_prefix("Type "), sections.last_mut()) {
                (Some(name), ..) => sections.push((name.to_owned(), None)),
                (None, Some(kind), Some(section)) => section.1 = Some(kind.to_owned()),
                _ => panic!("{answer}"),
            }
        }
        return (answer.trim() != "Not read").then_some(sections);
    };
    let answer = ami.action("GetConfig", &[("Filename", file)]).remove(0);
    if !answer.is_success() {
        return None;
    }
    let mut is_template = false;
    for (header, value) in &answer.headers {
        if header.starts_with("Category-") {
            is_template = false;
            sections.push((value.clone(), None));
        } else if header.starts_with("IsTemplate-") {
            is_template = true;
            sections.pop();
        } else if header.starts_with("Line-") && !is_template {
            let section = sections.last_mut().expect("a line is of a section");
            let (name, value) = value.split_once('=').expect("a line has a name and a value");
            let kind = name.eq_ignore_ascii_case("type").then(|| value.to_owned());
            section.1 = section.1.take().or(kind);
        }
    }
    Some(sections)
}

fn seen_by_us(host: &Host, file: &str) -> Option<Vec<(String, Option<String>)>> {
    let texts = ours::read(file.as_bytes(), &Etc(host.path("etc")));
    let text = |text: CString| text.into_string().expect("these files are text");
    let read = texts.sections.into_iter().filter(|section| section.is_read);
    let sections = read.map(|Standing { id, kind, .. }| (text(id), kind.map(text))).collect();
    (!texts.is_refused).then_some(sections)
}

/// Pieces of files, those that are right more often.
const PIECES: [&str; 36] = [
    "[a]\n",
    "[b]\n",
    "[c](a)\n",
    "[d](!)\n",
    "[e](d)\n",
    "[F](D,a)\n",
    "[a](+)\n",
    "[d](+)\n",
    "[g](!,d)\n",
    "[h]\n",
    "[ i ]\n",
    "type = phoneprov\n",
    "type=endpoint ; why\n",
    "Type => auth\n",
    "x = 1\n",
    "x += 2\n",
    "; no [z]\n",
    "\n",
    ";-- [z]\n--;\n",
    "  [j] ; x\n",
    "[k] ;-- [z] --;\n",
    "y = a\\;b\n",
    "#tryinclude missing\n",
    "#include DIR/p*\n",
    "#include DIR/p1\n",
    "#tryinclude DIR/p2\n",
    "[l](typo)\n",
    "[m\n",
    "[n](a\n",
    "[o](d, a)\n",
    "[p](+)\n",
    ";--\n",
    "\\ x = 1\n",
    "#include missing\n",
    "[q]()\n",
    "no equal sign\n",
];
/// So many of them are right.
const RIGHT: usize = 26;

fn text(random: &mut Rng, directory: &str) -> Vec<u8> {
    let mut text = Vec::new();
    if random.u8(..8) == 0 {
        text.extend(b"\xef\xbb\xbf");
    }
    for _ in 0..random.usize(..10) {
        let choice = if random.u8(..4) == 0 { PIECES.len() } else { RIGHT };
        let piece = PIECES[random.usize(..choice)];
        text.extend(piece.replace("DIR", directory).bytes());
        match random.u8(..40) {
            0 => text.extend([b"z = ".as_slice(), &vec![b'y'; random.usize(8180..8200)], b"\n"].concat()),
            1 => text.extend(b"[r\0]\n[s]\0[t]\n"),
            2 => {
                text.pop();
            }
            _ => {}
        }
    }
    text
}

pub fn reads_files_as_asterisk_does(host: &mut Host) {
    host.start();
    let mut ami = (host.kind != Kind::Stub).then(|| host.ami("all"));
    let seed = setting("SEED").unwrap_or_else(|| fastrand::u64(..1 << 60));
    let mut random = Rng::with_seed(seed);
    let mut broken = 0;
    for round in 0..setting("FILES").unwrap_or(300) {
        let directory = format!("files{round}");
        let main = format!("{directory}/main.conf");
        fs::create_dir(host.path("etc").join(&directory)).expect("the instance directory is writable");
        for name in ["main.conf", "p1", "p2", "p3"] {
            if name == "main.conf" || random.u8(..5) > 0 {
                let text = text(&mut random, &directory);
                let place = Path::new(&directory).join(name);
                fs::write(host.path("etc").join(place), text).expect("the instance directory is writable");
            }
        }
        let (theirs, ours) = (seen_by_host(host, ami.as_mut(), &main), seen_by_us(host, &main));
        assert_eq!(ours, theirs, "{} with SEED={seed}", host.path("etc").join(&main).display());
        let texts = ours::read(main.as_bytes(), &Etc(host.path("etc")));
        broken += usize::from(!texts.is_refused && texts.unread.iter().any(|unread| unread.reason.stops()));
    }
    assert!(broken > 0, "there was nothing to find");
}
