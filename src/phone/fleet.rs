//! Sections grouped to phones by their MAC, and each phone resolved with all its lines.

use super::directory::Directory;
use super::fingerprint::Fingerprint;
use super::line::{self, Context, Line};
use super::mac::{self, Digits};
use super::object_type::ObjectType;
use super::problem::{Fault, Problem};
use super::standard;
use super::variables::Variables;
use std::collections::HashMap;
use std::ffi::CStr;

/// A section's id and content.
pub type Section<'a> = (&'a CStr, &'a Variables);

/// All sections with one MAC, in order of id. What `res_phoneprov` calls a user.
#[derive(Debug)]
pub struct Group<'a> {
    /// The MAC, to the letter.
    pub mac: &'a CStr,
    /// Never empty.
    pub sections: Vec<Section<'a>>,
}

/// A phone with its lines in the order in which they are to be added: ascending LINE, then id.
#[derive(Debug)]
pub struct Phone<'a> {
    /// The MAC, to the letter.
    pub mac: &'a CStr,
    /// Never empty; no two have one number.
    pub lines: Vec<Line<'a>>,
}

impl Phone<'_> {
    /// What tells this phone from another content of it.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.lines)
    }
}

fn problem(section: &CStr, fault: Fault) -> Problem {
    Problem { object: ObjectType::Phoneprov, section: section.into(), fault }
}

/// Groups the sections, which come in order of id, by MAC; phones come in order of their first section.
pub fn group<'a, D>(
    sections: impl IntoIterator<Item = Section<'a>>,
    context: &Context<'a, D>,
    problems: &mut Vec<Problem>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    let mut by_mac: HashMap<&CStr, usize> = HashMap::new();
    let mut by_digits: HashMap<Digits, usize> = HashMap::new();

    for (id, variables) in sections {
        let Some(mac) = line::mac_of(variables, context) else {
            problems.push(problem(id, Fault::MissingMac));
            continue;
        };
        let at = *by_mac.entry(mac).or_insert_with(|| {
            groups.push(Group { mac, sections: Vec::with_capacity(1) });
            let at = groups.len() - 1;
            if let Some(digits) = mac::digits(mac) {
                let first = *by_digits.entry(digits).or_insert(at);
                if first != at {
                    let holder = groups[first].sections[0].0.into();
                    let other = groups[first].mac.into();
                    problems.push(problem(id, Fault::OtherSpelling { mac: mac.into(), other, holder }));
                }
            }
            at
        });
        groups[at].sections.push((id, variables));
    }
    groups
}

impl<'a> Group<'a> {
    /// Resolves the phone; `None` if not one of its sections can be provisioned.
    pub fn resolve<D: Directory>(&self, context: &Context<'a, D>, problems: &mut Vec<Problem>) -> Option<Phone<'a>> {
        let mut lines: Vec<Line> = Vec::with_capacity(self.sections.len());
        for &(id, variables) in &self.sections {
            let mut warnings = Vec::new();
            match line::resolve(id, variables, context, &mut warnings) {
                Ok(line) => {
                    problems.extend(warnings.into_iter().map(|fault| problem(id, fault)));
                    match lines.iter_mut().find(|other| other.number == line.number) {
                        None => lines.push(line),
                        // res_phoneprov would refuse the holder, and the place would be lost to both.
                        Some(holder) if !holder.has_profile(context) && line.has_profile(context) => {
                            problems.push(refused(holder, context));
                            *holder = line;
                        }
                        Some(holder) => {
                            let (mac, holder) = (self.mac.into(), holder.section.into());
                            problems.push(problem(id, Fault::DuplicateLine { mac, line: line.number, holder }));
                        }
                    }
                }
                Err(fault) => problems.push(problem(id, fault)),
            }
        }
        // Stable: a phone is the same phone in whatever order its sections were written.
        lines.sort_by_key(|line| line.number);
        (!lines.is_empty()).then_some(Phone { mac: self.mac, lines })
    }
}

/// The problem of a line that `res_phoneprov` refused.
pub fn refused<D>(line: &Line, context: &Context<D>) -> Problem {
    let text = |name| line.get(name).unwrap_or_default().into();
    let profile = text(standard::PROFILE);
    let fault = if line.has_profile(context) {
        Fault::Refused { mac: text(standard::MAC), profile }
    } else {
        Fault::UnknownProfile(profile)
    };
    problem(line.section, fault)
}

#[cfg(test)]
mod tests {
    use super::super::defaults::Defaults;
    use super::super::directory::Nothing;
    use super::super::phoneprov_conf::profiles::Profiles;
    use super::super::standard::StandardNames;
    use super::*;

    fn section(mac: &CStr, line: &CStr) -> Variables {
        [(c"MAC", mac), (c"PROFILE", c"p"), (c"LINE", line)].into_iter().collect()
    }

    /// Each phone as `MAC: section section`, and the problems.
    fn phones(sections: &[(&CStr, Variables)]) -> (Vec<String>, Vec<String>) {
        let (defaults, names) = (Defaults::default(), StandardNames::default());
        let profiles = Profiles::new(vec![(c"p".into(), Variables::default())]);
        let context = Context { defaults: &defaults, names: &names, directory: &Nothing, profiles: Some(&profiles) };
        let mut problems = Vec::new();
        let groups = group(sections.iter().map(|(id, variables)| (*id, variables)), &context, &mut problems);
        let phones = groups.iter().filter_map(|group| group.resolve(&context, &mut problems));
        let shown = phones
            .map(|phone| {
                let lines: Vec<_> = phone.lines.iter().map(|line| line.section.to_str().unwrap()).collect();
                format!("{}: {}", phone.mac.to_str().unwrap(), lines.join(" "))
            })
            .collect();
        (shown, problems.iter().map(Problem::to_string).collect())
    }

    const A: &CStr = c"0004f2abcdef";
    const B: &CStr = c"00:04:F2:AB:CD:EF";

    #[test]
    fn lines_come_in_ascending_order_whatever_their_ids() {
        let sections = [(c"a", section(A, c"10")), (c"b", section(A, c"2")), (c"c", section(A, c"1"))];
        assert_eq!(phones(&sections), (vec!["0004f2abcdef: c b a".to_owned()], vec![]));
    }

    #[test]
    fn the_second_section_with_one_line_is_left_out_and_told() {
        let (shown, problems) = phones(&[(c"a", section(A, c"1")), (c"b", section(A, c"1"))]);
        assert_eq!(shown, ["0004f2abcdef: a"]);
        assert_eq!(
            problems,
            [
                "phoneprov section 'b': is line 1 of MAC '0004f2abcdef', which section 'a' is already; give it another LINE \
              or another MAC"
            ]
        );
    }

    #[test]
    fn a_section_that_will_be_refused_does_not_block_another() {
        let unknown = [(c"MAC", A), (c"PROFILE", c"sofa")].into_iter().collect();
        let (shown, problems) = phones(&[(c"a", unknown), (c"b", section(A, c"1"))]);
        assert_eq!(shown, ["0004f2abcdef: b"]);
        assert_eq!(
            problems,
            [
                "phoneprov section 'a': names PROFILE 'sofa', which phoneprov.conf does not have; add a section [sofa] there or \
              correct PROFILE="
            ]
        );
    }

    #[test]
    fn another_spelling_is_another_phone_and_is_told() {
        let (shown, problems) = phones(&[(c"a", section(A, c"1")), (c"b", section(B, c"2"))]);
        assert_eq!(shown, ["0004f2abcdef: a", "00:04:F2:AB:CD:EF: b"]);
        assert_eq!(
            problems,
            [
                "phoneprov section 'b': writes MAC '00:04:F2:AB:CD:EF', section 'a' writes '0004f2abcdef'; res_phoneprov \
              serves them as two phones, so use one spelling"
            ]
        );
    }
}
