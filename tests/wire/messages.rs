//! JSON-RPC as it should not be.

use serde_json::{Value, json};

use crate::{
    app::notified,
    support::{Connection, Request, Table, V2025_06_18, V2025_11_25, Want, call, message, refused, shared},
};

#[test]
fn batches_are_refused() {
    let server = shared();
    let alice = &server.keys.reader;
    let allowed = call("notify_me");
    let denied = call("delete_all");
    let batches = [
        ("one allowed", json!([allowed])),
        ("one denied", json!([denied])),
        ("both", json!([allowed, denied])),
        ("the other way round", json!([denied, allowed])),
        ("empty", json!([])),
        ("nested", json!([[denied]])),
        ("a number", json!([1])),
        ("in an object", json!({ "0": denied })),
    ];
    let mut table = Table::of(server);
    let before = notified();
    for (name, batch) in &batches {
        for version in ["", V2025_06_18, V2025_11_25, "2025-03-26", "2026-07-28"] {
            let request = Request::json(batch).bearer(alice);
            let request =
                if version.is_empty() { request } else { request.header("MCP-Protocol-Version", version) };
            table.case(&format!("{name} {version}"), &request, &Want::AnyError);
        }
    }
    table.case("of nobody", &Request::json(&batches[0].1), &Want::ErrorWithoutId(401, 401));
    assert_eq!(notified(), before, "a batch was executed");
    table.finish("batches");
}

/// Whatever reader of JSON stands in front: what is decided on is what is executed.
#[test]
fn what_is_said_twice() {
    let server = shared();
    let alice = &server.keys.reader;
    let bodies = [
        (
            "method",
            r#"{"jsonrpc":"2.0","id":7,"method":"ping","method":"tools/call","params":{"name":"delete_all"}}"#,
        ),
        (
            "method, reversed",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","method":"ping","params":{"name":"delete_all"}}"#,
        ),
        (
            "name",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"get_record","name":"delete_all","arguments":{"id":1}}}"#,
        ),
        (
            "name, reversed",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"delete_all","name":"delete_all","arguments":{"id":1}}}"#,
        ),
        (
            "params",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"get_record","arguments":{"id":1}},"params":{"name":"delete_all"}}"#,
        ),
        (
            "name in other case",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"Name":"get_record","name":"delete_all"}}"#,
        ),
        (
            "params in other case",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","Params":{"name":"get_record"},"params":{"name":"delete_all"}}"#,
        ),
        (
            "method in other case",
            r#"{"jsonrpc":"2.0","id":7,"Method":"ping","method":"tools/call","params":{"name":"delete_all"}}"#,
        ),
        (
            "name, escaped",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"get_record","n\u0061me":"delete_all"}}"#,
        ),
        ("id", r#"{"jsonrpc":"2.0","id":7,"id":8,"method":"tools/call","params":{"name":"delete_all"}}"#),
        (
            "jsonrpc",
            r#"{"jsonrpc":"2.0","jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"delete_all"}}"#,
        ),
    ];
    let mut table = Table::of(server);
    for (name, body) in bodies {
        table.case(name, &Request::post(body).bearer(alice), &Want::AnyError);
    }
    for (name, body) in [
        (
            "only other case: name",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"NAME":"delete_all"}}"#,
        ),
        (
            "only other case: method",
            r#"{"jsonrpc":"2.0","id":7,"METHOD":"tools/call","params":{"name":"delete_all"}}"#,
        ),
        (
            "only other case: value",
            r#"{"jsonrpc":"2.0","id":7,"method":"Tools/Call","params":{"name":"delete_all"}}"#,
        ),
        (
            "method with a space",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call ","params":{"name":"delete_all"}}"#,
        ),
        ("no jsonrpc", r#"{"id":7,"method":"tools/call","params":{"name":"delete_all"}}"#),
        ("jsonrpc 1.0", r#"{"jsonrpc":"1.0","id":7,"method":"tools/call","params":{"name":"delete_all"}}"#),
        (
            "jsonrpc a number",
            r#"{"jsonrpc":2.0,"id":7,"method":"tools/call","params":{"name":"delete_all"}}"#,
        ),
        ("method a number", r#"{"jsonrpc":"2.0","id":7,"method":5,"params":{"name":"delete_all"}}"#),
        (
            "method and result",
            r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"delete_all"},"result":{}}"#,
        ),
    ] {
        table.case(name, &Request::post(body).bearer(alice), &Want::AnyError);
    }
    table.finish("said twice");
}

#[test]
fn ids() {
    let server = shared();
    let alice = &server.keys.reader;
    let long = "x".repeat(60_000);
    let ids: [(&str, Value, Value); 9] = [
        ("text", json!("seven"), json!("seven")),
        ("empty text", json!(""), json!("")),
        ("zero", json!(0), json!(0)),
        ("largest integer", json!(i64::MAX), json!(i64::MAX)),
        ("long text", json!(long), json!(long)),
        ("control characters", json!("a\n\u{0}\u{1b}"), json!("a\n\u{0}\u{1b}")),
        ("unicode", json!("☃"), json!("☃")),
        ("a quote", json!("\""), json!("\"")),
        ("a script", json!("</script>"), json!("</script>")),
    ];
    let mut table = Table::of(server);
    for (name, id, echoed) in ids {
        let mut body = call("delete_all");
        body["id"] = id;
        for (who, request, status) in
            [("denied", Request::json(&body).bearer(alice), 403), ("nobody", Request::json(&body), 401)]
        {
            let answer = Connection::open(server.address()).ask(&request);
            let right = answer.status == status && answer.json()["id"] == echoed;
            table.check(&format!("{name}, {who}"), (!right).then(|| answer.everything()));
        }
    }
    for (name, id) in [
        ("null", "null"),
        ("object", "{\"a\":1}"),
        ("list", "[7]"),
        ("true", "true"),
        ("fraction", "7.5"),
        ("exponent", "1e400"),
        ("huge", "123456789012345678901234567890"),
        ("negative huge", "-99999999999999999999"),
    ] {
        let body = |tool| {
            format!(
                r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"{tool}","arguments":{{"id":1}}}}}}"#
            )
        };
        table.case(
            &format!("{name}, denied"),
            &Request::post(body("delete_all")).bearer(alice),
            &Want::AnyError,
        );
        table.case(&format!("{name}, nobody"), &Request::post(body("delete_all")), &Want::Status(401));
        let before = notified();
        let answer = Connection::open(server.address()).ask(&Request::post(body("notify_me")).bearer(alice));
        // whoever gets no answer must not have had it executed
        let silent = answer.json()["result"].is_null();
        table.check(
            &format!("{name}: executed means answered"),
            (silent && notified() != before && id == "null").then(|| answer.everything()),
        );
    }
    table.finish("ids");
}

#[test]
fn a_notification_executes_no_tool() {
    let server = shared();
    let alice = &server.keys.reader;
    let mut table = Table::of(server);
    let before = notified();
    for (name, body) in [
        ("no id", r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"notify_me"}}"#),
        (
            "id in other case",
            r#"{"jsonrpc":"2.0","Id":7,"method":"tools/call","params":{"name":"notify_me"}}"#,
        ),
        (
            "named as one",
            r#"{"jsonrpc":"2.0","method":"notifications/tools/call","params":{"name":"notify_me"}}"#,
        ),
    ] {
        for version in ["2025-03-26", V2025_11_25] {
            let request = Request::post(body).bearer(alice).header("MCP-Protocol-Version", version);
            let answer = Connection::open(server.address()).ask(&request);
            let said = !answer.json()["result"].is_null();
            table.check(&format!("{name} {version}"), said.then(|| answer.everything()));
        }
        table.case(&format!("{name}, of nobody"), &Request::post(body), &Want::ErrorWithoutId(401, 401));
    }
    let modern = r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"notify_me","_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#;
    let request = Request::post(modern)
        .bearer(alice)
        .header("MCP-Protocol-Version", "2026-07-28")
        .header("Mcp-Method", "tools/call")
        .header("Mcp-Name", "notify_me");
    let answer = Connection::open(server.address()).ask(&request);
    table.check("newest protocol", (!answer.json()["result"].is_null()).then(|| answer.everything()));
    assert_eq!(notified(), before, "a notification was executed");
    table.check("on record", (refused("tools/call") == 0).then(|| "not".to_owned()));
    for (name, body) in [
        ("a response", r#"{"jsonrpc":"2.0","id":7,"result":{"content":[]}}"#),
        ("an error", r#"{"jsonrpc":"2.0","id":7,"error":{"code":1,"message":"x"}}"#),
    ] {
        table.case(name, &Request::post(body).bearer(alice), &Want::AnyError);
    }
    table.finish("notifications");
}

#[test]
fn methods_that_are_not_served() {
    let server = shared();
    let alice = &server.keys.reader;
    let methods = [
        "",
        "tools",
        "tools/",
        "tools/call/",
        "/tools/call",
        "tools//call",
        "TOOLS/CALL",
        "tools.call",
        "tools/execute",
        "rpc.discover",
        "prompts/list",
        "prompts/get",
        "resources/list",
        "resources/read",
        "resources/templates/list",
        "resources/subscribe",
        "resources/unsubscribe",
        "completion/complete",
        "logging/setLevel",
        "tasks/get",
        "tasks/update",
        "tasks/cancel",
        "tasks/list",
        "tasks/result",
        "skills/list",
        "skills/get",
        "resources/directory/read",
        "sampling/createMessage",
        "elicitation/create",
        "roots/list",
        "admin/shutdown",
        "tools/call\u{0}",
        "x\ny",
    ];
    let mut table = Table::of(server);
    for method in methods {
        let params = json!({
            "name": "delete_all", "uri": "file:///x", "level": "debug", "taskId": "1", "id": "1",
            "ref": { "type": "ref/prompt", "name": "x" }, "argument": { "name": "x", "value": "x" }, "notifications": {},
        });
        let body = message(method, params);
        let shown: String = method.chars().flat_map(char::escape_debug).collect();
        let before = refused(&shown);
        let old = Connection::open(server.address()).ask(&Request::json(&body).bearer(alice));
        let code = old.json()["error"]["code"].as_i64().filter(|code| [-32601, -32602].contains(code));
        let objection = Want::Refused(old.status, code.unwrap_or(-32601)).objection(Some(&old));
        let counted = (refused(&shown) <= before).then(|| "it is not on record".to_owned());
        table.check(&format!("{method:?}"), objection.or(counted));
        if !method.contains(['\u{0}', '\n']) {
            let new = Request::modern(body).bearer(alice);
            let new = if ["prompts/get", "resources/read", "resources/subscribe", "resources/unsubscribe"]
                .contains(&method)
            {
                new.header("Mcp-Name", if method == "prompts/get" { "delete_all" } else { "file:///x" })
            } else if method.starts_with("tasks/") {
                new.header("Mcp-Name", "1")
            } else {
                new
            };
            let before = refused(&shown);
            let new = Connection::open(server.address()).ask(&new);
            let objection = Want::Refused(404, -32601).objection(Some(&new));
            let counted = (refused(&shown) <= before).then(|| "it is not on record".to_owned());
            table.check(&format!("{method:?}, newest protocol"), objection.or(counted));
        }
    }
    table.finish("unknown methods");
}

#[test]
fn a_cursor_widens_nothing() {
    let server = shared();
    let mut table = Table::of(server);
    let cursors = [
        "",
        "after:",
        "after:\u{0}",
        "after:a",
        "after:delete_al",
        "after:zzz",
        "before:a",
        "AFTER:a",
        "0",
        "-1",
        "null",
        "after:../x",
        "YWZ0ZXI6YQ==",
        "after:a\nafter:b",
        "role=admin",
        "page2",
        "after:after:a",
        "'; DROP TABLE tools",
    ];
    let list = |cursor: Value| {
        Request::json(&message("tools/list", json!({ "cursor": cursor }))).bearer(&server.keys.reader)
    };
    for cursor in cursors {
        let answer = Connection::open(server.address()).ask(&list(cursor.into()));
        let shown = answer.text().contains("delete_all");
        let right = !shown
            && (answer.json()["result"]["tools"].is_array() || answer.json()["error"]["code"] == -32602);
        table.check(&format!("{cursor:?}"), (!right).then(|| answer.everything()));
    }
    for (name, cursor) in [("number", json!(5)), ("list", json!(["after:a"])), ("object", json!({}))] {
        let answer = Connection::open(server.address()).ask(&list(cursor));
        table.check(name, answer.text().contains("delete_all").then(|| answer.everything()));
    }
    let answer = Connection::open(server.address()).ask(&list(Value::Null));
    let right = answer.text().contains("get_record") && !answer.text().contains("delete_all");
    table.check("none", (!right).then(|| answer.everything()));
    table.finish("cursors");
}
