//! Every route of the application: one of them leads to tools.

use axum::Router;
use mcp_rbac::Server;

use super::{
    App,
    app::{Nested, ROUTES},
};
use crate::{
    app::{notified, rbac::POLICY},
    support::{Connection, Request, Running, Table, Want},
};

#[test]
fn one_route_reaches_tools() {
    let app = App::start(|server| server);
    let admin = &app.server.keys.admin;
    let paths = ROUTES.map(|route| route.replace("{thing}", "thing").replace("{*rest}", "x/y"));
    let others = [
        "/get",
        "/api",
        "/api/",
        "/api/mcp/",
        "/api//mcp",
        "//api/mcp",
        "/API/mcp",
        "/api/MCP",
        "/api/mcp%2f",
        "/api/mcp;x",
        "/api/./mcp",
        "/api/../mcp",
        "/x/../api/mcp",
        "/api/api/mcp",
        "/mcp/api/mcp",
        "/api%2fmcp",
        "/nothing",
    ];
    let mut table = Table::of(&app.server);
    let before = notified();
    for path in paths.iter().map(String::as_str).chain(others) {
        for method in ["POST", "GET", "PUT", "DELETE", "PATCH"] {
            for (who, request) in [
                ("admin", Request::call("notify_me").bearer(admin)),
                ("admin, newest protocol", Request::modern_call("notify_me").bearer(admin)),
                ("nobody", Request::call("about")),
            ] {
                let request = request.line(format!("{method} {path} HTTP/1.1"));
                let answer = Connection::open(app.server.address()).ask(&request);
                let own = answer.text() == "the application's own"
                    || answer.status == 405 && answer.body.is_empty();
                table.check(&format!("{method} {path} {who}"), (!own).then(|| answer.everything()));
            }
        }
    }
    assert_eq!(notified(), before, "a tool ran");
    let percent = Request::call("whoami").line("POST /api/%6dcp HTTP/1.1");
    table.case("percent-encoded, nobody", &percent, &Want::Status(200));
    table.case("the one", &Request::call("notify_me").bearer(admin).nested(), &Want::Said("notified"));
    assert_eq!(notified(), before + 1);
    table.finish("nested, routes");
}

/// As a service it is whatever is beneath its path, and guards all of it.
#[test]
fn a_service_guards_everything_beneath_it() {
    let server = Running::nested(|server| {
        Router::new()
            .nest_service("/deep", server.into_service().unwrap())
            .route("/beside", axum::routing::any(|| async { "beside" }))
    });
    let alice = &server.keys.reader;
    let mut table = Table::of(&server);
    for path in ["/deep", "/deep/", "/deep/x/y", "/deep/../beside"] {
        let to = |request: Request| request.line(format!("POST {path} HTTP/1.1"));
        table
            .case(&format!("{path} of nobody"), &to(Request::call("about")), &Want::NoCredential)
            .case(&format!("{path} denied"), &to(Request::call("delete_all").bearer(alice)), &Want::Forbidden)
            .case(
                &format!("{path} allowed"),
                &to(Request::call("whoami").bearer(alice)),
                &Want::Said("alice"),
            );
    }
    let beside = Request::call("whoami").bearer(alice).line("POST /beside HTTP/1.1");
    let answer = Connection::open(server.address()).ask(&beside);
    table.check("beside", (answer.text() != "beside").then(|| answer.everything()));
    table.finish("nested, as a service");
}

/// Two endpoints of one application, of which one has fewer tools, share nothing.
#[test]
fn two_endpoints_share_nothing() {
    let server = Running::nested(|server| {
        let narrow = Server::new(&POLICY)
            .select(|tool| tool.name() == "about")
            .allow_anonymous()
            .http("127.0.0.1:0")
            .into_router()
            .unwrap();
        Router::new().nest("/api", server.into_router().unwrap()).nest("/open", narrow)
    });
    let alice = &server.keys.reader;
    let open = |request: Request| request.line("POST /open/mcp HTTP/1.1");
    let mut table = Table::of(&server);
    table
        .case("open to all", &open(Request::call("about")), &Want::Said("about"))
        .case("and with nothing else", &open(Request::call("whoami")), &Want::Error(200, -32602))
        .case(
            "the keys of the one are none of the other's",
            &open(Request::call("about").bearer(alice)),
            &Want::BadCredential,
        )
        .case("the other is not open", &Request::call("about").nested(), &Want::NoCredential)
        .case("and has its keys", &Request::call("whoami").bearer(alice).nested(), &Want::Said("alice"));
    table.finish("nested, twice");
}
