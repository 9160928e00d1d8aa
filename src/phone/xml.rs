//! Text for XML templates (XML 1.0, sections 2.2 and 2.4), and whether what comes of them is XML.

use roxmltree::{Document, Error, ParsingOptions};
use std::borrow::Cow;

/// What is larger is not looked at: what is made of it to do so takes several times its room.
const LARGEST: usize = 16 << 20;
/// Likewise, in elements, texts and comments.
const MOST_NODES: u32 = 1 << 20;

/// A place in a text, in lines and characters from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character in it.
    pub column: u32,
}

impl Place {
    /// The place of a byte.
    pub fn of(text: &[u8], at: usize) -> Self {
        let before = &text[..at.min(text.len())];
        let begin = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&before[begin..]).chars().count() + 1;
        Place { line: line as u32, column: column as u32 }
    }
}

/// Why a text is no well-formed XML. Nothing of the text is repeated: it may be somebody's secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotWellFormed {
    /// Where that is found.
    pub place: Place,
    /// What is wrong there.
    pub what: &'static str,
}

/// Whether a file of that name and content type is meant to be XML.
pub fn is_meant(name: &[u8], mime: &[u8]) -> bool {
    let mime = mime.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let has_type = |wanted: &&[u8]| mime.eq_ignore_ascii_case(wanted);
    let end = name.len().checked_sub(4).and_then(|at| name.get(at..));
    [&b"text/xml"[..], b"application/xml"].iter().any(has_type)
        || end.is_some_and(|end| end.eq_ignore_ascii_case(b".xml"))
}

/// Whether a text is well-formed, and if not, why. What is very large is not looked at.
pub fn check(text: &[u8]) -> Result<(), NotWellFormed> {
    if text.len() > LARGEST {
        return Ok(());
    }
    let decoded = decoded(text)?;
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let Err(error) = Document::parse_with_options(&decoded, options) else { return Ok(()) };
    let at = error.pos();
    let place = Place { line: at.row, column: at.col };
    let end = Place::of(decoded.as_bytes(), decoded.len());
    let (place, what) = match error {
        Error::NodesLimitReached | Error::AttributesLimitReached | Error::NamespacesLimitReached => return Ok(()),
        Error::NoRootNode => (end, "there is no element"),
        Error::UnclosedRootNode => (end, "an element is not ended"),
        Error::UnexpectedEndOfStream => (end, "it ends too early"),
        Error::UnexpectedCloseTag(..) | Error::UnexpectedEntityCloseTag(_) => {
            (place, "this ends another element than the one that was begun last")
        }
        Error::MalformedEntityReference(_) => (place, "& begins no reference"),
        Error::UnknownEntityReference(..) => (place, "& begins a reference to nothing that XML knows"),
        Error::EntityReferenceLoop(_) => (place, "a reference leads to itself"),
        Error::InvalidAttributeValue(_) => (place, "< stands in an attribute's value"),
        Error::DuplicatedAttribute(..) => (place, "an element has one attribute twice"),
        Error::UnexpectedDeclaration(_) => (place, "an XML declaration stands elsewhere than at the very beginning"),
        Error::NonXmlChar(..) => (place, "XML does not allow this character"),
        Error::InvalidComment(_) => (place, "-- stands in a comment"),
        Error::InvalidCharacterData(_) => (place, "]]> stands in text"),
        Error::InvalidName(_) => (place, "this is no name; is < meant as text?"),
        Error::UnknownNamespace(..) => (place, "a prefix has no xmlns"),
        Error::DuplicatedNamespace(..)
        | Error::InvalidXmlPrefixUri(_)
        | Error::UnexpectedXmlUri(_)
        | Error::UnexpectedXmlnsUri(_)
        | Error::InvalidElementNamePrefix(_) => (place, "xmlns is used in a way that XML does not allow"),
        Error::DtdDetected | Error::InvalidExternalID(_) | Error::EntityResolver(..) => (place, "its DOCTYPE is wrong"),
        Error::InvalidChar(..) | Error::InvalidChar2(..) | Error::InvalidString(..) | Error::UnknownToken(_) => {
            (place, "this character is not expected here")
        }
    };
    Err(NotWellFormed { place, what })
}

/// The text as characters. One that names an encoding other than UTF-8 is read byte by byte: all that phones use have XML's own
/// characters where ASCII has them.
fn decoded(text: &[u8]) -> Result<Cow<'_, str>, NotWellFormed> {
    match std::str::from_utf8(text) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) if names_encoding(text) => Ok(Cow::Owned(text.iter().map(|&byte| char::from(byte)).collect())),
        Err(error) => {
            let place = Place::of(text, error.valid_up_to());
            Err(NotWellFormed { place, what: "this is no UTF-8, and no other encoding is declared" })
        }
    }
}

/// Whether an XML declaration names an encoding other than UTF-8.
fn names_encoding(text: &[u8]) -> bool {
    let end = text.iter().position(|&byte| byte == b'>').unwrap_or(text.len());
    let declaration = String::from_utf8_lossy(&text[..end]).to_ascii_lowercase();
    declaration.starts_with("<?xml") && declaration.contains("encoding") && !declaration.contains("utf-8")
}

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

    /// Where a text is not well-formed, and why.
    fn fault(text: &[u8]) -> Option<(u32, u32, &'static str)> {
        check(text).err().map(|fault| (fault.place.line, fault.place.column, fault.what))
    }

    #[test]
    fn what_is_not_well_formed_is_told_with_its_place() {
        for text in [
            &b"<a/>"[..],
            b"<?xml version=\"1.0\"?>\r\n<!-- x --><a b='1'>&amp;&#65;<![CDATA[<&]]></a>\n",
            b"<?xml version='1.0' encoding='ISO-8859-1'?><a>J\xf6rg</a>",
            b"<!DOCTYPE a SYSTEM 'a.dtd'><a/>",
            "\u{feff}<a>ö</a>".as_bytes(),
        ] {
            assert_eq!(fault(text), None, "{}", String::from_utf8_lossy(text));
        }
        for (text, line, column) in [
            (&b"<a>\n<b>Alice & Sons</b>\n</a>"[..], 2, 10),
            (b"<a>\n  <b>x</c>\n</a>", 2, 7),
            (b"<a>\n<b>\n", 3, 1),
            (b"", 1, 1),
            (b"user=alice\n", 1, 1),
            (b"<a>\nJ\xf6rg</a>", 2, 2),
            (b"<a b='1' b='2'/>", 1, 10),
            (b"<a/>\n<b/>", 2, 1),
            (b"<a>&nbsp;</a>", 1, 4),
        ] {
            let found = fault(text).map(|(line, column, _)| (line, column));
            assert_eq!(found, Some((line, column)), "{} {:?}", String::from_utf8_lossy(text), fault(text));
        }
        assert_eq!(check(&[b"<a>".repeat(200_000), b"</a>".repeat(200_000)].concat()), Ok(()), "depth takes no stack");
    }

    #[test]
    fn xml_is_known_by_type_and_by_name() {
        assert!(is_meant(b"a.cfg", b" Text/XML; charset=utf-8"));
        assert!(is_meant(b"a.cfg", b"application/xml"));
        assert!(is_meant(b"${MAC}.XML", b"text/plain"));
        assert!(!is_meant(b"xml", b"text/plain"));
        assert!(!is_meant(b".cfg", b"text/x"));
    }

    proptest! {
        #[test]
        fn any_text_is_checked(text in prop::collection::vec(
            prop_oneof![prop::sample::select(b"<>&;/!-[]?='\"a \n".to_vec()), any::<u8>()], 0..60)
        ) {
            let _ = check(&text);
        }

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
