//! Clients that are no help to anybody. Each counts what it got.

use super::got::Got;
use crate::Connection;
use fastrand::Rng;
use std::io::{self, ErrorKind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often somebody here looks whether it is to stop.
const TICK: Duration = Duration::from_millis(20);
/// Who reads nothing does not see that the server has given up on him: after so long he comes anew.
const TAKES_NOTHING_FOR: Duration = Duration::from_secs(20);

/// Opens connections for `visit`, one after the other, until it is told to stop, and counts what came of each.
fn visits(address: &str, stop: &AtomicBool, mut visit: impl FnMut(Connection) -> io::Result<String>) -> Got {
    let mut got = Got::default();
    while !stop.load(Ordering::Relaxed) {
        let what = Connection::open(address).and_then(&mut visit).unwrap_or_else(|error| {
            // A server that refuses is not to be worn out by asking.
            sleep(TICK);
            error.kind().to_string()
        });
        *got.rude.entry(what).or_default() += 1;
    }
    got
}

/// Announces a body and never sends it.
pub fn be_silent(address: &str, file: &str, length: usize, stop: &AtomicBool) -> Got {
    visits(address, stop, |mut connection| {
        connection
            .send(&format!("GET /phoneprov/{file} HTTP/1.1\r\nHost: phone\r\nContent-Length: {length}\r\n\r\n"))?;
        connection.set_patience(TICK)?;
        while !stop.load(Ordering::Relaxed) {
            match connection.answer("GET") {
                Ok(answer) => return Ok(format!("status {}", answer.status)),
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok("no answer until the end".to_owned())
    })
}

/// Takes so many bytes of the answer in a second.
pub fn be_slow(address: &str, file: &str, bytes_per_second: usize, stop: &AtomicBool) -> Got {
    visits(address, stop, |mut connection| {
        connection.send(&format!("GET /phoneprov/{file} HTTP/1.1\r\nHost: phone\r\n\r\n"))?;
        connection.set_patience(TICK)?;
        let start = Instant::now();
        let mut taken = 0;
        while !stop.load(Ordering::Relaxed) {
            let due = (bytes_per_second as f64 * start.elapsed().as_secs_f64()) as usize;
            if bytes_per_second == 0 && start.elapsed() > TAKES_NOTHING_FOR {
                return Ok("nothing taken".to_owned());
            }
            if due <= taken {
                sleep(TICK);
                continue;
            }
            match connection.take(due - taken) {
                Ok(0) => return Ok("a slow answer, or a part of it".to_owned()),
                Ok(count) => taken += count,
                Err(error) if is_timeout(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok("not all of it until the end".to_owned())
    })
}

/// Goes away so many times a second, at every point where somebody can.
pub fn break_off(address: &str, file: &str, per_second: usize, stop: &AtomicBool) -> Got {
    let (start, mut visit) = (Instant::now(), 0);
    visits(address, stop, |mut connection| {
        visit += 1;
        // Without a measure it would be the machine's own speed at opening sessions, and the server's limit of them that counts.
        while !stop.load(Ordering::Relaxed) && visit as f64 > per_second as f64 * start.elapsed().as_secs_f64() {
            sleep(TICK.min(Duration::from_secs(1) / per_second as u32));
        }
        let request = format!("GET /phoneprov/{file} HTTP/1.1\r\nHost: phone\r\n\r\n");
        match visit % 4 {
            0 => {}
            1 => connection.send(&request[..request.len() / 2])?,
            2 => connection.send(&request)?,
            _ => {
                connection.send(&request)?;
                connection.wait()?;
            }
        }
        Ok("broken off".to_owned())
    })
}

pub fn guess(address: &str, per_second: usize, stop: &AtomicBool) -> Got {
    let mut rng = Rng::new();
    let (start, mut asked) = (Instant::now(), 0);
    let mut answers = Got::default();
    let mut got = visits(address, stop, |mut connection| {
        while !stop.load(Ordering::Relaxed) {
            if asked as f64 >= per_second as f64 * start.elapsed().as_secs_f64() {
                sleep(TICK.min(Duration::from_secs(1) / per_second as u32));
                continue;
            }
            asked += 1;
            let answer = connection.get(&nonsense(&mut rng))?;
            *answers.rude.entry(format!("status {}", answer.status)).or_default() += 1;
        }
        Ok("done".to_owned())
    });
    got.rude.remove("done");
    got.add(answers);
    got
}

/// Something with a MAC that no phone has, or without one.
fn nonsense(rng: &mut Rng) -> String {
    match rng.u8(..3) {
        0 => format!("{:012x}.cfg", 0x0200_0000_0000_u64 + rng.u64(..1 << 40)),
        1 => format!("y{:012}.boot", rng.u32(..)),
        _ => std::iter::repeat_with(|| rng.lowercase()).take(12).collect(),
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
