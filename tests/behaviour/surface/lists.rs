//! The four lists: filtered, sorted, in pages that are private, with cursors that widen nothing.

use mcp_rbac::{Principal, Server, testing};
use serde_json::json;

use crate::{
    app::{app, rbac, server, somebody},
    ask::{LISTS, List, VERSIONS, error},
    support::{V2026_07_28, Wire, settled_events_of},
};

async fn everything(list: List, server: &Server, principal: Principal) -> Vec<String> {
    list.all(&mut Wire::open(server, principal, V2026_07_28).await).await
}

#[tokio::test]
async fn pages_of_every_size_make_up_the_same_list_in_order() {
    for list in LISTS {
        let whole = everything(list, &server(), somebody("l-whole", [rbac::Role::Admin])).await;
        let mut sorted = whole.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(whole, sorted, "{}", list.method);
        assert!(whole.len() >= 5, "{}", list.method);
        for size in 1..=whole.len() + 1 {
            let server = app().page_size(size).build().unwrap();
            for version in VERSIONS {
                let mut wire = Wire::open(&server, somebody("l-pages", [rbac::Role::Admin]), version).await;
                let pages = list.pages(&mut wire).await;
                assert_eq!(pages.len(), whole.len().div_ceil(size), "{} by {size}", list.method);
                let names: Vec<String> = pages.iter().flat_map(|page| list.names(page)).collect();
                assert_eq!(names, whole, "{} by {size}", list.method);
            }
        }
    }
}

#[tokio::test]
async fn every_page_of_every_list_is_private() {
    let ttl = std::time::Duration::from_millis(1_500);
    let server = app().page_size(2).list_ttl(ttl).build().unwrap();
    for list in LISTS {
        for role in [rbac::Role::Reader, rbac::Role::Writer, rbac::Role::Admin] {
            let mut wire = Wire::open(&server, somebody("l-private", [role]), V2026_07_28).await;
            for page in list.pages(&mut wire).await {
                assert_eq!(page["cacheScope"], "private", "{}: {page}", list.method);
                assert_eq!(page["ttlMs"], 1_500, "{}: {page}", list.method);
            }
        }
    }
}

#[tokio::test]
async fn no_cursor_widens_a_list() {
    let server = app().page_size(1).build().unwrap();
    for list in LISTS {
        let whole = everything(list, &server, somebody("l-sees-all", [rbac::Role::Admin])).await;
        for principal in [
            somebody("l-forges", [rbac::Role::Reader]),
            somebody("l-forges-too", [rbac::Role::Writer]),
            somebody("l-forges-without", []),
            testing::anonymous(&rbac::POLICY).unwrap(),
        ] {
            let mine = everything(list, &server, principal.clone()).await;
            assert!(mine.len() < whole.len(), "{}", list.method);
            let mut wire = Wire::open(&server, principal, V2026_07_28).await;
            for name in &whole {
                let page = wire.request(list.method, json!({ "cursor": format!("after:{name}") })).await;
                let expected: Vec<&String> = mine.iter().filter(|mine| *mine > name).take(1).collect();
                let names = list.names(&page["result"]);
                assert_eq!(names.iter().collect::<Vec<_>>(), expected, "{} after {name}", list.method);
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_list_or_of_nobody_is_refused_or_shows_only_ones_own() {
    let server = app().page_size(1).build().unwrap();
    for list in LISTS {
        let mut wire = Wire::open(&server, somebody("l-odd-cursor", [rbac::Role::Reader]), V2026_07_28).await;
        let mine = everything(list, &server, somebody("l-odd-cursor", [rbac::Role::Reader])).await;
        for cursor in
            ["", "after:", "after", "AFTER:a", "a", "after:a b", "after:\u{0}", "after:\u{e9}", " after:a"]
        {
            let refused = wire.request(list.method, json!({ "cursor": cursor })).await;
            assert_eq!(error(&refused), (-32602, "invalid cursor"), "{}: {cursor:?}", list.method);
        }
        for other in LISTS {
            let first = &everything(other, &server, somebody("l-odd-cursor", [rbac::Role::Admin])).await[0];
            let page = wire.request(list.method, json!({ "cursor": format!("after:{first}") })).await;
            if page["error"].is_object() {
                assert_eq!(error(&page), (-32602, "invalid cursor"));
            } else {
                assert!(list.names(&page["result"]).iter().all(|name| mine.contains(name)), "{page}");
            }
        }
    }
}

#[tokio::test]
async fn every_list_leaves_an_event_with_its_length() {
    let server = server();
    let mut wire = Wire::open(&server, somebody("l-counted", [rbac::Role::Reader]), V2026_07_28).await;
    let mut expected = Vec::new();
    for list in LISTS {
        let length = list.all(&mut wire).await.len();
        expected.push((list.method.to_owned(), length.to_string()));
    }
    let events = settled_events_of("l-counted", LISTS.len()).await;
    let told: Vec<(String, String)> =
        events.iter().map(|event| (event.get("method").to_owned(), event.get("listed").to_owned())).collect();
    assert_eq!(told, expected);
}
