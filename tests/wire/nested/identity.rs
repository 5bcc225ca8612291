//! Who called is known to the application; the credential is nobody's to see.

use std::net::{IpAddr, Ipv4Addr};

use axum::{Extension, Router, middleware};
use mcp_rbac::{Principal, RemoteAddress};

use super::{App, app::Nested};
use crate::{
    app::rbac::{POLICY, Role},
    support::{Connection, Request, Running, Table, Want, leaks, watch_for},
};

#[test]
fn layers_see_who_called_and_what_came_of_it() {
    let app = App::start(|server| server.max_body_bytes(1000));
    let alice = &app.server.keys.reader;
    let long = "x".repeat(2000);
    for (request, seen) in [
        (Request::call("whoami").bearer(alice), "200 alice"),
        (Request::modern_call("whoami").bearer(alice), "200 alice"),
        (Request::call("delete_all").bearer(alice), "403 alice"),
        (Request::call("explode").bearer(alice), "200 alice"),
        (Request::call("nothing").bearer(alice), "200 alice"),
        (Request::post("{").bearer(alice), "415 alice"),
        (Request::post(long).bearer(alice), "413 alice"),
        (Request::call("whoami"), "401 nobody"),
        (Request::call("whoami").bearer("x"), "401 nobody"),
        (Request::call("whoami").bearer(alice).header("Authorization", "x"), "400 nobody"),
        (Request::call("whoami").bearer(alice).with("Host", "evil.example"), "403 nobody"),
    ] {
        let answer = Connection::open(app.server.address()).ask(&request.nested());
        assert_eq!(app.seen(), [seen], "{}", answer.everything());
    }
}

#[test]
fn nobody_sees_the_credential() {
    let app = App::start(|server| server);
    let keys = &app.server.keys;
    let canaries = ["c4n4ry-n3st3d", "c4n4ry-f0rm3d"];
    let secrets: Vec<String> = [&keys.reader, &keys.revoked]
        .map(|key| key[20..63].to_owned())
        .into_iter()
        .chain(canaries.map(str::to_owned))
        .collect();
    watch_for(secrets.clone());
    let mut table = Table::of(&app.server);
    for (name, request) in [
        ("allowed", Request::call("visible").bearer(&keys.reader)),
        ("allowed, newest protocol", Request::modern_call("visible").bearer(&keys.reader)),
        ("denied", Request::call("delete_all").bearer(&keys.reader)),
        ("revoked", Request::call("visible").bearer(&keys.revoked)),
        ("of no kind", Request::call("visible").bearer("c4n4ry-n3st3d")),
        ("malformed", Request::call("visible").header("Authorization", "c4n4ry-f0rm3d")),
        ("two", Request::call("visible").bearer(&keys.reader).bearer("c4n4ry-n3st3d")),
        (
            "of a proxy",
            Request::call("visible")
                .bearer(&keys.reader)
                .header("Proxy-Authorization", "Basic c4n4ry-n3st3d"),
        ),
        ("a panic", Request::call("explode").bearer(&keys.reader)),
        ("foreign host", Request::call("visible").bearer(&keys.reader).with("Host", "evil.example")),
        ("no JSON", Request::post("{").bearer(&keys.reader)),
    ] {
        let answer = Connection::open(app.server.address()).ask(&request.nested());
        let told = secrets.iter().any(|secret| answer.everything().contains(secret));
        table.check(name, told.then(|| answer.everything()));
    }
    let seen = Connection::open(app.server.address())
        .ask(&Request::call("visible").bearer(&keys.reader).nested())
        .tool_text();
    let right = seen.contains("\"host\"")
        && !seen.to_ascii_lowercase().contains("authorization")
        && !seen.contains("Bearer");
    table.check("a tool sees the other headers", (!right).then(|| seen.clone()));
    table.check("and who called", (!seen.contains("alice")).then_some(seen));
    // the layer that logs the headers of every request is outside, and one outside of it says which are secret
    let leaks = leaks();
    table.check("events", (!leaks.is_empty()).then(|| leaks.join("\n")));
    table.finish("nested, secrets");
}

#[test]
fn an_identity_that_somebody_else_put_there_is_none() {
    let forged = Principal::builder(&POLICY, "mallory").role(Role::Admin).build().unwrap();
    let system = Principal::system("mallory", Role::Admin);
    for principal in [forged, system] {
        let server = Running::nested(|server| {
            server.into_router().unwrap().layer(Extension(principal)).layer(middleware::from_fn(
                |mut request: axum::extract::Request, next: middleware::Next| async move {
                    for name in ["x-user", "x-role", "x-forwarded-user", "x-principal"] {
                        request.headers_mut().insert(name, "admin".parse().unwrap());
                    }
                    next.run(request).await
                },
            ))
        });
        let alice = &server.keys.reader;
        let mut table = Table::of(&server);
        table
            .case("nobody", &Request::call("whoami"), &Want::NoCredential)
            .case("alice", &Request::call("whoami").bearer(alice), &Want::Said("alice"))
            .case("alice, denied", &Request::call("delete_all").bearer(alice), &Want::Forbidden)
            .case("what tools see", &Request::call("visible").bearer(alice), &Want::Said("alice"));
        let seen =
            Connection::open(server.address()).ask(&Request::call("visible").bearer(alice)).tool_text();
        table.check("and nothing of the other", seen.contains("mallory").then_some(seen));
        table.finish("forged identities");
    }
}

/// Whoever serves the endpoint says where a request came from.
#[test]
fn the_address_is_the_applications_to_say() {
    let address = RemoteAddress(IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7)));
    let server = Running::nested(|server| {
        Router::new().merge(server.into_router().unwrap()).layer(Extension(address))
    });
    let request =
        Request::call("visible").bearer(&server.keys.reader).header("X-Forwarded-For", "203.0.113.9");
    let seen = Connection::open(server.address()).ask(&request).tool_text();
    assert!(seen.starts_with("remote=198.51.100.7 "), "{seen}");
}
