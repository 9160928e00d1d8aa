//! A section's name/value pairs, in the order in which they were written.

use std::ffi::CStr;

/// Name/value pairs in one allocation: `name NUL value NUL …`.
///
/// A fleet holds one of these for each section for as long as Asterisk runs, so a pair costs its text and two bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables {
    text: Vec<u8>,
}

impl Variables {
    /// No pairs.
    pub const fn new() -> Self {
        Variables { text: Vec::new() }
    }

    /// Appends a pair. An empty name or value counts as not given and is dropped, as the C module does.
    pub fn push(&mut self, name: &CStr, value: &CStr) {
        if name.is_empty() || value.is_empty() {
            return;
        }
        self.text.extend_from_slice(name.to_bytes_with_nul());
        self.text.extend_from_slice(value.to_bytes_with_nul());
    }

    /// Gives the name that value and no other; an empty value takes it away.
    pub fn set(&mut self, name: &CStr, value: &CStr) {
        *self = self.iter().filter(|(each, _)| *each != name).collect();
        self.push(name, value);
    }

    /// Gives back the room that growing left over; to be called when the last pair is in.
    pub fn shrink(&mut self) {
        self.text.shrink_to_fit();
    }

    /// All pairs, in order; a name may come more than once.
    pub fn iter(&self) -> Iter<'_> {
        Iter { rest: &self.text }
    }

    /// The first value given to exactly this name.
    pub fn get(&self, name: &CStr) -> Option<&CStr> {
        self.iter().find(|(each, _)| *each == name).map(|(_, value)| value)
    }
}

/// Iterator over the pairs of [`Variables`].
pub struct Iter<'a> {
    rest: &'a [u8],
}

impl<'a> Iter<'a> {
    fn next_text(&mut self) -> Option<&'a CStr> {
        let text = CStr::from_bytes_until_nul(self.rest).ok()?;
        self.rest = &self.rest[text.count_bytes() + 1..];
        Some(text)
    }
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a CStr, &'a CStr);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.next_text()?, self.next_text()?))
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
    }
}
