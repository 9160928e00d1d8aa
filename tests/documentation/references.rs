//! What pages name is there: pages that links lead to, files, and what `make` makes.

use crate::page::{Page, pages_in};
use hosts::{project_file, top};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// Each link leads to a file in that directory, and to a heading of it.
pub fn links_lead_on(dir: &Path) {
    let pages = pages_in(dir);
    let mut dead = Vec::new();
    let mut count = 0;
    for page in &pages {
        let links = page.sections.iter().flat_map(|section| &section.links);
        for link in links.filter(|link| !link.contains("://")) {
            count += 1;
            if !leads_on(dir, &pages, page, link) {
                dead.push(format!("{}: {link}", page.file));
            }
        }
    }
    assert!(count > 0, "there are links");
    assert!(dead.is_empty(), "links that lead nowhere in {}: {dead:#?}", dir.display());
}

fn leads_on(dir: &Path, pages: &[Page], page: &Page, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let file = if path.is_empty() { page.file.clone() } else { resolved(&page.file, path) };
    let has = |page: &Page, anchor: &str| page.sections.iter().any(|section| section.anchor() == anchor);
    dir.join(&file).exists()
        && anchor.is_none_or(|anchor| pages.iter().any(|page| page.file == file && has(page, anchor)))
}

/// The path that a link in that file names.
fn resolved(file: &str, link: &str) -> String {
    let mut path = PathBuf::from(file);
    path.pop();
    for part in Path::new(link).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            part => path.push(part),
        }
    }
    path.to_string_lossy().into_owned()
}

/// The same where the package has the pages.
pub fn links_lead_on_in_the_package() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("documentation");
    let _ = fs::remove_dir_all(&dir);
    fs::create_dir_all(&dir).expect("target is writable");
    let unpack = r#"dpkg-deb -x "$TOP"/build/deb/asterisk-res-pjsip-phoneprov-provider_*_amd64.deb "$0""#;
    let done = Command::new("sh").args(["-euc", unpack]).arg(&dir).env("TOP", top()).status();
    assert!(done.expect("there is a shell").success(), "run make deb");
    links_lead_on(&dir.join("usr/share/doc/asterisk-res-pjsip-phoneprov-provider"));
}

/// Whoever has installed a package reads the same pages: each is installed, and what a link names.
pub fn packages_have_every_page() {
    let files = project_file("share/packages/files");
    let installed: Vec<&str> = files.lines().filter_map(|line| line.strip_prefix("doc ")).map(str::trim).collect();
    let is_installed =
        |file: &str| installed.iter().any(|known| file == *known || file.starts_with(&format!("{known}/")));
    let mut missing = BTreeSet::new();
    for page in pages_in(top()) {
        let links = page.sections.iter().flat_map(|section| &section.links).filter(|link| !link.contains("://"));
        let linked = links.filter_map(|link| link.split('#').next().filter(|path| !path.is_empty()));
        let linked = linked.map(|path| resolved(&page.file, path)).collect::<Vec<_>>();
        missing.extend(linked.into_iter().chain([page.file]).filter(|file| !is_installed(file)));
    }
    assert!(missing.is_empty(), "not in share/packages/files: {missing:?}");
}

/// What the checkout has.
struct Checkout(String);

impl Checkout {
    fn new() -> Self {
        let tracked = Command::new("git").arg("ls-files").current_dir(top()).output().expect("git is there");
        Checkout(String::from_utf8(tracked.stdout).expect("our names are ASCII"))
    }

    /// Whether there is such a file or directory in that one (`src/`).
    fn has(&self, dir: &str, name: &str) -> bool {
        let path = format!("{dir}{}", name.trim_end_matches('/'));
        let mut rests = self.0.lines().filter_map(|file| file.strip_prefix(path.as_str()));
        rests.any(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Whether a name begins with a directory of the checkout's top.
    fn is_path(&self, name: &str) -> bool {
        name.split_once('/').is_some_and(|(room, _)| !room.is_empty() && self.has("", &format!("{room}/")))
    }
}

/// Files and directories of the checkout that stand in texts.
pub fn files_exist() {
    let checkout = Checkout::new();
    // Patterns stand for many.
    let is_one = |name: &&String| !name.contains([' ', '*', '{', '…', '<']);
    let mut missing = BTreeSet::new();
    let mut count = 0;
    let mut named = |page: &Page, name: &str, is_there: bool| {
        count += 1;
        if !is_there {
            missing.insert(format!("{}: {name}", page.file));
        }
    };
    for page in pages_in(top()) {
        for section in &page.sections {
            for name in section.code.iter().filter(is_one).filter(|name| checkout.is_path(name)) {
                named(&page, name, checkout.has("", name));
            }
            // A row that is about directories names what is in them, or whose those are.
            for row in &section.rows {
                let dirs: Vec<&String> = row[0].code.iter().filter(|dir| dir.ends_with('/')).collect();
                let inside = row.iter().skip(1).flat_map(|cell| &cell.code).filter(is_one);
                let inside = inside.filter(|name| name.ends_with(".rs") || name.ends_with('/'));
                for name in inside.filter(|name| !dirs.is_empty() && !checkout.is_path(name)) {
                    named(&page, name, dirs.iter().any(|dir| checkout.has(dir, name)) || checkout.has("src/", name));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(count > 50, "only {count} files are named");
}

/// What `make` is said to make, and with which variables, is in the Makefile.
pub fn make_makes_it() {
    let makefile = project_file("Makefile");
    let targets: BTreeSet<&str> = makefile
        .lines()
        .filter_map(|line| line.split_once(": ").filter(|(_, rest)| rest.contains("## ")))
        .map(|(target, _)| target)
        .collect();
    let mut wrong = Vec::new();
    let mut said = BTreeSet::new();
    for page in pages_in(top()) {
        let lines = page.code().filter_map(|line| line.strip_prefix("make ")).map(str::to_owned).collect::<Vec<_>>();
        for line in lines {
            let line = line.split('#').next().unwrap_or_default().trim();
            let mut words = line.split(' ').filter(|word| !word.starts_with('-'));
            let target = words.next().unwrap_or_default().trim_end_matches('…');
            let variables = words.filter_map(|word| word.split_once('=')).map(|(name, _)| name);
            if targets.contains(target) {
                said.insert(target.to_owned());
            } else {
                wrong.push(format!("{}: make {line}", page.file));
            }
            let is_told = |name: &str| ["[", ": "].iter().any(|before| makefile.contains(&format!("{before}{name}=")));
            let unknown = variables.filter(|name| !is_told(name));
            wrong.extend(unknown.map(|name| format!("{}: {name} of make {line}", page.file)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(["run", "test", "deb", "install"].iter().all(|target| said.contains(*target)), "{said:?}");
}
