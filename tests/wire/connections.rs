//! Connections: shared by callers, upgraded, and read in two ways.

use crate::support::{Connection, Request, Table, Want, shared};

#[test]
fn each_request_of_a_connection_is_its_senders() {
    let server = shared();
    let keys = &server.keys;
    let mut table = Table::of(server);
    let steps = [
        ("alice", Request::call("whoami").bearer(&keys.reader), Want::Said("alice")),
        ("bob", Request::call("whoami").bearer(&keys.bob), Want::Said("bob")),
        ("nobody after them", Request::call("whoami"), Want::NoCredential),
        ("root", Request::modern_call("whoami").bearer(&keys.admin), Want::Said("root")),
        ("nobody after root", Request::modern_call("whoami"), Want::NoCredential),
        ("alice after root", Request::call("delete_all").bearer(&keys.reader), Want::Forbidden),
        ("a bad key after root", Request::call("whoami").bearer("x"), Want::BadCredential),
        (
            "a foreign host after alice",
            Request::call("whoami").bearer(&keys.reader).with("Host", "evil.example"),
            Want::Turned(403),
        ),
        ("GET", Request::post("").line("GET /mcp HTTP/1.1"), Want::Turned(405)),
        ("two headers", Request::call("whoami").bearer(&keys.reader).bearer(&keys.admin), Want::Malformed),
        ("bob again", Request::call("whoami").bearer(&keys.bob), Want::Said("bob")),
    ];
    let mut connection = Connection::open(server.address());
    for (name, request, want) in &steps {
        let answer = connection.ask(request);
        table.check(&format!("one by one: {name}"), want.objection(Some(&answer)));
    }
    let mut connection = Connection::open(server.address());
    let all: Vec<u8> = steps.iter().flat_map(|(_, request, _)| request.bytes()).collect();
    connection.write(&all);
    for (name, _, want) in &steps {
        table.check(&format!("pipelined: {name}"), want.objection(connection.response().as_ref()));
    }
    table.finish("shared connections");
}

/// Nothing that follows in the same bytes may be taken for a request of its own with somebody else's credential, and
/// what is one has to bring its own.
#[test]
fn requests_are_not_smuggled_into_others() {
    let server = shared();
    let alice = &server.keys.reader;
    let inner = String::from_utf8(Request::call("whoami").bytes()).unwrap();
    let chunk = |body: &str| format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let whoami = crate::support::call("whoami").to_string();
    let post = || Request::post("").bearer(alice).uncounted();
    let length = whoami.len().to_string();
    let cases: Vec<(&str, Request)> = vec![
        (
            "length and chunks",
            post()
                .header("Content-Length", "4")
                .header("Transfer-Encoding", "chunked")
                .body(format!("{}{inner}", chunk(&whoami))),
        ),
        (
            "chunks and length",
            post()
                .header("Transfer-Encoding", "chunked")
                .header("Content-Length", "4")
                .body(format!("{}{inner}", chunk(&whoami))),
        ),
        (
            "chunks and no length",
            post()
                .header("Transfer-Encoding", "chunked")
                .header("Content-Length", "0")
                .body(format!("0\r\n\r\n{inner}")),
        ),
        ("length zero", post().header("Content-Length", "0").body(inner.clone())),
    ];
    let mut table = Table::of(server);
    for (name, request) in cases {
        let mut connection = Connection::open(server.address());
        connection.write(&request.bytes());
        connection.finish_writing();
        let _own = connection.response();
        let mut leaked = None;
        while let Some(answer) = connection.response() {
            if answer.status == 200 {
                leaked = Some(answer.everything());
            }
        }
        table.check(name, leaked);
    }
    let refused: Vec<(&str, Request)> = vec![
        (
            "two lengths",
            post()
                .header("Content-Length", length.clone())
                .header("Content-Length", "4")
                .body(whoami.clone()),
        ),
        ("lengths in a list", post().header("Content-Length", format!("{length}, 4")).body(whoami.clone())),
        ("a length with a sign", post().header("Content-Length", format!("+{length}")).body(whoami.clone())),
        ("a negative length", post().header("Content-Length", "-1").body(whoami.clone())),
        ("a length in hex", post().header("Content-Length", "0x10").body(whoami.clone())),
        ("a length that is text", post().header("Content-Length", "all").body(whoami.clone())),
        (
            "a length beyond 64 bits",
            post().header("Content-Length", "99999999999999999999999").body(whoami.clone()),
        ),
        ("chunked not last", post().header("Transfer-Encoding", "chunked, identity").body(chunk(&whoami))),
        ("chunked misspelt", post().header("Transfer-Encoding", "xchunked").body(chunk(&whoami))),
        ("identity", post().header("Transfer-Encoding", "identity").body(whoami.clone())),
        (
            "chunked under HTTP/1.0",
            post().line("POST /mcp HTTP/1.0").header("Transfer-Encoding", "chunked").body(chunk(&whoami)),
        ),
        (
            "a chunk with a negative size",
            post().header("Transfer-Encoding", "chunked").body(format!("-1\r\n{whoami}\r\n0\r\n\r\n")),
        ),
        (
            "a chunk with a sign",
            post()
                .header("Transfer-Encoding", "chunked")
                .body(format!("+{:x}\r\n{whoami}\r\n0\r\n\r\n", whoami.len())),
        ),
        (
            "a chunk with 0x",
            post()
                .header("Transfer-Encoding", "chunked")
                .body(format!("0x{:x}\r\n{whoami}\r\n0\r\n\r\n", whoami.len())),
        ),
        (
            "a chunk size beyond 64 bits",
            post()
                .header("Transfer-Encoding", "chunked")
                .body(format!("fffffffffffffffff\r\n{whoami}\r\n0\r\n\r\n")),
        ),
        (
            "a chunk without a size",
            post().header("Transfer-Encoding", "chunked").body(format!("\r\n{whoami}\r\n0\r\n\r\n")),
        ),
        (
            "a chunk longer than it says",
            post().header("Transfer-Encoding", "chunked").body(format!("4\r\n{whoami}\r\n0\r\n\r\n")),
        ),
        ("a space before the colon", post().header("Content-Length ", length.clone()).body(whoami.clone())),
        (
            "a folded header",
            post().header("X-A", "b\r\n c").header("Content-Length", length.clone()).body(whoami.clone()),
        ),
        (
            "a header without a name",
            post().header("", "x").header("Content-Length", length.clone()).body(whoami.clone()),
        ),
        (
            "a NUL in a header",
            post().header("X-A", "b\0c").header("Content-Length", length.clone()).body(whoami.clone()),
        ),
        (
            "a lone CR in a header",
            post().header("X-A", "b\rc").header("Content-Length", length.clone()).body(whoami.clone()),
        ),
        (
            "a NUL in the target",
            post().line("POST /mcp\0 HTTP/1.1").header("Content-Length", length.clone()).body(whoami.clone()),
        ),
    ];
    for (name, request) in refused {
        let mut connection = Connection::open(server.address());
        connection.write(&request.bytes());
        connection.finish_writing();
        let answer = connection.response();
        table.check(name, Want::AnyError.objection(answer.as_ref()));
    }
    let fine: Vec<(&str, Request)> = vec![
        ("chunks", post().header("Transfer-Encoding", "chunked").body(chunk(&whoami))),
        ("Chunked", post().header("Transfer-Encoding", "Chunked").body(chunk(&whoami))),
        (
            "a chunk with an extension",
            post()
                .header("Transfer-Encoding", "chunked")
                .body(format!("{:x};a=b\r\n{whoami}\r\n0\r\n\r\n", whoami.len())),
        ),
        (
            "the same length twice",
            post()
                .header("Content-Length", length.clone())
                .header("Content-Length", length.clone())
                .body(whoami.clone()),
        ),
        (
            "a continuation is expected",
            post()
                .header("Expect", "100-continue")
                .header("Content-Length", length.clone())
                .body(whoami.clone()),
        ),
    ];
    for (name, request) in fine {
        table.case(name, &request, &Want::Said("alice"));
    }
    let trailer = format!(
        "{:x}\r\n{whoami}\r\n0\r\nAuthorization: Bearer {}\r\nHost: evil.example\r\n\r\n",
        whoami.len(),
        server.keys.admin
    );
    table.case(
        "trailers change nothing",
        &post().header("Transfer-Encoding", "chunked").body(trailer),
        &Want::Said("alice"),
    );
    table.finish("framing");
}

#[test]
fn there_is_no_way_around_by_another_protocol() {
    let server = shared();
    let alice = &server.keys.reader;
    let settings = |request: Request| {
        request
            .header("Connection", "Upgrade, HTTP2-Settings")
            .header("Upgrade", "h2c")
            .header("HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA")
    };
    let websocket = |request: Request| {
        request
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("Sec-WebSocket-Version", "13")
    };
    let tls = |request: Request| request.header("Connection", "Upgrade").header("Upgrade", "TLS/1.3");
    let mut table = Table::of(server);
    table
        .case("h2c of nobody", &settings(Request::call("about")), &Want::NoCredential)
        .case("h2c of a reader", &settings(Request::call("delete_all").bearer(alice)), &Want::Forbidden)
        .case("h2c, nothing denied", &settings(Request::call("whoami").bearer(alice)), &Want::Said("alice"))
        .case("h2c with GET", &settings(Request::post("")).line("GET /mcp HTTP/1.1"), &Want::Turned(405))
        .case("websocket of nobody", &websocket(Request::call("about")), &Want::NoCredential)
        .case(
            "websocket with GET",
            &websocket(Request::post("")).line("GET /mcp HTTP/1.1"),
            &Want::Turned(405),
        )
        .case(
            "websocket of a reader",
            &websocket(Request::call("delete_all").bearer(alice)),
            &Want::Forbidden,
        )
        .case("TLS", &tls(Request::call("about")), &Want::NoCredential)
        .case(
            "Authorization named in Connection",
            &Request::call("about").bearer("x").header("Connection", "Authorization"),
            &Want::BadCredential,
        )
        .case(
            "Host named in Connection",
            &Request::call("about").header("Connection", "close, Host"),
            &Want::NoCredential,
        )
        .bytes(
            "the preface of HTTP/2",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
            &Want::AnyError,
        )
        .bytes("a TLS hello", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n", &Want::AnyError)
        .bytes(
            "a proxy's preface",
            b"PROXY TCP4 10.0.0.1 127.0.0.1 1 2\r\nPOST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
            &Want::AnyError,
        )
        .bytes("SSH", b"SSH-2.0-x\r\n\r\n", &Want::AnyError);
    table.finish("other protocols");
}
