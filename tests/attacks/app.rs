//! The server under attack, with something of everything that a server can offer.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use http::request::Parts;
use mcp_rbac::{Authenticate, Authentication, Completion, Policy, Principal, RunningTask, prelude::*};
use schemars::JsonSchema;
use serde::Deserialize;

mcp_rbac::roles! {
    permissions { read_data, run_reports, delete_data: destructive }
    roles {
        reader { read_data }
        analyst: reader { run_reports }
        admin: analyst { delete_data }
        guest {}
    }
}

/// How often something ran that nobody in these tests may have, or has.
static DELETED: AtomicUsize = AtomicUsize::new(0);

pub fn deleted() -> usize {
    DELETED.load(Ordering::SeqCst)
}

#[derive(Deserialize, JsonSchema)]
pub struct Order {
    /// Where.
    #[schemars(extend("x-mcp-header" = "Region"))]
    pub region: String,
}

// --- tools

#[tool(requires = "read_data", read_only)]
async fn get_record(caller: Caller) -> String {
    format!("a record for {}", caller.principal().subject())
}

/// Its argument is mirrored in a header, which is checked before the guard hears of the call.
#[tool(requires = "read_data")]
async fn order(Parameters(order): Parameters<Order>) -> String {
    order.region
}

#[tool(requires = "delete_data")]
async fn delete_all(Parameters(order): Parameters<Order>) -> String {
    DELETED.fetch_add(1, Ordering::SeqCst);
    order.region
}

/// The way round: a tool that calls whatever tool it is told to.
#[tool(requires = "read_data")]
async fn relay(Parameters(relay): Parameters<Relay>, caller: Caller) -> String {
    let arguments = relay.arguments.as_object().cloned().unwrap_or_default();
    match caller.call(&relay.tool, arguments).await {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => error.code.0.to_string(),
    }
}

#[derive(Deserialize, JsonSchema)]
pub struct Relay {
    tool: String,
    #[serde(default)]
    arguments: serde_json::Value,
}

/// Runs for a moment, as a task where the client knows tasks.
#[tool(requires = "run_reports", task)]
async fn report(task: Option<RunningTask>, caller: Caller) -> String {
    tokio::time::sleep(Duration::from_millis(20)).await;
    let _is_task = task.is_some();
    format!("report for {}", caller.principal().subject())
}

#[tool(requires = "run_reports", task)]
async fn endless_report() -> String {
    std::future::pending().await
}

#[tool(requires = "delete_data", task)]
async fn delete_slowly() -> &'static str {
    DELETED.fetch_add(1, Ordering::SeqCst);
    "gone"
}

#[tool(public = "says what everybody knows")]
async fn about() -> &'static str {
    "about"
}

#[tool(authenticated)]
async fn whoami(caller: Caller) -> String {
    caller.principal().subject().to_owned()
}

// --- prompts

#[derive(Deserialize, JsonSchema)]
pub struct Letter {
    pub to: Option<String>,
}

#[prompt(requires = "read_data", complete(to = names))]
async fn letter(Parameters(letter): Parameters<Letter>) -> String {
    letter.to.unwrap_or_default()
}

#[prompt(requires = "delete_data", complete(to = secrets))]
async fn farewell(Parameters(letter): Parameters<Letter>) -> String {
    DELETED.fetch_add(1, Ordering::SeqCst);
    letter.to.unwrap_or_default()
}

#[prompt(public = "says what everybody knows")]
async fn help() -> &'static str {
    "ask somebody"
}

// --- resources

#[resource(uri = "records://{id}", requires = "read_data", complete(id = names))]
async fn record(id: u32) -> Result<String, ToolError> {
    if id > 999 { Err(ToolError::not_found()) } else { Ok(format!("record {id}")) }
}

#[resource(uri = "records://7", requires = "delete_data")]
async fn seventh() -> &'static str {
    DELETED.fetch_add(1, Ordering::SeqCst);
    "the seventh"
}

#[resource(uri = "records://{id}/{part}", requires = "delete_data", complete(part = secrets))]
async fn part(id: u32, part: String) -> String {
    DELETED.fetch_add(1, Ordering::SeqCst);
    format!("{part} of {id}")
}

#[resource(uri = "vault://key", requires = "delete_data")]
async fn vault() -> &'static str {
    DELETED.fetch_add(1, Ordering::SeqCst);
    "the key"
}

#[resource(uri = "about://server", public = "says what everybody knows")]
async fn about_server() -> &'static str {
    "about"
}

async fn names(_: Completion) -> Vec<&'static str> {
    vec!["1", "7"]
}

async fn secrets(_: Completion) -> Vec<&'static str> {
    DELETED.fetch_add(1, Ordering::SeqCst);
    vec!["a secret"]
}

/// Knows everybody by what they say: `Authorization: Named SUBJECT ROLE`. For tests of what a role may do.
pub struct Named;

impl Authenticate for Named {
    fn describe(&self) -> String {
        "names".to_owned()
    }

    async fn authenticate(&self, request: &Parts, policy: &'static Policy) -> Authentication {
        let header = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let Some(named) = header.and_then(|header| header.strip_prefix("Named ")) else {
            return Authentication::NotMine;
        };
        let (subject, role) = named.split_once(' ').unwrap_or((named, ""));
        let builder = Principal::builder(policy, subject);
        let principal = match role.parse::<rbac::Role>() {
            Ok(role) => builder.role(role).build(),
            Err(_) => builder.build(),
        };
        principal.map_or_else(|error| Authentication::Rejected(error.to_string()), Authentication::Principal)
    }
}
