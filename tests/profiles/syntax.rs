//! Makers' files, read as strictly as their phones may read them.

use roxmltree::{Document, Node};
use std::collections::BTreeMap;

/// What a file says, by key.
pub type Values = BTreeMap<String, String>;

fn insert(values: &mut Values, file: &str, key: String, value: &str) {
    let before = values.insert(key.clone(), value.to_owned());
    assert_eq!(before, None, "{file} has {key} twice");
}

/// Yealink's: a first line that tells the version, comments, and `key = value`.
pub fn yealink(file: &str, text: &str) -> Values {
    let mut values = Values::new();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("#!version:1.0.0.1"), "{file}");
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix("include:config ") {
            assert!(name.starts_with('"') && name.ends_with('"') && name.len() > 2, "{file}: {line}");
            continue;
        }
        let (key, value) = line.split_once(" = ").unwrap_or_else(|| panic!("{file}: no key in '{line}'"));
        let is_known = |character: char| matches!(character, 'a'..='z' | '0'..='9' | '_' | '.');
        assert!(!key.is_empty() && key.chars().all(is_known), "{file}: the key of '{line}'");
        assert_eq!(value.trim(), value, "{file}: blanks that the phone drops: '{line}'");
        insert(&mut values, file, key.to_owned(), value);
    }
    values
}

/// Mitel's: comments, and `key: value`.
pub fn mitel(file: &str, text: &str) -> Values {
    let mut values = Values::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once(": ").unwrap_or_else(|| panic!("{file}: no key in '{line}'"));
        let is_known = |character: char| matches!(character, 'a'..='z' | '0'..='9' | ' ' | '-' | '[' | ']' | '|');
        assert!(!key.is_empty() && key.chars().all(is_known), "{file}: the key of '{line}'");
        assert!(!value.contains('#'), "{file}: what follows '#' may be a comment: '{line}'");
        insert(&mut values, file, key.to_owned(), value);
    }
    values
}

/// XML: an element's key is its name with its `idx` or `index`, behind those of the elements around it; a `param` is its name.
/// Of attributes with dots each is a key.
pub fn xml(file: &str, text: &str) -> Values {
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{file}: {error}\n{text}"));
    let mut values = Values::new();
    element(&mut values, file, "", document.root_element());
    values
}

/// Elements of which there are many, each by itself: entries of directories.
const ENTRIES: [&str; 3] = ["DirectoryEntry", "item", "Contact"];

fn element(values: &mut Values, file: &str, around: &str, node: Node) {
    let attribute = |name: &str| node.attribute(name).map(str::to_owned);
    let name = node.tag_name().name();
    let number = attribute("idx").or_else(|| attribute("index"));
    let key = if name == "param" {
        let key = attribute("name").unwrap_or_else(|| panic!("{file}: a param without name"));
        insert(values, file, key, &attribute("value").unwrap_or_else(|| panic!("{file}: a param without value")));
        return;
    } else {
        format!("{around}{name}{}", number.map(|number| format!(" {number}")).unwrap_or_default())
    };
    for attribute in node.attributes().filter(|attribute| attribute.name().contains('.')) {
        insert(values, file, attribute.name().to_owned(), attribute.value());
    }
    let mut children = node.children().filter(Node::is_element).peekable();
    if children.peek().is_none() {
        if !ENTRIES.contains(&name) && node.attributes().all(|attribute| !attribute.name().contains('.')) {
            insert(values, file, key, node.text().unwrap_or_default());
        }
        return;
    }
    // The outermost is on every key.
    let inner = if around.is_empty() && node.parent_element().is_none() { String::new() } else { format!("{key}/") };
    for child in children {
        if ENTRIES.contains(&child.tag_name().name()) {
            element(&mut Values::new(), file, "", child);
        } else {
            element(values, file, &inner, child);
        }
    }
}
