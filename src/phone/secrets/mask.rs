//! Lines, and texts that are made of them, without their secrets.

use super::super::line::Line;
use super::super::standard;
use super::secret::{MASK, is_secret};
use std::borrow::Cow;
use std::cmp::Reverse;
use std::ffi::{CStr, CString};

/// A secret that is shorter than this cannot be taken out of other texts: it stands in many of them by chance.
const SHORTEST: usize = 4;

/// Variables that hold no secret, even where one is the same text: a number whose password is that number.
const OPEN: [&CStr; 18] = [
    standard::MAC,
    standard::MAC_LOWER,
    standard::MAC_UPPER,
    standard::PROFILE,
    standard::USERNAME,
    standard::CALLERID,
    standard::DISPLAY_NAME,
    standard::LABEL,
    standard::LINE,
    standard::LINEKEYS,
    standard::TIMEZONE,
    standard::SERVER,
    standard::SERVER_PORT,
    standard::ENDPOINT_ID,
    standard::TRANSPORT_ID,
    standard::TRANSPORT_PROTOCOL,
    standard::AUTH_ID,
    standard::ENDPOINT,
];

/// Secrets that may stand in other texts, the longest first: one may be a part of another.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Vec<CString>);

impl Secrets {
    /// Those among variables, given with their names.
    pub fn among<'a>(variables: impl IntoIterator<Item = (&'a CStr, &'a CStr)>) -> Self {
        Secrets::of(variables.into_iter().filter(|(name, _)| is_secret(name)).map(|(_, value)| value))
    }

    /// Those among these values, which are secret.
    pub fn of<'a>(values: impl IntoIterator<Item = &'a CStr>) -> Self {
        let secrets = values.into_iter().filter(|value| value.count_bytes() >= SHORTEST);
        let mut secrets: Vec<CString> = secrets.map(CStr::to_owned).collect();
        secrets.sort_unstable_by_key(|secret| Reverse(secret.count_bytes()));
        Secrets(secrets)
    }

    /// What is shown of a variable.
    pub fn shown(&self, name: &CStr, value: &CStr) -> CString {
        match is_secret(name) {
            true => MASK.to_owned(),
            false => CString::new(self.hidden_in_value(name, value)).unwrap_or_default(),
        }
    }

    /// What is shown of a variable that is none of them.
    pub fn hidden_in_value<'v>(&self, name: &CStr, value: &'v CStr) -> Cow<'v, [u8]> {
        match self.0.is_empty() || OPEN.contains(&name) {
            true => value.to_bytes().into(),
            false => self.hidden_in(value.to_bytes()).into(),
        }
    }

    /// A text with [`MASK`] in their place.
    pub fn hidden_in(&self, text: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((first, others)) = rest.split_first() {
            match self.0.iter().find(|secret| rest.starts_with(secret.to_bytes())) {
                Some(secret) => {
                    shown.extend_from_slice(MASK.to_bytes());
                    rest = &rest[secret.count_bytes()..];
                }
                None => {
                    shown.push(*first);
                    rest = others;
                }
            }
        }
        shown
    }
}

/// Puts [`MASK`] in the place of every secret of a line, also where it stands in other variables.
pub fn mask(line: &mut Line) {
    let all = line.variables.iter().chain(&line.hidden);
    let secrets = Secrets::among(all.map(|variable| (variable.name, variable.value.as_ref())));
    let all = line.variables.iter_mut().chain(&mut line.hidden);
    all.for_each(|variable| variable.value = secrets.shown(variable.name, &variable.value).into());
}

/// A text that may be made of a line's secrets, such as a file's name, with [`MASK`] in their place.
pub fn without<'a>(text: &CStr, lines: impl IntoIterator<Item = &'a Line<'a>>) -> CString {
    let variables = lines.into_iter().flat_map(|line| &line.variables);
    without_secrets(text, variables.map(|variable| (variable.name, variable.value.as_ref())))
}

/// The same, for names and values from wherever.
pub fn without_secrets<'a>(text: &CStr, variables: impl IntoIterator<Item = (&'a CStr, &'a CStr)>) -> CString {
    CString::new(Secrets::among(variables).hidden_in(text.to_bytes())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::super::line::Origin;
    use super::*;

    #[test]
    fn secrets_are_taken_out_of_other_texts() {
        let mut line = Line::new(c"s");
        for (name, value) in [(c"SECRET", c"wonderland"), (c"PIN", c"12"), (c"LABEL", c"alice")] {
            line.offer(name, value, Origin::Section);
        }
        assert_eq!(
            without(c"wonderland/alice-12-wonderland.cfg", [&line]),
            c"********/alice-12-********.cfg".to_owned()
        );
        let mut line = Line::new(c"s");
        line.offer(c"TOKEN", c"****", Origin::Section);
        assert_eq!(without(c"a****b", [&line]), c"a********b".to_owned());
        line.offer(c"VM_PIN", c"4711", Origin::Section);
        line.offer(c"SECRET", c"471147", Origin::Section);
        assert_eq!(without(c"471147/4711.cfg", [&line]), c"********/********.cfg".to_owned());
    }
}
