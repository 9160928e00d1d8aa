//! The extensions of accounts.

use super::super::users_conf::{is_true, option};
use super::super::variables::Variables;
use std::ffi::CStr;

/// The extensions that pbx_config made of a section (pbx_config.c, `pbx_load_users`), with the endpoint in the place of the peer.
pub fn extensions(id: &CStr, options: &Variables, of_all: &Variables) -> Vec<Vec<u8>> {
    let given = |name| option(options, name).or_else(|| option(of_all, name));
    if given(c"hasexten").is_some_and(|value| !is_true(value)) {
        return Vec::new();
    }
    let id = id.to_bytes();
    let line = |parts: &[&[u8]]| [b"exten => ", parts.concat().as_slice()].concat();
    let mut lines = vec![line(&[id, b",hint,PJSIP/", id])];
    lines.push(match given(c"hasvoicemail").is_some_and(is_true) {
        true => line(&[id, b",1,Gosub(", id, b",stdexten(${HINT}))"]),
        false => line(&[id, b",1,Dial(${HINT})"]),
    });
    let others = option(options, c"alternateexts").map(CStr::to_bytes).unwrap_or_default();
    for other in others.split(|&byte| byte == b',').filter(|other| !other.is_empty()) {
        lines.push(line(&[other, b",1,Goto(", id, b",1)"]));
    }
    lines
}
