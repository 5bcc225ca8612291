//! Methods of HTTP, and everything that is not the endpoint.

use crate::support::{Connection, Request, Table, Want, shared};

#[test]
fn only_post_is_spoken() {
    let server = shared();
    let alice = &server.keys.reader;
    let mut table = Table::of(server);
    for method in [
        "GET", "DELETE", "OPTIONS", "PUT", "PATCH", "TRACE", "PROPFIND", "QUERY", "post", "Post", "POSTT",
        "MKCOL", "SEARCH",
    ] {
        for (who, request) in [
            ("nobody", Request::call("delete_all")),
            ("a reader", Request::call("delete_all").bearer(alice)),
            ("an admin", Request::call("delete_all").bearer(&server.keys.admin)),
        ] {
            table.case(
                &format!("{method} of {who}"),
                &request.line(format!("{method} /mcp HTTP/1.1")),
                &Want::Turned(405),
            );
        }
    }
    for header in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let request = Request::call("delete_all").bearer(&server.keys.admin).header(header, "POST");
        table.case(header, &request.line("GET /mcp HTTP/1.1"), &Want::Turned(405));
    }
    table
        .case(
            "method in the query",
            &Request::call("delete_all").line("GET /mcp?_method=POST HTTP/1.1"),
            &Want::Turned(405),
        )
        .case(
            "an event stream",
            &Request::post("").line("GET /mcp HTTP/1.1").bearer(alice).with("Accept", "text/event-stream"),
            &Want::Turned(405),
        )
        .case(
            "an event stream to be resumed",
            &Request::post("")
                .line("GET /mcp HTTP/1.1")
                .bearer(alice)
                .header("Last-Event-ID", "0")
                .header("Mcp-Session-Id", "1"),
            &Want::Turned(405),
        )
        .case(
            "a preflight",
            &Request::post("")
                .line("OPTIONS /mcp HTTP/1.1")
                .header("Origin", "https://evil.example")
                .header("Access-Control-Request-Method", "POST"),
            &Want::Turned(403),
        )
        .case(
            "CONNECT",
            &Request::post("").line("CONNECT 127.0.0.1:80 HTTP/1.1").with("Host", "127.0.0.1:80"),
            &Want::AnyError,
        )
        .case("OPTIONS *", &Request::post("").line("OPTIONS * HTTP/1.1"), &Want::AnyError)
        .case("no method", &Request::call("delete_all").line(" /mcp HTTP/1.1"), &Want::AnyError)
        .case("no target", &Request::call("delete_all").line("POST HTTP/1.1"), &Want::AnyError)
        .case("HTTP/0.9", &Request::call("delete_all").line("POST /mcp"), &Want::AnyError)
        .case("HTTP/1.2", &Request::call("delete_all").line("POST /mcp HTTP/1.2"), &Want::AnyError)
        .case("HTTP/2.0", &Request::call("delete_all").line("POST /mcp HTTP/2.0"), &Want::AnyError)
        .case("HTTP/1.0", &Request::call("whoami").line("POST /mcp HTTP/1.0"), &Want::NoCredential)
        .case(
            "HTTP/1.0 with a key",
            &Request::call("delete_all").line("POST /mcp HTTP/1.0").bearer(alice),
            &Want::Forbidden,
        )
        .case("http/1.1", &Request::call("delete_all").line("POST /mcp http/1.1"), &Want::AnyError);
    // its answer is a head that promises a body, and no body
    let mut connection = Connection::open(server.address());
    connection.write(&Request::post("").line("HEAD /mcp HTTP/1.1").bearer(alice).bytes());
    let answer = connection.bodiless();
    table.check(
        "HEAD",
        (answer.status != 405 || answer.header("mcp-rbac-record").is_none()).then(|| answer.everything()),
    );
    table.finish("methods");
}

#[test]
fn there_is_no_other_route() {
    let server = shared();
    let mut table = Table::of(server);
    let paths = [
        "/",
        "/mcp/",
        "/mcp//",
        "//mcp",
        "/mcp/x",
        "/MCP",
        "/Mcp",
        "/mcp.json",
        "/mcp;x",
        "/mcp%2f",
        "/mcp%00",
        "/%2e/mcp",
        "/./mcp",
        "/../mcp",
        "/x/../mcp",
        "/mcp/../mcp",
        "/mcp/..;/mcp",
        "/sse",
        "/messages",
        "/message",
        "/health",
        "/healthz",
        "/ready",
        "/metrics",
        "/debug",
        "/admin",
        "/status",
        "/version",
        "/favicon.ico",
        "/robots.txt",
        "/.git/config",
        "/login",
        "/register",
        "/authorize",
        "/token",
        "/oauth/token",
        "/.well-known/oauth-protected-resource",
        "/.well-known/oauth-protected-resource/mcp",
        "/.well-known/oauth-authorization-server",
        "/.well-known/oauth-authorization-server/mcp",
        "/.well-known/openid-configuration",
        "/.well-known/mcp.json",
    ];
    for path in paths {
        for method in ["GET", "POST"] {
            let request = Request::call("delete_all")
                .bearer(&server.keys.admin)
                .line(format!("{method} {path} HTTP/1.1"));
            table.case(&format!("{method} {path}"), &request, &Want::Turned(404));
        }
    }
    let alice = &server.keys.reader;
    for (name, line) in [
        ("percent-encoded", "POST /%6dcp HTTP/1.1"),
        ("query", "POST /mcp? HTTP/1.1"),
        ("fragment", "POST /mcp#/x HTTP/1.1"),
        ("absolute", "POST http://127.0.0.1/mcp HTTP/1.1"),
        ("backslash", "POST /\\mcp HTTP/1.1"),
        ("no slash", "POST mcp HTTP/1.1"),
    ] {
        // whatever it is taken for: nobody gets through, and a reader stays a reader
        table.case(&format!("{name}, nobody"), &Request::call("about").line(line), &Want::AnyError);
        table.case(
            &format!("{name}, reader"),
            &Request::call("delete_all").bearer(alice).line(line),
            &Want::AnyError,
        );
    }
    table.finish("routes");
}
