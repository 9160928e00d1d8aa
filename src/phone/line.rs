//! One section resolved to the variables that its templates see, each with where it comes from.

use super::defaults::{Defaults, with_standard_names};
use super::directory::Directory;
use super::mac;
use super::object_type::ObjectType;
use super::phoneprov_conf::profiles::Profiles;
use super::place::Written;
use super::problem::Fault;
use super::standard::{self, StandardNames};
use super::variables::{Pair, Variables};
use crate::text::{Shown, has_control};
use std::borrow::Cow;
use std::ffi::{CStr, CString};
use std::fmt;

/// Where a variable's value comes from; the first of these that has one wins (design: Where each variable comes from).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// The section itself.
    Section,
    /// The `phoneprov_default` section of that id.
    Default(&'a CStr),
    /// The endpoint that the section names.
    Endpoint,
    /// The transport that the endpoint names.
    Transport,
    /// The first inbound auth that the endpoint names.
    Auth,
    /// This module.
    Module,
    /// `res_phoneprov`, which adds to what it is given.
    ResPhoneprov,
    /// `setvar` of that profile in phoneprov.conf, which `res_phoneprov` adds.
    Profile(&'a CStr),
}

/// One variable of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable<'a> {
    /// Its name, as templates write it.
    pub name: &'a CStr,
    /// Its value; never empty.
    pub value: Cow<'a, CStr>,
    /// Where the value comes from.
    pub origin: Origin<'a>,
    /// Where in the section it is written, if it comes from one and that is known.
    pub written: Option<Written<'a>>,
}

/// A section of `type=phoneprov`, resolved. `res_phoneprov` calls it an extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The section's id.
    pub section: &'a CStr,
    /// The number that `res_phoneprov` sorts the phone's lines by.
    pub number: i32,
    /// Every variable once.
    pub variables: Vec<Variable<'a>>,
    /// Values that an earlier source of their variable hides.
    pub hidden: Vec<Variable<'a>>,
    /// The endpoint that the section names, as far as it is known; likewise the other two.
    pub endpoint: Option<CString>,
    /// The transport that the endpoint names.
    pub transport: Option<CString>,
    /// The first inbound auth that the endpoint names.
    pub auth: Option<CString>,
}

impl<'a> Line<'a> {
    /// A line that has nothing yet.
    pub fn new(section: &'a CStr) -> Self {
        Line {
            section,
            number: 1,
            variables: Vec::with_capacity(20),
            hidden: Vec::new(),
            endpoint: None,
            transport: None,
            auth: None,
        }
    }

    /// The value of exactly this name.
    pub fn get(&self, name: &CStr) -> Option<&CStr> {
        self.variables.iter().find(|variable| variable.name == name).map(|variable| variable.value.as_ref())
    }

    /// Whether phoneprov.conf has this line's profile, as far as is known.
    pub fn has_profile<D>(&self, context: &Context<D>) -> bool {
        match (context.profiles, self.get(standard::PROFILE)) {
            (Some(profiles), Some(profile)) => profiles.has(profile),
            _ => true,
        }
    }

    /// Gives the variable that value, if it has none.
    pub fn offer(&mut self, name: &'a CStr, value: impl Into<Cow<'a, CStr>>, origin: Origin<'a>) {
        self.offer_written(name, value, origin, None);
    }

    /// The same of a value that is written there.
    fn offer_written(
        &mut self,
        name: &'a CStr,
        value: impl Into<Cow<'a, CStr>>,
        origin: Origin<'a>,
        written: Option<Written<'a>>,
    ) {
        let variables = if self.get(name).is_none() { &mut self.variables } else { &mut self.hidden };
        variables.push(Variable { name, value: value.into(), origin, written });
    }

    /// Where a value of this line comes from, in words.
    pub fn source(&self, origin: Origin) -> Source {
        let named = |kind, id: &Option<CString>| Source { kind, id: id.clone() };
        match origin {
            Origin::Section => Source { kind: "section", id: Some(self.section.into()) },
            Origin::Default(id) => Source { kind: "phoneprov_default", id: Some(id.into()) },
            Origin::Endpoint => named("endpoint", &self.endpoint),
            Origin::Transport => named("transport", &self.transport),
            Origin::Auth => named("auth", &self.auth),
            Origin::Module => Source { kind: "module", id: None },
            Origin::ResPhoneprov => Source { kind: "res_phoneprov", id: None },
            Origin::Profile(id) => Source { kind: "profile", id: Some(id.into()) },
        }
    }

    fn offer_if_known(
        &mut self,
        name: &'a CStr,
        value: Option<CString>,
        origin: Origin<'a>,
        warnings: &mut Vec<Fault>,
    ) {
        match value {
            Some(value) if has_control(&value) => self.warn_of_control(name, origin, warnings),
            Some(value) => self.offer(name, value, origin),
            None => {}
        }
    }

    fn warn_of_control(&self, name: &CStr, origin: Origin, warnings: &mut Vec<Fault>) {
        let source = match origin {
            Origin::Section => "this section".to_owned(),
            origin => self.source(origin).to_string(),
        };
        warnings.push(Fault::ControlCharacter { name: name.into(), source });
    }
}

/// Where a value comes from, for people: `section 1000`, `endpoint ep1000`, `module`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    kind: &'static str,
    id: Option<CString>,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            Some(id) => write!(f, "{} {}", self.kind, Shown(id)),
            None => f.write_str(self.kind),
        }
    }
}

/// What resolving a section needs beside the section.
pub struct Context<'a, D> {
    /// The merged `phoneprov_default` sections.
    pub defaults: &'a Defaults<'a>,
    /// The names that may be written in another case.
    pub names: &'a StandardNames,
    /// Endpoints, auths and transports.
    pub directory: &'a D,
    /// The profiles of phoneprov.conf; `None` if it could not be read.
    pub profiles: Option<&'a Profiles>,
}

/// The MAC of a section, before anything else of it is resolved.
pub fn mac_of<'a, D>(variables: &'a Variables, context: &Context<'a, D>) -> Option<&'a CStr> {
    with_standard_names(variables, context.names)
        .find(|pair| pair.name == standard::MAC && !has_control(pair.value))
        .map(|pair| pair.value)
        .or_else(|| context.defaults.get(standard::MAC).map(|default| default.value))
}

/// Resolves one section. An error means that it cannot be provisioned; warnings are added to `warnings`.
pub fn resolve<'a, D: Directory>(
    section: &'a CStr,
    variables: &'a Variables,
    context: &Context<'a, D>,
    warnings: &mut Vec<Fault>,
) -> Result<Line<'a>, Fault> {
    let mut line = Line::new(section);
    fill(&mut line, variables, context, warnings).map(|()| line)
}

/// The same for people: also of a section that cannot be provisioned, as far as it got.
pub fn explain<'a, D: Directory>(section: &'a CStr, variables: &'a Variables, context: &Context<'a, D>) -> Line<'a> {
    let mut line = Line::new(section);
    // What is wrong with it is told elsewhere.
    let _ = fill(&mut line, variables, context, &mut Vec::new());
    line
}

fn fill<'a, D: Directory>(
    line: &mut Line<'a>,
    variables: &'a Variables,
    context: &Context<'a, D>,
    warnings: &mut Vec<Fault>,
) -> Result<(), Fault> {
    for Pair { name, value, written, is_inherited } in with_standard_names(variables, context.names) {
        if has_control(value) {
            line.warn_of_control(name, Origin::Section, warnings);
            continue;
        }
        // What a template says otherwise is there to be overridden.
        if let Some(used) = line.get(name).filter(|used| *used != value && !is_inherited) {
            let fault = Fault::GivenTwice { name: name.into(), used: used.into() };
            if !warnings.contains(&fault) {
                warnings.push(fault);
            }
        }
        line.offer_written(name, value, Origin::Section, written);
    }
    for (name, default) in context.defaults.iter() {
        line.offer_written(name, default.value, Origin::Default(default.section), default.written);
    }

    let Some(mac) = line.get(standard::MAC) else { return Err(Fault::MissingMac) };
    let digits = mac::digits(mac);
    if digits.is_none() {
        warnings.push(Fault::NotAMac(mac.into()));
    }
    if line.get(standard::PROFILE).is_none() {
        return Err(Fault::MissingProfile);
    }

    if let Some(endpoint) = line.get(standard::ENDPOINT).map(CStr::to_owned) {
        offer_endpoint(line, endpoint, context.directory, warnings)?;
    }

    line.offer(standard::USERNAME, line.section, Origin::Module);
    line.offer(standard::LABEL, line.section, Origin::Module);
    line.offer(standard::SERVER_PORT, c"5060", Origin::Module);
    if let Some(lower) = digits {
        let text = |digits: &[u8]| CString::new(digits).unwrap_or_default();
        line.offer(standard::MAC_LOWER, text(&lower), Origin::Module);
        line.offer(standard::MAC_UPPER, text(&lower.to_ascii_uppercase()), Origin::Module);
    }

    if let Some(zone) = line.get(standard::TIMEZONE).filter(|zone| !context.directory.has_time_zone(zone)) {
        warnings.push(Fault::UnknownTimeZone(zone.into()));
    }
    if let Some(text) = line.get(standard::LINE) {
        let (number, is_number) = line_number(text);
        if !is_number {
            warnings.push(Fault::LineNotANumber { line: text.into(), read_as: number });
        }
        line.number = number;
    }
    Ok(())
}

/// Adds what the endpoint, its transport and its first inbound auth know.
fn offer_endpoint<'a, D: Directory>(
    line: &mut Line<'a>,
    id: CString,
    directory: &D,
    warnings: &mut Vec<Fault>,
) -> Result<(), Fault> {
    let Some(endpoint) = directory.endpoint(&id) else {
        let is_refused = directory.is_refused(ObjectType::Endpoint, &id);
        return Err(if is_refused { Fault::RefusedEndpoint(id) } else { Fault::UnknownEndpoint(id) });
    };
    line.endpoint = Some(id.clone());

    line.offer(standard::ENDPOINT_ID, id.clone(), Origin::Endpoint);
    line.offer_if_known(standard::TRANSPORT_ID, endpoint.transport.clone(), Origin::Endpoint, warnings);
    line.offer_if_known(standard::CALLERID, endpoint.callerid_number, Origin::Endpoint, warnings);
    line.offer_if_known(standard::DISPLAY_NAME, endpoint.callerid_name, Origin::Endpoint, warnings);

    if let Some(transport) = endpoint.transport {
        let Some(known) = directory.transport(&transport) else {
            return Err(match directory.is_refused(ObjectType::Transport, &transport) {
                true => Fault::RefusedTransport { endpoint: id, transport },
                false => Fault::UnknownTransport { endpoint: id, transport },
            });
        };
        line.transport = Some(transport);
        let port = CString::new(known.port.to_string()).unwrap_or_default();
        line.offer(standard::SERVER_PORT, port, Origin::Transport);
        if let Some(protocol) = known.protocol {
            line.offer(standard::TRANSPORT_PROTOCOL, protocol, Origin::Transport);
        }
    }

    if let Some(auth) = endpoint.auth {
        let Some(known) = directory.auth(&auth) else {
            return Err(match directory.is_refused(ObjectType::Auth, &auth) {
                true => Fault::RefusedAuth { endpoint: id, auth },
                false => Fault::UnknownAuth { endpoint: id, auth },
            });
        };
        if known.password.is_none() && line.get(standard::SECRET).is_none() {
            warnings.push(Fault::DigestOnly { auth: auth.clone() });
        }
        line.auth = Some(auth.clone());
        line.offer(standard::AUTH_ID, auth, Origin::Auth);
        line.offer_if_known(standard::USERNAME, known.username, Origin::Auth, warnings);
        line.offer_if_known(standard::SECRET, known.password, Origin::Auth, warnings);
    } else if line.get(standard::SECRET).is_none() {
        warnings.push(Fault::NoAuth { endpoint: id });
    }
    Ok(())
}

/// The number that `res_phoneprov` reads in LINE (it calls sscanf with `%d`), and whether the text is that number and
/// nothing else.
pub fn line_number(text: &CStr) -> (i32, bool) {
    let bytes = text.to_bytes().trim_ascii_start();
    let (negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, bytes),
    };
    let count = digits.iter().take_while(|digit| digit.is_ascii_digit()).count();
    // glibc reads a long, saturated, and stores its lower half.
    let value = digits[..count]
        .iter()
        .fold(0i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit - b'0')));
    let number = if negative { -value } else { value } as i32;
    (number, count > 0 && count == digits.len() && value <= i64::from(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::super::directory::{Auth, Endpoint, Transport};
    use super::*;
    use std::collections::HashMap;

    #[derive(Default)]
    struct Objects {
        endpoints: HashMap<CString, Endpoint>,
        auths: HashMap<CString, Auth>,
        transports: HashMap<CString, Transport>,
    }

    impl Directory for Objects {
        fn endpoint(&self, id: &CStr) -> Option<Endpoint> {
            self.endpoints.get(id).cloned()
        }
        fn auth(&self, id: &CStr) -> Option<Auth> {
            self.auths.get(id).cloned()
        }
        fn transport(&self, id: &CStr) -> Option<Transport> {
            self.transports.get(id).copied()
        }
        fn is_refused(&self, kind: ObjectType, id: &CStr) -> bool {
            kind == ObjectType::Auth && id == c"refused"
        }
        fn has_time_zone(&self, name: &CStr) -> bool {
            name != c"Europe/Berlim"
        }
    }

    fn objects() -> Objects {
        let mut objects = Objects::default();
        objects.endpoints.insert(
            c"ep".into(),
            Endpoint {
                transport: Some(c"udp".into()),
                callerid_number: Some(c"1000".into()),
                callerid_name: Some(c"Ann".into()),
                auth: Some(c"au".into()),
            },
        );
        objects.auths.insert(c"au".into(), Auth { username: Some(c"user".into()), password: Some(c"pass".into()) });
        objects
            .transports
            .insert(c"udp".into(), Transport { port: 5070, protocol: Some(c"tcp"), is_reloadable: false });
        objects
    }

    /// Resolves the pairs, with `MAC` and `PROFILE` given; yields `NAME=value (origin)` lines and the warnings.
    fn resolved(pairs: &[(&CStr, &CStr)], objects: &Objects) -> Result<(Vec<String>, Vec<Fault>), Fault> {
        let names = StandardNames::new([standard::MAC, standard::LABEL, standard::USERNAME, standard::LINE]);
        let default: Variables = [(c"LABEL", c"default")].into_iter().collect();
        let defaults = Defaults::merge(
            pairs.iter().any(|(name, _)| *name == c"use-default").then_some((c"office", &default)),
            &names,
            &mut Vec::new(),
        );
        let variables: Variables = pairs.iter().copied().collect();
        let mut warnings = Vec::new();
        let context = Context { defaults: &defaults, names: &names, directory: objects, profiles: None };
        let line = resolve(c"s1", &variables, &context, &mut warnings)?;
        let shown = |variable: &Variable| format!("{:?}={:?} {:?}", variable.name, variable.value, variable.origin);
        Ok((line.variables.iter().map(shown).collect(), warnings))
    }

    const PHONE: [(&CStr, &CStr); 2] = [(c"MAC", c"0004f2abcdef"), (c"PROFILE", c"p")];

    fn values(pairs: &[(&CStr, &CStr)], objects: &Objects) -> Vec<String> {
        resolved(&[&PHONE, pairs].concat(), objects).unwrap().0.split_off(2)
    }

    #[test]
    fn without_an_endpoint_the_module_fills_in() {
        assert_eq!(
            values(&[], &objects()),
            [
                r#""USERNAME"="s1" Module"#,
                r#""LABEL"="s1" Module"#,
                r#""SERVER_PORT"="5060" Module"#,
                r#""MAC_LOWER"="0004f2abcdef" Module"#,
                r#""MAC_UPPER"="0004F2ABCDEF" Module"#,
            ]
        );
    }

    #[test]
    fn an_endpoint_fills_in_what_it_knows() {
        assert_eq!(
            values(&[(c"endpoint", c"ep")], &objects()),
            [
                r#""endpoint"="ep" Section"#,
                r#""ENDPOINT_ID"="ep" Endpoint"#,
                r#""TRANSPORT_ID"="udp" Endpoint"#,
                r#""CALLERID"="1000" Endpoint"#,
                r#""DISPLAY_NAME"="Ann" Endpoint"#,
                r#""SERVER_PORT"="5070" Transport"#,
                r#""TRANSPORT_PROTOCOL"="tcp" Transport"#,
                r#""AUTH_ID"="au" Auth"#,
                r#""USERNAME"="user" Auth"#,
                r#""SECRET"="pass" Auth"#,
                r#""LABEL"="s1" Module"#,
                r#""MAC_LOWER"="0004f2abcdef" Module"#,
                r#""MAC_UPPER"="0004F2ABCDEF" Module"#,
            ]
        );
    }

    #[test]
    fn the_section_wins_over_the_default_and_both_over_the_rest() {
        let own =
            values(&[(c"LABEL", c"own"), (c"use-default", c"1"), (c"SECRET", c"s"), (c"endpoint", c"ep")], &objects());
        assert!(own.contains(&r#""LABEL"="own" Section"#.to_owned()), "{own:?}");
        assert!(own.contains(&r#""SECRET"="s" Section"#.to_owned()), "{own:?}");
        assert!(!own.iter().any(|each| each.contains("pass")), "{own:?}");
        let default = values(&[(c"use-default", c"1")], &objects());
        assert!(default.contains(&r#""LABEL"="default" Default("office")"#.to_owned()), "{default:?}");
    }

    #[test]
    fn an_endpoint_without_transport_is_provisioned() {
        let mut objects = objects();
        objects.endpoints.insert(c"bare".into(), Endpoint::default());
        assert_eq!(
            values(&[(c"endpoint", c"bare")], &objects),
            [
                r#""endpoint"="bare" Section"#,
                r#""ENDPOINT_ID"="bare" Endpoint"#,
                r#""USERNAME"="s1" Module"#,
                r#""LABEL"="s1" Module"#,
                r#""SERVER_PORT"="5060" Module"#,
                r#""MAC_LOWER"="0004f2abcdef" Module"#,
                r#""MAC_UPPER"="0004F2ABCDEF" Module"#,
            ]
        );
    }

    #[test]
    fn a_macs_digits_are_told_however_it_is_written() {
        let digits = |mac: &CStr| {
            let line = resolved(&[(c"MAC", mac), PHONE[1]], &objects()).unwrap().0;
            line.into_iter().filter(|value| value.starts_with("\"MAC_")).collect::<Vec<_>>()
        };
        let both = [r#""MAC_LOWER"="0004f2abcdef" Module"#, r#""MAC_UPPER"="0004F2ABCDEF" Module"#];
        assert_eq!(digits(c"00:04:F2:ab:cd:ef"), both);
        assert_eq!(digits(c"the kitchen"), [""; 0]);
    }

    #[test]
    fn what_is_missing_is_named_with_the_place_that_names_it() {
        let mut objects = objects();
        assert_eq!(resolved(&PHONE[..1], &objects), Err(Fault::MissingProfile));
        assert_eq!(resolved(&PHONE[1..], &objects), Err(Fault::MissingMac));
        let with_endpoint = |objects: &Objects, id| resolved(&[&PHONE[..], &[(c"endpoint", id)]].concat(), objects);
        assert_eq!(with_endpoint(&objects, c"no"), Err(Fault::UnknownEndpoint(c"no".into())));
        objects.auths.clear();
        let auth = Fault::UnknownAuth { endpoint: c"ep".into(), auth: c"au".into() };
        assert_eq!(with_endpoint(&objects, c"ep"), Err(auth));
        objects.transports.clear();
        let transport = Fault::UnknownTransport { endpoint: c"ep".into(), transport: c"udp".into() };
        assert_eq!(with_endpoint(&objects, c"ep"), Err(transport));
    }

    #[test]
    fn a_digest_only_auth_is_told_unless_the_section_has_a_secret() {
        let mut objects = objects();
        objects.auths.insert(c"au".into(), Auth { username: Some(c"user".into()), password: None });
        let warnings = |pairs: &[(&CStr, &CStr)]| resolved(&[&PHONE[..], pairs].concat(), &objects).unwrap().1;
        assert_eq!(warnings(&[(c"endpoint", c"ep")]), [Fault::DigestOnly { auth: c"au".into() }]);
        assert_eq!(warnings(&[(c"endpoint", c"ep"), (c"SECRET", c"x")]), []);
    }

    #[test]
    fn an_endpoint_without_auth_is_told_unless_the_section_has_a_secret() {
        let mut objects = objects();
        objects.endpoints.insert(c"bare".into(), Endpoint::default());
        let warnings = |pairs: &[(&CStr, &CStr)]| resolved(&[&PHONE[..], pairs].concat(), &objects).unwrap().1;
        assert_eq!(warnings(&[(c"ENDPOINT", c"bare")]), [Fault::NoAuth { endpoint: c"bare".into() }]);
        assert_eq!(warnings(&[(c"endpoint", c"bare"), (c"SECRET", c"x")]), []);
    }

    #[test]
    fn a_time_zone_that_nobody_knows_is_told() {
        let warnings = |zone| resolved(&[PHONE[0], PHONE[1], (c"TIMEZONE", zone)], &objects()).unwrap().1;
        assert_eq!(warnings(c"Europe/Berlim"), [Fault::UnknownTimeZone(c"Europe/Berlim".into())]);
        assert_eq!(warnings(c"Europe/Berlin"), []);
    }

    #[test]
    fn a_value_with_a_control_character_counts_as_not_given() {
        let mut objects = objects();
        objects.endpoints.get_mut(c"ep").unwrap().callerid_name = Some(c"Ann\nlock=0".into());
        let pairs = [(c"LABEL", c"a\rb"), (c"NOTE", c"x"), (c"endpoint", c"ep")];
        let (values, warnings) = resolved(&[&PHONE[..], &pairs].concat(), &objects).unwrap();
        assert!(values.contains(&r#""LABEL"="s1" Module"#.to_owned()), "{values:?}");
        assert!(values.contains(&r#""NOTE"="x" Section"#.to_owned()), "{values:?}");
        assert!(!values.iter().any(|value| value.contains("DISPLAY_NAME")), "{values:?}");
        let fault = |name: &CStr, source: &str| Fault::ControlCharacter { name: name.into(), source: source.into() };
        assert_eq!(warnings, [fault(c"LABEL", "this section"), fault(c"DISPLAY_NAME", "endpoint ep")]);
        // Who has no MAC but such a one has none.
        assert_eq!(resolved(&[(c"MAC", c"0004f2abcdef\n"), PHONE[1]], &objects), Err(Fault::MissingMac));
    }

    #[test]
    fn a_name_given_twice_keeps_the_first_value_and_is_told_once() {
        let pairs = [(c"A", c"1"), (c"A", c"2"), (c"A", c"3"), (c"B", c"1"), (c"B", c"1")];
        let (values, warnings) = resolved(&[&PHONE[..], &pairs].concat(), &objects()).unwrap();
        assert!(values.contains(&r#""A"="1" Section"#.to_owned()));
        assert_eq!(warnings, [Fault::GivenTwice { name: c"A".into(), used: c"1".into() }]);
    }

    #[test]
    fn line_is_read_as_res_phoneprov_reads_it() {
        for (text, expected) in [
            (c"1", (1, true)),
            (c"+12", (12, true)),
            (c"-3", (-3, true)),
            (c" 7", (7, true)),
            (c"2nd", (2, false)),
            (c"first", (0, false)),
            (c"-", (0, false)),
            (c"4294967297", (1, false)),
            (c"99999999999999999999", (-1, false)),
        ] {
            assert_eq!(line_number(text), expected, "{text:?}");
        }
    }
}
