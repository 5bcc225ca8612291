use mcp_rbac::{Principal, Server};
use serde_json::{Value, json};

use crate::{
    app::{app, rbac, somebody},
    support::{V2025_06_18, V2025_11_25, V2026_07_28, Wire},
};

/// Every page of the list.
async fn pages_of(server: &Server, principal: Principal, version: &'static str) -> Vec<Value> {
    let mut wire = Wire::open(server, principal, version).await;
    let mut pages = vec![wire.request("tools/list", json!({})).await["result"].clone()];
    while let Some(cursor) = pages.last().and_then(|page| page.get("nextCursor")).cloned() {
        assert!(pages.len() < 100, "the pages do not end");
        let page = wire.request("tools/list", json!({ "cursor": cursor })).await;
        assert!(page["result"].is_object(), "{page}");
        pages.push(page["result"].clone());
    }
    pages
}

fn names(page: &Value) -> Vec<String> {
    let tools = page["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_of_every_size_make_up_the_same_list() {
    let whole = pages_of(&app().build().unwrap(), somebody("whole", [rbac::Role::Admin]), V2025_11_25).await;
    assert_eq!(whole.len(), 1);
    let whole = names(&whole[0]);
    assert_eq!(whole.len(), 8);
    for size in 0..=10 {
        let server = app().page_size(size).build().unwrap();
        let pages = pages_of(&server, somebody("pages", [rbac::Role::Admin]), V2025_11_25).await;
        let size = size.max(1);
        assert_eq!(pages.len(), whole.len().div_ceil(size), "{size}");
        assert!(pages.iter().all(|page| (1..=size).contains(&names(page).len())), "{size}");
        assert_eq!(pages.iter().flat_map(names).collect::<Vec<_>>(), whole, "{size}");
    }
}

#[tokio::test]
async fn no_cursor_widens_a_list() {
    let server = app().page_size(1).build().unwrap();
    let mut wire = Wire::open(&server, somebody("forges", [rbac::Role::Reader]), V2026_07_28).await;
    let visible = ["about", "get_record", "whoami"];
    let hidden = ["approve", "create", "delete_record", "export", "summarize", "write_record"];
    // of tools that the caller sees, of hidden ones, and of ones that do not exist
    let forged = visible.iter().chain(&hidden).chain(&["A", "zzz", "0", "-", ".", "delete_recorc"]);
    for name in forged {
        let page = wire.request("tools/list", json!({ "cursor": format!("after:{name}") })).await;
        let expected: Vec<&str> = visible.iter().copied().filter(|tool| tool > name).take(1).collect();
        assert_eq!(names(&page["result"]), expected, "{name}");
        assert!(hidden.iter().all(|hidden| !page.to_string().contains(hidden)), "{page}");
    }
}

#[tokio::test]
async fn a_cursor_that_the_server_never_gave_is_refused() {
    let mut wire =
        Wire::open(&app().build().unwrap(), somebody("odd", [rbac::Role::Admin]), V2025_11_25).await;
    let long = format!("after:{}", "a".repeat(129));
    let odd = [
        "",
        "after:",
        "after",
        "AFTER:a",
        "before:a",
        "a",
        "after:a b",
        "after:\u{0}",
        "after:é",
        "after:../a",
        " after:a",
        "after:a\n",
        "eyJhIjoxfQ==",
        &long,
    ];
    for cursor in odd {
        let refused = wire.request("tools/list", json!({ "cursor": cursor })).await;
        assert_eq!(refused["error"]["code"], -32602, "{cursor:?}: {refused}");
        assert_eq!(refused["error"]["message"], "invalid cursor", "{cursor:?}");
    }
    wire.assert_alive().await;
}

/// What one caller's cursor says is a position; whoever presents it, the rest is filtered for them.
#[tokio::test]
async fn the_cursor_of_another_caller_shows_only_ones_own_tools() {
    let server = app().page_size(2).build().unwrap();
    let admin = pages_of(&server, somebody("giver", [rbac::Role::Admin]), V2025_11_25).await;
    let cursor = &admin[0]["nextCursor"];
    assert!(cursor.is_string());
    let mut reader = Wire::open(&server, somebody("taker", [rbac::Role::Reader]), V2025_11_25).await;
    let page = reader.request("tools/list", json!({ "cursor": cursor })).await;
    assert_eq!(names(&page["result"]), ["get_record", "whoami"]);
}

#[tokio::test]
async fn every_page_is_private_and_says_how_long_it_may_be_shown() {
    for roles in [vec![], vec![rbac::Role::Reader], vec![rbac::Role::Admin]] {
        let ttl = std::time::Duration::from_millis(1_500);
        let server = app().page_size(1).list_ttl(ttl).build().unwrap();
        let pages = pages_of(&server, somebody("private", roles), V2026_07_28).await;
        assert!(pages.len() > 1);
        for page in pages {
            assert_eq!(page["cacheScope"], "private", "{page}");
            assert_eq!(page["ttlMs"], 1_500, "{page}");
        }
    }
    let page = pages_of(&app().build().unwrap(), somebody("ttl", []), V2026_07_28).await;
    assert_eq!(page[0]["ttlMs"], 0, "unless it is set, a list is shown no longer than it takes");
}

#[tokio::test]
async fn older_clients_can_read_every_page() {
    for version in ["2024-11-05", "2025-03-26", V2025_06_18, V2025_11_25] {
        let server = app().page_size(3).build().unwrap();
        let pages = pages_of(&server, somebody("older", [rbac::Role::Admin]), version).await;
        assert_eq!(pages.iter().flat_map(names).count(), 8, "{version}");
        for page in pages {
            // whatever is said about caching, it is not that others may have it
            assert_ne!(page["cacheScope"], "public", "{version}: {page}");
        }
    }
}
