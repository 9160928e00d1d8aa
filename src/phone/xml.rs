//! Text for XML templates (XML 1.0, sections 2.2 and 2.4).

/// The text as it may stand between tags and in attributes: `&`, `<`, `>`, `"` and `'` as references, and without the
/// characters that XML does not allow. What is no UTF-8 becomes U+FFFD.
pub fn escaped(text: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in String::from_utf8_lossy(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            '\t' | '\n' | '\r' => escaped.push(character),
            '\u{0}'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_xml_gives_a_meaning_is_escaped_and_the_rest_stays() {
        assert_eq!(escaped(b"R&D <Lab> \"x\" 'y'"), "R&amp;D &lt;Lab&gt; &quot;x&quot; &apos;y&apos;");
        assert_eq!(escaped("Jörg 電話\t1".as_bytes()), "Jörg 電話\t1");
        assert_eq!(escaped(b"a\x01\x1bb\xff"), "ab\u{fffd}");
    }

    proptest! {
        #[test]
        fn unescaping_gives_the_text_back(text in any::<String>()) {
            let escaped = escaped(text.as_bytes());
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
            let back = escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
            let back = back.replace("&amp;", "&");
            let allowed = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..) && !matches!(c, '\u{fffe}' | '\u{ffff}');
            prop_assert_eq!(back, text.chars().filter(allowed).collect::<String>());
        }
    }
}
