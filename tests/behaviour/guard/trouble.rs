//! Tools that fail in every way, under a policy of their own.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use mcp_rbac::{
    Authorized, Failure, Principal, ToolParam, ToolResult,
    prelude::*,
    rmcp::{
        ErrorData, RoleServer,
        handler::server::common::{AsRequestContext, FromContextPart},
        model::{CallToolResponse, Extensions},
        service::RequestContext,
    },
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

#[derive(Debug)]
struct StoreError(std::io::Error);

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store does not answer")
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn fail_hidden() -> Result<String, ToolError> {
    Err(StoreError(std::io::Error::other("postgres://admin:hunter2@10.0.0.7 refused")))?
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

// one call that uses what another left behind

static LEFT_BEHIND: Mutex<Option<Extensions>> = Mutex::new(None);

/// Leaves the extensions of its call where others find them, and goes on until the test lets it end.
#[tool(requires = "shut_down", policy = crate::trouble::rbac)]
async fn leave_behind(context: RequestContext<RoleServer>, State(stage): State<Stage>) -> String {
    let mine = proof_in(context.clone());
    *LEFT_BEHIND.lock().unwrap() = Some(context.extensions);
    stage.begun.notify_one();
    stage.go.acquire().await.unwrap().forget();
    mine
}

/// Puts what another call left behind into its own request.
#[tool(requires = "work", policy = crate::trouble::rbac)]
async fn pick_up(mut context: RequestContext<RoleServer>) -> String {
    context.extensions = LEFT_BEHIND.lock().unwrap().clone().unwrap();
    proof_in(context)
}

/// rmcp's traits are public: whatever holds a request can be asked for a `Granted`.
struct Mine(RequestContext<RoleServer>);

impl AsRequestContext for Mine {
    fn as_request_context(&self) -> &RequestContext<RoleServer> {
        &self.0
    }

    fn as_request_context_mut(&mut self) -> &mut RequestContext<RoleServer> {
        &mut self.0
    }
}

fn proof_in(context: RequestContext<RoleServer>) -> String {
    let mut mine = Mine(context);
    let proof = Granted::<rbac::permissions::shut_down>::from_context_part(&mut mine);
    let caller = Caller::from_context_part(&mut mine);
    format!("{:?} {:?}", proof.ok(), caller.ok().map(|caller| caller.principal().subject().to_owned()))
}

#[tool(requires = "shut_down", policy = crate::trouble::rbac)]
async fn shut_down(caller: Caller) -> String {
    format!("shut down by {}", caller.principal().subject())
}
