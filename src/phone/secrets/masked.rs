//! A completed line for people who may not see secrets: it holds none, nor what is made of them.

use super::super::evaluated::rendered;
use super::super::phoneprov_conf::profiles::Profile;
use super::mask::Secrets;
use super::secret::{MASK, is_secret};
use crate::template::host::Host;
use crate::template::line::{Line, NamePool};
use std::ffi::{CStr, CString};

/// The leaves of what is rendered for such people.
pub trait Discreet: Host {
    /// Whether it has kept anything back since it was asked last.
    fn has_kept_back(&mut self) -> bool;
}

/// The line with [`MASK`] in the place of each secret. What the profile gives is made again, of the masks: so a digest of a
/// password is one of the mask, and a secret that is too short to be found in other texts is in none. Of what no secret goes
/// into, the value stays as it was made.
pub fn masked(line: &Line, profile: Option<&Profile>, host: &mut impl Discreet, pool: &NamePool) -> Line {
    let secrets = Secrets::among(line.iter());
    let hidden = |text: &[u8]| CString::new(secrets.hidden_in(text)).unwrap_or_default();
    let given: Vec<(&CStr, CString)> = line.given().map(|(name, value)| (name, secrets.shown(name, value))).collect();
    let mut masked = pool.line(given.iter().map(|(name, value)| (*name, value.as_c_str())));
    let setvars = profile.map(|profile| profile.setvars.as_slice()).unwrap_or_default();
    for (name, value) in line.made() {
        let text = setvars.iter().find(|(each, _)| each.as_c_str() == name).map(|(_, text)| text);
        let shown = match text {
            Some(text) if !is_secret(name) => {
                // Of the same line, so that it differs from the other by secrets alone.
                let open = rendered(text, line, host);
                let made = rendered(text, &masked, host);
                let is_free = open == made && !host.has_kept_back();
                hidden(if is_free { value.to_bytes() } else { &made })
            }
            _ => MASK.to_owned(),
        };
        masked = pool.with_made(&masked, name, &shown);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::super::super::phoneprov_conf::profiles::Profiles;
    use super::super::super::variables::Variables as Options;
    use super::*;
    use crate::template::host::Given;
    use crate::template::line::Variables;
    use crate::template::warning::Warning;

    /// A host with two functions: one counts the bytes of its call, the other is asked for a secret and keeps it back.
    #[derive(Default)]
    struct Fake {
        text: Vec<u8>,
        has_kept_back: bool,
    }

    impl Host for Fake {
        fn function(&mut self, _variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
            self.text = match call.to_bytes().strip_prefix(b"SIZE(") {
                Some(arguments) => arguments.len().to_string().into_bytes(),
                None => {
                    self.has_kept_back = true;
                    MASK.to_bytes().to_vec()
                }
            };
            Some(Given { text: &self.text, used: self.text.len() })
        }

        fn expression(&mut self, _text: &CStr) -> &[u8] {
            b""
        }

        fn variable(&mut self, _name: &CStr) -> Option<&[u8]> {
            None
        }

        fn warn(&mut self, _warning: Warning<'_>) {}
    }

    impl Discreet for Fake {
        fn has_kept_back(&mut self) -> bool {
            std::mem::take(&mut self.has_kept_back)
        }
    }

    /// The line of a profile with these setvars, masked, as `NAME=value`; setvars were evaluated to `evaluated`.
    fn shown(given: &[(&CStr, &CStr)], setvars: &[(&CStr, &CStr)]) -> Vec<String> {
        let options: Options = setvars.iter().map(|(setvar, _)| (c"setvar", *setvar)).collect();
        let profiles = Profiles::new(vec![(c"p".into(), options)]);
        let profile = profiles.get(c"p").unwrap();
        let pool = NamePool::default();
        let mut line = pool.line(given.iter().copied());
        for ((name, _), (_, evaluated)) in profile.setvars.iter().zip(setvars) {
            line = pool.with_made(&line, name, evaluated);
        }
        let masked = masked(&line, Some(profile), &mut Fake::default(), &pool);
        assert_eq!(masked.given().count(), given.len());
        let text = |text: &CStr| text.to_str().unwrap().to_owned();
        masked.iter().map(|(name, value)| text(name) + "=" + &text(value)).collect()
    }

    #[test]
    fn secrets_are_masked_wherever_they_stand() {
        let given = [
            (c"USERNAME", c"wonderland"),
            (c"SECRET", c"wonderland"),
            (c"VM_PIN", c"12"),
            (c"ApiToken", c"t0k3n"),
            (c"NOTE", c"use wonderland"),
        ];
        let setvars = [
            (c"GREETING=${USERNAME}:${VM_PIN}", c"wonderland:12"),
            (c"AGAIN=${GREETING}-${ApiToken:0:2}", c"wonderland:12-t0"),
            (c"DIGEST=${SIZE(a:${VM_PIN})}", c"5"),
            (c"PASS_PHRASE=anything", c"anything"),
            (c"ELSEWHERE=${LOOKUP(pin)}", c"4711"),
            (c"WRITTEN=wonderland", c"wonderland"),
        ];
        assert_eq!(
            shown(&given, &setvars),
            [
                "USERNAME=wonderland",
                "SECRET=********",
                "VM_PIN=********",
                "ApiToken=********",
                "NOTE=use ********",
                // USERNAME is open, and so is what is made of it; but not where it happens to be the secret.
                "GREETING=********:********",
                "AGAIN=********:********-**",
                "DIGEST=11",
                "PASS_PHRASE=********",
                "ELSEWHERE=********",
                "WRITTEN=********",
            ]
        );
    }

    #[test]
    fn what_no_secret_goes_into_stays_as_it_was_made() {
        let given = [(c"LABEL", c"Ann"), (c"SECRET", c"wonderland")];
        let setvars = [(c"NOTE=${SIZE(abc)}", c"of an earlier day"), (c"TWICE=${LABEL}${LABEL}", c"AnnAnn")];
        assert_eq!(shown(&given, &setvars), ["LABEL=Ann", "SECRET=********", "NOTE=of an earlier day", "TWICE=AnnAnn"]);
    }
}
