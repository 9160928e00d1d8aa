//! What a request is answered with: a file of the table, or that nothing of it has changed.

use super::render::path_of;
use super::templates::{self, Fault};
use crate::asterisk::http::{Body, Method, Request};
use std::ffi::CStr;
use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Read, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;

/// What is larger is sent from a file, so that a client that reads slowly costs no memory: what is sent from memory takes
/// twice its size for as long as it takes.
const LARGEST_IN_MEMORY: usize = 256 * 1024;
/// A part of a file that is larger is not sent as a part: it is copied, and a hundred clients may ask for one.
const LARGEST_RANGE: u64 = 16 << 20;

/// How a request was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The status.
    pub status: u16,
    /// How many bytes the file has, or the part of it that was asked for.
    pub bytes: u64,
}

/// Tells contents of files apart, and nothing of what is in them: the key is this load's own.
#[derive(Debug, Default)]
pub struct Tags(RandomState);

impl Tags {
    fn of(&self, content: &[u8]) -> String {
        format!("\"{:016x}\"", self.0.hash_one(content))
    }
}

/// Whether a client that sent `If-None-Match` has what goes by that tag (RFC 9110, 13.1.2).
fn has(request: &Request, tag: &str) -> bool {
    let given = request.header(c"If-None-Match").map(CStr::to_bytes).unwrap_or_default();
    given.split(|&byte| byte == b',').map(<[u8]>::trim_ascii).any(|each| {
        let each = each.strip_prefix(b"W/").unwrap_or(each);
        each == b"*" || each == tag.as_bytes()
    })
}

/// Sends what was rendered. Nothing is held while the client reads it.
pub fn send_rendered(request: &mut Request, tags: &Tags, mime: &[u8], content: Vec<u8>) -> Sent {
    let tag = tags.of(&content);
    let headers: [&[u8]; 6] = [b"Content-type: ", mime, b"\r\n", b"ETag: ", tag.as_bytes(), b"\r\n"];
    if has(request, &tag) {
        let status = request.send(304, c"Not Modified", &headers, Body::Nothing);
        return Sent { status, bytes: 0 };
    }
    let bytes = content.len() as u64;
    let body = match content.len() {
        0 => Body::Nothing,
        1..=LARGEST_IN_MEMORY => Body::Bytes(content),
        _ => match in_file(content.as_slice()) {
            Ok(file) => Body::File(file),
            Err(_) => Body::Bytes(content),
        },
    };
    Sent { status: request.send(200, c"OK", &headers, body), bytes }
}

/// A file without a name that has that content.
fn in_file(mut content: impl Read) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let dir = std::env::temp_dir();
    let mut file = options.read(true).write(true).mode(0o600).custom_flags(libc::O_TMPFILE).open(dir)?;
    io::copy(&mut content, &mut file)?;
    Ok(file)
}

/// A part of a file, in a file of its own: the server sends a descriptor from its beginning, and from memory it sends text,
/// which ends at a zero.
fn part_in_file(whole: &mut File, first: u64, count: u64) -> io::Result<File> {
    whole.seek(SeekFrom::Start(first))?;
    let part = in_file(whole.take(count))?;
    if part.metadata()?.len() == count { Ok(part) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// Sends a file as it is, or a part of it.
pub fn send_static(request: &mut Request, name: &[u8], mime: &[u8]) -> Result<Sent, Fault> {
    let (mut file, data) = templates::open(&path_of(name))?;
    let size = data.len();
    let headers: [&[u8]; 4] = [b"Content-type: ", mime, b"\r\n", b"Accept-Ranges: bytes\r\n"];
    match wanted_part(request, size) {
        Part::Of(first, last) if last - first < LARGEST_RANGE => {
            let bytes = last - first + 1;
            // Without room for a part, all of it is sent: whoever asks for one has to reckon with that.
            if let Ok(part) = part_in_file(&mut file, first, bytes) {
                let content_range = format!("Content-Range: bytes {first}-{last}/{size}\r\n");
                let headers = [headers.as_slice(), &[content_range.as_bytes()]].concat();
                let status = request.send(206, c"Partial Content", &headers, Body::File(part));
                return Ok(Sent { status, bytes });
            }
        }
        Part::Outside => {
            let content_range = format!("Content-Range: bytes */{size}\r\n");
            let headers: [&[u8]; 1] = [content_range.as_bytes()];
            let status = request.send(416, c"Range Not Satisfiable", &headers, Body::Nothing);
            return Ok(Sent { status, bytes: 0 });
        }
        Part::Of(..) | Part::All => {}
    }
    // Whoever writes to the file meanwhile makes it longer or shorter than was announced: only the end of the connection tells
    // the client, and what is too much must not be taken for the next answer.
    request.close_on_completion();
    Ok(Sent { status: request.send(200, c"OK", &headers, Body::File(file)), bytes: size })
}

/// The part that a request asks for. A client that has a part of another content (`If-Range`) needs all of this one: nothing
/// tells it which content it has.
fn wanted_part(request: &Request, size: u64) -> Part {
    if request.method() != Method::Get || request.header(c"If-Range").is_some() {
        return Part::All;
    }
    request.header(c"Range").map_or(Part::All, |range| part_of(range.to_bytes(), size))
}

/// What a `Range` asks for of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The bytes from that one to that one.
    Of(u64, u64),
    /// None that there are.
    Outside,
    /// More than one part, or something that is no range: all of it is sent.
    All,
}

/// Reads `bytes=FIRST-LAST`, `bytes=FIRST-` and `bytes=-COUNT` (RFC 9110, 14.1.2).
fn part_of(range: &[u8], size: u64) -> Part {
    let number =
        |text: &str| (text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<u64>().ok()).flatten();
    let Some(range) = std::str::from_utf8(range).ok().and_then(|range| range.trim().strip_prefix("bytes=")) else {
        return Part::All;
    };
    let Some((first, last)) = range.split_once('-') else { return Part::All };
    let (first, last) = match (number(first), number(last)) {
        (None, Some(count)) if first.is_empty() => (size.saturating_sub(count), size.saturating_sub(1)),
        (Some(first), None) if last.is_empty() => (first, size.saturating_sub(1)),
        (Some(first), Some(last)) if first <= last => (first, last.min(size.saturating_sub(1))),
        _ => return Part::All,
    };
    if first >= size || first > last { Part::Outside } else { Part::Of(first, last) }
}
