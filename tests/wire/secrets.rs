//! Secrets: no answer, no tool and no event of any library contains one.

use crate::support::{Connection, Request, Running, Table, call, leaks, message, watch_for};

#[test]
fn credentials_are_seen_by_nobody() {
    let server = Running::open();
    let keys = &server.keys;
    // presented and bad, under schemes and in forms that are refused at different places
    let canaries = ["c4n4ry-b34r3r", "Y2FuYXJ5OmJhc2lj", "c4n4ry-f0rm", "c4n4ry-pr0xy", "c4n4ry-sec0nd"];
    let secrets: Vec<String> =
        [&keys.reader, &keys.admin, &keys.bob, &keys.revoked, &keys.expired, &keys.early]
            .into_iter()
            .map(|key| key[20..63].to_owned())
            .chain(canaries.map(str::to_owned))
            .collect();
    watch_for(secrets.clone());
    let mut requests: Vec<(String, Request)> = Vec::new();
    for tool in ["whoami", "visible", "delete_all", "explode", "nothing"] {
        for key in [&keys.reader, &keys.revoked, &keys.expired, &keys.early] {
            requests.push((format!("{tool} {}", &key[..20]), Request::call(tool).bearer(key)));
            requests.push((format!("{tool} {}, newest", &key[..20]), Request::modern_call(tool).bearer(key)));
        }
    }
    let visible = || Request::call("visible");
    let alice = || visible().bearer(&keys.reader);
    let named = [
        ("scheme", visible().header("Authorization", "Basic Y2FuYXJ5OmJhc2lj")),
        ("bearer", visible().bearer("c4n4ry-b34r3r")),
        ("no space", visible().header("Authorization", "Bearer\tc4n4ry-f0rm")),
        ("two", alice().header("Authorization", "Bearer c4n4ry-sec0nd")),
        ("upper case name", visible().header("AUTHORIZATION", format!("bearer {}", keys.bob))),
        ("two spaces", visible().header("Authorization", format!("Bearer  {}", keys.bob))),
        ("of a proxy", alice().header("Proxy-Authorization", "Basic c4n4ry-pr0xy")),
        (
            "of a proxy, twice",
            alice()
                .header("Proxy-Authorization", "a c4n4ry-pr0xy")
                .header("proxy-authorization", "b c4n4ry-pr0xy"),
        ),
        ("list", Request::json(&message("tools/list", serde_json::json!({}))).bearer(&keys.admin)),
        ("initialize", Request::json(&message("initialize", serde_json::json!({}))).bearer(&keys.admin)),
        ("GET", Request::post("").line("GET /mcp HTTP/1.1").bearer(&keys.admin)),
        ("foreign host", alice().with("Host", "evil.example")),
        ("foreign page", alice().header("Origin", "https://evil.example")),
        ("no such path", alice().line("POST /x HTTP/1.1")),
        ("no JSON", alice().body("{")),
        ("unknown method", Request::json(&message("x", serde_json::json!({}))).bearer(&keys.admin)),
        ("bad framing", alice().header("Content-Length", "x").body(call("visible").to_string())),
        ("bad head", alice().header("X-A", "b\0c")),
        (
            "too many headers",
            (0..70).fold(alice(), |request, number| request.header(&format!("X-{number}"), "x")),
        ),
    ];
    requests.extend(named.map(|(name, request)| (name.to_owned(), request)));
    let mut table = Table::of(&server);
    for (name, request) in requests {
        let mut connection = Connection::open(server.address());
        connection.write(&request.bytes());
        connection.finish_writing();
        let answer = connection.response().map(|answer| answer.everything()).unwrap_or_default();
        table.check(&name, secrets.iter().any(|secret| answer.contains(secret.as_str())).then_some(answer));
    }
    // what a tool sees is the request without it, and who it is from
    let seen = Connection::open(server.address()).ask(&alice()).tool_text();
    let right = seen.contains("\"host\"")
        && !seen.to_ascii_lowercase().contains("authorization")
        && !seen.contains("Bearer");
    table.check("a tool sees the other headers", (!right).then_some(seen));
    let leaks = leaks();
    table.check("events", (!leaks.is_empty()).then(|| leaks.join("\n")));
    table.finish("secrets");
}
