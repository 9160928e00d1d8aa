//! Which other templates a template names.

use super::arguments;
use super::parse::Template;

const CALL: &[u8] = b"PP_EACH_EXTENSION(";
/// So far behind it a name is looked for.
const LONGEST: usize = 4096;

impl Template {
    /// The templates that stand in it by name, in order: `line.cfg` of `${PP_EACH_EXTENSION(${MAC},line.cfg)}`. A name that is
    /// made of something is not known before it is rendered.
    pub fn included(&self) -> Vec<&[u8]> {
        let text = self.whole();
        let calls = text.windows(CALL.len()).enumerate().filter(|(_, part)| *part == CALL);
        let name = |(at, _): (usize, &[u8])| {
            let rest = &text[at + CALL.len()..];
            let (_, rest) = arguments::two(&rest[..rest.len().min(LONGEST)]);
            let name = &rest[..rest.iter().position(|&byte| byte == b')')?];
            (!name.is_empty() && !name.contains(&b'$')).then_some(name)
        };
        calls.filter_map(name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_stand_there_are_found() {
        let included = |text: &str| -> Vec<String> {
            let template = Template::parse(text.as_bytes()).unwrap();
            template.included().into_iter().map(|name| String::from_utf8(name.to_vec()).unwrap()).collect()
        };
        assert_eq!(
            included("a${PP_EACH_EXTENSION(${MAC},line.cfg)}b\n${PP_EACH_EXTENSION(\"a,b\",dir/other.cfg)}"),
            ["line.cfg", "dir/other.cfg"]
        );
        assert_eq!(included("${PP_EACH_EXTENSION(${TOLOWER(${MAC})},x)}"), ["x"]);
        assert_eq!(
            included("${PP_EACH_EXTENSION(${MAC},${MODEL}.cfg)} ${PP_EACH_EXTENSION(${MAC})} PP_EACH_EXTENSION("),
            [""; 0]
        );
    }
}
