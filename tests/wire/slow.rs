//! Callers who take their time, or send too much of a head.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use crate::support::{Connection, Request, Running, Table, Want};

const SHORT: Duration = Duration::from_millis(300);

#[test]
fn who_does_not_finish_is_not_waited_for() {
    let server = Running::start(|server| {
        server.head_deadline(SHORT).body_deadline(SHORT).call_deadline(Duration::from_secs(2))
    });
    let alice = &server.keys.reader;
    let whole = Request::call("whoami").bearer(alice).bytes();
    let head = whole.len() - crate::support::call("whoami").to_string().len();
    let mut table = Table::of(&server);
    for (name, length) in
        [("nothing", 0), ("a letter", 1), ("a line", 20), ("all but the last byte of the head", head - 1)]
    {
        let mut connection = Connection::open(server.address());
        connection.write(&whole[..length]);
        let answer = connection.response();
        let closed =
            answer.as_ref().is_none_or(|answer| matches!(answer.status, 400 | 408)) && connection.is_closed();
        table.check(name, (!closed).then(|| format!("{answer:?}")));
    }
    table
        .bytes("a head", &whole[..head], &Want::Turned(408))
        .bytes("all but one byte", &whole[..whole.len() - 1], &Want::Turned(408))
        .case(
            "an open chunk",
            &Request::post("ff\r\n{").bearer(alice).uncounted().header("Transfer-Encoding", "chunked"),
            &Want::Turned(408),
        )
        .case(
            "a tool that takes longer than anybody waits",
            &Request::call("sleepy").bearer(alice),
            &Want::TooLate,
        )
        .case("the same, newest protocol", &Request::modern_call("sleepy").bearer(alice), &Want::TooLate);

    for (name, request) in [("older", Request::call("chatty")), ("newest", Request::modern_call("chatty"))] {
        let mut connection = Connection::open(server.address());
        let began = Instant::now();
        connection.write(&request.bearer(alice).bytes());
        let stream = connection.stream();
        let right = stream.contains("text/event-stream") && began.elapsed() < Duration::from_secs(20);
        table
            .check(&format!("a tool that says something first, {name} protocol"), (!right).then_some(stream));
    }

    let mut connection = Connection::open(server.address());
    for byte in &whole[..40] {
        if !connection.write(std::slice::from_ref(byte)) {
            break;
        }
        sleep(SHORT / 10);
    }
    let answer = connection.response();
    let refused = answer.as_ref().is_none_or(|answer| matches!(answer.status, 400 | 408));
    table.check("a head byte by byte", (!refused).then(|| format!("{answer:?}")));

    let mut connection = Connection::open(server.address());
    connection.write(&whole[..head]);
    for byte in &whole[head..head + 40] {
        if !connection.write(std::slice::from_ref(byte)) {
            break;
        }
        sleep(SHORT / 10);
    }
    table.check("a body byte by byte", Want::Turned(408).objection(connection.response().as_ref()));

    let mut connection = Connection::open(server.address());
    connection.write(&whole[..whole.len() - 1]);
    connection.finish_writing();
    table.check("an unfinished body", Want::AnyError.objection(connection.response().as_ref()));

    let mut connection = Connection::open(server.address());
    connection.ask(&Request::call("whoami").bearer(alice));
    table.check(
        "a connection that is kept and not used",
        (!connection.is_closed()).then(|| "open".to_owned()),
    );
    table.case("others are served", &Request::call("whoami").bearer(alice), &Want::Said("alice"));
    table.finish("slow callers");
}

#[test]
fn many_that_wait_for_nothing_keep_nobody_out_for_long() {
    let server = Running::start(|server| server.head_deadline(SHORT).max_connections(8));
    let idle: Vec<Connection> = (0..32).map(|_| Connection::open(server.address())).collect();
    let mut table = Table::of(&server);
    table.case("behind them", &Request::call("whoami").bearer(&server.keys.reader), &Want::Said("alice"));
    drop(idle);
    table.finish("idle connections");
}

#[test]
fn heads_have_limits() {
    let server = Running::start(|server| server);
    let alice = &server.keys.reader;
    let with = |count: usize| {
        (0..count).fold(Request::call("whoami").bearer(alice), |request, number| {
            request.header(&format!("X-{number}"), "x")
        })
    };
    let mut table = Table::of(&server);
    table
        .case("fifty more headers", &with(50), &Want::Said("alice"))
        .case("sixty-five headers", &with(65), &Want::Status(431))
        .case("a thousand headers", &with(1_000), &Want::Status(431))
        .case("a header of 16 KiB", &with(0).header("X-Long", "x".repeat(16 * 1024)), &Want::Said("alice"))
        .case("a header of 64 KiB", &with(0).header("X-Long", "x".repeat(64 * 1024)), &Want::AnyError)
        .case("a header of a megabyte", &with(0).header("X-Long", "x".repeat(1024 * 1024)), &Want::AnyError)
        .case("a name of 64 KiB", &with(0).header(&"x".repeat(64 * 1024), "x"), &Want::AnyError)
        .case(
            "a target of 64 KiB",
            &with(0).line(format!("POST /mcp?{} HTTP/1.1", "x".repeat(64 * 1024))),
            &Want::AnyError,
        )
        .case(
            "a credential of 16 KiB",
            &Request::call("whoami").bearer(&"x".repeat(16 * 1024)),
            &Want::BadCredential,
        );
    table.finish("heads");
}
