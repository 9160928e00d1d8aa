//! Makes templates up, and lines to fill them with: mostly of what templates are made of, and wrong in all ways.

use fastrand::Rng;
use std::ffi::{CStr, CString};

/// Variables of everybody's.
pub const GLOBALS: [(&CStr, &CStr); 4] =
    [(c"GLOBAL", c"of everybody"), (c"LABEL", c"global label"), (c"EMPTYGLOBAL", c""), (c"TWO", c"2")];

/// A template, and what it is filled with.
#[derive(Clone, Debug)]
pub struct Case {
    /// With a zero at its end, and perhaps before.
    pub template: Vec<u8>,
    variables: Vec<(&'static CStr, CString)>,
    asked_at: Option<&'static CStr>,
}

impl Case {
    /// The line's variables.
    pub fn variables(&self) -> impl Iterator<Item = (&CStr, &CStr)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_c_str()))
    }

    /// The address that the request brings.
    pub fn asked_at(&self) -> Option<&CStr> {
        self.asked_at
    }

    /// The same, if the line lacks it.
    pub fn server(&self) -> Option<&CStr> {
        self.asked_at.filter(|_| self.variables.iter().all(|(name, _)| *name != c"SERVER"))
    }
}

#[rustfmt::skip]
const NAMES: [&CStr; 24] = [
    c"MAC", c"LABEL", c"USERNAME", c"SECRET", c"SERVER", c"LINE", c"WHICH", c"DATA", c"EMPTY", c"TEXT", c"NUMBER",
    c"_INHERITED", c"__DEEPLY", c"___ODD", c"_", c"__", c"SYSTEMNAME", c"ASTETCDIR", c"a b", c"x{y}", c"EXTEN",
    c"CHANNEL", c"DISPLAY_NAME", c"TZ",
];

/// How names are written in templates, beyond those of variables.
#[rustfmt::skip]
const OTHERS: [&str; 14] = [
    "GLOBAL", "EMPTYGLOBAL", "TWO", "NOBODYS", "SYSTEMNAME", "ENTITYID", "ASTDATADIR", "ASTSBINDIR", "INHERITED",
    "DEEPLY", "_ODD", "mac", "ASTNODIR", "",
];

const WORDS: [&str; 24] = [
    "a", "text", "<item>", "</item>", "=", " ", "\r\n", "\n", "\t", ",", ";", "\"", "'", "\\", "$", "$$", "{", "}",
    "[", "]", "(", ")", ":", "|",
];

/// A template with what it is filled with.
pub fn case(rng: &mut Rng) -> Case {
    let names: Vec<&CStr> = NAMES.iter().copied().filter(|_| rng.u8(..) < 190).collect();
    let mut variables: Vec<_> = names.into_iter().map(|name| (name, value(rng))).collect();
    if rng.u8(..) < 30 {
        let twice = variables.first().map(|(name, _)| (*name, value(rng)));
        variables.extend(twice);
    }
    let asked_at = (rng.u8(..) < 230).then_some(c"192.0.2.1");
    let mut template = Vec::new();
    for _ in 0..rng.usize(0..12) {
        piece(rng, 4, &mut template);
    }
    if rng.u8(..) < 4 {
        let place = rng.usize(0..=template.len());
        template.insert(place, 0);
    }
    template.push(0);
    Case { template, variables, asked_at }
}

fn value(rng: &mut Rng) -> CString {
    let value: Vec<u8> = match rng.u8(0..14) {
        0 => Vec::new(),
        1 => b"0004f2ad0002".to_vec(),
        2 => b"M\xfcller, J\xf6rg".to_vec(),
        3 => "Bj\u{f6}rn \u{96fb}\u{8a71}".into(),
        4 => b"${MAC}".to_vec(),
        5 => rng.choice(NAMES).unwrap_or_default().to_bytes().to_vec(),
        6 => rng.i32(-20..3000).to_string().into(),
        7 => format!("{}.{}", rng.u8(..), rng.u8(..)).into(),
        8 => b"a-b-c-d".to_vec(),
        9 => b"\"quoted\" \\back".to_vec(),
        10 => b"line\r\nline".to_vec(),
        11 => vec![b'x'; rng.usize(0..3000)],
        12 => b"$[1+1]}]".to_vec(),
        _ => (0..rng.usize(0..20)).map(|_| rng.u8(1..)).collect(),
    };
    CString::new(value).unwrap_or_default()
}

/// Any piece of a template; `deep` levels of forms may still follow.
fn piece(rng: &mut Rng, deep: u32, out: &mut Vec<u8>) {
    match rng.u8(0..20) {
        0..6 => word(rng, out),
        6..8 => out.extend((0..rng.usize(0..6)).map(|_| rng.u8(1..))),
        8..15 => reference(rng, deep, out),
        15..18 => expression(rng, deep, out),
        _ => call(rng, deep, out),
    }
}

fn word(rng: &mut Rng, out: &mut Vec<u8>) {
    out.extend_from_slice(rng.choice(WORDS).unwrap_or_default().as_bytes());
}

/// What closes a form, mostly.
fn close(rng: &mut Rng, with: u8, out: &mut Vec<u8>) {
    match rng.u8(..) {
        0..4 => {}
        4..6 => out.extend([with, with]),
        6..8 => out.push(if with == b'}' { b']' } else { b'}' }),
        _ => out.push(with),
    }
}

fn reference(rng: &mut Rng, deep: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(b"${");
    name(rng, deep, out);
    if rng.u8(..) < 90 {
        part(rng, deep, out);
    }
    close(rng, b'}', out);
}

fn name(rng: &mut Rng, deep: u32, out: &mut Vec<u8>) {
    match rng.u8(0..20) {
        0..13 => out.extend_from_slice(rng.choice(NAMES).unwrap_or_default().to_bytes()),
        13..16 => out.extend_from_slice(rng.choice(OTHERS).unwrap_or_default().as_bytes()),
        16..19 if deep > 0 => {
            for _ in 0..rng.usize(1..3) {
                reference(rng, deep - 1, out);
            }
        }
        19 if deep > 0 => piece(rng, deep - 1, out),
        _ => word(rng, out),
    }
}

/// `:offset:length`, or what may be taken for it.
fn part(rng: &mut Rng, deep: u32, out: &mut Vec<u8>) {
    #[rustfmt::skip]
    const ODD: [&str; 23] = [
        "", "-", "+", "+1", " 2", "2 ", "\t-3", "- 1", "0x10", "1x", "x1", "-0", "007", "2147483647", "2147483648",
        "-2147483648", "4294967297", "-4294967297", "99999999999999999999", "-99999999999999999999",
        "00000000000000000000000000000000001", "-000000000000000000000000000012", "1,2",
    ];
    for _ in 0..rng.usize(1..4) {
        out.push(b':');
        match rng.u8(0..12) {
            0..8 => out.extend_from_slice(rng.i32(-8..12).to_string().as_bytes()),
            8..11 => out.extend_from_slice(rng.choice(ODD).unwrap_or_default().as_bytes()),
            _ if deep > 0 => piece(rng, deep - 1, out),
            _ => {}
        }
    }
}

/// Functions whose values depend on nothing but their arguments and what stays as it is, and which change no variable that
/// there is: the host's substitution would be left with memory that is free. BASE64_ENCODE is cut short on 16 where the host's
/// substitution happens to have little room; TOUPPER and TOLOWER forget a zero there and have calls of their own.
/// SPRINTF without a format ends Asterisk, and is not called by us then.
#[rustfmt::skip]
pub const FUNCTIONS: [&str; 37] = [
    "FIELDQTY", "FIELDNUM", "FILTER", "REPLACE", "STRREPLACE", "PASSTHRU", "LISTFILTER", "REGEX", "QUOTE", "CSV_QUOTE",
    "LEN", "KEYPADHASH", "HASH", "HASHKEYS", "STRFTIME", "EVAL", "ISNULL", "EXISTS", "IF", "MATH", "CUT", "SORT",
    "BASE64_DECODE", "URIENCODE", "URIDECODE", "MD5", "SHA1", "GLOBAL", "AST_CONFIG", "DB", "DB_EXISTS", "VERSION", "STRBETWEEN",
    "TRIM", "SET", "NOBODYS_FUNCTION", "MIN",
];

/// Calls that are always as they are here, and pairs of which the first must leave nothing behind for the second.
const WHOLE_CALLS: [&str; 5] = [
    "${TOUPPER(0004f2aD0002)}",
    "${TOLOWER(Desk B):1:3}",
    "${TOUPPER(j\u{f6}rg (1)):-4}",
    "${DB_EXISTS(family/key)}${VARIABLE_EXISTS(DB_RESULT)}",
    "${SET(SHARED(kept)=xx)}${SHARED(kept)}",
];

fn call(rng: &mut Rng, deep: u32, out: &mut Vec<u8>) {
    if rng.u8(..) < 12 {
        out.extend_from_slice(rng.choice(WHOLE_CALLS).unwrap_or_default().as_bytes());
        return;
    }
    out.extend_from_slice(b"${");
    let function = *rng.choice(&FUNCTIONS).unwrap_or(&"LEN");
    out.extend_from_slice(function.as_bytes());
    out.push(b'(');
    arguments(rng, function, deep, out);
    if rng.u8(..) > 6 {
        out.push(b')');
    }
    if rng.u8(..) < 12 {
        word(rng, out);
    }
    if rng.u8(..) < 60 {
        part(rng, deep, out);
    }
    close(rng, b'}', out);
}

/// Mostly arguments that the function can do something with.
fn arguments(rng: &mut Rng, function: &str, deep: u32, out: &mut Vec<u8>) {
    let plain_name = |rng: &mut Rng| rng.choice(&NAMES[..11]).unwrap_or(&c"").to_bytes().to_vec();
    let argument = |rng: &mut Rng, out: &mut Vec<u8>| {
        for _ in 0..rng.usize(0..3) {
            match rng.u8(0..4) {
                0 => out.extend(plain_name(rng)),
                1 => out.extend_from_slice(rng.u8(..).to_string().as_bytes()),
                _ if deep > 0 => piece(rng, deep - 1, out),
                _ => {}
            }
        }
    };
    match function {
        "FIELDQTY" | "CUT" | "LISTFILTER" | "FIELDNUM" | "REPLACE" | "STRREPLACE" | "STRBETWEEN" => {
            out.extend(plain_name(rng));
            out.extend_from_slice(rng.choice([",-,", ",a,", ",\\,,", ","]).unwrap_or_default().as_bytes());
            out.extend_from_slice(rng.choice(["1", "2-3", "b", "b,c", ""]).unwrap_or_default().as_bytes());
        }
        "IF" => {
            out.extend_from_slice(b"$[");
            operand(rng, deep, out);
            out.extend_from_slice(b"]?");
            argument(rng, out);
            out.push(b':');
            argument(rng, out);
        }
        "MATH" | "MIN" => {
            let operator = rng.choice(["+", "*", "-", "/", "%", ",", "<", "=="]).unwrap_or_default();
            out.extend_from_slice(format!("{}{operator}{}", rng.u8(..), rng.u8(1..)).as_bytes());
        }
        "STRFTIME" => out.extend_from_slice(format!("{},UTC,%Y-%m-%d", rng.u32(..)).as_bytes()),
        "AST_CONFIG" => out.extend_from_slice(b"substitution.conf,general,value"),
        "DB" | "DB_EXISTS" => out.extend_from_slice(b"family/key"),
        "KEYPADHASH" => out.extend_from_slice(b"Phone"),
        "VERSION" => out.extend_from_slice(rng.choice(["", "ASTERISK_VERSION_NUM"]).unwrap_or_default().as_bytes()),
        // Of one that is there the host's own list would lose the node that it still holds.
        "SET" => {
            out.extend_from_slice(b"BRANDNEW=");
            argument(rng, out);
        }
        "HASH" | "HASHKEYS" => out.extend_from_slice(b"WHICH,x"),
        "EVAL" => {
            for _ in 0..rng.usize(0..4) {
                match rng.u8(0..3) {
                    0 => word(rng, out),
                    1 => out.extend_from_slice(b"$\\{MAC\\}"),
                    _ => out.extend([b"${".to_vec(), plain_name(rng), b"}".to_vec()].concat()),
                }
            }
        }
        "REGEX" => out.extend_from_slice(b"\"^[a-z]\" ${TEXT}"),
        _ => argument(rng, out),
    }
}

fn expression(rng: &mut Rng, deep: u32, out: &mut Vec<u8>) {
    const OPERATORS: [&str; 19] =
        ["+", "-", "*", "/", "%", "=", "!=", "<", ">", "<=", ">=", "&", "|", ":", "=~", "~~", "?", "::", " "];
    out.extend_from_slice(b"$[");
    for _ in 0..rng.usize(0..3) {
        operand(rng, deep, out);
        out.extend_from_slice(rng.choice(OPERATORS).unwrap_or_default().as_bytes());
    }
    operand(rng, deep, out);
    close(rng, b']', out);
}

fn operand(rng: &mut Rng, deep: u32, out: &mut Vec<u8>) {
    match rng.u8(0..16) {
        0..4 => out.extend_from_slice(rng.i32(-3..100).to_string().as_bytes()),
        4 => out.extend_from_slice(b"1.5"),
        5..8 => {
            out.push(b'"');
            reference(rng, deep.saturating_sub(1), out);
            out.push(b'"');
        }
        8..10 => reference(rng, deep.saturating_sub(1), out),
        10 => out.extend_from_slice(b"\"([a-z]+)\""),
        11 => {
            out.push(b'(');
            operand(rng, deep, out);
            out.push(b')');
        }
        12 => out.extend_from_slice(b"!0"),
        13 => out.extend_from_slice(b"SQRT(4)"),
        14 if deep > 0 => expression(rng, deep - 1, out),
        15 if deep > 0 => piece(rng, deep - 1, out),
        _ => word(rng, out),
    }
}
