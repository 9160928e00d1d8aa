//! What stands behind a `;`, and between `;--` and `--;`.

use super::texts::Reason;
use super::words::position;

/// So deep comments may be nested.
const DEEPEST_COMMENT: i32 = 128;

/// A line without its comments; `None` if all of it is one. `;--` begins one that `--;` ends, lines later even; `place` tells
/// where this line is.
pub(super) fn without_comments(
    line: &[u8],
    depth: &mut i32,
    place: impl Fn() -> (usize, usize, usize),
    begun: &mut Vec<(usize, usize, usize)>,
) -> Result<Option<Vec<u8>>, Reason> {
    if *depth == 0 && position(line, b';').is_none() {
        return Ok(Some(line.to_vec()));
    }
    let mut text = line.to_vec();
    let end_from = |text: &[u8], from: usize| position(&text[from..], 0).map_or(text.len(), |at| from + at);
    let mut kept = (*depth == 0).then_some(0);
    let mut from = 0;
    loop {
        let end = end_from(&text, from);
        let Some(mark) = position(&text[from..end], b';').map(|at| from + at) else { break };
        let at = |place: usize| text.get(place).copied().unwrap_or_default();
        if mark > from && at(mark - 1) == b'\\' {
            text.remove(mark - 1);
            from = mark;
        } else if at(mark + 1) == b'-' && at(mark + 2) == b'-' && at(mark + 3) != b'-' {
            if *depth >= DEEPEST_COMMENT {
                return Err(Reason::Endless);
            }
            text[mark] = 0;
            from = mark + 3;
            if *depth >= 0 {
                begun.push(place());
            }
            *depth += 1;
        } else if mark >= from + 2 && at(mark - 1) == b'-' && at(mark - 2) == b'-' {
            *depth -= 1;
            begun.pop();
            from = mark + 1;
            if *depth == 0 {
                match kept {
                    Some(start) => {
                        let end = end_from(&text, start);
                        text.drain(end..from);
                        from = end;
                    }
                    None => kept = Some(from),
                }
            }
        } else if *depth == 0 {
            text[mark] = 0;
            break;
        } else {
            from = mark + 1;
        }
    }
    Ok(kept.map(|start| {
        let end = end_from(&text, start);
        text[start..end].to_vec()
    }))
}
