//! Behind a proxy.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use crate::{
    desk::{Desk, eventually},
    serving::Serving,
};

/// A request without a credential that says where it is from.
fn ask(serving: &Serving) {
    let mut stream = TcpStream::connect(serving.address()).unwrap();
    let host = serving.address();
    write!(
        stream,
        "POST /mcp HTTP/1.1\r\nhost: {host}\r\nx-forwarded-for: 203.0.113.9, 198.51.100.7\r\nconnection: close\r\n\
         content-length: 0\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

#[test]
fn only_a_proxy_that_is_named_says_who_is_calling() {
    for (arguments, seen) in [("", "127.0.0.1"), ("--trusted-proxy 127.0.0.1", "198.51.100.7")] {
        let desk = Desk::new();
        let serving = desk.serve(&format!("serve --http 127.0.0.1:0 {arguments}"));
        ask(&serving);
        eventually("it is logged", || desk.log().contains("no credential"));
        assert!(desk.log().contains(&format!("principal={seen} ")), "{}", desk.log());
    }
    let said = Desk::new().refusal("serve --trusted-proxy proxy.example", 2);
    assert!(said.contains("'proxy.example'") && said.contains("--trusted-proxy <IP>"), "{said}");
}
