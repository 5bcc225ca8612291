//! What the tests ask a server.

use mcp_rbac::{Principal, Server};
use serde_json::{Value, json};

use crate::support::{V2025_06_18, V2025_11_25, V2026_07_28, Wire};

pub const VERSIONS: [&str; 3] = [V2025_06_18, V2025_11_25, V2026_07_28];

/// A kind of list: its method, where its items are in the answer, and what an item is called.
#[derive(Clone, Copy)]
pub struct List {
    pub method: &'static str,
    items: &'static str,
    name: &'static str,
}

pub const TOOLS: List = List { method: "tools/list", items: "tools", name: "name" };
pub const PROMPTS: List = List { method: "prompts/list", items: "prompts", name: "name" };
pub const RESOURCES: List = List { method: "resources/list", items: "resources", name: "uri" };
pub const TEMPLATES: List =
    List { method: "resources/templates/list", items: "resourceTemplates", name: "uriTemplate" };
pub const LISTS: [List; 4] = [TOOLS, PROMPTS, RESOURCES, TEMPLATES];

impl List {
    /// The items of one page.
    pub fn items<'p>(&self, page: &'p Value) -> &'p [Value] {
        page[self.items].as_array().unwrap_or_else(|| panic!("no list: {page}"))
    }

    /// The names in one page.
    pub fn names(&self, page: &Value) -> Vec<String> {
        let name = |item: &Value| item[self.name].as_str().unwrap().to_owned();
        self.items(page).iter().map(name).collect()
    }

    /// Every page.
    pub async fn pages(&self, wire: &mut Wire) -> Vec<Value> {
        let mut pages: Vec<Value> = Vec::new();
        let mut params = json!({});
        loop {
            let answer = wire.request(self.method, params).await;
            assert!(answer["result"].is_object(), "{answer}");
            pages.push(answer["result"].clone());
            assert!(pages.len() < 100, "the pages do not end");
            match pages.last().unwrap().get("nextCursor") {
                Some(cursor) => params = json!({ "cursor": cursor }),
                None => return pages,
            }
        }
    }

    /// The names in all pages.
    pub async fn all(&self, wire: &mut Wire) -> Vec<String> {
        self.pages(wire).await.iter().flat_map(|page| self.names(page)).collect()
    }
}

/// The same questions under every version of the protocol, each by a caller of its own.
pub async fn every_version(
    server: &Server,
    principal: impl Fn(String) -> Principal,
    mut ask: impl AsyncFnMut(&mut Wire, &str),
) {
    for version in VERSIONS {
        let principal = principal(version.to_owned());
        let subject = principal.subject().to_owned();
        let mut wire = Wire::open(server, principal, version).await;
        ask(&mut wire, &subject).await;
    }
}

pub async fn get(wire: &mut Wire, prompt: &str, arguments: Value) -> Value {
    let params = match arguments {
        Value::Null => json!({ "name": prompt }),
        arguments => json!({ "name": prompt, "arguments": arguments }),
    };
    wire.request("prompts/get", params).await
}

pub async fn read(wire: &mut Wire, uri: &str) -> Value {
    wire.request("resources/read", json!({ "uri": uri })).await
}

pub async fn complete(wire: &mut Wire, of: Value, argument: &str, value: &str) -> Value {
    let argument = json!({ "name": argument, "value": value });
    wire.request("completion/complete", json!({ "ref": of, "argument": argument })).await
}

pub fn prompt(name: &str) -> Value {
    json!({ "type": "ref/prompt", "name": name })
}

pub fn template(uri: &str) -> Value {
    json!({ "type": "ref/resource", "uri": uri })
}

/// The code and message of an error.
pub fn error(answer: &Value) -> (i64, &str) {
    let error = &answer["error"];
    let code = error["code"].as_i64().unwrap_or_else(|| panic!("no error: {answer}"));
    (code, error["message"].as_str().unwrap())
}

/// The text of the only message of a prompt.
pub fn message(answer: &Value) -> &str {
    let messages = answer["result"]["messages"].as_array().unwrap_or_else(|| panic!("no prompt: {answer}"));
    assert_eq!(messages.len(), 1, "{answer}");
    messages[0]["content"]["text"].as_str().unwrap()
}

/// The only contents of a resource.
pub fn contents(answer: &Value) -> &Value {
    let contents = answer["result"]["contents"].as_array().unwrap_or_else(|| panic!("no resource: {answer}"));
    assert_eq!(contents.len(), 1, "{answer}");
    &contents[0]
}
