//! An authorization server as far as one that checks tokens sees it: some documents, and how they are served. It counts.

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

/// How a path is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    Document(String),
    Status(u16),
    Redirect(String),
    /// The document, after a while.
    Late(Duration, String),
    /// What is said about a token, by the token (RFC 7662); all others are not active.
    Tokens(HashMap<String, Value>),
    /// Bytes without an end.
    Endless,
    /// A head that promises more than ever comes.
    Stuck,
    /// The connection is closed without a word.
    Nothing,
}

#[derive(Clone)]
pub struct Issuer {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    replies: HashMap<String, Reply>,
    counts: HashMap<String, usize>,
    /// Every request with a body: its head and its body.
    posted: Vec<(String, String)>,
}

impl Issuer {
    /// A server on a free port that knows no path. Its threads end with the program.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || answer(stream, &state));
            }
        });
        Self { address, state }
    }

    /// One that describes itself at the usual place and has these keys.
    pub fn with_keys(keys: &Value) -> Self {
        let issuer = Self::start();
        issuer.describe("/.well-known/oauth-authorization-server");
        issuer.keys(keys);
        issuer
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its description, at this path.
    pub fn describe(&self, path: &str) {
        let document = json!({ "issuer": self.url(), "jwks_uri": format!("{}/keys", self.url()) });
        self.reply(path, Reply::Document(document.to_string()));
    }

    pub fn keys(&self, keys: &Value) {
        self.reply("/keys", Reply::Document(keys.to_string()));
    }

    pub fn reply(&self, path: &str, reply: Reply) {
        self.state.lock().unwrap().replies.insert(path.to_owned(), reply);
    }

    /// How often it was asked for this path.
    pub fn count(&self, path: &str) -> usize {
        self.state.lock().unwrap().counts.get(path).copied().unwrap_or_default()
    }

    /// Every request with a body: its head and its body.
    pub fn posted(&self) -> Vec<(String, String)> {
        self.state.lock().unwrap().posted.clone()
    }

    /// How often it was asked at all.
    pub fn total(&self) -> usize {
        self.state.lock().unwrap().counts.values().sum()
    }
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head
        .lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    if stream.read_exact(&mut body).is_err() {
        return;
    }
    let body = String::from_utf8_lossy(&body).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let reply = {
        let mut state = state.lock().unwrap();
        *state.counts.entry(path.clone()).or_default() += 1;
        if !body.is_empty() {
            state.posted.push((head.clone(), body.clone()));
        }
        state.replies.get(&path).cloned().unwrap_or(Reply::Status(404))
    };
    let ok = |document: &str| {
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{document}",
            document.len()
        )
    };
    let text = match reply {
        Reply::Document(document) => ok(&document),
        Reply::Tokens(tokens) => {
            let token = body.split('&').find_map(|pair| pair.strip_prefix("token=")).unwrap_or_default();
            ok(&tokens.get(token).cloned().unwrap_or(json!({ "active": false })).to_string())
        }
        Reply::Status(status) => {
            format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Reply::Redirect(to) => {
            format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        }
        Reply::Late(after, document) => {
            thread::sleep(after);
            ok(&document)
        }
        Reply::Endless => {
            let mut more = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"keys\":[");
            // it is the other side that ends it; if it does not, a minute does
            for _ in 0..60_000 {
                if more.is_err() {
                    return;
                }
                more = stream.write_all(&[b' '; 1024]);
                thread::sleep(Duration::from_millis(1));
            }
            return;
        }
        Reply::Stuck => {
            let _told = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{");
            thread::sleep(Duration::from_secs(60));
            return;
        }
        Reply::Nothing => return,
    };
    let _gone = stream.write_all(text.as_bytes());
}
