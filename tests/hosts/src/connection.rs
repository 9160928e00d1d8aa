//! A connection to a host's HTTP server, as raw as a test needs it: fast, or slow, or broken off.

use crate::Answer;
use socket2::{Domain, Socket, Type};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// One that has not answered after so long never will.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Connection {
    stream: TcpStream,
    /// What has come and has not been used.
    received: Vec<u8>,
}

impl Connection {
    /// To the HTTP server on that host's own address.
    pub fn open(address: &str) -> io::Result<Self> {
        Self::to(format!("{address}:8088").parse().expect("a host has an IP address"))
    }

    /// To any server.
    pub fn to(address: SocketAddr) -> io::Result<Self> {
        Self::over(TcpStream::connect_timeout(&address, PATIENCE)?)
    }

    /// To the HTTP server on a host's own address, from an address of this machine: all of 127/8 is.
    pub fn open_from(source: Ipv4Addr, address: &str) -> io::Result<Self> {
        let address: SocketAddr = format!("{address}:8088").parse().expect("a host has an IP address");
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SocketAddr::from((source, 0)).into())?;
        socket.connect_timeout(&address.into(), PATIENCE)?;
        Self::over(socket.into())
    }

    fn over(stream: TcpStream) -> io::Result<Self> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::new() })
    }

    /// From now on an answer, or a piece of it, is waited for no longer than that.
    pub fn set_patience(&self, patience: Duration) -> io::Result<()> {
        self.stream.set_read_timeout(Some(patience))
    }

    /// Sends any text, be it a request, half of one or none.
    pub fn send(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())
    }

    /// Fetches `/phoneprov/FILE`; the connection can be used again.
    pub fn get(&mut self, file: &str) -> io::Result<Answer> {
        self.ask("GET", &format!("/phoneprov/{file}"))
    }

    /// A request without a body and its answer; the connection can be used again.
    pub fn ask(&mut self, method: &str, path: &str) -> io::Result<Answer> {
        self.send(&format!("{method} {path} HTTP/1.1\r\nHost: phone\r\n\r\n"))?;
        self.answer(method)
    }

    /// Reads the answer to a request with that method.
    pub fn answer(&mut self, method: &str) -> io::Result<Answer> {
        let head_ends = loop {
            match self.received.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                Some(at) => break at + 4,
                None => self.receive()?,
            }
        };
        let head = String::from_utf8_lossy(&self.received[..head_ends]).into_owned();
        let header = |name: &str| {
            let value = |line: &str| {
                let (this, value) = line.split_once(':')?;
                this.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            };
            head.lines().find_map(value)
        };
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(ErrorKind::InvalidData)?;
        let length: usize =
            header("Content-Length").and_then(|length| length.parse().ok()).ok_or(ErrorKind::InvalidData)?;
        // To HEAD, an error is answered with a page all the same.
        let length = if method == "HEAD" && status < 400 { 0 } else { length };
        while self.received.len() < head_ends + length {
            self.receive()?;
        }
        let next = self.received.split_off(head_ends + length);
        let mut body = std::mem::replace(&mut self.received, next);
        body.drain(..head_ends);
        Ok(Answer { status, content_type: header("Content-Type").unwrap_or_default(), body })
    }

    /// Waits until an answer begins to come, and leaves the rest of it on its way.
    pub fn wait(&mut self) -> io::Result<()> {
        let mut buffer = [0];
        self.stream.read_exact(&mut buffer)?;
        self.received.extend_from_slice(&buffer);
        Ok(())
    }

    /// Takes so many bytes at most of what has come and forgets them; 0 at the end.
    pub fn take(&mut self, count: usize) -> io::Result<usize> {
        let mut buffer = [0; 65536];
        let count = count.min(buffer.len());
        self.stream.read(&mut buffer[..count])
    }

    /// Everything that comes until the server closes the connection.
    pub fn read_to_end(&mut self) -> io::Result<Vec<u8>> {
        self.stream.read_to_end(&mut self.received)?;
        Ok(std::mem::take(&mut self.received))
    }

    fn receive(&mut self) -> io::Result<()> {
        let mut buffer = [0; 65536];
        match self.stream.read(&mut buffer)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            count => {
                self.received.extend_from_slice(&buffer[..count]);
                Ok(())
            }
        }
    }
}
