//! Lists, whose items are put into the answer ready-made: what arrives is what rmcp would have written itself.

use mcp_rbac::rmcp::model::ServerJsonRpcMessage;
use serde_json::{Value, json};

use crate::support::{Connection, Request, Running, V2025_06_18, V2025_11_25, V2026_07_28, message};

fn list(version: &str, key: Option<&str>, cursor: &Value) -> Request {
    let params = if cursor.is_null() { json!({}) } else { json!({ "cursor": cursor }) };
    let message = message("tools/list", params);
    let request = match version {
        V2026_07_28 => Request::modern(message),
        older => Request::json(&message).header("MCP-Protocol-Version", older),
    };
    match key {
        Some(key) => request.bearer(key),
        None => request,
    }
}

/// Read into the types of the protocol and written again, it is the same text.
fn is_as_rmcp_writes_it(body: &str) -> bool {
    let message: ServerJsonRpcMessage = serde_json::from_str(body).unwrap();
    serde_json::to_string(&message).unwrap() == body
}

/// The names on all pages.
fn names(server: &Running, version: &str, key: Option<&str>) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), Value::Null);
    for _ in 0..100 {
        let request = list(version, key, &cursor);
        let mut connection = Connection::open(server.address());
        let first = connection.ask(&request);
        assert_eq!(first.status, 200, "{}", first.everything());
        assert_eq!(first.header("content-length"), Some(&*first.body.len().to_string()));
        assert!(is_as_rmcp_writes_it(&first.text()), "{}", first.text());
        // the second time it is there already
        assert_eq!(connection.ask(&request).text(), first.text());

        let result = first.json()["result"].clone();
        let newest = version == V2026_07_28;
        assert_eq!(result["resultType"].as_str(), newest.then_some("complete"), "{result}");
        assert_eq!(result["cacheScope"], "private", "{result}");
        let tools = result["tools"].as_array().unwrap();
        names.extend(tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()));
        cursor = result["nextCursor"].clone();
        if cursor.is_null() {
            return names;
        }
    }
    panic!("the pages do not end");
}

#[test]
fn a_list_is_written_as_rmcp_writes_it_on_every_page_and_in_every_version() {
    let all = [
        "about",
        "chatty",
        "delete_all",
        "explode",
        "get_record",
        "notify_me",
        "sleepy",
        "visible",
        "whoami",
    ];
    let of_readers: Vec<&str> = all.into_iter().filter(|name| *name != "delete_all").collect();
    for size in [1, 2, 100] {
        let server = Running::build(|app| app.page_size(size).allow_anonymous(), |server| server);
        for version in ["2024-11-05", "2025-03-26", V2025_06_18, V2025_11_25, V2026_07_28] {
            let names = |key| names(&server, version, key);
            // whoever asks first, nobody is shown what another one sees
            assert_eq!(names(Some(&server.keys.admin)), all, "{version}");
            assert_eq!(names(Some(&server.keys.reader)), of_readers, "{version}");
            assert_eq!(names(None), ["about"], "{version}");
            assert_eq!(names(Some(&server.keys.bob)), of_readers, "{version}");
        }
    }
}

/// The checks of rmcp come before, for a list that is ready as well.
#[test]
fn a_prepared_list_is_shown_to_no_request_that_rmcp_refuses() {
    let server = Running::start(|server| server);
    let key = Some(&*server.keys.admin);
    let newest = || list(V2026_07_28, key, &Value::Null);
    let older = || list(V2025_11_25, key, &Value::Null);
    let ask = |request: &Request| Connection::open(server.address()).ask(request);
    assert!(ask(&newest()).text().contains("delete_all") && ask(&older()).text().contains("delete_all"));
    for (why, request) in [
        ("no SSE", older().with("Accept", "application/json")),
        ("no JSON", older().with("Accept", "text/event-stream")),
        ("another type", older().with("Content-Type", "text/plain")),
        ("another host", older().with("Host", "evil.example")),
        ("a page", older().header("Origin", "http://evil.example")),
        ("an unknown version", older().with("MCP-Protocol-Version", "2199-01-01")),
        ("another method in the header", newest().with("Mcp-Method", "tools/call")),
        ("no method in the header", newest().without("Mcp-Method")),
        ("another version in the header", newest().with("MCP-Protocol-Version", V2025_11_25)),
        ("a cursor that is none", list(V2026_07_28, key, &json!("after:"))),
    ] {
        let answer = ask(&request);
        let refused = answer.status >= 400 || answer.json()["error"]["code"] == -32602;
        assert!(refused && !answer.text().contains("delete_all"), "{why}: {}", answer.everything());
    }
}
