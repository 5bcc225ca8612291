//! Names of tools that are almost names of tools.

use serde_json::json;

use crate::support::{Request, Table, Want, message, shared};

#[test]
fn a_name_is_a_name_to_the_letter() {
    let server = shared();
    let long = "delete_all".repeat(10_000);
    let names = [
        ("upper case", "DELETE_ALL"),
        ("title case", "Delete_All"),
        ("leading space", " delete_all"),
        ("trailing space", "delete_all "),
        ("trailing newline", "delete_all\n"),
        ("carriage return", "delete_all\r"),
        ("tab", "delete_all\t"),
        ("trailing NUL", "delete_all\0"),
        ("inner NUL", "delete\0_all"),
        ("NUL and another", "get_record\0delete_all"),
        ("zero-width space", "delete_all\u{200b}"),
        ("zero-width joiner", "delete\u{200d}_all"),
        ("byte order mark", "\u{feff}delete_all"),
        ("soft hyphen", "delete\u{ad}_all"),
        ("right-to-left", "\u{202e}lla_eteled"),
        ("homoglyph", "dеlete_all"),
        ("full width", "ｄelete_all"),
        ("ligature", "delete_aﬂl"),
        ("NFD", "de\u{301}lete_all"),
        ("NFC", "d\u{e9}lete_all"),
        ("percent-encoded letter", "%64elete_all"),
        ("percent-encoded underscore", "delete%5Fall"),
        ("double percent", "delete%255Fall"),
        ("path", "./delete_all"),
        ("parent path", "x/../delete_all"),
        ("absolute path", "/delete_all"),
        ("backslash", "x\\delete_all"),
        ("prefix", "records.delete_all"),
        ("prefix with a slash", "records/delete_all"),
        ("double underscore", "mcp__records__delete_all"),
        ("hyphen", "delete-all"),
        ("camel case", "deleteAll"),
        ("suffix", "delete_all;"),
        ("query", "delete_all?x=1"),
        ("wildcard", "*"),
        ("pattern", "delete_*"),
        ("regular expression", ".*"),
        ("empty", ""),
        ("space", " "),
        ("prefix of it", "delete_al"),
        ("longer", "delete_all_"),
        ("quotes", "\"delete_all\""),
        ("list", "delete_all,about"),
        ("base64 as in headers", "=?base64?ZGVsZXRlX2FsbA==?="),
        ("__proto__", "__proto__"),
        ("100,000 letters", long.as_str()),
    ];
    let mut table = Table::of(server);
    for (name, tool) in names {
        let body = message("tools/call", json!({ "name": tool, "arguments": {} }));
        for (who, key) in [("reader", &server.keys.reader), ("admin", &server.keys.admin)] {
            table.case(
                &format!("{name} by {who}"),
                &Request::json(&body).bearer(key),
                &Want::Error(200, -32602),
            );
        }
    }
    table
        .case("the name itself", &Request::call("delete_all").bearer(&server.keys.reader), &Want::Forbidden)
        .case(
            "the name itself, escaped",
            &Request::post(
                r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\u0064elete\u005fall"}}"#,
            )
            .bearer(&server.keys.reader),
            &Want::Forbidden,
        )
        .case(
            "the method, escaped",
            &Request::post(
                r#"{"jsonrpc":"2.0","id":7,"method":"tools\/c\u0061ll","params":{"name":"delete_all"}}"#,
            )
            .bearer(&server.keys.reader),
            &Want::Forbidden,
        )
        .case(
            "half a surrogate",
            &Request::post(
                r#"{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"delete_all\ud800"}}"#,
            )
            .bearer(&server.keys.reader),
            &Want::AnyError,
        );
    table.finish("tool names");
}

#[test]
fn names_that_are_no_text() {
    let server = shared();
    let alice = &server.keys.reader;
    let names = [
        ("number", json!(5)),
        ("null", json!(null)),
        ("true", json!(true)),
        ("list", json!(["delete_all"])),
        ("object", json!({ "name": "delete_all" })),
        ("list of lists", json!([["delete_all"]])),
    ];
    let mut table = Table::of(server);
    for (name, value) in names {
        let body = message("tools/call", json!({ "name": value, "arguments": {} }));
        table.case(name, &Request::json(&body).bearer(alice), &Want::Refused(200, -32602));
    }
    let arguments =
        [("list", json!([1])), ("text", json!("delete_all")), ("number", json!(1)), ("true", json!(true))];
    for (name, value) in arguments {
        let body = message("tools/call", json!({ "name": "delete_all", "arguments": value }));
        table.case(
            &format!("arguments: {name}"),
            &Request::json(&body).bearer(alice),
            &Want::Refused(200, -32602),
        );
    }
    table
        .case(
            "no name",
            &Request::json(&message("tools/call", json!({}))).bearer(alice),
            &Want::Refused(200, -32602),
        )
        .case(
            "params a list",
            &Request::json(&message("tools/call", json!(["delete_all"]))).bearer(alice),
            &Want::AnyError,
        )
        .case(
            "params null",
            &Request::json(&message("tools/call", json!(null))).bearer(alice),
            &Want::AnyError,
        )
        .case(
            "params text",
            &Request::json(&message("tools/call", json!("delete_all"))).bearer(alice),
            &Want::AnyError,
        );
    table.finish("names that are no text");
}
