//! A server that runs, what it printed, and its callers.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};

/// A server on HTTP, and what it said when it began.
pub(crate) struct Serving {
    process: Child,
    _output: BufReader<ChildStdout>,
    pub(crate) said: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Serving {
    /// Begins to serve over HTTP, and waits until it says so.
    pub(crate) fn begin(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut said = String::new();
        while !said.ends_with("\n}\n") {
            let read = output.read_line(&mut said).unwrap();
            assert_ne!(read, 0, "it does not serve; it said: {said}");
        }
        Self { process, _output: output, said }
    }

    pub(crate) fn pid(&self) -> rustix::process::Pid {
        rustix::process::Pid::from_child(&self.process)
    }

    /// Asks it to end (SIGTERM).
    pub(crate) fn ask_to_end(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::TERM).unwrap();
    }

    /// Ends the process where it stands (SIGKILL).
    pub(crate) fn kill(&self) {
        rustix::process::kill_process(self.pid(), rustix::process::Signal::KILL).unwrap();
    }

    pub(crate) fn address(&self) -> &str {
        let from = self.said.find("http://").unwrap() + "http://".len();
        self.said[from..].split_once("/mcp").unwrap().0
    }

    /// The key that it shows for a role.
    pub(crate) fn key(&self, role: &str) -> &str {
        self.said
            .lines()
            .find_map(|line| match line.split_whitespace().collect::<Vec<_>>()[..] {
                [first, key] if first == role && key.starts_with("mcprbac_") => Some(key),
                _ => None,
            })
            .unwrap_or_else(|| panic!("no key for {role}: {}", self.said))
    }

    /// The commands that it prints, each as a shell takes it.
    pub(crate) fn curl_lines(&self) -> Vec<String> {
        let mut commands: Vec<String> = Vec::new();
        let mut goes_on = false;
        for line in self.said.lines() {
            if goes_on {
                let command = commands.last_mut().unwrap();
                command.push('\n');
                command.push_str(line);
            } else if line.trim_start().starts_with("curl ") {
                commands.push(line.to_owned());
            } else {
                continue;
            }
            goes_on = line.ends_with('\\');
        }
        commands
    }

    pub(crate) fn configuration(&self) -> Value {
        serde_json::from_str(&self.said[self.said.find("\n{\n").unwrap()..]).unwrap()
    }

    /// One request: the status of the answer, and its body.
    pub(crate) fn ask(&self, key: &str, method: &str, params: &Value) -> (u16, Value) {
        self.try_ask(key, method, params).unwrap()
    }

    /// The same with a server that may go away meanwhile.
    pub(crate) fn try_ask(&self, key: &str, method: &str, params: &Value) -> io::Result<(u16, Value)> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(self.address())?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        write!(
            stream,
            "POST /mcp HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {key}\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            self.address(),
            body.len(),
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Ok((status, serde_json::from_str(body).unwrap_or(Value::Null)))
    }

    pub(crate) fn whoami(&self, key: &str) -> (u16, Value) {
        let (status, answer) = self.ask(key, "tools/call", &json!({ "name": "whoami", "arguments": {} }));
        (status, answer["result"]["structuredContent"].clone())
    }
}
