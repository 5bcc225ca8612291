//! Tools that fail in every way, under a policy of their own.

use std::{fmt, sync::Arc};

use mcp_rbac::{
    Authorized, Failure, Principal, ToolParam, ToolResult,
    prelude::*,
    rmcp::{ErrorData, model::CallToolResponse},
    testing,
};
use schemars::JsonSchema;
use serde::Deserialize;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

mcp_rbac::roles! {
    permissions { work, shut_down }
    roles {
        worker { work }
        boss: worker { shut_down }
    }
}

/// Lets a test wait for a body and a body for its test.
pub struct Stage {
    /// A body has begun.
    pub begun: Notify,
    /// A body may go on.
    pub go: Semaphore,
    /// A body is gone, at its end or before.
    pub dropped: Notify,
}

impl Stage {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { begun: Notify::new(), go: Semaphore::new(0), dropped: Notify::new() })
    }
}

pub fn server(stage: &Arc<Stage>) -> Server {
    Server::new(&rbac::POLICY).state_arc(Arc::clone(stage)).build().unwrap()
}

pub fn worker(subject: &str) -> Principal {
    testing::principal(&rbac::POLICY, subject, [rbac::Role::Worker]).unwrap()
}

pub fn boss(subject: &str) -> Principal {
    testing::principal(&rbac::POLICY, subject, [rbac::Role::Boss]).unwrap()
}

#[tool(public = "says what everybody knows", policy = crate::trouble::rbac)]
fn about() -> &'static str {
    "about"
}

// panics

#[tool(requires = "work", policy = crate::trouble::rbac)]
fn panic_sync() -> String {
    panic!("in a sync body")
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn panic_async() -> String {
    panic!("in an async body")
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn panic_after_await() -> String {
    tokio::task::yield_now().await;
    panic!("after an await")
}

struct Explosive;

impl ToolParam for Explosive {
    fn extract(_: &mut Authorized) -> Result<Self, Failure> {
        panic!("in an extractor")
    }
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
fn panic_in_extractor(_: Explosive) {}

struct Unsendable;

impl ToolResult for Unsendable {
    fn into_response(self) -> Result<CallToolResponse, Failure> {
        panic!("in a result")
    }
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn panic_in_result() -> Unsendable {
    Unsendable
}

#[derive(Debug)]
struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("in the text of an error")
    }
}

impl std::error::Error for Unspeakable {}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn panic_in_error_text() -> Result<(), ToolError> {
    Err(Unspeakable)?
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("when a panic is dropped")
    }
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn panic_with_a_bomb() -> String {
    std::panic::panic_any(Bomb)
}

// errors

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn fail_hidden() -> Result<String, ToolError> {
    Err(std::io::Error::other("postgres://admin:hunter2@10.0.0.7 refused"))?
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn fail_public() -> Result<String, ToolError> {
    Err(ToolError::public("`id` must be a prime"))
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn fail_protocol() -> Result<String, ErrorData> {
    Err(ErrorData::invalid_params("no such customer", None))
}

// time

struct TellsDrop(Arc<Stage>);

impl Drop for TellsDrop {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

/// Waits until the test lets it go on.
#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn wait(State(stage): State<Stage>) -> &'static str {
    let _tells = TellsDrop(Arc::clone(&stage));
    stage.begun.notify_one();
    stage.go.acquire().await.unwrap().forget();
    "waited"
}

/// Ends by itself when the call is cancelled.
#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn wait_for_cancellation(State(stage): State<Stage>, cancelled: CancellationToken) -> &'static str {
    stage.begun.notify_one();
    cancelled.cancelled().await;
    "put away"
}

// tools that call tools

#[derive(Deserialize, JsonSchema)]
struct Relay {
    to: String,
    #[serde(default)]
    arguments: serde_json::Map<String, serde_json::Value>,
}

/// Calls another tool and says what came of it.
#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn relay(Parameters(relay): Parameters<Relay>, caller: Caller) -> Result<String, ErrorData> {
    let answer = caller.call(&relay.to, relay.arguments).await?;
    Ok(format!("{}: {answer:?}", caller.record()))
}

/// Calls itself for ever.
#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn recurse(caller: Caller) -> Result<CallToolResponse, ErrorData> {
    caller.call("recurse", serde_json::Map::new()).await
}

#[tool(requires = "shut_down", policy = crate::trouble::rbac)]
async fn shut_down(caller: Caller) -> String {
    format!("shut down by {}", caller.principal().subject())
}
