//! Headers that say something else than the body. Under the newest version of the protocol that is refused; under older
//! ones such headers mean nothing, and the body decides.

use serde_json::json;

use crate::support::{Request, Table, V2025_06_18, V2025_11_25, V2026_07_28, Want, call, message, shared};

#[test]
fn the_newest_version_wants_headers_that_match() {
    let server = shared();
    let alice = &server.keys.reader;
    let modern = |tool: &str| Request::modern_call(tool).bearer(alice);
    let mismatch = Want::Error(400, -32020);
    let mut table = Table::of(server);
    table
        .case("all right, allowed", &modern("whoami"), &Want::Said("alice"))
        .case("all right, denied", &modern("delete_all"), &Want::Forbidden)
        .case(
            "an allowed name for a denied body",
            &modern("delete_all").with("Mcp-Name", "whoami"),
            &mismatch,
        )
        .case(
            "a denied name for an allowed body",
            &modern("whoami").with("Mcp-Name", "delete_all"),
            &mismatch,
        )
        .case("no name", &modern("delete_all").without("Mcp-Name"), &mismatch)
        .case("an empty name", &modern("delete_all").with("Mcp-Name", ""), &mismatch)
        .case("a name in other case", &modern("delete_all").with("Mcp-Name", "Delete_All"), &mismatch)
        .case(
            "a name in base64",
            &modern("delete_all").with("Mcp-Name", "=?base64?ZGVsZXRlX2FsbA==?="),
            &Want::Forbidden,
        )
        .case(
            "another name in base64",
            &modern("delete_all").with("Mcp-Name", "=?base64?d2hvYW1p?="),
            &mismatch,
        )
        .case("broken base64", &modern("delete_all").with("Mcp-Name", "=?base64?!!?="), &Want::AnyError)
        .case(
            "two names, the right first",
            &modern("delete_all").header("Mcp-Name", "whoami"),
            &Want::AnyError,
        )
        .case(
            "two names, the right last",
            &modern("delete_all").with("Mcp-Name", "whoami").header("Mcp-Name", "delete_all"),
            &Want::AnyError,
        )
        .case("another method", &modern("delete_all").with("Mcp-Method", "tools/list"), &mismatch)
        .case("a method in other case", &modern("delete_all").with("Mcp-Method", "Tools/Call"), &mismatch)
        .case("no method", &modern("delete_all").without("Mcp-Method"), &mismatch)
        .case("two methods", &modern("delete_all").header("Mcp-Method", "tools/list"), &Want::AnyError)
        .case("no version header", &modern("delete_all").without("MCP-Protocol-Version"), &Want::AnyError)
        .case(
            "an older version in the header",
            &modern("delete_all").with("MCP-Protocol-Version", V2025_11_25),
            &Want::AnyError,
        )
        .case(
            "an older version in the header, allowed",
            &modern("whoami").with("MCP-Protocol-Version", V2025_11_25),
            &Want::Error(400, -32020),
        )
        .case(
            "two versions, older last",
            &modern("delete_all").header("MCP-Protocol-Version", V2025_06_18),
            &Want::AnyError,
        )
        .case(
            "two versions, older first",
            &modern("delete_all")
                .with("MCP-Protocol-Version", V2025_06_18)
                .header("MCP-Protocol-Version", V2026_07_28),
            &Want::AnyError,
        )
        .case(
            "a version to come",
            &modern("delete_all").with("MCP-Protocol-Version", "2099-01-01"),
            &Want::AnyError,
        )
        .case("no version at all", &modern("delete_all").with("MCP-Protocol-Version", "x"), &Want::AnyError)
        .case("no meta", &modern("delete_all").body(call("delete_all").to_string()), &Want::AnyError)
        .case("a parameter header", &modern("delete_all").header("Mcp-Param-Id", "1"), &Want::Forbidden)
        .case(
            "of nobody, mismatching",
            &Request::modern_call("delete_all").with("Mcp-Name", "about"),
            &Want::NoCredential,
        );
    table.finish("headers of the newest version");
}

#[test]
fn under_older_versions_the_body_decides() {
    let server = shared();
    let alice = &server.keys.reader;
    let mut table = Table::of(server);
    for version in ["", "2024-11-05", "2025-03-26", V2025_06_18, V2025_11_25] {
        let old = |tool: &str| {
            let request = Request::call(tool).bearer(alice);
            if version.is_empty() { request } else { request.header("MCP-Protocol-Version", version) }
        };
        let name = |what: &str| format!("{what} {version}");
        table
            .case(&name("allowed"), &old("whoami"), &Want::Said("alice"))
            .case(&name("denied"), &old("delete_all"), &Want::Forbidden)
            .case(
                &name("another name, denied"),
                &old("delete_all").header("Mcp-Name", "whoami"),
                &Want::Forbidden,
            )
            .case(
                &name("another method, denied"),
                &old("delete_all").header("Mcp-Method", "ping"),
                &Want::Forbidden,
            )
            .case(
                &name("another name, allowed"),
                &old("whoami").header("Mcp-Name", "delete_all"),
                &Want::Said("alice"),
            )
            .case(
                &name("both, denied"),
                &old("delete_all").header("Mcp-Method", "tools/list").header("Mcp-Name", "about"),
                &Want::Forbidden,
            );
    }
    for version in ["2099-01-01", "2020-01-01", "x", "", "2025-06-18, 2026-07-28", "2026-07-28 "] {
        let request = Request::call("delete_all").bearer(alice).header("MCP-Protocol-Version", version);
        table.case(&format!("version {version:?}"), &request, &Want::AnyError);
    }
    let meta = |version: &str| {
        message(
            "tools/call",
            json!({ "name": "delete_all", "_meta": { "io.modelcontextprotocol/protocolVersion": version } }),
        )
    };
    for version in ["2026-07-28", "2025-11-25", "2099-01-01", ""] {
        table.case(
            &format!("only in _meta {version:?}"),
            &Request::json(&meta(version)).bearer(alice),
            &Want::AnyError,
        );
    }
    table.finish("older versions");
}

#[test]
fn lists_are_the_callers_own_under_every_version() {
    let server = shared();
    let mut table = Table::of(server);
    for (who, key, sees) in [("reader", &server.keys.reader, false), ("admin", &server.keys.admin, true)] {
        for version in ["", V2025_06_18, V2025_11_25, V2026_07_28] {
            let list = message("tools/list", json!({}));
            let request = match version {
                V2026_07_28 => Request::modern(list),
                "" => Request::json(&list),
                older => Request::json(&list).header("MCP-Protocol-Version", older),
            };
            let answer = crate::support::Connection::open(server.address()).ask(&request.bearer(key));
            let right = answer.text().contains("\"whoami\"")
                && answer.text().contains("\"delete_all\"") == sees
                && !answer.text().contains("\"public\"");
            table.check(&format!("{who} {version}"), (!right).then(|| answer.everything()));
        }
    }
    table.finish("lists");
}
