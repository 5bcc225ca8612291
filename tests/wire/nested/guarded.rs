//! What is checked of a request is checked here as well.

use super::{AT, App, app::Nested};
use crate::support::{Connection, Request, Table, Want};

#[test]
fn the_endpoint_is_guarded_as_on_its_own() {
    let app = App::start(|server| server);
    let keys = &app.server.keys;
    let alice = || Request::call("whoami").bearer(&keys.reader).nested();
    let mut table = Table::of(&app.server);
    for (name, request, want) in [
        ("reader", alice(), Want::Said("alice")),
        ("reader, newest protocol", Request::modern_call("whoami").bearer(&keys.reader), Want::Said("alice")),
        ("reader, denied", Request::call("delete_all").bearer(&keys.reader), Want::Forbidden),
        ("denied, newest protocol", Request::modern_call("delete_all").bearer(&keys.reader), Want::Forbidden),
        ("admin", Request::call("whoami").bearer(&keys.admin), Want::Said("root")),
        ("nobody", Request::call("whoami"), Want::NoCredential),
        ("nobody, public tool", Request::call("about"), Want::NoCredential),
        ("nobody, unknown tool", Request::call("nothing"), Want::NoCredential),
        ("bad key", Request::call("whoami").bearer("x"), Want::BadCredential),
        ("revoked", Request::call("whoami").bearer(&keys.revoked), Want::BadCredential),
        ("expired", Request::call("whoami").bearer(&keys.expired), Want::BadCredential),
        ("two headers", Request::call("whoami").bearer(&keys.reader).bearer(&keys.admin), Want::Malformed),
        ("no scheme", Request::call("whoami").header("Authorization", "x"), Want::Malformed),
        ("foreign host", alice().with("Host", "evil.example"), Want::Turned(403)),
        ("two hosts", alice().header("Host", "127.0.0.1"), Want::Turned(403)),
        ("foreign page", alice().header("Origin", "https://evil.example"), Want::Turned(403)),
        // CORS lets it ask, the server does not let it in
        ("page that CORS alone knows", alice().header("Origin", "https://other.example"), Want::Turned(403)),
        (
            "two pages",
            alice().header("Origin", "null").header("Origin", "http://127.0.0.1"),
            Want::Turned(403),
        ),
        (
            "unknown method",
            Request::json(&crate::support::message("prompts/list", serde_json::json!({})))
                .bearer(&keys.reader),
            Want::Refused(200, -32601),
        ),
        ("no JSON", Request::post("{").bearer(&keys.reader), Want::Turned(415)),
    ] {
        table.case(name, &request.nested(), &want);
    }
    for method in ["GET", "DELETE", "PUT", "PATCH", "PROPFIND"] {
        let request = alice().line(format!("{method} {AT} HTTP/1.1"));
        table.case(method, &request, &Want::Turned(405));
    }
    for (name, line, want) in [
        ("absolute target", format!("POST http://127.0.0.1{AT} HTTP/1.1"), Want::Said("alice")),
        (
            "absolute target of another host",
            format!("POST http://evil.example{AT} HTTP/1.1"),
            Want::Turned(403),
        ),
        ("a query", format!("POST {AT}?access_token=x HTTP/1.1"), Want::Said("alice")),
    ] {
        table.case(name, &alice().line(line), &want);
    }
    table.case(
        "a token in the query",
        &Request::call("whoami").line(format!("POST {AT}?access_token={} HTTP/1.1", keys.reader)),
        &Want::NoCredential,
    );
    table.finish("nested");
}

#[test]
fn its_limits_hold() {
    let app =
        App::start(|server| server.max_body_bytes(1000).call_deadline(std::time::Duration::from_secs(1)));
    let alice = &app.server.keys.reader;
    let mut table = Table::of(&app.server);
    table
        .case("a large body", &Request::post("x".repeat(2000)).bearer(alice).nested(), &Want::Turned(413))
        .case("a slow tool", &Request::call("sleepy").bearer(alice).nested(), &Want::TooLate);
    assert_eq!(app.seen(), ["413 alice", "504 alice"]);
    table.finish("nested, limits");
}

#[test]
fn requests_of_one_connection_are_their_senders() {
    let app = App::start(|server| server);
    let keys = &app.server.keys;
    let mut connection = Connection::open(app.server.address());
    let mut table = Table::of(&app.server);
    for (name, request, want) in [
        ("alice", Request::call("whoami").bearer(&keys.reader), Want::Said("alice")),
        ("nobody", Request::call("whoami"), Want::NoCredential),
        ("root", Request::call("whoami").bearer(&keys.admin), Want::Said("root")),
        ("nobody after root", Request::modern_call("whoami"), Want::NoCredential),
        ("bob", Request::call("whoami").bearer(&keys.bob), Want::Said("bob")),
    ] {
        let answer = connection.ask(&request.nested());
        table.check(name, want.objection(Some(&answer)));
    }
    assert_eq!(app.seen(), ["200 alice", "401 nobody", "200 root", "401 nobody", "200 bob"]);
    table.finish("nested, one connection");
}
