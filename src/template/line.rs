//! A line's variables, laid out for templates: found by name at once, and small where many lines have the same names.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::Arc;

/// The hash that variables are found by (FNV-1a).
pub(super) fn hash(name: &[u8]) -> u32 {
    name.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A name without the underscores that say who inherits the variable (chanvars.c, `ast_var_name`).
fn bare(name: &[u8]) -> &[u8] {
    let name = name.strip_prefix(b"_").unwrap_or(name);
    name.strip_prefix(b"_").unwrap_or(name)
}

/// The text of that number, with its zero; `ends` tells where each ends, the first begins at `first`.
fn text_at(text: &[u8], ends: impl Fn(usize) -> usize, index: usize, first: usize) -> &[u8] {
    let start = if index == 0 { first } else { ends(index - 1) };
    text.get(start..ends(index)).unwrap_or_default()
}

/// A text that has its zero as a C string.
fn c_string(text: &[u8]) -> &CStr {
    CStr::from_bytes_with_nul(text).unwrap_or_default()
}

/// The same text without its zero.
fn without_zero(text: &[u8]) -> &[u8] {
    text.strip_suffix(&[0]).unwrap_or_default()
}

/// The names of a line's variables, in order. Lines of one kind of phone share them.
#[derive(Debug, PartialEq, Eq)]
pub struct Names {
    /// `NAME NUL` for each.
    text: Box<[u8]>,
    /// Where each ends, behind its zero.
    ends: Box<[u32]>,
    /// The hash of each, without its first underscores.
    hashes: Box<[u32]>,
    /// So many of the first were given; the others are made of those before them.
    given: u32,
}

impl Names {
    fn new(text: &[u8], ends: Vec<u32>, given: u32) -> Self {
        let mut names = Names { text: text.into(), ends: ends.into(), hashes: Box::default(), given };
        names.hashes = (0..names.ends.len()).map(|index| hash(bare(names.get(index)))).collect();
        names
    }

    fn text(&self, index: usize) -> &[u8] {
        text_at(&self.text, |index| self.ends[index] as usize, index, 0)
    }

    fn get(&self, index: usize) -> &[u8] {
        without_zero(self.text(index))
    }

    /// The first that is called so.
    fn position(&self, name: &[u8], hash: u32) -> Option<usize> {
        let mut hashes = self.hashes.iter().enumerate();
        hashes.find(|&(index, &each)| each == hash && bare(self.get(index)) == name).map(|(index, _)| index)
    }
}

/// Names that lines share. Its lock is held for moments, never over a call out.
#[derive(Debug, Default)]
pub struct NamePool {
    /// By their text, and how many of them are given.
    known: Mutex<HashMap<Box<[u8]>, Arc<Names>>>,
}

impl NamePool {
    /// A line with these variables, in this order. The first of a name counts, as in the host's lists.
    pub fn line<'a>(&self, variables: impl Iterator<Item = (&'a CStr, &'a CStr)>) -> Line {
        self.lay_out(variables, u32::MAX)
    }

    /// The same line with one variable more, which is made of the others.
    pub fn with_made(&self, line: &Line, name: &CStr, value: &CStr) -> Line {
        self.lay_out(line.iter().chain([(name, value)]), line.names.given)
    }

    fn lay_out<'a>(&self, variables: impl Iterator<Item = (&'a CStr, &'a CStr)>, given: u32) -> Line {
        let (mut names, mut name_ends) = (Vec::new(), Vec::new());
        let (mut values, mut value_ends) = (Vec::new(), Vec::new());
        for (name, value) in variables {
            names.extend_from_slice(name.to_bytes_with_nul());
            values.extend_from_slice(value.to_bytes_with_nul());
            let ends = (u32::try_from(names.len()), u32::try_from(values.len()));
            // A line of four gigabytes ends there.
            let (Ok(name_end), Ok(value_end)) = ends else { break };
            name_ends.push(name_end);
            value_ends.push(value_end);
        }
        let given = given.min(name_ends.len() as u32);
        let length = names.len();
        names.extend(given.to_le_bytes());
        let names = {
            let mut known = self.known.lock();
            match known.get(names.as_slice()) {
                Some(known) => known.clone(),
                None => {
                    let new = Arc::new(Names::new(&names[..length], name_ends, given));
                    known.insert(names.into(), new.clone());
                    new
                }
            }
        };
        let mut data = Vec::with_capacity(value_ends.len() * 4 + values.len());
        data.extend(value_ends.iter().flat_map(|end| end.to_le_bytes()));
        data.extend_from_slice(&values);
        Line { names, data: data.into() }
    }

    /// Forgets names that no line has any more.
    pub fn forget_unused(&self) {
        self.known.lock().retain(|_, names| Arc::strong_count(names) > 1);
    }
}

/// A line's variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    names: Arc<Names>,
    /// Where each value ends, behind its zero, in four bytes each; then `VALUE NUL` for each.
    data: Box<[u8]>,
}

impl Line {
    fn text(&self, index: usize) -> &[u8] {
        let table = self.names.ends.len() * 4;
        let end = |index: usize| {
            let bytes = self.data.get(index * 4..).and_then(<[u8]>::first_chunk);
            table + bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
        };
        text_at(&self.data, end, index, table)
    }

    /// The first value of a variable by that name, whoever inherits it.
    pub fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.get_hashed(name, hash(name))
    }

    fn get_hashed(&self, name: &[u8], hash: u32) -> Option<&[u8]> {
        self.names.position(name, hash).map(|index| without_zero(self.text(index)))
    }

    /// All variables, in order, with their names as they were given.
    pub fn iter(&self) -> impl Iterator<Item = (&CStr, &CStr)> {
        (0..self.names.ends.len()).map(|index| (c_string(self.names.text(index)), c_string(self.text(index))))
    }

    /// Those that were given, in order.
    pub fn given(&self) -> impl Iterator<Item = (&CStr, &CStr)> {
        self.iter().take(self.names.given as usize)
    }

    /// Those that are made of the ones before them, in order.
    pub fn made(&self) -> impl Iterator<Item = (&CStr, &CStr)> {
        self.iter().skip(self.names.given as usize)
    }
}

/// The name of the variable that each request brings.
const SERVER: &CStr = c"SERVER";

/// A line's variables as one request sees them: it brings SERVER where the line has none.
#[derive(Clone, Copy, Debug)]
pub struct Variables<'a> {
    line: &'a Line,
    server: Option<&'a CStr>,
}

impl<'a> Variables<'a> {
    /// What a template sees of a line where the server was asked at that address.
    pub fn new(line: &'a Line, server: Option<&'a CStr>) -> Self {
        Variables { line, server }
    }

    pub(super) fn get_hashed(self, name: &[u8], hash: u32) -> Option<&'a [u8]> {
        let value = self.line.get_hashed(name, hash);
        value.or_else(|| self.server.filter(|_| name == SERVER.to_bytes()).map(CStr::to_bytes))
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = (&'a CStr, &'a CStr)> {
        let is_given = self.line.iter().any(|(name, _)| name == SERVER);
        self.line.iter().chain(self.server.filter(|_| !is_given).map(|server| (SERVER, server)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ffi::CString;

    fn line(variables: &[(&'static CStr, &'static CStr)]) -> Line {
        NamePool::default().line(variables.iter().copied())
    }

    #[test]
    fn finds_the_first_of_a_name_without_its_underscores() {
        let line = line(&[(c"_A", c"1"), (c"A", c"2"), (c"__B", c""), (c"___C", c"3"), (c"__", c"4")]);
        assert_eq!(line.get(b"A"), Some(b"1".as_slice()));
        assert_eq!(line.get(b"B"), Some(b"".as_slice()));
        assert_eq!(line.get(b"_C"), Some(b"3".as_slice()));
        assert_eq!(line.get(b""), Some(b"4".as_slice()));
        assert_eq!(line.get(b"_A"), None);
        assert_eq!(line.get(b"a"), None);
        assert_eq!(line.iter().next(), Some((c"_A", c"1")));
    }

    #[test]
    fn what_is_made_is_told_from_what_is_given() {
        let pool = NamePool::default();
        let given = pool.line([(c"A", c"1"), (c"B", c"2")].into_iter());
        let line = pool.with_made(&pool.line([(c"A", c"1")].into_iter()), c"B", c"2");
        let line = pool.with_made(&line, c"C", c"3");
        assert_eq!((given.given().count(), given.made().count()), (2, 0));
        assert_eq!(line.given().collect::<Vec<_>>(), [(c"A", c"1")]);
        assert_eq!(line.made().collect::<Vec<_>>(), [(c"B", c"2"), (c"C", c"3")]);
    }

    #[test]
    fn lines_with_the_same_names_share_them_until_they_are_forgotten() {
        let pool = NamePool::default();
        let one = pool.line([(c"A", c"1"), (c"B", c"2")].into_iter());
        let other = pool.line([(c"A", c"3"), (c"B", c"")].into_iter());
        assert!(Arc::ptr_eq(&one.names, &other.names));
        assert_eq!(other.get(b"A"), Some(b"3".as_slice()));
        pool.forget_unused();
        assert_eq!(pool.known.lock().len(), 1);
        drop((one, other));
        pool.forget_unused();
        assert_eq!(pool.known.lock().len(), 0);
    }

    #[test]
    fn a_request_brings_server_to_lines_that_have_none() {
        let (without, with) = (line(&[(c"A", c"1")]), line(&[(c"SERVER", c"own")]));
        let server = |line: &Line| {
            Variables::new(line, Some(c"asked")).get_hashed(b"SERVER", hash(b"SERVER")).map(<[u8]>::to_vec)
        };
        assert_eq!(server(&without), Some(b"asked".to_vec()));
        assert_eq!(server(&with), Some(b"own".to_vec()));
        let all = |line| Variables::new(line, Some(c"asked")).iter().collect::<Vec<_>>().len();
        assert_eq!((all(&without), all(&with)), (2, 1));
        assert_eq!(Variables::new(&without, None).get_hashed(b"SERVER", hash(b"SERVER")), None);
    }

    proptest! {
        #[test]
        fn gives_back_what_it_was_made_of(
            pairs in prop::collection::vec((prop::collection::vec(1u8.., 0..9), prop::collection::vec(1u8.., 0..99)), 0..40)
        ) {
            let pairs: Vec<_> =
                pairs.into_iter().map(|(n, v)| (CString::new(n).unwrap(), CString::new(v).unwrap())).collect();
            let line = NamePool::default().line(pairs.iter().map(|(n, v)| (n.as_c_str(), v.as_c_str())));
            let back: Vec<_> = line.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            for (name, _) in &pairs {
                let name = bare(name.to_bytes());
                let expected = pairs.iter().find(|(each, _)| bare(each.to_bytes()) == name).map(|(_, value)| value.to_bytes());
                prop_assert_eq!(line.get(name), expected);
            }
            prop_assert_eq!(back, pairs);
        }
    }
}
