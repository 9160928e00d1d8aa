//! Any template at all.

use super::super::host::Host;
use super::super::line::{Line, Variables};
use super::super::name::{self, Name};
use super::super::warning::Warning;
use super::{Fleet, Limits, Played, desk, fleet, try_with};
use proptest::prelude::*;
use std::ffi::CString;

/// What the host does, written down as it does it: each level searched again, and by recursion.
fn as_the_host_does(text: &[u8], line: &Line, host: &mut Played, out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(dollar) = rest.iter().position(|&byte| byte == b'$') else {
            out.extend_from_slice(rest);
            return;
        };
        out.extend_from_slice(&rest[..dollar]);
        at += dollar;
        let (own, close, other) = match text.get(at + 1) {
            Some(b'{') => (b'{', b'}', b'['),
            Some(b'[') => (b'[', b']', b'{'),
            _ => {
                out.push(b'$');
                at += 1;
                continue;
            }
        };
        let (start, mut brackets) = (at + 2, 1);
        let mut end = start;
        while brackets > 0 && end < text.len() {
            let pair = &text[end..(end + 2).min(text.len())];
            match pair {
                [b'$', next] if *next == own => (brackets, end) = (brackets + 1, end + 1),
                [b'$', next] if *next == other => end += 1,
                [byte, ..] if *byte == own => brackets += 1,
                [byte, ..] if *byte == close => brackets -= 1,
                _ => {}
            }
            end += 1;
        }
        if brackets > 0 {
            host.warn(Warning::Unclosed(close.into()));
        }
        let mut content = Vec::new();
        as_the_host_does(&text[start..if brackets == 0 { end - 1 } else { end }], line, host, &mut content);
        at = end;
        if own == b'[' {
            out.extend_from_slice(host.expression(&CString::new(content).unwrap()));
            continue;
        }
        let Name { text: name, is_call, cut } = Name::of(&content);
        let c_name = CString::new(name).unwrap();
        if is_call {
            if let Some(given) = host.function(Variables::new(line, None), &c_name) {
                out.extend_from_slice(cut.of_length(given.text, given.used));
            }
        } else {
            let own = line.get(name).filter(|_| !name::is_special(name));
            let value = own.or_else(|| host.variable(&c_name)).unwrap_or_default();
            out.extend_from_slice(cut.of(value));
        }
    }
}

/// Pieces that templates are made of, in any order.
#[rustfmt::skip]
const PIECES: [&[u8]; 20] = [
    b"${", b"$[", b"}", b"]", b"{", b"[", b"$", b":", b"1", b"-2", b"(", b")", b" ", b"\r\n", b"\xe4\xff", b"MAC",
    b"WHICH", b"LABEL", b"EPOCH", b"UNTOLD()",
];

fn without_calls_of_ours() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn renders_what_the_host_would(text in without_calls_of_ours()) {
        let mut host = Played::default();
        let mut expected = Vec::new();
        as_the_host_does(&text, &desk(), &mut host, &mut expected);
        let (rendered, warnings) = try_with(&text, &desk(), &Fleet::default(), Limits::USUAL);
        prop_assert_eq!(rendered, Ok(expected));
        prop_assert_eq!(warnings, host.warnings);
    }

    #[test]
    fn text_without_dollars_comes_back_up_to_its_zero(text in prop::collection::vec(any::<u8>(), 0..500)) {
        let text: Vec<u8> = text.into_iter().filter(|&byte| byte != b'$').collect();
        let (rendered, _) = try_with(&text, &desk(), &fleet(), Limits::USUAL);
        prop_assert_eq!(rendered, Ok(text.split(|&byte| byte == 0).next().unwrap().to_vec()));
    }

    #[test]
    fn any_bytes_are_rendered_within_bounds(
        pieces in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..5).boxed(),
                without_calls_of_ours().boxed(),
                Just(b"${PP_EACH_USER(".to_vec()).boxed(),
                Just(b"${PP_EACH_EXTENSION(aa,".to_vec()).boxed(),
                prop::sample::select(vec![b"self.cfg".to_vec(), b"line.cfg".to_vec(), b"deep.cfg".to_vec()]).boxed(),
                Just(b"%{N}".to_vec()).boxed(),
                Just(b")}".to_vec()).boxed(),
            ],
            0..40,
        ),
        output in 0usize..2000,
        steps in 0u64..5000,
        templates in 0usize..5,
    ) {
        let (rendered, _) = try_with(&pieces.concat(), &desk(), &fleet(), Limits { output, steps, templates });
        if let Ok(rendered) = rendered {
            prop_assert!(rendered.len() <= output);
        }
    }
}
