//! Whole renderings, with a host that is played.

mod any;

use super::bounds::{Bound, Limits};
use super::host::{Given, Host};
use super::line::{Line, NamePool, Variables};
use super::parse::Template;
use super::phones::{NoTemplate, Phones};
use super::render::{Scope, render};
use super::warning::Warning;
use std::collections::HashMap;
use std::ffi::CStr;
use std::sync::Arc;

/// Shows what it is asked, and keeps what it is told.
#[derive(Default)]
struct Played {
    said: Vec<u8>,
    warnings: Vec<String>,
}

impl Host for Played {
    fn function(&mut self, variables: Variables<'_>, call: &CStr) -> Option<Given<'_>> {
        self.said = match call.to_bytes() {
            b"NOTHING()" => return None,
            b"COUNT()" => variables.iter().count().to_string().into(),
            b"UNTOLD()" => return Some(Given { text: b"untold", used: 0 }),
            call => [b"<", call, b">"].concat(),
        };
        Some(Given { text: &self.said, used: self.said.len() })
    }

    fn expression(&mut self, text: &CStr) -> &[u8] {
        self.said = [b"[", text.to_bytes(), b"]"].concat();
        &self.said
    }

    fn variable(&mut self, name: &CStr) -> Option<&[u8]> {
        match name.to_bytes() {
            b"EPOCH" => Some(b"0"),
            b"GLOBAL" => Some(b"global"),
            b"MAC" => Some(b"never"),
            _ => None,
        }
    }

    fn warn(&mut self, warning: Warning<'_>) {
        self.warnings.push(warning.to_string());
    }
}

/// Phones with their MACs and lines, and templates.
#[derive(Default)]
struct Fleet {
    phones: Vec<(&'static [u8], Vec<Line>)>,
    templates: HashMap<&'static [u8], &'static str>,
    others: bool,
}

impl Phones for Fleet {
    fn lines(&self, mac: &[u8]) -> Option<&[Line]> {
        self.phones.iter().find(|(each, _)| *each == mac).map(|(_, lines)| lines.as_slice())
    }

    fn first_lines(&self) -> impl Iterator<Item = (&[u8], &Line)> {
        self.phones.iter().map(|(mac, lines)| (*mac, &lines[0]))
    }

    fn are_not_all(&self) -> bool {
        self.others
    }

    fn template(&self, name: &[u8]) -> Result<Arc<Template>, NoTemplate> {
        let text = self.templates.get(name).ok_or_else(|| NoTemplate::Unreadable("it is not there".into()))?;
        Template::parse(text.as_bytes()).map(Arc::new).map_err(NoTemplate::Exceeds)
    }
}

fn line(variables: &[(&'static CStr, &'static CStr)]) -> Line {
    NamePool::default().line(variables.iter().copied())
}

fn desk() -> Line {
    line(&[(c"MAC", c"0004f2ad0002"), (c"_LABEL", c"Desk"), (c"WHICH", c"LABEL"), (c"EPOCH", c"mine"), (c"EMPTY", c"")])
}

/// What is rendered, and the warnings.
fn try_with(text: &[u8], line: &Line, fleet: &Fleet, limits: Limits) -> (Result<Vec<u8>, Bound>, Vec<String>) {
    let mut host = Played::default();
    let scope = Scope { host: &mut host, phones: fleet, server: Some(c"192.0.2.1"), limits };
    let rendered = Template::parse(text).and_then(|template| render(&template, line, scope));
    (rendered, host.warnings)
}

fn with(text: &str, line: &Line, fleet: &Fleet) -> (String, Vec<String>) {
    let (rendered, warnings) = try_with(text.as_bytes(), line, fleet, Limits::USUAL);
    (String::from_utf8(rendered.unwrap()).unwrap(), warnings)
}

fn rendered(text: &str) -> String {
    with(text, &desk(), &Fleet::default()).0
}

fn bound(text: &str, fleet: &Fleet) -> Bound {
    try_with(text.as_bytes(), &desk(), fleet, Limits::USUAL).0.unwrap_err()
}

#[test]
fn text_stays_and_variables_are_replaced() {
    assert_eq!(rendered("a$b$$c{$}${MAC}[]$"), "a$b$$c{$}0004f2ad0002[]$");
    assert_eq!(rendered("${LABEL}-${_LABEL}-${label}-${EMPTY}-${GLOBAL}"), "Desk----global");
    assert_eq!(rendered("a\0${MAC}"), "a");
    assert_eq!(rendered(""), "");
}

#[test]
fn parts_of_values_are_cut_out() {
    assert_eq!(rendered("${MAC:-4}/${MAC:0:4}/${GLOBAL:2}/${SERVER:-1}"), "0002/0004/obal/1");
    assert_eq!(rendered("${UNTOLD()}${UNTOLD():1}${UPPER(abc):0:-1}"), "untold<UPPER(abc)");
}

#[test]
fn forms_in_forms_come_first() {
    assert_eq!(rendered("${${WHICH}}"), "Desk");
    assert_eq!(rendered("${${WHICH}:${NONE}1}"), "esk");
    assert_eq!(rendered("$[1 + ${MAC:0:4} $[2]]"), "[1 + 0004 [2]]");
    assert_eq!(rendered("${UPPER(${MAC}{x})}"), "<UPPER(0004f2ad0002{x})>");
    assert_eq!(rendered("${NOTHING()}${COUNT()}"), "6");
}

#[test]
fn a_form_that_is_not_closed_takes_the_rest() {
    let (text, warnings) = with("a${MAC", &desk(), &Fleet::default());
    assert_eq!((text.as_str(), warnings), ("a0004f2ad0002", vec!["Error in extension logic (missing '}')".to_owned()]));
    let (text, warnings) = with("$[a ${MAC}", &desk(), &Fleet::default());
    assert_eq!((text.as_str(), warnings.len()), ("[a 0004f2ad0002]", 1));
    // Each kind counts its own brackets only.
    let (text, warnings) = with("${A$[b}c]", &desk(), &Fleet::default());
    assert_eq!((text.as_str(), warnings), ("c]", vec!["Error in extension logic (missing ']')".to_owned()]));
}

#[test]
fn the_hosts_own_variables_come_before_the_lines() {
    assert_eq!(rendered("${EPOCH}${${NONE}EPOCH}"), "00");
}

#[test]
fn server_is_that_of_the_request_unless_a_line_has_one() {
    assert_eq!(rendered("${SERVER} ${${NONE}SERVER}"), "192.0.2.1 192.0.2.1");
    assert_eq!(with("${SERVER}", &line(&[(c"SERVER", c"own")]), &Fleet::default()).0, "own");
    assert_eq!(with("${SERVER}", &line(&[(c"SERVER", c"")]), &Fleet::default()).0, "");
}

fn fleet() -> Fleet {
    let first =
        vec![line(&[(c"MAC", c"aa"), (c"N", c"1")]), line(&[(c"MAC", c"aa"), (c"N", c"2"), (c"SERVER", c"own")])];
    let second = vec![line(&[(c"MAC", c"bb"), (c"N", c"3")])];
    let templates = [
        (&b"line.cfg"[..], "<${N}@${SERVER}>"),
        (b"self.cfg", "${PP_EACH_EXTENSION(aa,self.cfg)}"),
        (b"deep.cfg", "${PP_EACH_EXTENSION(bb,line.cfg)}"),
    ];
    Fleet { phones: vec![(b"aa", first), (b"bb", second)], templates: templates.into(), others: false }
}

#[test]
fn pp_each_extension_shows_each_line_of_a_phone() {
    let shown = |text: &str| with(text, &desk(), &fleet());
    assert_eq!(shown("${PP_EACH_EXTENSION(aa,line.cfg)}").0, "<1@192.0.2.1><2@own>");
    assert_eq!(shown("${PP_EACH_EXTENSION(aa,line.cfg):-4:3}").0, "own");
    assert_eq!(shown("${PP_EACH_EXTENSION(\"aa\",deep.cfg)}").0, "<3@192.0.2.1><3@192.0.2.1>");
    assert_eq!(shown("x${PP_EACH_EXTENSION(AA,line.cfg)}").1, ["Could not find user with mac = 'AA'"]);
    assert_eq!(shown("x${PP_EACH_EXTENSION(aa,no.cfg)}").1, ["Could not load file: no.cfg: it is not there"]);
    for missing in ["()", "(aa)", "(aa,)", "(,line.cfg)"] {
        let (text, warnings) = shown(&format!("x${{PP_EACH_EXTENSION{missing}}}"));
        assert_eq!(text, "x");
        assert_eq!(warnings, ["PP_EACH_EXTENSION requires both a macaddress and template filename."]);
    }
}

#[test]
fn pp_each_user_shows_each_phone_but_the_excluded_one() {
    let shown = |text: &str| with(text, &desk(), &fleet());
    assert_eq!(shown("${PP_EACH_USER(%{MAC}=%{N}%;)}").0, "aa=1%;bb=3%;");
    assert_eq!(shown("${PP_EACH_USER(%{MAC},AA)}").0, "bb");
    assert_eq!(shown("${PP_EACH_USER(%{MAC},${MAC})}").0, "aabb");
    assert_eq!(shown("${PP_EACH_USER(%%{N}$[%{N}])}").0, "%1[1]%3[3]");
    assert_eq!(shown("${PP_EACH_USER()}${PP_EACH_USER(,aa)}").0, "");
    let (text, warnings) = shown("${PP_EACH_USER(%{N}");
    assert_eq!(text, "13");
    assert_eq!(warnings.len(), 2);
    assert_eq!(warnings[1], "Can't find trailing parenthesis for function 'PP_EACH_USER(%{N}'?");
}

#[test]
fn the_host_is_asked_where_it_has_further_phones() {
    let fleet = Fleet { others: true, ..fleet() };
    let shown = |text| with(text, &desk(), &fleet).0;
    assert_eq!(shown("${PP_EACH_USER(%{N})}"), "<PP_EACH_USER(%{N})>");
    assert_eq!(shown("${PP_EACH_EXTENSION(cc,line.cfg)}"), "<PP_EACH_EXTENSION(cc,line.cfg)>");
    assert_eq!(shown("${PP_EACH_EXTENSION(bb,line.cfg)}"), "<3@192.0.2.1>");
    assert_eq!(shown("${PP_EACH_USER()}"), "");
}

#[test]
fn what_would_end_the_c_module_goes_beyond_a_bound() {
    assert_eq!(bound(&"${".repeat(60_000), &Fleet::default()), Bound::Depth);
    assert_eq!(bound(&("${".repeat(60_000) + &"}".repeat(60_000)), &Fleet::default()), Bound::Depth);
    assert_eq!(bound("${PP_EACH_EXTENSION(aa,self.cfg)}", &fleet()), Bound::Templates);
    assert_eq!(bound(&format!("${{UPPER({})}}", "x".repeat(40_000)), &Fleet::default()), Bound::Call);
    assert_eq!(bound(&format!("$[{}]", "x".repeat(4_001)), &Fleet::default()), Bound::Expression);
    assert_eq!(bound(&format!("$[{}]", "(".repeat(301)), &Fleet::default()), Bound::Expression);
    assert_eq!(bound(&format!("${{PP_EACH_USER({})}}", "x".repeat(600_000)), &fleet()), Bound::Size);
    assert_eq!(bound(&"${A}".repeat(4_300_000), &Fleet::default()), Bound::Size);
}

#[test]
fn a_call_that_no_asterisk_survives_is_not_made() {
    for deadly in ["${SPRINTF()}", "${SPRINTF(${EMPTY})}", "${SPRINTF(}"] {
        let (text, warnings) = with(deadly, &desk(), &Fleet::default());
        assert_eq!((text.as_str(), warnings), ("", vec!["SPRINTF requires a format".to_owned()]), "{deadly}");
    }
    assert_eq!(rendered("${SPRINTF(%s,1)} ${SPRINTF( )} ${SPRINTF())}"), "<SPRINTF(%s,1)> <SPRINTF( )> <SPRINTF())>");
}

#[test]
fn forms_may_be_as_deep_as_the_bound() {
    let nested = |depth: usize| "${".repeat(depth) + "WHICH" + &"}".repeat(depth);
    assert_eq!(rendered(&nested(2)), "Desk");
    assert_eq!(rendered(&nested(65)), "");
    assert_eq!(bound(&nested(66), &Fleet::default()), Bound::Depth);
}

#[test]
fn what_includes_each_other_ends_in_bounded_time_and_room() {
    let mut fleet = fleet();
    fleet.phones = (0..1000).map(|_| (&b"aa"[..], vec![line(&[(c"MAC", c"aa")])])).collect();
    // A thousand phones, each shown for each of a thousand, and so on.
    let users = "${PP_EACH_USER(${PP_EACH_USER(%{MAC} )})}";
    assert_eq!(with(users, &desk(), &fleet).0.len(), 3_000_000);
    assert_eq!(bound(&format!("${{PP_EACH_USER({users})}}"), &fleet), Bound::Size);

    let twice = "${PP_EACH_USER(x)}".repeat(50);
    fleet
        .templates
        .insert(b"fan.cfg", Box::leak(format!("${{PP_EACH_EXTENSION(aa,fan2.cfg)}}{twice}").into_boxed_str()));
    fleet.templates.insert(b"fan2.cfg", Box::leak("${PP_EACH_EXTENSION(aa,fan3.cfg)}".repeat(1000).into_boxed_str()));
    fleet
        .templates
        .insert(b"fan3.cfg", Box::leak("${PP_EACH_EXTENSION(aa,line.cfg)}${NONE}".repeat(1000).into_boxed_str()));
    assert_eq!(bound("${PP_EACH_EXTENSION(aa,fan.cfg)}", &fleet), Bound::Work);
}

#[test]
fn output_and_work_are_bounded_to_the_unit() {
    let limited = |output, steps| {
        try_with(b"abc${MAC}", &desk(), &Fleet::default(), Limits { output, steps, ..Limits::USUAL })
            .0
            .map(|text| text.len())
    };
    assert_eq!(limited(15, 2), Ok(15));
    assert_eq!(limited(14, 2), Err(Bound::Output));
    assert_eq!(limited(15, 1), Err(Bound::Work));
}

/// A thread of the HTTP server has 496 kB; a quarter of that has to do, because the host's functions need the rest.
#[test]
fn the_deepest_templates_take_little_stack() {
    let run = || {
        let mut fleet = fleet();
        let forms = |inner: &str| "${".repeat(60) + inner + &"}".repeat(60);
        for depth in 0..15usize {
            let name: &'static str = Box::leak(format!("{depth}.cfg").into_boxed_str());
            let next = forms(&format!("PP_EACH_EXTENSION(bb,{}.cfg)", depth + 1));
            fleet.templates.insert(name.as_bytes(), Box::leak(next.into_boxed_str()));
        }
        fleet.templates.insert(b"15.cfg", "${UPPER(${MAC})}");
        with("${PP_EACH_EXTENSION(bb,0.cfg)}", &desk(), &fleet).0
    };
    let thread = std::thread::Builder::new().stack_size(124 * 1024).spawn(run).unwrap();
    let text = thread.join().unwrap();
    assert!(text.starts_with("<<") && text.contains("<UPPER(bb)>"), "{text}");
}
