//! For every role and every tool, prompt, resource and template: what is listed, what can be used and what was declared
//! are the same. The table is written by hand: it is the second opinion.

use mcp_rbac::{Principal, testing};
use serde_json::{Value, json};

use crate::{
    app::{rbac, server, somebody},
    ask::{self, LISTS, List, PROMPTS, RESOURCES, TEMPLATES, TOOLS, VERSIONS, complete, get, read},
    support::{V2026_07_28, Wire},
};

/// Who is in the table: each role, somebody without one, somebody without a name.
const CALLERS: [&str; 6] = ["reader", "analyst", "writer", "admin", "nobody", "anonymous"];

const R: &str = "reader analyst admin";
const REPORTS: &str = "analyst admin";
const W: &str = "writer admin";
const ADMIN: &str = "admin";
const KNOWN: &str = "reader analyst writer admin nobody";
const ALL: &str = "reader analyst writer admin nobody anonymous";

/// The list, the name in it, and who is meant to have it.
const TABLE: &[(List, &str, &str)] = &[
    (TOOLS, "about", ALL),
    (TOOLS, "delete_record", ADMIN),
    (TOOLS, "get_record", R),
    (TOOLS, "summarize", "analyst writer admin"),
    (TOOLS, "whoami", KNOWN),
    (PROMPTS, "farewell", ADMIN),
    (PROMPTS, "greet", KNOWN),
    (PROMPTS, "help", ALL),
    (PROMPTS, "letter", R),
    (PROMPTS, "numbers", R),
    (PROMPTS, "prompt_that_asks", REPORTS),
    (PROMPTS, "prompt_that_fails", REPORTS),
    (PROMPTS, "prompt_that_finds_nothing", REPORTS),
    (PROMPTS, "prompt_that_panics", REPORTS),
    (PROMPTS, "prompt_that_says_why", REPORTS),
    (PROMPTS, "reports.monthly-review", REPORTS),
    (RESOURCES, "about://server", ALL),
    (RESOURCES, "files://logo", R),
    (RESOURCES, "files://page", R),
    (RESOURCES, "files://shared", R),
    (RESOURCES, "me://profile", KNOWN),
    // within `records://{id}/{part}`
    (RESOURCES, "records://1/summary", ADMIN),
    (RESOURCES, "records://7", ADMIN),
    (RESOURCES, "records://index", R),
    (RESOURCES, "trouble://asks", REPORTS),
    (RESOURCES, "trouble://panics", REPORTS),
    (RESOURCES, "vault://key", ADMIN),
    (TEMPLATES, "about://{topic}/help", ALL),
    (TEMPLATES, "flags://{country}/{colour}?size={size}", R),
    (TEMPLATES, "records://{id}", R),
    // every URI of it is one of `records://{id}/{part}` as well
    (TEMPLATES, "records://{id}/notes", ADMIN),
    (TEMPLATES, "records://{id}/{part}", W),
];

fn principal(caller: &str) -> Principal {
    match caller {
        "nobody" => somebody("matrix", []),
        "anonymous" => testing::anonymous(&rbac::POLICY).unwrap(),
        role => somebody("matrix", [role.parse().unwrap()]),
    }
}

/// A URI of a template.
fn expanded(template: &str) -> String {
    let values = [
        ("{id}", "5"),
        ("{part}", "body"),
        ("{topic}", "x"),
        ("{country}", "chile"),
        ("{colour}", "red"),
        ("{size}", "1"),
    ];
    values.iter().fold(template.to_owned(), |uri, (name, value)| uri.replace(name, value))
}

/// Whether the guard let it through: whatever happened then.
fn passed(answer: &Value) -> bool {
    ![json!(401), json!(403)].contains(&answer["error"]["code"])
}

#[tokio::test]
async fn listed_is_usable_is_declared() {
    let server = server();
    for caller in CALLERS {
        for version in VERSIONS {
            let mut wire = Wire::open(&server, principal(caller), version).await;
            for list in LISTS {
                let listed = list.all(&mut wire).await;
                let rows = TABLE.iter().filter(|(of, ..)| of.method == list.method);
                let declared: Vec<&str> = rows
                    .filter(|(.., callers)| callers.split(' ').any(|other| other == caller))
                    .map(|(_, name, _)| *name)
                    .collect();
                assert_eq!(listed, declared, "{} of {caller}, {version}", list.method);
            }
            for (list, name, callers) in TABLE {
                let declared = callers.split(' ').any(|other| other == caller);
                let answers = match list.method {
                    "tools/list" => vec![wire.call(name, json!({})).await],
                    "prompts/list" => vec![
                        get(&mut wire, name, Value::Null).await,
                        complete(&mut wire, ask::prompt(name), "to", "").await,
                    ],
                    "resources/list" => vec![read(&mut wire, name).await],
                    _ => vec![
                        read(&mut wire, &expanded(name)).await,
                        complete(&mut wire, ask::template(name), "id", "").await,
                    ],
                };
                for answer in answers {
                    assert_eq!(passed(&answer), declared, "{name} by {caller}, {version}: {answer}");
                }
                // clients of the older protocol subscribe with a request of its own
                if list.method == "resources/list" && version < V2026_07_28 {
                    let answer = wire.request("resources/subscribe", json!({ "uri": name })).await;
                    assert_eq!(
                        passed(&answer),
                        declared,
                        "subscribe {name} by {caller}, {version}: {answer}"
                    );
                }
            }
        }
    }
}

/// The table has everything that the server has.
#[tokio::test]
async fn the_table_is_complete() {
    let mut wire = Wire::open(&server(), principal("admin"), V2026_07_28).await;
    for list in LISTS {
        let rows: Vec<&str> =
            TABLE.iter().filter(|(of, ..)| of.method == list.method).map(|(_, name, _)| *name).collect();
        assert_eq!(list.all(&mut wire).await, rows);
    }
}
