//! A section's name/value pairs, each with where it is written if that is known.

use super::place::Written;
use super::standard::{ENDPOINT, MAC};
use std::ffi::CStr;

/// Name/value pairs in one allocation: `name NUL value NUL …`.
///
/// A fleet holds one of these for each section for as long as Asterisk runs, so a pair costs its text and two bytes, and two or
/// three more where its line is known. The names of files then stand in front, each once: `file NUL … name NUL value NUL mark …`.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    text: Vec<u8>,
    /// Where the pairs begin; 0 where no place of any is known.
    files_end: u32,
}

/// The option that tells the config wizard's sections from others.
pub const WIZARD_MARK: &CStr = c"@pjsip_wizard";

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// The name; never empty.
    pub name: &'a CStr,
    /// The value; never empty.
    pub value: &'a CStr,
    /// Where it is written, if that is known.
    pub written: Option<Written<'a>>,
    /// Whether it comes from a template.
    pub is_inherited: bool,
}

impl Variables {
    /// The MACs that they give, in whatever case the name is written. Mostly it is one.
    pub fn macs(&self) -> impl Iterator<Item = &CStr> {
        let is_mac = |name: &CStr| name.to_bytes().eq_ignore_ascii_case(MAC.to_bytes());
        self.iter().filter(move |(name, _)| is_mac(name)).map(|(_, mac)| mac)
    }

    /// No pairs.
    pub const fn new() -> Self {
        Variables { text: Vec::new(), files_end: 0 }
    }

    /// Appends a pair of which nothing more is known. An empty name or value counts as not given and is dropped, as the C
    /// module does.
    pub fn push(&mut self, name: &CStr, value: &CStr) {
        self.add(Pair { name, value, written: None, is_inherited: false });
    }

    /// Appends a pair; see [`Variables::push`]. Places are kept if the first pair has one.
    pub fn add(&mut self, pair: Pair) {
        let Pair { name, value, written, is_inherited } = pair;
        if name.is_empty() || value.is_empty() {
            return;
        }
        let knows_places = if self.text.is_empty() { written.is_some() } else { self.files_end > 0 };
        let mark = knows_places.then(|| {
            let written = written.and_then(|Written { file, line }| Some((line, self.number_of(file)?)));
            let (line, file) = written.unwrap_or_default();
            Mark { line, file, is_inherited }
        });
        self.text.extend_from_slice(name.to_bytes_with_nul());
        self.text.extend_from_slice(value.to_bytes_with_nul());
        if let Some(mark) = mark {
            mark.write(&mut self.text);
        }
    }

    /// The number of a file, which is noted if it is new; `None` if there are too many.
    fn number_of(&mut self, file: &CStr) -> Option<u8> {
        let known = files(self.files()).position(|each| each == file);
        let number = u8::try_from(known.unwrap_or_else(|| files(self.files()).count())).ok()?;
        if known.is_none() {
            let (at, name) = (self.files_end as usize, file.to_bytes_with_nul());
            self.text.splice(at..at, name.iter().copied());
            self.files_end += name.len() as u32;
        }
        Some(number)
    }

    fn files(&self) -> &[u8] {
        &self.text[..self.files_end as usize]
    }

    /// Gives the name that value and no other; an empty value takes it away.
    pub fn set(&mut self, name: &CStr, value: &CStr) {
        *self = self.pairs().filter(|pair| pair.name != name).collect();
        self.push(name, value);
    }

    /// Puts what a section says itself before what it has from templates, and of that the last first: a template comes before
    /// those that it is made from, and of several the one that is named last, as Asterisk has it for sections of its own.
    /// To be called when the last pair is in; gives back the room that growing left over.
    pub fn own_first(&mut self) {
        if self.get(WIZARD_MARK).is_some() {
            self.nearest_of_wizard();
        } else if self.pairs().any(|pair| pair.is_inherited) {
            let (inherited, own): (Vec<Pair>, Vec<Pair>) = self.pairs().partition(|pair| pair.is_inherited);
            *self = own.into_iter().chain(inherited.into_iter().rev()).collect();
        }
        self.shrink();
    }

    /// The config wizard does not say what its section inherited: the last value of a name is the nearest, and the only one that
    /// is kept. Behind those it puts `endpoint`, for a section that names none, and its mark.
    fn nearest_of_wizard(&mut self) {
        let pairs: Vec<Pair> = self.pairs().collect();
        let given = pairs.iter().rposition(|pair| pair.name == ENDPOINT).unwrap_or(pairs.len());
        let is_nearest = |at: &usize| {
            let others = if *at < given { &pairs[at + 1..given] } else { &pairs[..given] };
            others.iter().all(|other| other.name != pairs[*at].name)
        };
        *self = (0..pairs.len()).filter(is_nearest).map(|at| pairs[at]).collect();
    }

    /// Takes all of them out, and keeps the room.
    pub fn clear(&mut self) {
        self.text.clear();
        self.files_end = 0;
    }

    /// Those of other names, in just the room that they need.
    pub fn without(&self, name: &CStr) -> Self {
        let mut others = Variables { text: Vec::with_capacity(self.text.len()), files_end: 0 };
        self.pairs().filter(|pair| pair.name != name).for_each(|pair| others.add(pair));
        others.shrink();
        others
    }

    /// Gives back the room that growing left over; to be called when the last pair is in.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
    }

    /// All pairs, in order; a name may come more than once.
    pub fn pairs(&self) -> Pairs<'_> {
        let (files, rest) = self.text.split_at(self.files_end as usize);
        Pairs { files, rest }
    }

    /// Their names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&CStr, &CStr)> {
        self.pairs().map(|pair| (pair.name, pair.value))
    }

    /// The first value given to exactly this name.
    pub fn get(&self, name: &CStr) -> Option<&CStr> {
        self.iter().find(|(each, _)| *each == name).map(|(_, value)| value)
    }
}

/// The pairs of many rows in one piece, none with a place, until something is made of each.
#[derive(Debug, Default)]
pub struct Stack {
    text: Vec<u8>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Stack {
    /// Appends a pair to the row that has not ended; see [`Variables::push`].
    pub fn push(&mut self, name: &CStr, value: &CStr) {
        if !name.is_empty() && !value.is_empty() {
            self.text.extend_from_slice(name.to_bytes_with_nul());
            self.text.extend_from_slice(value.to_bytes_with_nul());
        }
    }

    /// Ends the row.
    pub fn end_row(&mut self) {
        self.ends.push(self.text.len());
    }

    /// What is made of each row, where anything is.
    pub fn take_rows<T>(self, take: impl Fn(&Variables) -> Option<T>) -> Vec<T> {
        let mut taken = Vec::with_capacity(self.ends.len());
        let (mut row, mut start) = (Variables::default(), 0);
        for end in self.ends {
            row.clear();
            row.text.extend_from_slice(&self.text[start..end]);
            taken.extend(take(&row));
            start = end;
        }
        taken
    }
}

/// Whatever the same is, it may be written elsewhere.
impl PartialEq for Variables {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Variables {}

/// Iterator over the [`Pair`]s of [`Variables`].
pub struct Pairs<'a> {
    files: &'a [u8],
    rest: &'a [u8],
}

fn take_text<'a>(rest: &mut &'a [u8]) -> Option<&'a CStr> {
    let text = CStr::from_bytes_until_nul(rest).ok()?;
    *rest = &rest[text.count_bytes() + 1..];
    Some(text)
}

fn files(mut text: &[u8]) -> impl Iterator<Item = &CStr> {
    std::iter::from_fn(move || take_text(&mut text))
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        let (name, value) = (take_text(&mut self.rest)?, take_text(&mut self.rest)?);
        if self.files.is_empty() {
            return Some(Pair { name, value, written: None, is_inherited: false });
        }
        let Mark { line, file, is_inherited } = Mark::read(&mut self.rest)?;
        let file = files(self.files).nth(file.into()).filter(|_| line > 0);
        Some(Pair { name, value, written: file.map(|file| Written { file, line }), is_inherited })
    }
}

/// What stands behind a pair whose place is known: a number of seven bits a byte, the lowest first, and where that says so, the
/// number of the file.
struct Mark {
    /// 0 if it is not known.
    line: u32,
    file: u8,
    is_inherited: bool,
}

impl Mark {
    fn write(self, text: &mut Vec<u8>) {
        let Mark { line, file, is_inherited } = self;
        let mut number = u64::from(line) << 2 | u64::from(file > 0) << 1 | u64::from(is_inherited);
        while number > 0x7f {
            text.push(number as u8 | 0x80);
            number >>= 7;
        }
        text.push(number as u8);
        text.extend((file > 0).then_some(file));
    }

    fn read(rest: &mut &[u8]) -> Option<Self> {
        let mut take = || {
            let (&first, others) = rest.split_first()?;
            *rest = others;
            Some(first)
        };
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = take()?;
            number |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        let file = if number & 2 > 0 { take()? } else { 0 };
        Some(Mark { line: (number >> 2) as u32, file, is_inherited: number & 1 > 0 })
    }
}

impl<'a> FromIterator<Pair<'a>> for Variables {
    fn from_iter<I: IntoIterator<Item = Pair<'a>>>(pairs: I) -> Self {
        let mut variables = Variables::default();
        pairs.into_iter().for_each(|pair| variables.add(pair));
        variables
    }
}

impl<N: AsRef<CStr>, V: AsRef<CStr>> FromIterator<(N, V)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut variables = Variables::default();
        for (name, value) in pairs {
            variables.push(name.as_ref(), value.as_ref());
        }
        variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::ffi::CString;

    #[test]
    fn rows_of_a_stack_are_what_was_pushed() {
        let mut stack = Stack::default();
        stack.push(c"id", c"1");
        stack.push(c"empty", c"");
        stack.push(c"note", c"x y");
        stack.end_row();
        stack.end_row();
        stack.push(c"id", c"3");
        stack.end_row();
        let rows = stack.take_rows(|row| (row.iter().count() > 0).then(|| row.clone()));
        let expected = [vec![(c"id", c"1"), (c"note", c"x y")], vec![(c"id", c"3")]];
        assert_eq!(rows, expected.map(|pairs| pairs.into_iter().collect::<Variables>()));
    }

    #[test]
    fn keeps_order_and_repeated_names() {
        let variables: Variables = [(c"B", c"1"), (c"A", c"2"), (c"B", c"3")].into_iter().collect();
        assert_eq!(variables.iter().collect::<Vec<_>>(), [(c"B", c"1"), (c"A", c"2"), (c"B", c"3")]);
        assert_eq!(variables.get(c"B"), Some(c"1"));
        assert_eq!(variables.get(c"b"), None);
    }

    #[test]
    fn an_empty_value_counts_as_not_given() {
        let variables: Variables = [(c"A", c""), (c"", c"x"), (c"B", c"1")].into_iter().collect();
        assert_eq!(variables.iter().collect::<Vec<_>>(), [(c"B", c"1")]);
    }

    fn written(file: &CStr, line: u32) -> Option<Written<'_>> {
        Some(Written { file, line })
    }

    #[test]
    fn what_a_section_says_itself_comes_first_and_of_templates_the_nearest() {
        let pair = |value, line, is_inherited| Pair { name: c"A", value, written: written(c"", line), is_inherited };
        // [far](!), [near](!,far), [section](near,other), with an addition
        let pairs = [pair(c"far", 1, true), pair(c"near", 2, true), pair(c"own", 9, false), pair(c"more", 20, false)];
        let mut variables: Variables = pairs.into_iter().collect();
        variables.own_first();
        let ranked: Vec<_> = variables.pairs().map(|pair| (pair.value, pair.written.unwrap().line)).collect();
        assert_eq!(ranked, [(c"own", 9), (c"more", 20), (c"near", 2), (c"far", 1)]);
    }

    #[test]
    fn of_the_config_wizards_values_the_last_counts() {
        let mut variables: Variables = [
            (c"A", c"of the template"),
            (ENDPOINT, c"own"),
            (c"A", c"own"),
            (ENDPOINT, c"1000"),
            (WIZARD_MARK, c"1000"),
        ]
        .into_iter()
        .collect();
        variables.own_first();
        let kept = [(ENDPOINT, c"own"), (c"A", c"own"), (WIZARD_MARK, c"1000")];
        assert_eq!(variables.iter().collect::<Vec<_>>(), kept);
    }

    #[test]
    fn what_is_written_elsewhere_is_the_same() {
        let pair = |line| Pair { name: c"A", value: c"1", written: written(c"a.conf", line), is_inherited: false };
        let one: Variables = [pair(1)].into_iter().collect();
        assert_eq!(one, [pair(2)].into_iter().collect());
        assert_eq!(one, [(c"A", c"1")].into_iter().collect());
        assert_ne!(one, [(c"A", c"2")].into_iter().collect());
    }

    #[test]
    fn the_places_of_a_phone_are_small() {
        let pairs = [(c"NAME", c"value"); 12];
        let without: Variables = pairs.into_iter().collect();
        let placed = |file: &'static CStr| {
            let pairs = pairs.into_iter().zip(400_000..);
            let with = pairs.map(|((name, value), line)| Pair {
                name,
                value,
                written: written(file, line),
                is_inherited: false,
            });
            with.collect::<Variables>()
        };
        let more = |file| placed(file).text.len() - without.text.len() + size_of::<Variables>() - size_of::<Vec<u8>>();
        assert!(more(c"") <= 48, "{}", more(c""));
        assert!(more(c"pjsip.d/phones.conf") <= 64, "{}", more(c"pjsip.d/phones.conf"));
    }

    #[test]
    fn more_files_than_there_are_numbers_cost_the_rest_their_places() {
        let names: Vec<CString> = (0..300).map(|number| CString::new(format!("{number}.conf")).unwrap()).collect();
        let pairs =
            names.iter().map(|file| Pair { name: c"A", value: file, written: written(file, 1), is_inherited: false });
        let variables: Variables = pairs.collect();
        let kept = variables.pairs().filter(|pair| pair.written.is_some_and(|written| written.file == pair.value));
        assert_eq!((kept.count(), variables.pairs().count()), (256, 300));
    }

    proptest! {
        #[test]
        fn gives_back_any_bytes_that_were_pushed(
            pairs in prop::collection::vec((prop::collection::vec(1u8.., 1..9), prop::collection::vec(1u8.., 1..99)), 0..20)
        ) {
            let pairs: Vec<_> =
                pairs.into_iter().map(|(n, v)| (CString::new(n).unwrap(), CString::new(v).unwrap())).collect();
            let variables: Variables = pairs.iter().map(|(n, v)| (n.as_c_str(), v.as_c_str())).collect();
            let back: Vec<_> = variables.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
            prop_assert_eq!(back, pairs);
        }

        #[test]
        fn gives_back_any_places_that_were_added(
            first in (0..4usize, 1u32.., any::<bool>()),
            more in prop::collection::vec(prop::option::of((0..4usize, 1u32.., any::<bool>())), 0..20)
        ) {
            let files = [c"", c"a.conf", c"/etc/b.conf", c"c d"];
            let places = [Some(first)].into_iter().chain(more);
            let pairs: Vec<Pair> = places.map(|place| Pair {
                name: c"A",
                value: c"1",
                written: place.map(|(file, line, _)| Written { file: files[file], line }),
                is_inherited: place.is_some_and(|(_, _, inherited)| inherited),
            }).collect();
            let variables: Variables = pairs.iter().copied().collect();
            prop_assert_eq!(variables.pairs().collect::<Vec<_>>(), pairs);
        }
    }
}
