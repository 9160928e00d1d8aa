//! pjsip.conf, edited at random as people edit it, mistakes included.

use fastrand::Rng;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// How MACs are written, in the right way and in others.
pub const MACS: [&str; 9] = [
    "0000000000a1",
    "0000000000a2",
    "0000000000A2",
    "0000000000a3",
    "00:00:00:00:00:a3",
    "0000000000a4",
    "0000000000a5",
    "0000000000a6",
    "hall",
];

const UNFORESEEABLE: [&str; 2] = ["rtp_timeout = soon", "bind = nonsense"];

/// What pjsip.conf says.
#[derive(Clone)]
pub struct Edited {
    blocks: Vec<Block>,
    spoiled: Option<&'static str>,
    /// Whether the file may not be read at all.
    pub is_unreadable: bool,
}

/// A section as it is written.
#[derive(Clone)]
struct Block {
    id: String,
    /// What stands in parentheses behind the id.
    bases: &'static str,
    kind: Kind,
    options: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Phoneprov,
    Default,
    Global,
    Endpoint,
    Auth,
    Transport,
    /// `type=` is no type of ours, or not there.
    Odd,
    Template,
    Addition,
}

impl Edited {
    /// A few phones that are all right.
    pub fn new(rng: &mut Rng) -> Self {
        let mut edited = Self { blocks: Vec::new(), spoiled: None, is_unreadable: false };
        for kind in [Kind::Transport, Kind::Auth, Kind::Endpoint, Kind::Phoneprov, Kind::Phoneprov, Kind::Phoneprov] {
            edited.blocks.push(block(kind, rng));
        }
        edited
    }

    /// Changes some things.
    pub fn edit(&mut self, rng: &mut Rng) {
        self.is_unreadable = rng.u8(..60) == 0;
        self.spoiled = match rng.u8(..60) {
            0 => Some("[p1\ntype = phoneprov\n"),
            1 => Some("[p9](nowhere)\ntype = phoneprov\n"),
            2 => Some("[nobody](+)\nNOTE = 1\n"),
            _ => None,
        };
        for _ in 0..rng.usize(1..6) {
            self.change(rng);
        }
        // Whatever is there twice keeps everything else of its type from being read, so it seldom stays.
        let may_stay = rng.u8(..12) == 0;
        self.drop_twice(may_stay);
    }

    /// The sections that Asterisk refuses for what nobody can foresee who does not know each option's values.
    pub fn unforeseeable(&self) -> BTreeSet<String> {
        let is_odd = |option: &String| UNFORESEEABLE.iter().any(|odd| option == odd);
        let odd = self.blocks.iter().filter(|block| block.options.iter().any(is_odd));
        odd.map(|block| format!("[{}] {}{}", block.id, block.kind.line(), block.options.join("\n"))).collect()
    }

    fn change(&mut self, rng: &mut Rng) {
        let any = rng.usize(..self.blocks.len().max(1));
        let is_full = self.blocks.len() > 24;
        match rng.u8(..100) {
            _ if self.blocks.is_empty() => self.blocks.push(block(any_kind(rng), rng)),
            0..35 if !is_full => {
                let at = rng.usize(..=self.blocks.len());
                self.blocks.insert(at, block(any_kind(rng), rng));
            }
            35..37 if !is_full => {
                let again = self.blocks[any].clone();
                self.blocks.push(again);
            }
            37..65 => {
                let kind = self.blocks[any].kind;
                let id = std::mem::take(&mut self.blocks[any].id);
                self.blocks[any] = Block { id, ..block(kind, rng) };
            }
            65..75 => {
                let kind = self.blocks[any].kind;
                self.blocks[any].id = block(kind, rng).id;
            }
            75..80 => {
                let other = rng.usize(..self.blocks.len());
                self.blocks.swap(any, other);
            }
            80..85 => {
                let block = &mut self.blocks[any];
                let option = rng.usize(..=block.options.len());
                if option < block.options.len() {
                    block.options.remove(option);
                }
            }
            _ => drop(self.blocks.remove(any)),
        }
    }

    /// Of our own types something may stay. Others do not: of two with one id that Asterisk refuses both it takes the rest of the
    /// file, which a check does not foresee.
    fn drop_twice(&mut self, may_ours_stay: bool) {
        let may_stay =
            |block: &Block| may_ours_stay && matches!(block.kind, Kind::Phoneprov | Kind::Default | Kind::Global);
        let mut kept: Vec<Block> = Vec::new();
        for block in std::mem::take(&mut self.blocks) {
            let is_twice = kept.iter().any(|one| one.id == block.id && one.kind == block.kind);
            if !is_twice || block.kind == Kind::Addition || may_stay(&block) {
                kept.push(block);
            }
        }
        self.blocks = kept;
    }

    /// The file.
    pub fn text(&self) -> String {
        let mut text = String::from("[common](!)\nNOTE = of the template\nPROFILE = desk\n\n");
        for (at, Block { id, bases, kind, options }) in self.blocks.iter().enumerate() {
            // An addition to nothing keeps the whole file from being read; that is spoiling, and not done all the time.
            let is_there = |one: &Block| one.id == *id && !matches!(one.kind, Kind::Addition | Kind::Template);
            if *kind == Kind::Addition && !self.blocks[..at].iter().any(is_there) {
                continue;
            }
            let _ = write!(text, "[{id}]{bases}\n{}", kind.line());
            for option in options {
                let _ = writeln!(text, "{option}");
            }
            text.push('\n');
        }
        text + self.spoiled.unwrap_or_default()
    }
}

impl Kind {
    fn line(self) -> &'static str {
        match self {
            Kind::Phoneprov => "type = phoneprov\n",
            Kind::Default => "type = phoneprov_default\n",
            Kind::Global => "type = phoneprov_global\n",
            Kind::Endpoint => "type = endpoint\n",
            Kind::Auth => "type = auth\n",
            Kind::Transport => "type = transport\n",
            Kind::Odd | Kind::Template | Kind::Addition => "",
        }
    }
}

fn any_kind(rng: &mut Rng) -> Kind {
    match rng.u8(..100) {
        0..40 => Kind::Phoneprov,
        40..46 => Kind::Default,
        46..50 => Kind::Global,
        50..66 => Kind::Endpoint,
        66..78 => Kind::Auth,
        78..88 => Kind::Transport,
        88..92 => Kind::Odd,
        92..96 => Kind::Template,
        _ => Kind::Addition,
    }
}

fn one<'a>(choices: &[&'a str], rng: &mut Rng) -> &'a str {
    choices[rng.usize(..choices.len())]
}

fn block(kind: Kind, rng: &mut Rng) -> Block {
    let mut options = Vec::new();
    let mut add = |chance: u8, choices: &[&str], rng: &mut Rng| {
        let is_there = rng.u8(..10) < chance;
        let chosen = one(choices, rng);
        options.extend(is_there.then(|| chosen.to_owned()));
    };
    let id = match kind {
        Kind::Phoneprov | Kind::Odd => {
            let mac = format!("{} = {}", one(&["MAC", "MAC", "MAC", "mac"], rng), one(&MACS, rng));
            add(9, &[&mac], rng);
            add(
                9,
                &[
                    "PROFILE = desk",
                    "PROFILE = desk",
                    "PROFILE = desk",
                    "PROFILE = desk",
                    "PROFILE = attic",
                    "PROFILE = sofa",
                ],
                rng,
            );
            add(6, &["LINE = 1", "LINE = 2", "LINE = 3", "line = 2", "LINE = x", "LINE = -1", "LINE ="], rng);
            add(
                6,
                &[
                    "endpoint = e1",
                    "endpoint = e1",
                    "endpoint = e2",
                    "endpoint = e2",
                    "endpoint = e3",
                    "ENDPOINT = e1",
                    "endpoint = nobody",
                ],
                rng,
            );
            add(
                5,
                &[
                    "NOTE = 1",
                    "NOTE = 2",
                    "NOTE += 3",
                    "LABEL = ${EPOCH} \\; [x] ,=>é",
                    "LABEL = a\tb",
                    "LABEL = a\rb",
                    "SECRET = own",
                    "USERNAME = own",
                    "TIMEZONE = Europe/Berlin",
                    "TIMEZONE = Europe/Berlim",
                    "NOTE",
                    "no equals sign",
                    "= no name",
                    "NOTE = \"quoted\"",
                    "Label = x ; a comment",
                    "NOTE = ;-- b --; c",
                ],
                rng,
            );
            add(2, &["NOTE = 4", "label = other"], rng);
            if kind == Kind::Odd {
                add(8, &["type = phoneprovr", "type = phone_prov", "type = aor", "type ="], rng);
            }
            one(&["p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "P1", "a b"], rng)
        }
        Kind::Default => {
            add(9, &["NOTE = default", "LABEL = default", "TIMEZONE = America/New_York", "PROFILE = desk"], rng);
            add(3, &["NOTE = other default", "SECRET = default", "Label = small"], rng);
            one(&["all", "every"], rng)
        }
        Kind::Global => {
            add(9, &["http_gate = yes", "http_gate = perhaps", "http_gat = no", "largest_template = 8"], rng);
            add(5, &["fill_res_phoneprov = no", "fill_res_phoneprov = yes", "fill_res_phoneprov = half"], rng);
            one(&["global", "global", "second"], rng)
        }
        Kind::Endpoint => {
            add(
                8,
                &[
                    "transport = t1",
                    "transport = t2",
                    "transport = t1",
                    "transport = t2",
                    "transport = air",
                    "transport =",
                ],
                rng,
            );
            add(
                8,
                &["auth = a1", "auth = a2", "auth = a1", "auth = a1,a2", "auth = , a2", "auth = nothing", "auth ="],
                rng,
            );
            add(
                6,
                &[
                    "callerid = Ann <1>",
                    "callerid = <2>",
                    "callerid = \"A, B\" <3>",
                    "callerid = 2004",
                    "callerid = Bob",
                    "callerid = \"2005\"",
                    "callerid = x <",
                    "callerid =",
                ],
                rng,
            );
            add(4, &["allow = ulaw", "context = phones", "Transport = t2"], rng);
            add(1, &["allow_everything = yes", "mac = 1", "rtp_timeout = soon", "rtp_timeout = 30"], rng);
            one(&["e1", "e2", "e3"], rng)
        }
        Kind::Auth => {
            add(9, &["username = u1", "username = u2", "Username = u3"], rng);
            add(8, &["password = p1", "password = p2", "password = \"p 3\""], rng);
            add(1, &["auth_type = userpass", "auth_type = guess", "user = u"], rng);
            one(&["a1", "a2"], rng)
        }
        Kind::Transport => {
            let id = one(&["t1", "t2"], rng);
            let port = if id == "t1" { 5080 } else { 5090 } + rng.u16(..3);
            let bind = format!("bind = 127.0.0.1:{port}");
            add(9, &["protocol = udp", "protocol = udp", "protocol = tcp"], rng);
            add(9, &[&bind], rng);
            add(5, &["allow_reload = yes", "allow_reload = yes", "allow_reload = no", "allow_reload = 1"], rng);
            add(1, &["bound = 127.0.0.1", "bind = nonsense", "protocol = pigeon"], rng);
            id
        }
        Kind::Template => {
            add(9, &["NOTE = base", "MAC = 0000000000a6"], rng);
            one(&["base"], rng)
        }
        Kind::Addition => {
            add(9, &["NOTE = added", "LINE = 2", "password = added", "callerid = Added <9>"], rng);
            one(&["p1", "p2", "e1", "a1"], rng)
        }
    };
    let bases = match kind {
        Kind::Phoneprov => one(&["", "", "", "(common)"], rng),
        Kind::Template => "(!)",
        Kind::Addition => "(+)",
        _ => "",
    };
    Block { id: id.to_owned(), bases: leak(bases), kind, options }
}

/// All of them are constants.
fn leak(text: &str) -> &'static str {
    match text {
        "(common)" => "(common)",
        "(!)" => "(!)",
        "(+)" => "(+)",
        _ => "",
    }
}
