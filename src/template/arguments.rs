//! A function's arguments.

/// The two arguments of a function that takes two, as `AST_STANDARD_APP_ARGS` splits them (app.c, `__ast_app_separate_args`):
/// the first ends at a comma that stands in no quotes and no parentheses or brackets, and loses its quotes and backslashes; the
/// second is all the rest, as it is written. One that is missing is empty.
pub fn two(text: &[u8]) -> (Vec<u8>, &[u8]) {
    two_at(text, b',')
}

/// The same, with another character in the comma's place (`AST_NONSTANDARD_APP_ARGS`).
pub fn two_at(text: &[u8], separator: u8) -> (Vec<u8>, &[u8]) {
    let mut first = Vec::with_capacity(text.len());
    let (mut parentheses, mut brackets, mut is_quoted) = (0usize, 0usize, false);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'(' => parentheses += 1,
            b')' => parentheses = parentheses.saturating_sub(1),
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b'"' => {
                is_quoted = !is_quoted;
                continue;
            }
            b'\\' => {
                first.extend(text.get(at));
                at += 1;
                continue;
            }
            _ if byte == separator && parentheses == 0 && brackets == 0 && !is_quoted => return (first, &text[at..]),
            _ => {}
        }
        first.push(byte);
    }
    (first, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> (String, &str) {
        let (first, second) = two(text.as_bytes());
        (String::from_utf8(first).unwrap(), std::str::from_utf8(second).unwrap())
    }

    #[test]
    fn the_first_ends_at_a_free_comma_and_the_second_is_all_the_rest() {
        assert_eq!(split("a,b"), ("a".into(), "b"));
        assert_eq!(split("a , b,c\\d"), ("a ".into(), " b,c\\d"));
        assert_eq!(split("(a,b),[c,d]"), ("(a,b)".into(), "[c,d]"));
        assert_eq!(split("\"a,b\"c,\"d\""), ("a,bc".into(), "\"d\""));
        assert_eq!(split("a\\,b\\\\,c"), ("a,b\\".into(), "c"));
        assert_eq!(split(")),]]"), ("))".into(), "]]"));
    }

    #[test]
    fn what_is_missing_is_empty() {
        assert_eq!(split(""), ("".into(), ""));
        assert_eq!(split(","), ("".into(), ""));
        assert_eq!(split("a,"), ("a".into(), ""));
        assert_eq!(split("a\\"), ("a".into(), ""));
        assert_eq!(split("(a,b"), ("(a,b".into(), ""));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in prop::collection::vec(any::<u8>(), 0..200)) {
            let (first, second) = two(&text);
            prop_assert!(first.len() + second.len() <= text.len());
        }
    }
}
