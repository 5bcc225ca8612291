//! Lists: filtered, and for one caller alone, whatever rmcp's macros say.

use mcp_rbac::{Guard, Requirement};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, READ, Reached, Shelf, guard, nobody, rbac, server, somebody},
    support::{V2026_07_28, Wire},
};

const LISTS: [(&str, &str, &str); 5] = [
    ("tools/list", "tools", "name"),
    ("prompts/list", "prompts", "name"),
    ("resources/list", "resources", "uri"),
    ("resources/templates/list", "resourceTemplates", "uriTemplate"),
    ("skills/list", "skills", "uri"),
];

fn names(page: &Value, items: &str, key: &str) -> Vec<String> {
    let items = page["result"][items].as_array().unwrap_or_else(|| panic!("{page}"));
    items.iter().map(|item| item[key].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn show_what_the_caller_may_use_and_nothing_else() {
    let server = server(&Reached::default());
    let reader = [
        vec!["fall_over", "overreach", "read_note"],
        vec!["stumble", "summarize"],
        vec!["notes://1"],
        vec!["notes://old-{id}", "notes://{id}"],
        vec!["skill://filing/SKILL.md"],
    ];
    let mut wire = Wire::open(&server, somebody("lists", rbac::Role::Reader), V2026_07_28).await;
    let mut other = Wire::open(&server, nobody("lists-nothing"), V2026_07_28).await;
    for ((method, items, key), expected) in LISTS.into_iter().zip(reader) {
        assert_eq!(names(&wire.request(method, json!({})).await, items, key), expected, "{method}");
        assert_eq!(names(&other.request(method, json!({})).await, items, key), [""; 0], "{method}");
    }
    let mut chief = Wire::open(&server, somebody("lists-chief", rbac::Role::Chief), V2026_07_28).await;
    let tools = names(&chief.request("tools/list", json!({})).await, "tools", "name");
    assert_eq!(tools, ["burn", "copy_all", "fall_over", "notes.write", "overreach", "read_note"]);
}

#[tokio::test]
async fn are_private_on_every_page() {
    let server = guard(&Reached::default()).into_server().page_size(1).build().unwrap();
    let mut wire = Wire::open(&server, somebody("private", rbac::Role::Reader), V2026_07_28).await;
    for (method, items, key) in LISTS {
        let mut params = json!({});
        let mut seen = Vec::new();
        for _ in 0..10 {
            let page = wire.request(method, params.clone()).await;
            assert_eq!(page["result"]["cacheScope"], "private", "{method}: {page}");
            seen.extend(names(&page, items, key));
            match page["result"]["nextCursor"].as_str() {
                Some(cursor) => params = json!({ "cursor": cursor }),
                None => break,
            }
        }
        assert!(!seen.is_empty() && seen.is_sorted(), "{method}: {seen:?}");
        assert!(!seen.iter().any(|name| name.contains("secret") || name.contains("spying")), "{seen:?}");
    }
    let read = wire.request("resources/read", json!({ "uri": "notes://1" })).await;
    assert_eq!(read["result"]["cacheScope"], "private", "{read}");
}

/// Whoever reads one of its resources needs what both rules say, so that the list shows it to nobody else.
#[tokio::test]
async fn a_template_needs_what_every_rule_about_it_requires() {
    let write = Requirement::permission(rbac::Permission::WriteNotes.permission());
    let server = Guard::new(Desk::new(&Reached::default()), &rbac::POLICY)
        .require_resource("notes://old-{id}", READ)
        .require_resource("notes://{id}", write)
        .into_server()
        .state(Shelf("note"))
        .build()
        .unwrap();
    let reference = json!({ "type": "ref/resource", "uri": "notes://old-{id}" });
    for (name, role, listed, code) in [
        ("one-rule", rbac::Role::Reader, vec![], json!(403)),
        ("both-rules", rbac::Role::Writer, vec!["notes://old-{id}", "notes://{id}"], Value::Null),
    ] {
        let mut wire = Wire::open(&server, somebody(name, role), V2026_07_28).await;
        let list = wire.request("resources/templates/list", json!({})).await;
        assert_eq!(names(&list, "resourceTemplates", "uriTemplate"), listed, "{name}");
        let read = wire.request("resources/read", json!({ "uri": "notes://old-1" })).await;
        assert_eq!(read["error"]["code"], code, "{name}: {read}");
        let params = json!({ "ref": reference, "argument": { "name": "id", "value": "" } });
        let completed = wire.request("completion/complete", params).await;
        assert_eq!(completed["error"]["code"], code, "{name}: {completed}");
    }
}

/// `destructiveHint` follows from the requirement; a warning of the handler's own stays.
#[tokio::test]
async fn the_hints_of_a_tool_follow_from_what_it_requires() {
    let requires = Requirement::authenticated();
    let server = guard(&Reached::default()).require("shred", requires).into_server().build().unwrap();
    let mut wire = Wire::open(&server, somebody("hints", rbac::Role::Chief), V2026_07_28).await;
    let list = wire.request("tools/list", json!({})).await;
    let hints = |name: &str| {
        let tools = list["result"]["tools"].as_array().unwrap();
        tools.iter().find(|tool| tool["name"] == name).unwrap()["annotations"].clone()
    };
    assert_eq!(hints("burn"), json!({ "destructiveHint": true, "idempotentHint": true }));
    assert_eq!(hints("read_note"), json!({ "destructiveHint": false, "readOnlyHint": true }));
    assert_eq!(hints("notes.write"), json!({ "destructiveHint": false }));
    assert_eq!(hints("shred"), json!({ "destructiveHint": true }));
}
