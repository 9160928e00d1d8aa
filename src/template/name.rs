//! What stands between `${` and `}`: a variable's name or a function's call, and the part of its value that is wanted.

/// The part of a value that `:offset:length` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    offset: i32,
    length: i32,
}

impl Cut {
    /// All of it.
    pub const WHOLE: Cut = Cut { offset: 0, length: i32::MAX };

    /// Reads `offset:length` as `sscanf` does with "%30d:%30d"; what does not fit is left as it is.
    fn read(text: &[u8]) -> Self {
        let Some((offset, rest)) = number(text) else { return Cut::WHOLE };
        let length = rest.strip_prefix(b":").and_then(number).map_or(i32::MAX, |(length, _)| length);
        Cut { offset, length }
    }

    /// That part of a value (pbx_variables.c, `ast_str_substring`).
    pub fn of(self, value: &[u8]) -> &[u8] {
        self.of_length(value, value.len())
    }

    /// The same of a value that is believed to be that long. Functions that write into their buffer and do not tell leave it
    /// at nothing: their value passes whole or not at all.
    pub fn of_length(self, value: &[u8], length: usize) -> &[u8] {
        let count = i64::try_from(length).unwrap_or(i64::MAX);
        let (offset, length) = (i64::from(self.offset), i64::from(self.length));
        if offset == 0 && length >= count {
            return value;
        }
        let start = if offset < 0 { (count + offset).max(0) } else { offset };
        let left = (count - start).max(0);
        let wanted = if length < 0 { left + length } else { length.min(left) };
        let place = |at: i64| usize::try_from(at).unwrap_or(0).min(value.len());
        &value[place(start)..place(start + wanted.max(0))]
    }
}

/// A decimal number as "%30d" reads it, and what follows: blanks before it do not count, of its digits and sign 30 do, and what
/// is too large for an `int` is cut down to its last 32 bits, after the largest `long` has been taken for what is too large
/// for that.
fn number(text: &[u8]) -> Option<(i32, &[u8])> {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'..=b'\r')).count();
    let text = &text[blanks..];
    let sign = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let digits = text[sign..].iter().take(30 - sign).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return None;
    }
    let (number, rest) = text.split_at(sign + digits);
    let value = number[sign..].iter().fold(0i128, |value, digit| value * 10 + i128::from(digit - b'0'));
    let value = if number[0] == b'-' { -value } else { value };
    let value = value.clamp(i64::MIN.into(), i64::MAX.into());
    Some((value as i32, rest))
}

/// What stands between `${` and `}`, taken apart (pbx_variables.c, `parse_variable_name`).
#[derive(Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// The variable's name or the function's call.
    pub text: &'a [u8],
    /// Whether it is a call.
    pub is_call: bool,
    /// The part that is wanted.
    pub cut: Cut,
}

impl<'a> Name<'a> {
    /// Takes it apart at the first colon that stands in no parentheses.
    pub fn of(content: &'a [u8]) -> Self {
        let (mut parentheses, mut is_call) = (0i64, false);
        for (at, byte) in content.iter().enumerate() {
            match byte {
                b'(' => {
                    is_call = true;
                    parentheses += 1;
                }
                b')' => parentheses -= 1,
                b':' if parentheses == 0 => {
                    return Name { text: &content[..at], is_call, cut: Cut::read(&content[at + 1..]) };
                }
                _ => {}
            }
        }
        Name { text: content, is_call, cut: Cut::WHOLE }
    }
}

/// A call's function and arguments, and whether the closing parenthesis is there (pbx_functions.c, `func_args`).
pub fn call(text: &[u8]) -> (&[u8], &[u8], bool) {
    let Some(open) = text.iter().position(|&byte| byte == b'(') else { return (text, &[], false) };
    let (function, arguments) = (&text[..open], &text[open + 1..]);
    match arguments.iter().rposition(|&byte| byte == b')') {
        Some(close) => (function, &arguments[..close], true),
        None => (function, arguments, false),
    }
}

/// Whether the host itself has a variable of that name, which then comes before any line's (pbx_variables.c,
/// `ast_str_retrieve_variable`, without a channel).
pub fn is_special(name: &[u8]) -> bool {
    match name {
        b"EPOCH" | b"SYSTEMNAME" | b"ENTITYID" => true,
        [b'A', b'S', b'T', which @ .., b'D', b'I', b'R'] => matches!(
            which,
            b"CACHE"
                | b"ETC"
                | b"MOD"
                | b"VARLIB"
                | b"DB"
                | b"KEY"
                | b"DATA"
                | b"AGI"
                | b"SPOOL"
                | b"RUN"
                | b"LOG"
                | b"SBIN"
        ),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str, value: &str) -> String {
        let name = [b"V:", text.as_bytes()].concat();
        String::from_utf8(Name::of(&name).cut.of(value.as_bytes()).to_vec()).unwrap()
    }

    #[test]
    fn takes_parts_of_a_value() {
        assert_eq!(cut("2", "abcdef"), "cdef");
        assert_eq!(cut("2:3", "abcdef"), "cde");
        assert_eq!(cut("-2", "abcdef"), "ef");
        assert_eq!(cut("-9:2", "abcdef"), "ab");
        assert_eq!(cut("0:-2", "abcdef"), "abcd");
        assert_eq!(cut("1:-6", "abcdef"), "");
        assert_eq!(cut("6", "abcdef"), "");
        assert_eq!(cut("2:0", "abcdef"), "");
        assert_eq!(cut("", "abcdef"), "abcdef");
        assert_eq!(cut("x", "abcdef"), "abcdef");
        assert_eq!(cut(":2", "abcdef"), "abcdef");
        assert_eq!(cut(" 1: +2x", "abcdef"), "bc");
        assert_eq!(cut("1 :2", "abcdef"), "bcdef");
    }

    #[test]
    fn numbers_wrap_as_the_hosts_do() {
        assert_eq!(number(b"4294967297"), Some((1, &b""[..])));
        assert_eq!(number(b"99999999999999999999"), Some((-1, &b""[..])));
        assert_eq!(number(b"-99999999999999999999"), Some((0, &b""[..])));
        assert_eq!(number(b"0000000000000000000000000000012"), Some((1, &b"2"[..])));
        assert_eq!(number(b"-"), None);
        assert_eq!(number(b"0x10"), Some((0, &b"x10"[..])));
    }

    #[test]
    fn a_value_whose_length_nobody_told_passes_whole_or_not_at_all() {
        let cut = |offset, length| Cut { offset, length }.of_length(b"value", 0);
        assert_eq!(cut(0, i32::MAX), b"value");
        assert_eq!(cut(0, 2), b"value");
        assert_eq!(cut(1, 2), b"");
        assert_eq!(cut(0, -1), b"");
    }

    #[test]
    fn a_colon_in_parentheses_is_the_calls() {
        assert_eq!(Name::of(b"F(a:1):2").text, b"F(a:1)");
        assert!(Name::of(b"F(a:1):2").is_call);
        assert_eq!(Name::of(b"A:(b)"), Name { text: b"A", is_call: false, cut: Cut::WHOLE });
        assert_eq!(Name::of(b"A):1").text, b"A):1");
    }

    #[test]
    fn a_call_ends_at_its_last_parenthesis() {
        assert_eq!(call(b"F(a(b)c)d"), (&b"F"[..], &b"a(b)c"[..], true));
        assert_eq!(call(b"F(a"), (&b"F"[..], &b"a"[..], false));
        assert_eq!(call(b")F("), (&b")F"[..], &b""[..], false));
    }

    #[test]
    fn the_hosts_own_variables_are_known() {
        for name in ["EPOCH", "SYSTEMNAME", "ENTITYID", "ASTETCDIR", "ASTSBINDIR", "ASTCACHEDIR"] {
            assert!(is_special(name.as_bytes()), "{name}");
        }
        for name in ["MAC", "ASTDIR", "ASTXDIR", "ASTETCDIRS", "epoch", "", "ASTDI"] {
            assert!(!is_special(name.as_bytes()), "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(
            content in prop::collection::vec(any::<u8>(), 0..60),
            value in prop::collection::vec(any::<u8>(), 0..60),
            length in 0usize..80,
        ) {
            let name = Name::of(&content);
            prop_assert!(name.cut.of(&value).len() <= value.len());
            prop_assert!(name.cut.of_length(&value, length).len() <= value.len());
            call(&content);
        }

        #[test]
        fn parts_are_those_of_the_hosts_arithmetic(value in "[a-z]{0,12}", offset in -15i32..15, length in -15i32..15) {
            let whole = value.len() as i32;
            let start = if offset < 0 { (whole + offset).max(0) } else { offset.min(whole) };
            let end = if length < 0 { (whole + length).max(start) } else { (start + length).min(whole) };
            let expected = &value[start as usize..end as usize];
            prop_assert_eq!(cut(&format!("{offset}:{length}"), &value), expected);
        }
    }
}
