//! The server under attack: a policy, and tools that say whether their bodies ran.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use mcp_rbac::{
    Principal, RemoteAddress,
    prelude::*,
    rmcp::{
        RoleServer,
        model::{NumberOrString, ProgressNotificationParam, ProgressToken},
        service::RequestContext,
    },
};
use schemars::JsonSchema;
use serde::Deserialize;

mcp_rbac::roles! {
    permissions { read_data, delete_data: destructive }
    roles {
        reader { read_data }
        admin: reader { delete_data }
    }
}

/// How often the tool ran that nobody in these tests may call, or calls.
static DELETED: AtomicUsize = AtomicUsize::new(0);
/// How often the tool ran that notifications ask for.
static NOTIFIED: AtomicUsize = AtomicUsize::new(0);

pub fn deleted() -> usize {
    DELETED.load(Ordering::SeqCst)
}

pub fn notified() -> usize {
    NOTIFIED.load(Ordering::SeqCst)
}

#[derive(Deserialize, JsonSchema)]
pub struct Key {
    /// Which one.
    pub id: u32,
}

/// Get one record.
#[tool(requires = "read_data", read_only)]
async fn get_record(Parameters(key): Parameters<Key>, caller: Caller) -> String {
    format!("record {} for {}", key.id, caller.principal().subject())
}

/// Delete everything, which takes its time.
#[tool(requires = "delete_data")]
async fn delete_all(_proof: Granted<rbac::permissions::delete_data>) -> String {
    DELETED.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(30)).await;
    "gone".to_owned()
}

#[tool(requires = "read_data")]
async fn notify_me() -> String {
    NOTIFIED.fetch_add(1, Ordering::SeqCst);
    "notified".to_owned()
}

#[tool(authenticated)]
async fn whoami(caller: Caller) -> String {
    caller.principal().subject().to_owned()
}

#[tool(public = "says what everybody knows")]
async fn about() -> String {
    "about".to_owned()
}

#[tool(requires = "read_data")]
async fn explode() -> String {
    panic!("a tool that panics")
}

/// Everything that a tool can see of the request that calls it.
#[tool(requires = "read_data")]
async fn visible(context: RequestContext<RoleServer>) -> String {
    let parts = context.extensions.get::<http::request::Parts>();
    let headers = parts.map(|parts| format!("{:?}", parts.headers)).unwrap_or_default();
    let remote = parts.and_then(|parts| parts.extensions.get::<RemoteAddress>());
    let remote = remote.map(|remote| remote.0.to_string()).unwrap_or_default();
    let principal = parts.and_then(|parts| parts.extensions.get::<Principal>());
    format!(
        "remote={remote} principal={principal:?} headers={headers} parts={parts:?} context={:?}",
        context.extensions
    )
}

/// Says that it has begun, and nothing more for a long time.
#[tool(requires = "read_data")]
async fn chatty(context: RequestContext<RoleServer>) -> String {
    let token = ProgressToken(NumberOrString::Number(1));
    let _told = context.peer.notify_progress(ProgressNotificationParam::new(token, 0.5)).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    "done".to_owned()
}

/// Nobody may call it over the network here: it takes longer than anybody waits.
#[tool(requires = "read_data")]
async fn sleepy() -> String {
    tokio::time::sleep(Duration::from_secs(30)).await;
    "awake".to_owned()
}
