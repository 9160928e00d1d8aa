//! A page as its reader has it, by its headings: links, code in text, blocks of code, and tables.

use hosts::top;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::fs;
use std::path::Path;

/// What stands below a heading, up to the next one.
#[derive(Debug, Default)]
pub struct Section {
    pub heading: String,
    pub links: Vec<String>,
    /// What stands between backquotes, in text and tables.
    pub code: Vec<String>,
    pub blocks: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// A table's cell: its text, and the code in it.
#[derive(Debug, Default)]
pub struct Cell {
    pub text: String,
    pub code: Vec<String>,
}

#[derive(Debug)]
pub struct Page {
    /// Its path from the checkout on, or from where a package has it.
    pub file: String,
    pub sections: Vec<Section>,
}

/// The README and the pages that it leads to, in that directory.
pub fn pages_in(dir: &Path) -> Vec<Page> {
    let documentation = dir.join("share/documentation");
    let names = fs::read_dir(&documentation).unwrap_or_else(|error| panic!("{}: {error}", documentation.display()));
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> =
        names.filter(|name| name.ends_with(".md")).map(|name| format!("share/documentation/{name}")).collect();
    files.push("README.md".to_owned());
    files.sort();
    files.into_iter().map(|file| Page::read(dir, file)).collect()
}

/// A page of the checkout: `configuration`.
pub fn page(name: &str) -> Page {
    Page::read(top(), format!("share/documentation/{name}.md"))
}

pub fn readme() -> Page {
    Page::read(top(), "README.md".to_owned())
}

impl Page {
    fn read(dir: &Path, file: String) -> Self {
        let text = fs::read_to_string(dir.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        Page { sections: sections(&text), file }
    }

    pub fn section(&self, heading: &str) -> &Section {
        let section = self.sections.iter().find(|section| section.heading == heading);
        section.unwrap_or_else(|| panic!("{} has no section '{heading}'", self.file))
    }

    /// Everything that is written as code, a line at a time.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        self.sections.iter().flat_map(|section| {
            let lines = section.blocks.iter().flat_map(|block| block.lines());
            section.code.iter().map(String::as_str).chain(lines)
        })
    }
}

impl Section {
    /// What a link has behind its `#`, as those who show such pages make it of a heading.
    pub fn anchor(&self) -> String {
        let lower = self.heading.to_lowercase();
        let kept = lower.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
    }
}

/// Where the text that is read stands.
enum Place {
    Text,
    Heading,
    Block,
    Cell,
}

fn sections(text: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let mut place = Place::Text;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        if let Event::Start(Tag::Heading { .. }) = event {
            sections.push(Section::default());
        }
        let section = sections.last_mut().expect("there is one");
        match event {
            Event::Start(Tag::Heading { .. }) => place = Place::Heading,
            Event::Start(Tag::CodeBlock(_)) => {
                place = Place::Block;
                section.blocks.push(String::new());
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => section.rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => {
                place = Place::Cell;
                section.rows.last_mut().expect("cells are in rows").push(Cell::default());
            }
            Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::TableCell) => place = Place::Text,
            Event::Start(Tag::Link { dest_url, .. }) => section.links.push(dest_url.into_string()),
            Event::Text(part) => section.take(&place, &part),
            Event::Code(part) => {
                section.take(&place, &part);
                if let (Place::Cell, Some(cell)) = (&place, section.cell()) {
                    cell.code.push(part.to_string());
                }
                section.code.push(part.into_string());
            }
            _ => {}
        }
    }
    sections
}

impl Section {
    fn take(&mut self, place: &Place, part: &str) {
        match place {
            Place::Text => {}
            Place::Heading => self.heading += part,
            Place::Block => *self.blocks.last_mut().expect("it was begun") += part,
            Place::Cell => self.cell().expect("it was begun").text += part,
        }
    }

    fn cell(&mut self) -> Option<&mut Cell> {
        self.rows.last_mut().and_then(|row| row.last_mut())
    }
}
