//! The rows in a file: what a node serves that starts while its database is away.
//!
//! A line that says what the file is and in which version, a checksum of what follows, and the tables: `table NAME COUNT`,
//! then for each row its id and its name/value pairs, each text ended by a zero byte and the row by one more. No text is
//! empty.

use super::super::object_type::ObjectType;
use super::super::variables::Variables;
use super::rows::{Rows, Table};
use std::ffi::CString;
use std::fmt;
use xxhash_rust::xxh3::xxh3_128;

const MAGIC: &[u8] = b"res_pjsip_phoneprov_provider last known good 1\n";

/// The file is not what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It begins with something else: another file, or another version's.
    OtherVersion,
    /// It was cut or changed.
    Checksum,
    /// It has the right checksum and makes no sense.
    Content,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Damage::OtherVersion => "was not written by this version",
            Damage::Checksum => "was cut or changed",
            Damage::Content => "has no content that makes sense",
        })
    }
}

/// The content of the file for these rows.
pub fn encode(rows: &Rows) -> Vec<u8> {
    let mut body = Vec::new();
    for kind in ObjectType::ALL {
        let Some(table) = rows.table(kind) else { continue };
        body.extend_from_slice(format!("table {} {}\n", kind.name().to_string_lossy(), table.len()).as_bytes());
        for (id, variables) in table {
            body.extend_from_slice(id.to_bytes_with_nul());
            for (name, value) in variables.iter() {
                body.extend_from_slice(name.to_bytes_with_nul());
                body.extend_from_slice(value.to_bytes_with_nul());
            }
            body.push(0);
        }
    }
    [MAGIC, format!("{:032x}\n", xxh3_128(&body)).as_bytes(), &body].concat()
}

/// The rows in the content of a file.
pub fn decode(content: &[u8]) -> Result<Rows, Damage> {
    let rest = content.strip_prefix(MAGIC).ok_or(Damage::OtherVersion)?;
    let (checksum, body) = rest.split_at_checked(33).ok_or(Damage::Checksum)?;
    if checksum != format!("{:032x}\n", xxh3_128(body)).as_bytes() {
        return Err(Damage::Checksum);
    }
    let mut rows = Rows::default();
    let mut rest = body;
    while !rest.is_empty() {
        let (kind, count) = header(take(&mut rest, b'\n')?).ok_or(Damage::Content)?;
        let mut table = Table::new();
        for _ in 0..count {
            let id = text(&mut rest)?;
            let mut variables = Variables::default();
            loop {
                let name = text(&mut rest)?;
                if name.is_empty() {
                    break;
                }
                variables.push(&name, &text(&mut rest)?);
            }
            variables.shrink();
            table.push((id, variables));
        }
        rows.set(kind, table);
    }
    Ok(rows)
}

fn header(line: &[u8]) -> Option<(ObjectType, usize)> {
    let mut words = std::str::from_utf8(line).ok()?.strip_prefix("table ")?.split(' ');
    let kind = ObjectType::named(&CString::new(words.next()?).ok()?)?;
    Some((kind, words.next()?.parse().ok()?))
}

/// What stands before the next such byte, which is passed over.
fn take<'a>(rest: &mut &'a [u8], end: u8) -> Result<&'a [u8], Damage> {
    let at = rest.iter().position(|&byte| byte == end).ok_or(Damage::Content)?;
    let (taken, left) = rest.split_at(at);
    *rest = &left[1..];
    Ok(taken)
}

fn text(rest: &mut &[u8]) -> Result<CString, Damage> {
    CString::new(take(rest, 0)?).map_err(|_| Damage::Content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_text() -> impl Strategy<Value = CString> {
        prop::collection::vec(1u8.., 1..12).prop_map(|bytes| CString::new(bytes).unwrap())
    }

    fn any_rows() -> impl Strategy<Value = Rows> {
        let variables =
            prop::collection::vec((any_text(), any_text()), 0..4).prop_map(|pairs| pairs.into_iter().collect());
        let table = prop::option::of(prop::collection::vec((any_text(), variables), 0..5));
        prop::collection::vec(table, 6).prop_map(|tables| {
            let mut rows = Rows::default();
            for (kind, table) in ObjectType::ALL.into_iter().zip(tables) {
                table.into_iter().for_each(|table| rows.set(kind, table));
            }
            rows
        })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(rows in any_rows()) {
            prop_assert_eq!(decode(&encode(&rows)), Ok(rows));
        }

        #[test]
        fn what_was_cut_or_changed_is_not(rows in any_rows(), at in any::<prop::sample::Index>(), bit in 0..8) {
            let content = encode(&rows);
            let at = at.index(content.len());
            prop_assert!(decode(&content[..at]).is_err());
            let mut changed = content.clone();
            changed[at] ^= 1u8 << bit;
            prop_assert!(decode(&changed).is_err());
        }

        #[test]
        fn any_body_with_a_right_checksum_is_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..60)) {
            let content = [MAGIC, format!("{:032x}\n", xxh3_128(&body)).as_bytes(), &body].concat();
            let _ = decode(&content);
        }
    }
}
