//! Many connections from one address.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use crate::support::{Connection, Request, Running, Table, Want};

const HERE: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Another address of the same machine.
const THERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// A connection from one address of this machine to a server on it.
fn connect(from: Ipv4Addr, to: SocketAddr) -> Connection {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream: TcpStream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        socket.connect(to).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    Connection::over(stream)
}

/// Connections that are open, and say nothing.
fn silent(from: Ipv4Addr, to: SocketAddr, count: usize) -> Vec<Connection> {
    (0..count).map(|_| connect(from, to)).collect()
}

#[test]
fn one_address_does_not_take_the_place_of_all() {
    let server = Running::start(|server| server.max_connections(8).max_connections_per_peer(3));
    let alice = Request::call("whoami").bearer(&server.keys.reader);
    let mut table = Table::of(&server);

    let mut crowd = silent(HERE, server.address(), 3);
    let began = Instant::now();
    for number in 0..20 {
        let mut more = connect(HERE, server.address());
        more.write(&alice.bytes());
        let answer = more.response();
        table.check(&format!("number {number} beyond"), answer.map(|answer| answer.everything()));
    }
    table.check("and that at once", (began.elapsed() > Duration::from_secs(5)).then(|| "slowly".to_owned()));
    let answer = connect(THERE, server.address()).ask(&alice);
    table.check("another address", Want::Said("alice").objection(Some(&answer)));

    // whatever is claimed in the request comes after the connection, and changes nothing
    let mut more = connect(HERE, server.address());
    more.write(&alice.clone().header("X-Forwarded-For", "198.51.100.7").bytes());
    table.check("a claim", more.response().map(|answer| answer.everything()));

    // those that are open are served, and one that ends makes room
    let answer = crowd[0].ask(&alice);
    table.check("one of the crowd", Want::Said("alice").objection(Some(&answer)));
    drop(crowd.pop());
    let answer = (0..100).find_map(|_| {
        std::thread::sleep(Duration::from_millis(20));
        let mut next = connect(HERE, server.address());
        next.write(&alice.bytes());
        next.response()
    });
    table.check("the next", Want::Said("alice").objection(answer.as_ref()));
    table.finish("one address");
}

#[test]
fn a_proxy_speaks_for_many() {
    let server = Running::start(|server| {
        server
            .max_connections_per_peer(3)
            .trusted_proxies([IpAddr::V4(HERE), "::ffff:127.0.0.1".parse().unwrap()])
    });
    let alice = Request::call("whoami").bearer(&server.keys.reader);
    let mut table = Table::of(&server);
    let _crowd = silent(HERE, server.address(), 20);
    let answer = connect(HERE, server.address()).ask(&alice);
    table.check("through the proxy", Want::Said("alice").objection(Some(&answer)));
    let _crowd = silent(THERE, server.address(), 3);
    let mut more = connect(THERE, server.address());
    more.write(&alice.bytes());
    table.check("beside the proxy", more.response().map(|answer| answer.everything()));
    table.finish("a proxy");
}

/// The number of one address is bounded unless it is set.
#[test]
fn the_crowd_of_one_address_is_bounded_by_itself() {
    let server = Running::start(|server| server);
    let alice = Request::call("whoami").bearer(&server.keys.reader);
    let mut crowd = silent(HERE, server.address(), 128);
    let mut more = connect(HERE, server.address());
    more.write(&alice.bytes());
    assert!(more.response().is_none(), "number 129");
    assert_eq!(connect(THERE, server.address()).ask(&alice).status, 200);
    assert_eq!(crowd[127].ask(&alice).status, 200, "number 128");
}
