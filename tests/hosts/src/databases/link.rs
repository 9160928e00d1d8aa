//! The way from a node to a server, through a proxy of the test's own, which can cut it, make it silent or slow.

use parking_lot::Mutex;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often a thread here looks whether something has changed.
const TICK: Duration = Duration::from_millis(2);

/// What becomes of what is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Traffic {
    Flows,
    /// Each piece of an answer takes that long.
    Slow(Duration),
    /// Nothing gets through, and nobody is told: a network that swallows everything.
    Silent,
    /// Connections break, and new ones are refused.
    Cut,
}

/// A TCP port that leads to another.
pub struct Link {
    from: String,
    to: String,
    traffic: Arc<Mutex<Traffic>>,
    /// Accepts connections while it is not cut.
    door: Option<JoinHandle<()>>,
}

impl Link {
    /// Listens at `from` and connects whoever comes with `to`, both `address:port`.
    pub fn new(from: String, to: String) -> Self {
        let mut link = Self { from, to, traffic: Arc::new(Mutex::new(Traffic::Cut)), door: None };
        link.restore();
        link
    }

    /// Everything gets through again. What was swallowed meanwhile arrives late, as TCP's repetitions would.
    pub fn restore(&mut self) {
        *self.traffic.lock() = Traffic::Flows;
        if self.door.is_none() {
            let listener = TcpListener::bind(&self.from).expect("the port is free");
            listener.set_nonblocking(true).expect("a socket can be made so");
            let (to, traffic) = (self.to.clone(), Arc::clone(&self.traffic));
            self.door = Some(thread::spawn(move || admit(&listener, &to, &traffic)));
        }
    }

    /// Breaks every connection and refuses new ones.
    pub fn cut(&mut self) {
        *self.traffic.lock() = Traffic::Cut;
        if let Some(door) = self.door.take() {
            door.join().expect("the door has no reason to panic");
        }
    }

    /// Swallows everything, without a word to either side; new connections are made and stay without an answer.
    pub fn silence(&mut self) {
        self.restore();
        *self.traffic.lock() = Traffic::Silent;
    }

    /// Has each piece of an answer take that long.
    pub fn slow_down(&mut self, delay: Duration) {
        self.restore();
        *self.traffic.lock() = Traffic::Slow(delay);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.cut();
    }
}

fn admit(listener: &TcpListener, to: &str, traffic: &Arc<Mutex<Traffic>>) {
    let mut carriers = Vec::new();
    while *traffic.lock() != Traffic::Cut {
        let Ok((node, _)) = listener.accept() else {
            thread::sleep(TICK);
            continue;
        };
        // Where the server is down, dropping the node's connection tells it so.
        let Ok(server) = TcpStream::connect(to) else { continue };
        for (from, to, is_answer) in [(&node, &server, false), (&server, &node, true)] {
            let ends = from.try_clone().and_then(|from| Ok((from, to.try_clone()?)));
            let (from, to) = ends.expect("a socket can be cloned");
            let traffic = Arc::clone(traffic);
            carriers.push(thread::spawn(move || carry(from, to, is_answer, &traffic)));
        }
    }
    carriers.into_iter().for_each(|carrier| carrier.join().expect("a carrier has no reason to panic"));
}

/// Carries bytes one way until either side ends or the link is cut; then ends both.
fn carry(mut from: TcpStream, mut to: TcpStream, is_answer: bool, traffic: &Mutex<Traffic>) {
    let _ = from.set_read_timeout(Some(TICK));
    let _ = to.set_nodelay(true);
    let mut buffer = vec![0; 65536];
    loop {
        let now = *traffic.lock();
        match now {
            Traffic::Cut => break,
            Traffic::Silent => {
                thread::sleep(TICK);
                continue;
            }
            Traffic::Flows | Traffic::Slow(_) => {}
        }
        let count = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => continue,
            Err(_) => break,
        };
        if let (Traffic::Slow(delay), true) = (now, is_answer) {
            thread::sleep(delay);
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
