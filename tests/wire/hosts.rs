//! Names that callers give the server, and pages that ask it.

use crate::support::{Request, Running, Table, Want, shared};

fn call(server: &Running) -> Request {
    Request::call("whoami").bearer(&server.keys.reader)
}

#[test]
fn on_this_machine_it_answers_to_its_names() {
    let server = shared();
    let mut table = Table::of(server);
    for host in [
        "127.0.0.1",
        "127.0.0.1:8080",
        "localhost",
        "LOCALHOST",
        "localhost:1",
        "[::1]",
        "[::1]:8080",
        "127.0.0.1:65535",
    ] {
        table.case(&format!("{host:?}"), &call(server).with("Host", host), &Want::Said("alice"));
    }
    for host in [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil.example.localhost",
        "localhost.",
        "127.0.0.2",
        "0.0.0.0",
        "127.1",
        "2130706433",
        "0x7f.1",
        "[::]",
        "[::ffff:127.0.0.1]",
        "user@127.0.0.1",
        "127.0.0.1@evil.example",
        "evil.example@127.0.0.1",
        "user:pass@localhost",
        "",
        " ",
        "127.0.0.1:",
        "127.0.0.1:x",
        "127.0.0.1:99999",
        "127.0.0.1:-1",
        "127.0.0.1:80:80",
        "127.0.0.1:+80",
        "127.0.0.1, evil.example",
        "127.0.0.1 evil.example",
        "127.0.0.1/evil",
        "http://127.0.0.1",
        "127.0.0.1#x",
        "127.0.0.1?x",
        "127.0.0.1\\evil",
        "[::1",
        "::1",
        "[::1]evil.example",
        "[::1]:80evil",
        "[localhost]",
        "lоcalhost",
        "local%68ost",
        "*",
    ] {
        table.case(&format!("{host:?}, denied"), &call(server).with("Host", host), &Want::Turned(403));
    }
    table
        .case("none", &call(server).without("Host"), &Want::Turned(403))
        .case("none, HTTP/1.0", &call(server).without("Host").line("POST /mcp HTTP/1.0"), &Want::Turned(403))
        .case("the same twice", &call(server).header("Host", "127.0.0.1"), &Want::Turned(403))
        .case("two different", &call(server).header("Host", "evil.example"), &Want::Turned(403))
        .case(
            "two, the foreign first",
            &call(server).with("Host", "evil.example").header("Host", "127.0.0.1"),
            &Want::Turned(403),
        )
        .case("two names in other case", &call(server).header("hOST", "evil.example"), &Want::Turned(403))
        .case(
            "bytes that are no text",
            &call(server).with("Host", b"127.0.0.1\xff".to_vec()),
            &Want::Turned(403),
        )
        .case(
            "X-Forwarded-Host is not read",
            &call(server).header("X-Forwarded-Host", "evil.example"),
            &Want::Said("alice"),
        )
        .case(
            "a foreign one with a forwarded one",
            &call(server).with("Host", "evil.example").header("X-Forwarded-Host", "localhost"),
            &Want::Turned(403),
        )
        .case(
            "a foreign one with Forwarded",
            &call(server).with("Host", "evil.example").header("Forwarded", "host=localhost"),
            &Want::Turned(403),
        )
        .case(
            "a foreign one of nobody",
            &Request::call("about").with("Host", "evil.example"),
            &Want::Turned(403),
        )
        .case(
            "absolute target",
            &call(server).line("POST http://127.0.0.1/mcp HTTP/1.1"),
            &Want::Said("alice"),
        )
        .case(
            "absolute target, other name",
            &call(server).line("POST http://localhost/mcp HTTP/1.1"),
            &Want::Turned(403),
        )
        .case(
            "absolute target, foreign",
            &call(server).line("POST http://evil.example/mcp HTTP/1.1"),
            &Want::Turned(403),
        )
        .case(
            "absolute target, both foreign",
            &call(server).line("POST http://evil.example/mcp HTTP/1.1").with("Host", "evil.example"),
            &Want::Turned(403),
        )
        .case(
            "absolute target, other port",
            &call(server).line("POST http://127.0.0.1:81/mcp HTTP/1.1").with("Host", "127.0.0.1:80"),
            &Want::Turned(403),
        )
        .case(
            "absolute target without Host",
            &call(server).line("POST http://127.0.0.1/mcp HTTP/1.1").without("Host"),
            &Want::Turned(403),
        )
        .case(
            "absolute target with userinfo",
            &call(server).line("POST http://evil@127.0.0.1/mcp HTTP/1.1"),
            &Want::Turned(403),
        )
        .case(
            "absolute target and Host with userinfo",
            &call(server).line("POST http://evil@127.0.0.1/mcp HTTP/1.1").with("Host", "evil@127.0.0.1"),
            &Want::Turned(403),
        );
    table.finish("Host");
}

#[test]
fn no_page_may_ask_a_server_of_this_machine() {
    let server = shared();
    let mut table = Table::of(server);
    for origin in [
        "https://evil.example",
        "http://evil.example",
        "null",
        "NULL",
        "",
        " ",
        "*",
        "http://127.0.0.1",
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]",
        "https://localhost:443",
        "file://",
        "chrome-extension://abcdef",
        "https://127.0.0.1@evil.example",
        "https://localhost.evil.example",
        "about:blank",
        "data:text/html,x",
        "javascript:0",
        "https://",
    ] {
        table.case(&format!("{origin:?}"), &call(server).header("Origin", origin), &Want::Turned(403));
    }
    table
        .case(
            "two",
            &call(server).header("Origin", "https://a.example").header("Origin", "https://b.example"),
            &Want::Turned(403),
        )
        .case("bytes", &call(server).header("Origin", b"https://\xff".to_vec()), &Want::Turned(403))
        .case(
            "of nobody",
            &Request::call("about").header("Origin", "https://evil.example"),
            &Want::Turned(403),
        )
        .case(
            "newest protocol",
            &Request::modern_call("whoami").bearer(&server.keys.reader).header("Origin", "null"),
            &Want::Turned(403),
        )
        .case(
            "Referer is not read",
            &call(server).header("Referer", "https://evil.example/"),
            &Want::Said("alice"),
        )
        .case(
            "simple request of a page",
            &call(server).header("Origin", "https://evil.example").with("Content-Type", "text/plain"),
            &Want::Turned(403),
        );
    table.finish("Origin");
}

#[test]
fn a_public_server_answers_to_its_own_name_and_pages() {
    let server = Running::start(|server| {
        server
            .public_url("https://records.example/mcp")
            .behind_tls_proxy()
            .allow_origins(["https://app.example", "http://dev.example:3000"])
    });
    let call = || Request::call("whoami").bearer(&server.keys.reader).with("Host", "records.example");
    let mut table = Table::of(&server);
    for host in ["records.example", "RECORDS.example", "records.example:443"] {
        table.case(host, &call().with("Host", host), &Want::Said("alice"));
    }
    for host in [
        "127.0.0.1",
        "localhost",
        "evil.example",
        "www.records.example",
        "records.example.evil",
        "xrecords.example",
        "records.example.",
        "records.example@evil.example",
        "records.example:8080",
        "records.example:80",
        "records.example:99999",
        "records.example:",
        "records.example:443x",
    ] {
        table.case(host, &call().with("Host", host), &Want::Turned(403));
    }
    for origin in [
        "https://records.example",
        "https://records.example:443",
        "https://app.example",
        "HTTPS://APP.EXAMPLE",
        "http://dev.example:3000",
    ] {
        table.case(origin, &call().header("Origin", origin), &Want::Said("alice"));
    }
    for origin in [
        "http://records.example",
        "https://records.example:8443",
        "https://app.example.evil",
        "https://app.example/",
        "https://app.example/x",
        "https://x@app.example",
        "https://app.example:99999",
        "https://app.example:x",
        "https://app.example:",
        "http://app.example",
        "http://dev.example",
        "https://dev.example:3000",
        "null",
        "https://app.example, https://evil.example",
        "https://app.example https://evil.example",
        "https://app.example#",
        "https://app.example?",
        "https://APP.example\u{0}",
        "app.example",
        "//app.example",
        "https:app.example",
        "https://xapp.example",
        "wss://app.example",
    ] {
        table.case(
            &format!("origin {origin:?}"),
            &call().header("Origin", origin.replace('\u{0}', "%00")),
            &Want::Turned(403),
        );
    }
    table.finish("a public server");
}

#[test]
fn the_port_of_the_public_url_is_part_of_the_name() {
    let server =
        Running::start(|server| server.public_url("https://records.example:8443/mcp").behind_tls_proxy());
    let call = |host: &str| Request::call("whoami").bearer(&server.keys.reader).with("Host", host);
    let mut table = Table::of(&server);
    table
        .case("it", &call("records.example:8443"), &Want::Said("alice"))
        .case("none", &call("records.example"), &Want::Turned(403))
        .case("another", &call("records.example:443"), &Want::Turned(403))
        .case(
            "its page",
            &call("records.example:8443").header("Origin", "https://records.example:8443"),
            &Want::Said("alice"),
        )
        .case(
            "another page",
            &call("records.example:8443").header("Origin", "https://records.example"),
            &Want::Turned(403),
        );
    table.finish("a public port");
    let server =
        Running::start(|server| server.public_url("https://records.example:443/mcp").behind_tls_proxy());
    let call = |host: &str| Request::call("whoami").bearer(&server.keys.reader).with("Host", host);
    let mut table = Table::of(&server);
    // clients leave out the port that goes with the scheme
    table
        .case("it", &call("records.example:443"), &Want::Said("alice"))
        .case("none", &call("records.example"), &Want::Said("alice"))
        .case("another", &call("records.example:8443"), &Want::Turned(403));
    table.finish("the port of https");
}
