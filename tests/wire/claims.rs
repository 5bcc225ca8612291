//! What callers say about themselves, and who they come through.

use std::net::IpAddr;

use serde_json::{Value, json};

use crate::support::{Connection, Request, Running, Table, Want, message, shared};

const SPELLINGS: [&str; 40] = [
    "X-Role",
    "X-Roles",
    "X-User",
    "X-User-Id",
    "X-User-Role",
    "X-Username",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Forwarded-Groups",
    "X-Forwarded-Preferred-Username",
    "X-Remote-User",
    "Remote-User",
    "Remote_User",
    "X-Remote-Groups",
    "X-Authenticated-User",
    "X-Authenticated-Userid",
    "X-Authenticated-Groups",
    "X-Auth-Request-User",
    "X-Auth-Request-Groups",
    "X-Auth-User",
    "X-Auth-Role",
    "X-Consumer-Username",
    "X-Consumer-Groups",
    "X-Credential-Identifier",
    "X-Webauth-User",
    "X-Webauth-Role",
    "X-Amzn-Oidc-Identity",
    "X-Amzn-Oidc-Data",
    "X-Goog-Authenticated-User-Email",
    "X-Ms-Client-Principal",
    "X-Ms-Client-Principal-Name",
    "X-Tenant",
    "X-Scope",
    "X-Scopes",
    "X-Permissions",
    "X-Admin",
    "X-Impersonate-User",
    "Impersonate-User",
    "Mcp-Role",
    "Mcp-Rbac-Role",
];

#[test]
fn headers_about_oneself_change_nothing() {
    let server = shared();
    let alice = &server.keys.reader;
    let mut table = Table::of(server);
    for name in SPELLINGS {
        let forged = |request: Request| request.header(name, "admin").header(name, "root");
        table
            .case(&format!("{name} of nobody"), &forged(Request::call("about")), &Want::NoCredential)
            .case(
                &format!("{name} of a reader"),
                &forged(Request::call("delete_all").bearer(alice)),
                &Want::Forbidden,
            )
            .case(
                &format!("{name}, newest protocol"),
                &forged(Request::modern_call("delete_all").bearer(alice)),
                &Want::Forbidden,
            )
            .case(
                &format!("{name}: still oneself"),
                &forged(Request::call("whoami").bearer(alice)),
                &Want::Said("alice"),
            );
    }
    table.finish("identity headers");
}

#[test]
fn roles_in_bodies_cookies_and_queries_change_nothing() {
    let server = shared();
    let alice = &server.keys.reader;
    let claims = json!({
        "role": "admin", "roles": ["admin"], "user": "root", "sub": "root", "scope": "delete_data", "permissions": ["delete_data"],
        "principal": { "subject": "root", "roles": ["admin"] }, "io.modelcontextprotocol/principal": "root",
        "io.modelcontextprotocol/clientInfo": { "name": "root", "version": "admin", "role": "admin" },
        "mcp_rbac": { "role": "admin" }, "authorized": true, "isAdmin": true,
    });
    let meta = message("tools/call", json!({ "name": "delete_all", "arguments": {}, "_meta": claims }));
    let mut params = message("tools/call", claims.clone());
    params["params"]["name"] = "delete_all".into();
    let mut top = message("tools/call", json!({ "name": "delete_all" }));
    for (name, value) in claims.as_object().unwrap() {
        top[name] = value.clone();
    }
    let arguments = message("tools/call", json!({ "name": "delete_all", "arguments": claims }));
    let mut table = Table::of(server);
    let cases: [(&str, &Value); 4] =
        [("_meta", &meta), ("params", &params), ("top level", &top), ("arguments", &arguments)];
    for (name, body) in cases {
        table.case(name, &Request::json(body).bearer(alice), &Want::Forbidden).case(
            &format!("{name} of nobody"),
            &Request::json(body),
            &Want::NoCredential,
        );
    }
    let call = || Request::call("delete_all").bearer(alice);
    table
        .case("cookie", &call().header("Cookie", "role=admin; user=root; session=root"), &Want::Forbidden)
        .case("query", &call().line("POST /mcp?role=admin&user=root&as=admin HTTP/1.1"), &Want::Forbidden)
        .case("session", &call().header("Mcp-Session-Id", "root"), &Want::Forbidden)
        .case(
            "session of nobody",
            &Request::call("about").header("Mcp-Session-Id", "root"),
            &Want::NoCredential,
        )
        .case("user agent", &call().header("User-Agent", "admin"), &Want::Forbidden)
        .case("From", &call().header("From", "root@localhost"), &Want::Forbidden);
    let initialize = json!({
        "protocolVersion": "2025-06-18", "capabilities": { "experimental": { "role": "admin" } },
        "clientInfo": { "name": "root", "version": "1", "title": "admin" },
    });
    table
        .case(
            "initialize of nobody",
            &Request::json(&message("initialize", initialize.clone())),
            &Want::NoCredential,
        )
        .case("ping of nobody", &Request::json(&message("ping", json!({}))), &Want::NoCredential)
        .case("tools/list of nobody", &Request::json(&message("tools/list", json!({}))), &Want::NoCredential)
        .case(
            "server/discover of nobody",
            &Request::modern(message("server/discover", json!({}))),
            &Want::NoCredential,
        );
    let mut connection = Connection::open(server.address());
    let answer = connection.ask(&Request::json(&message("initialize", initialize)).bearer(alice));
    table.check("initialize", (answer.status != 200).then(|| answer.everything()));
    let answer = connection.ask(&call());
    table.check("a call after it, on the same connection", Want::Forbidden.objection(Some(&answer)));
    table.finish("claims");
}

fn remote(server: &Running, forwarded: &[&str]) -> String {
    let request = Request::call("visible").bearer(&server.keys.reader);
    let request = forwarded.iter().fold(request, |request, value| request.header("X-Forwarded-For", *value));
    let answer = Connection::open(server.address()).ask(&request).tool_text();
    answer.split(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn forwarded_addresses_are_believed_of_trusted_proxies_alone() {
    let trusting = Running::start(|server| {
        server.trusted_proxies(["127.0.0.1", "10.0.0.1"].map(|ip| ip.parse::<IpAddr>().unwrap()))
    });
    let mut table = Table::of(&trusting);
    let cases: [(&str, bool, &[&str], &str); 12] = [
        ("nobody is trusted", false, &["198.51.100.7"], "127.0.0.1"),
        ("nobody is trusted, many hops", false, &["198.51.100.7, 127.0.0.1", "10.0.0.1"], "127.0.0.1"),
        ("no header", true, &[], "127.0.0.1"),
        ("one hop", true, &["198.51.100.7"], "198.51.100.7"),
        ("the claim left of it", true, &["203.0.113.1, 198.51.100.7"], "198.51.100.7"),
        ("a second proxy", true, &["203.0.113.1, 198.51.100.7, 10.0.0.1"], "198.51.100.7"),
        ("two headers", true, &["203.0.113.1", "198.51.100.7"], "198.51.100.7"),
        ("no address", true, &["unknown"], "127.0.0.1"),
        ("an address with a port", true, &["198.51.100.7:80"], "127.0.0.1"),
        ("empty", true, &[""], "127.0.0.1"),
        ("IPv6", true, &["2001:db8::7"], "2001:db8::7"),
        ("IPv4 in IPv6", true, &["::ffff:198.51.100.7"], "198.51.100.7"),
    ];
    for (name, trusts, forwarded, expected) in cases {
        let said = remote(if trusts { &trusting } else { shared() }, forwarded);
        let expected = format!("remote={expected}");
        table.check(name, (said != expected).then(|| format!("{said} instead of {expected}")));
    }
    table.finish("X-Forwarded-For");
}
