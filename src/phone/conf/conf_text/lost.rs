//! What stands in text that Asterisk does not read.

use super::reader::{DEEPEST_INCLUDE, Reader, Section};
use super::texts::{Disk, Opened, Standing};
use super::words::{Directive, Word, before_comment, before_zero, c_string, kind, stripped};
use std::ffi::CString;
use std::sync::Arc;

impl<D: Disk> Reader<'_, D> {
    /// Notes the sections of a text that Asterisk does not read, as people would. Options that stand in it before any section
    /// are those of `section`, which is read in part then.
    pub(super) fn lose(&mut self, text: &[u8], section: Option<usize>) {
        let mut lost: Option<Standing> = None;
        let mut is_cut = false;
        for line in text.split(|&byte| byte == b'\n').map(|line| before_comment(before_zero(line))) {
            match line.first() {
                None | Some(b';') => {}
                Some(b'[') => {
                    self.texts.sections.extend(lost.take());
                    is_cut = true;
                    let end = line.iter().position(|byte| matches!(byte, b']' | b'(')).unwrap_or(line.len());
                    let is_template =
                        line[end..].split(|byte| matches!(byte, b'(' | b',' | b')')).any(|part| part == b"!");
                    let id = c_string(stripped(&line[1..end.max(1)]));
                    lost = (!is_template).then_some(self.standing(id, None));
                }
                Some(b'#') => {
                    let directive = Directive::new(&line[1..]).filter(|directive| directive.word != Word::Exec);
                    if let Some(Directive { argument, .. }) = directive.filter(|_| self.level < DEEPEST_INCLUDE) {
                        self.texts.sections.extend(lost.take());
                        is_cut = true;
                        self.level += 1;
                        self.lose_files(&self.disk.expand(argument));
                        self.level -= 1;
                    }
                }
                Some(_) => {
                    if let (false, Some(place)) = (is_cut, section) {
                        is_cut = true;
                        let Section { name, kind, is_template, .. } = &self.all[place];
                        let is_template = *is_template;
                        let cut = self.standing(c_string(name), kind.clone());
                        self.texts.sections.extend((!is_template).then_some(cut));
                    }
                    if let Some(lost) = lost.as_mut().filter(|lost| lost.kind.is_none()) {
                        lost.kind = kind(line);
                    }
                }
            }
        }
        self.texts.sections.extend(lost);
    }

    fn standing(&self, id: CString, kind: Option<CString>) -> Standing {
        Standing { id, kind, file: Arc::clone(&self.here), is_read: false }
    }

    /// The same of whole files.
    pub(super) fn lose_files(&mut self, paths: &[CString]) {
        let here = Arc::clone(&self.here);
        for path in paths {
            // One that was read before is not lost.
            if !self.met.contains(path) {
                if let Opened::Text(text) = self.disk.open(path) {
                    self.met.insert(path.clone());
                    self.here = Arc::new(path.clone());
                    self.lose(&text, None);
                }
            }
        }
        self.here = here;
    }
}
