//! Reading answers, byte by byte: a test must not believe a client library about what an answer is.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, StreamOwned, pki_types::ServerName,
};

use super::Request;

/// Longer than any answer takes, shorter than the tool that sleeps.
const PATIENCE: Duration = Duration::from_secs(25);

#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Response {
    /// The header of this name; `None` where there is none.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(given, _)| given.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `null` where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The text of a tool's answer.
    pub fn tool_text(&self) -> String {
        self.json()["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned()
    }

    /// All of it, for looking for what must not be in it.
    pub fn everything(&self) -> String {
        format!("{} {:?} {}", self.status, self.headers, self.text())
    }
}

/// What a connection is read from and written to.
trait Stream: Read + Write {}

impl<S: Read + Write> Stream for S {}

/// What client and server agreed on.
pub struct Negotiated {
    pub version: Option<ProtocolVersion>,
    pub protocol: Option<Vec<u8>>,
}

pub struct Connection {
    stream: Box<dyn Stream>,
    socket: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).unwrap())
    }

    pub fn over(socket: TcpStream) -> Self {
        patient(&socket);
        Self { stream: Box::new(socket.try_clone().unwrap()), socket, read: Vec::new() }
    }

    /// Over TLS; what the client says about the server where it does not come to that.
    pub fn tls(address: SocketAddr, client: Arc<ClientConfig>) -> Result<(Self, Negotiated), io::Error> {
        let mut socket = TcpStream::connect(address)?;
        patient(&socket);
        let name = ServerName::try_from("localhost").unwrap();
        let mut session = ClientConnection::new(client, name).unwrap();
        while session.is_handshaking() {
            session.complete_io(&mut socket)?;
        }
        let negotiated = Negotiated {
            version: session.protocol_version(),
            protocol: session.alpn_protocol().map(<[u8]>::to_vec),
        };
        let stream = Box::new(StreamOwned::new(session, socket.try_clone()?));
        Ok((Self { stream, socket, read: Vec::new() }, negotiated))
    }

    /// Writes; the server may have stopped reading, which the answer will tell.
    pub fn write(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok()
    }

    pub fn finish_writing(&mut self) {
        let _closed_by_the_server = self.socket.shutdown(Shutdown::Write);
    }

    pub fn ask(&mut self, request: &Request) -> Response {
        self.write(&request.bytes());
        self.response().expect("the server closed the connection without an answer")
    }

    /// The next answer; `None` when the server closed the connection instead.
    pub fn response(&mut self) -> Option<Response> {
        loop {
            let head = self.head()?;
            let mut lines = head.split("\r\n");
            let status = lines.next().unwrap_or_default();
            assert!(status.starts_with("HTTP/1.1 ") || status.starts_with("HTTP/1.0 "), "`{status}`");
            let status: u16 = status[9..12].parse().unwrap();
            let headers: Vec<(String, String)> = lines
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect();
            // an interim answer, another one follows
            if status < 200 {
                continue;
            }
            let mut response = Response { status, headers, body: Vec::new() };
            assert_eq!(response.header("transfer-encoding"), None, "{response:?}");
            let length: usize = response.header("content-length").map_or(0, |length| length.parse().unwrap());
            while self.read.len() < length {
                assert!(self.more(), "the answer ends within its body: {response:?}");
            }
            response.body = self.read.drain(..length).collect();
            return Some(response);
        }
    }

    /// Every byte that comes, to the end.
    pub fn rest(&mut self) -> Vec<u8> {
        while self.more() {}
        std::mem::take(&mut self.read)
    }

    /// The answer to HEAD.
    pub fn bodiless(&mut self) -> Response {
        let head = self.head().expect("no answer").replace("content-length", "promised-length");
        let rest = std::mem::replace(&mut self.read, format!("{head}\r\n\r\n").into_bytes());
        let response = self.response().expect("no answer");
        self.read.extend(rest);
        response
    }

    /// An answer that is a stream, to its end.
    pub fn stream(&mut self) -> String {
        while !self.read.ends_with(b"\r\n0\r\n\r\n") && self.more() {}
        String::from_utf8_lossy(&std::mem::take(&mut self.read)).into_owned()
    }

    /// Whether the server has closed the connection, or does so now.
    pub fn is_closed(&mut self) -> bool {
        !self.more() && self.read.is_empty()
    }

    fn head(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                let head = self.read.drain(..end + 4).collect::<Vec<_>>();
                return Some(String::from_utf8_lossy(&head[..end]).into_owned());
            }
            if !self.more() {
                return None;
            }
        }
    }

    /// Reads on; `false` at the end.
    fn more(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(length) => {
                self.read.extend(&buffer[..length]);
                true
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof
                ) =>
            {
                false
            }
            Err(error) => panic!("the server does not answer: {error}"),
        }
    }
}

fn patient(socket: &TcpStream) {
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.set_write_timeout(Some(PATIENCE)).unwrap();
    socket.set_nodelay(true).unwrap();
}
