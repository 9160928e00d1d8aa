//! Reading, line by line.

use super::comments::without_comments;
use super::texts::{Disk, Opened, Reason, Standing, Texts, Unread};
use super::words::{Directive, Word, before_zero, c_string, first_word, kind, position, stripped};
use std::collections::{HashMap, HashSet};
use std::ffi::{CString, c_char};
use std::sync::Arc;

/// So many bytes of a line Asterisk reads at once.
const LINE_ROOM: usize = 8191;
/// So deep files may include each other, the first one counted.
pub(super) const DEEPEST_INCLUDE: usize = 11;
/// So much is read at most: its bytes, and so many for each file beside.
const MOST: usize = 1 << 30;
pub(super) const FOR_EACH_FILE: usize = 1 << 12;
/// So many bytes of a section's name count.
const NAME_ROOM: usize = 79;

/// Reads the file of that name, which may include others.
pub fn read(name: &[u8], disk: &impl Disk) -> Texts {
    let mut reader = Reader {
        disk,
        texts: Texts::default(),
        all: Vec::new(),
        met: HashSet::new(),
        here: Arc::default(),
        by_name: HashMap::new(),
        current: None,
        level: 0,
        effort: 0,
        knows_all: true,
    };
    let came = reader.load(name);
    let Reader { mut texts, all, .. } = reader;
    texts.is_refused = matches!(came, Came::Invalid);
    texts.is_missing = matches!(came, Came::Nothing);
    let read = all.into_iter().filter(|section| !section.is_template).map(|section| Standing {
        id: c_string(&section.name),
        kind: section.kind,
        file: section.file,
        is_read: true,
    });
    texts.sections = read.chain(std::mem::take(&mut texts.sections)).collect();
    texts
}

/// What a load comes to.
enum Came {
    /// There is no such file.
    Nothing,
    /// It is nested too deeply.
    TooDeep,
    /// It was read.
    Read,
    /// It was read up to an error.
    Invalid,
}

/// A section that is read.
pub(super) struct Section {
    pub(super) name: Vec<u8>,
    pub(super) is_template: bool,
    pub(super) kind: Option<CString>,
    pub(super) file: Arc<CString>,
}

pub(super) struct Reader<'a, D> {
    pub(super) disk: &'a D,
    pub(super) texts: Texts,
    pub(super) all: Vec<Section>,
    /// Files of which all has been read or lost.
    pub(super) met: HashSet<CString>,
    /// The file that is being read.
    pub(super) here: Arc<CString>,
    /// Their places, by name without case.
    by_name: HashMap<Vec<u8>, Vec<usize>>,
    /// The section that an included file goes on with.
    current: Option<usize>,
    pub(super) level: usize,
    /// How much has been read: files can include each other without an end that anybody would live to see.
    pub(super) effort: usize,
    /// Whether there are no sections that nobody can know of from here.
    knows_all: bool,
}

/// How far the files of one `#include` have been read.
#[derive(Default)]
struct Progress {
    /// How deep in comments; below zero where one has ended too often, which nobody reads on from.
    depth: i32,
    /// Where each began: the file's number, the line, and where that line ends.
    begun: Vec<(usize, usize, usize)>,
    is_begun: bool,
    /// The section that options go to.
    section: Option<usize>,
}

/// Where reading ends: the line, where that begins, and why.
struct Stop {
    line: usize,
    from: usize,
    reason: Reason,
}

impl<D: Disk> Reader<'_, D> {
    fn load(&mut self, name: &[u8]) -> Came {
        if self.level == DEEPEST_INCLUDE || self.effort > MOST {
            return Came::TooDeep;
        }
        if self.disk.is_elsewhere(name) {
            self.knows_all = false;
            return Came::Read;
        }
        self.level += 1;
        self.effort += FOR_EACH_FILE;
        let paths = self.disk.expand(name);
        let mut progress = Progress { section: self.current, ..Progress::default() };
        let mut texts: Vec<Vec<u8>> = Vec::with_capacity(paths.len());
        let mut is_there = false;
        for (number, path) in paths.iter().enumerate() {
            let text = match self.disk.open(path) {
                Opened::Text(text) => text,
                opened => {
                    if let Opened::Unreadable(reason) = opened {
                        self.note(path, 0, Reason::Unreadable(reason));
                    }
                    texts.push(Vec::new());
                    continue;
                }
            };
            is_there = true;
            self.effort += FOR_EACH_FILE + text.len();
            self.met.insert(path.clone());
            self.texts.whole.insert(path.clone());
            self.here = Arc::new(path.clone());
            if let Err(stop) = self.read_text(number, path, &text, &mut progress) {
                self.note(path, stop.line, stop.reason);
                self.lose(&text[stop.from..], progress.section);
                let further = &paths[number + 1..];
                self.lose_files(further);
                if let Some(noted) = self.texts.unread.last_mut() {
                    noted.further = further.len();
                }
                // Asterisk forgets to count down here.
                return Came::Invalid;
            }
            texts.push(text);
        }
        if let (1.., Some(&(number, line, end))) = (progress.depth, progress.begun.first()) {
            let further = paths.len() - number - 1;
            self.note(&paths[number], line, Reason::OpenComment);
            if let Some(noted) = self.texts.unread.last_mut() {
                noted.further = further;
            }
            self.here = Arc::new(paths[number].clone());
            self.lose(&texts[number][end..], progress.section);
            for (path, text) in paths.iter().zip(&texts).skip(number + 1) {
                self.here = Arc::new(path.clone());
                self.texts.whole.remove(path);
                self.lose(text, None);
            }
        }
        self.level -= 1;
        if is_there { Came::Read } else { Came::Nothing }
    }

    /// Notes what is not read; of what lets the rest be read, once a file.
    fn note(&mut self, file: &CString, line: usize, reason: Reason) {
        self.texts.whole.remove(file);
        let is_told = |unread: &Unread| unread.file == *file && unread.reason == reason;
        if !reason.stops() && self.texts.unread.iter().any(is_told) {
            return;
        }
        self.texts.unread.push(Unread { file: file.clone(), line, reason, further: 0 });
    }

    fn read_text(&mut self, number: usize, path: &CString, text: &[u8], progress: &mut Progress) -> Result<(), Stop> {
        let (mut from, mut line) = (0, 0);
        while from < text.len() {
            let chunk = chunk(&text[from..]);
            let begin = from;
            from += chunk.len();
            line += 1;
            let seen = before_zero(chunk);
            let is_first = !std::mem::replace(&mut progress.is_begun, true);
            if seen.len() < chunk.len() {
                self.note(path, line, Reason::Zero);
            }
            if seen.len() == LINE_ROOM && seen.last() != Some(&b'\n') {
                if progress.depth == 0 && !seen.trim_ascii_start().starts_with(b";") {
                    self.note(path, line, Reason::LongLine);
                }
                // All of that line goes.
                while from < text.len() {
                    let more = self::chunk(&text[from..]);
                    from += more.len();
                    let seen = before_zero(more);
                    if seen.len() != LINE_ROOM || seen.last() == Some(&b'\n') {
                        break;
                    }
                }
                continue;
            }
            let seen = match seen.strip_prefix(b"\xef\xbb\xbf") {
                Some(rest) if is_first => rest,
                Some(rest) => {
                    if matches!(stripped(rest).first(), Some(b'[' | b'#')) {
                        self.note(path, line, Reason::ByteOrderMark);
                    }
                    seen
                }
                None => seen,
            };
            let depth_before = progress.depth;
            let left = without_comments(seen, &mut progress.depth, || (number, line, from), &mut progress.begun)
                .map_err(|reason| Stop { line, from: begin, reason })?;
            if progress.depth < 0 && depth_before >= 0 {
                self.note(path, line, Reason::StrayEnd);
                self.lose(&text[from..], progress.section);
            }
            let left = left.as_deref().map(stripped).unwrap_or_default();
            if !left.is_empty() {
                self.read_line(path, line, left, progress).map_err(|reason| Stop { line, from: begin, reason })?;
            }
        }
        // Of an empty file Asterisk counts a line, too.
        progress.is_begun = true;
        Ok(())
    }

    fn read_line(&mut self, path: &CString, line: usize, text: &[u8], progress: &mut Progress) -> Result<(), Reason> {
        match text[0] {
            b'[' => self.read_header(text, progress),
            b'#' => self.read_directive(path, line, &text[1..]),
            _ => self.read_option(text, progress.section),
        }
    }

    /// `[name](!,+,template,…)`
    fn read_header(&mut self, text: &[u8], progress: &mut Progress) -> Result<(), Reason> {
        let end = position(text, b']').ok_or(Reason::NoBracket)?;
        let name = &text[1..end];
        let short = name[..name.len().min(NAME_ROOM)].to_vec();
        let mut made = Section { name: short, is_template: false, kind: None, file: Arc::clone(&self.here) };
        // The one that is added to instead.
        let mut old = None;
        if let Some(options) = text[end + 1..].strip_prefix(b"(") {
            let end = position(options, b')').ok_or(Reason::NoParenthesis)?;
            for option in options[..end].split(|&byte| byte == b',') {
                if option == b"!" {
                    self.either(&mut made, old).is_template = true;
                } else if let Some(filter) = option.strip_prefix(b"+") {
                    let is_meant = |section: &Section| !filter.is_empty() || !section.is_template;
                    match self.find(name, is_meant) {
                        Some(place) => {
                            if old.is_none() {
                                let kind = made.kind.take();
                                self.all[place].is_template |= made.is_template;
                                self.all[place].give(kind);
                            }
                            old = Some(place);
                        }
                        None if self.knows_all => return Err(Reason::NoSection(c_string(name))),
                        None => {}
                    }
                } else {
                    match self.find(option, |_| true) {
                        Some(base) => {
                            let kind = self.all[base].kind.clone();
                            self.either(&mut made, old).give(kind);
                        }
                        None if self.knows_all => return Err(Reason::NoTemplate(c_string(option))),
                        None => {}
                    }
                }
            }
        }
        let place = old.unwrap_or_else(|| {
            let place = self.all.len();
            self.by_name.entry(made.name.to_ascii_lowercase()).or_default().push(place);
            self.all.push(made);
            place
        });
        self.current = Some(place);
        progress.section = Some(place);
        Ok(())
    }

    fn either<'s>(&'s mut self, made: &'s mut Section, old: Option<usize>) -> &'s mut Section {
        match old {
            Some(place) => &mut self.all[place],
            None => made,
        }
    }

    /// The first of that name that is meant; without a name, the first.
    fn find(&self, name: &[u8], is_meant: impl Fn(&Section) -> bool) -> Option<usize> {
        if name.is_empty() {
            return self.all.iter().position(is_meant);
        }
        let places = self.by_name.get(&name.to_ascii_lowercase())?;
        places.iter().copied().find(|&place| is_meant(&self.all[place]))
    }

    /// `#include`, `#tryinclude`, `#exec`
    fn read_directive(&mut self, path: &CString, line: usize, text: &[u8]) -> Result<(), Reason> {
        let Some(Directive { word, argument }) = Directive::new(text) else {
            self.note(path, line, Reason::Directive(c_string(first_word(text))));
            return Ok(());
        };
        if word == Word::Exec {
            // Whatever the program says.
            self.knows_all = false;
            return Ok(());
        }
        let here = Arc::clone(&self.here);
        let came = self.load(argument);
        self.here = here;
        match came {
            Came::Nothing if word == Word::Include => Err(Reason::NoFile(c_string(argument))),
            Came::TooDeep if word == Word::Include => Err(Reason::TooDeep),
            _ => Ok(()),
        }
    }

    /// `name = value`
    fn read_option(&mut self, text: &[u8], section: Option<usize>) -> Result<(), Reason> {
        let section = match section {
            Some(place) => Some(&mut self.all[place]),
            None if self.knows_all => return Err(Reason::OutsideSections),
            None => None,
        };
        let is_escaped = text[0] == b'\\';
        let text = if is_escaped { &text[1..] } else { text };
        if is_escaped && (text.first().copied().unwrap_or_default() as c_char) < 33 {
            return Err(Reason::Escape);
        }
        if let (Some(section), Some(kind)) = (section, kind(text)) {
            section.give(Some(kind));
        }
        Ok(())
    }
}

impl Section {
    /// The first type that it is given counts.
    fn give(&mut self, kind: Option<CString>) {
        self.kind = self.kind.take().or(kind);
    }
}

/// What is read at once of a text.
fn chunk(text: &[u8]) -> &[u8] {
    let room = &text[..text.len().min(LINE_ROOM)];
    &room[..position(room, b'\n').map_or(room.len(), |end| end + 1)]
}
