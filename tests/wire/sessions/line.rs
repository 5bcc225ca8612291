//! A connection for one request, whose answer may be a stream that is read as it comes.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::Request;

/// Longer than any answer takes, shorter than the tools that take long.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Line {
    socket: TcpStream,
    read: Vec<u8>,
    is_chunked: bool,
    over: bool,
}

/// The head of an answer.
#[derive(Debug, Clone)]
pub struct Head {
    pub status: u16,
    pub headers: Vec<(String, String)>,
}

/// A whole answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub head: Head,
    pub body: String,
}

impl Head {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub fn is_stream(&self) -> bool {
        self.header("content-type") == Some("text/event-stream")
    }
}

impl Answer {
    /// The JSON-RPC messages: the body, or those of the events of a stream.
    pub fn messages(&self) -> Vec<Value> {
        match self.head.is_stream() {
            true => self.body.lines().filter_map(message).collect(),
            false => serde_json::from_str(&self.body).into_iter().collect(),
        }
    }

    /// The message that answers a request.
    pub fn said(&self) -> Value {
        let answers = |message: &Value| message.get("result").is_some() || message.get("error").is_some();
        self.messages().into_iter().find(answers).unwrap_or_default()
    }

    pub fn tool_text(&self) -> String {
        self.said()["result"]["content"][0]["text"].as_str().unwrap_or_default().to_owned()
    }
}

/// The message of a line of an event stream.
fn message(line: &str) -> Option<Value> {
    serde_json::from_str(line.strip_prefix("data:")?.trim()).ok()
}

impl Line {
    pub fn send(address: SocketAddr, request: &Request) -> Self {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.set_nodelay(true).unwrap();
        socket.write_all(&request.bytes()).unwrap();
        Self { socket, read: Vec::new(), is_chunked: false, over: false }
    }

    /// The whole answer to a request.
    pub fn ask(address: SocketAddr, request: &Request) -> Answer {
        Self::send(address, request).answer()
    }

    pub fn answer(mut self) -> Answer {
        let head = self.head();
        let until = Instant::now() + PATIENCE;
        let length = head.header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = Vec::new();
        if self.is_chunked {
            while !self.over {
                assert!(
                    Instant::now() < until,
                    "the stream does not end: {}",
                    String::from_utf8_lossy(&body)
                );
                body.extend(self.chunks(Duration::from_millis(200)));
            }
        } else {
            while self.read.len() < length {
                assert!(self.more(PATIENCE), "the answer ends within its body");
            }
            body.extend(self.read.drain(..length));
        }
        Answer { head, body: String::from_utf8(body).unwrap() }
    }

    /// The head of the answer, as soon as it is there.
    pub fn head(&mut self) -> Head {
        let end = loop {
            if let Some(end) = self.read.windows(4).position(|window| window == b"\r\n\r\n") {
                break end;
            }
            assert!(self.more(PATIENCE), "no answer");
        };
        let text = String::from_utf8(self.read.drain(..end + 4).collect()).unwrap();
        let mut lines = text.trim_end().split("\r\n");
        let status = lines.next().unwrap()[9..12].parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            .collect();
        let head = Head { status, headers };
        self.is_chunked = head.header("transfer-encoding") == Some("chunked");
        head
    }

    /// The messages that come on a stream within this time, or until one is what is waited for.
    pub fn messages_until(&mut self, time: Duration, enough: impl Fn(&Value) -> bool) -> Vec<Value> {
        let until = Instant::now() + time;
        let (mut text, mut messages) = (Vec::new(), Vec::new());
        while !self.over && Instant::now() < until && !messages.iter().any(&enough) {
            text.extend(self.chunks(Duration::from_millis(50)));
            messages = String::from_utf8_lossy(&text).lines().filter_map(message).collect();
        }
        messages
    }

    /// The messages that come on a stream within this time.
    pub fn messages(&mut self, time: Duration) -> Vec<Value> {
        self.messages_until(time, |_| false)
    }

    /// Reads the stream to its end; how long that took, or `None` where there is none within this time.
    pub fn ends_within(&mut self, time: Duration) -> Option<Duration> {
        let began = Instant::now();
        while !self.over && began.elapsed() < time {
            self.chunks(Duration::from_millis(20));
        }
        self.over.then(|| began.elapsed())
    }

    pub fn is_over(&self) -> bool {
        self.over
    }

    /// What has come of a chunked body.
    fn chunks(&mut self, time: Duration) -> Vec<u8> {
        assert!(self.is_chunked);
        if !self.more(time) {
            self.over = true;
        }
        let mut data = Vec::new();
        while let Some(line) = self.read.windows(2).position(|window| window == b"\r\n") {
            let length = usize::from_str_radix(std::str::from_utf8(&self.read[..line]).unwrap(), 16).unwrap();
            let end = line + 2 + length;
            if self.read.len() < end + 2 {
                break;
            }
            data.extend(&self.read[line + 2..end]);
            self.read.drain(..end + 2);
            if length == 0 {
                self.over = true;
                break;
            }
        }
        data
    }

    /// Reads on, for so long; `false` at the end of the connection.
    fn more(&mut self, time: Duration) -> bool {
        self.socket.set_read_timeout(Some(time)).unwrap();
        let mut buffer = [0; 16 * 1024];
        match self.socket.read(&mut buffer) {
            Ok(0) => false,
            Ok(length) => {
                self.read.extend(&buffer[..length]);
                true
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                assert!(time < PATIENCE, "the server does not answer");
                true
            }
            Err(_) => false,
        }
    }
}
