//! The server's half of the step-up of scopes (MCP 2026-07-28, basic/authorization, "Runtime Insufficient Scope Errors"), as
//! a conformance scenario that is proposed for it goes: two opaque tokens, of which one has the baseline alone, and four
//! operations that need two scopes more each. The client of the scenario is written here.

mod app;

use std::collections::HashMap;

use mcp_rbac::{
    OAuth, Server,
    oauth::{Introspection, Scopes, claim},
};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::support::{Answer, Issuer, Reply, now, send};
use app::rbac;

const LOW: &str = "mcp-conformance-scope-low";
const FULL: &str = "mcp-conformance-scope-full";

/// An operation, the name that a header mirrors, and the scopes that it needs.
const OPERATIONS: [(&str, &str, &str, &str); 4] = [
    (
        "tools/call",
        "name",
        "test_simple_text",
        "mcp:conformance:tools:call mcp:conformance:tools:test_simple_text",
    ),
    (
        "resources/read",
        "uri",
        "test://static-text",
        "mcp:conformance:resources:read mcp:conformance:resources:static",
    ),
    (
        "resources/read",
        "uri",
        "test://template/123/data",
        "mcp:conformance:resources:read mcp:conformance:resources:template:123",
    ),
    (
        "prompts/get",
        "name",
        "test_simple_prompt",
        "mcp:conformance:prompts:get mcp:conformance:prompts:test_simple_prompt",
    ),
];

struct Scenario {
    address: std::net::SocketAddr,
    _issuer: Issuer,
    _stop: oneshot::Sender<()>,
    _runtime: tokio::runtime::Runtime,
}

impl Scenario {
    fn begin() -> Self {
        let issuer = Issuer::start();
        let all =
            rbac::Permission::ALL.iter().map(|permission| permission.as_str()).collect::<Vec<_>>().join(" ");
        let says = |scope: &str| {
            json!({
                "active": true, "iss": issuer.url(), "aud": "https://scenario.example/mcp", "sub": "tester",
                "client_id": "conformance", "scope": scope, "roles": ["tester"], "exp": now() + 300,
            })
        };
        let tokens = [(LOW, says("mcp:conformance:baseline")), (FULL, says(&all))];
        let tokens = tokens.map(|(token, says)| (token.to_owned(), says));
        issuer.reply("/introspect", Reply::Tokens(HashMap::from(tokens)));
        let asking = Introspection::new(&format!("{}/introspect", issuer.url()), "server", "secret").unwrap();
        let tokens = OAuth::issuer(issuer.url())
            .unwrap()
            .audience("https://scenario.example/mcp")
            .scopes(Scopes::Limit)
            .roles(claim("roles").by_name())
            .introspect(asking);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let server = Server::new(&rbac::POLICY).authenticate(tokens).http("127.0.0.1:0");
        let listening = runtime.block_on(server.listen()).unwrap();
        let address = listening.address();
        let (stop, stopped) = oneshot::channel::<()>();
        runtime.spawn(listening.run(async {
            let _dropped = stopped.await;
        }));
        Self { address, _issuer: issuer, _stop: stop, _runtime: runtime }
    }

    fn ask(&self, token: &str, version: &str, method: &str, name: Option<&str>, mut params: Value) -> Answer {
        let mut head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\nAuthorization: Bearer {token}\r\n\
             MCP-Protocol-Version: {version}",
            self.address
        );
        if version == "2026-07-28" {
            head.push_str(&format!("\r\nMcp-Method: {method}"));
            head.extend(name.map(|name| format!("\r\nMcp-Name: {name}")));
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": version,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": { "name": "scenario", "version": "0" },
            });
        }
        let body = json!({ "jsonrpc": "2.0", "id": "step-up", "method": method, "params": params });
        send(self.address, &head, &body.to_string())
    }
}

#[test]
fn a_client_steps_up_by_what_it_is_told() {
    let scenario = Scenario::begin();
    for version in ["2025-11-25", "2026-07-28"] {
        // the baseline is enough to look around, and shows nothing of what it does not reach
        let list = scenario.ask(LOW, version, "tools/list", None, json!({}));
        assert_eq!((list.status, &list.json()["result"]["tools"]), (200, &json!([])), "{version}: {list:?}");
        for (method, parameter, name, scopes) in OPERATIONS {
            let ask = |token| scenario.ask(token, version, method, Some(name), json!({ parameter: name }));
            let denied = ask(LOW);
            let case = format!("{version}: {method} {name}: {denied:?}");
            assert_eq!(denied.status, 403, "{case}");
            assert_eq!(denied.challenge("error"), Some("insufficient_scope"), "{case}");
            // all that the operation needs, at once, and nothing else
            assert_eq!(denied.challenge("scope"), Some(scopes), "{case}");
            let metadata = denied.challenge("resource_metadata").unwrap_or_else(|| panic!("{case}"));
            let body = denied.json();
            assert_eq!((&body["id"], &body["error"]["code"]), (&json!("step-up"), &json!(403)), "{case}");
            assert!(body.get("result").is_none(), "{case}");
            // what it names is there, for everybody
            let path =
                metadata.split_once(&scenario.address.to_string()).unwrap_or_else(|| panic!("{case}")).1;
            let document =
                send(scenario.address, &format!("GET {path} HTTP/1.1\r\nHost: {}", scenario.address), "");
            assert!(document.json()["authorization_servers"][0].is_string(), "{document:?}");
            assert_eq!(
                document.json()["scopes_supported"],
                json!(["mcp:conformance:baseline"]),
                "{document:?}"
            );
            // the same the next time
            assert_eq!(ask(LOW).challenge("scope"), Some(scopes), "{case}");
            let allowed = ask(FULL);
            assert_eq!(allowed.status, 200, "{version}: {method} {name}: {allowed:?}");
            assert!(allowed.json()["result"].is_object(), "{version}: {method} {name}: {allowed:?}");
        }
    }
}
