//! What there is to be had in a session: tools that ask the client back, that talk, that take long, and resources.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use mcp_rbac::{
    prelude::*,
    rmcp::{
        RoleServer,
        model::{NumberOrString, ProgressNotificationParam, ProgressToken},
        service::RequestContext,
    },
};

mcp_rbac::roles! {
    permissions { read_notes, read_diary, destroy: destructive }
    roles {
        guest {}
        reader { read_notes }
        writer: reader { read_diary }
        owner: writer { destroy }
    }
}

/// How often the tool ran that nobody in these tests may call.
static DESTROYED: AtomicUsize = AtomicUsize::new(0);

pub fn destroyed() -> usize {
    DESTROYED.load(Ordering::SeqCst)
}

#[tool(requires = "read_notes", policy = rbac)]
async fn whose(caller: Caller) -> String {
    caller.principal().subject().to_owned()
}

/// Destroy everything, which takes its time.
#[tool(requires = "destroy", policy = rbac)]
async fn destroy_all() -> String {
    DESTROYED.fetch_add(1, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(30)).await;
    "destroyed".to_owned()
}

/// What the client has open, which it is asked for.
#[tool(requires = "read_notes", policy = rbac)]
#[expect(deprecated, reason = "clients of the older protocol are asked for their roots")]
async fn open_folders(context: RequestContext<RoleServer>) -> String {
    match context.peer.list_roots().await {
        Ok(answer) => answer.roots.into_iter().map(|root| root.uri).collect::<Vec<_>>().join(" "),
        Err(error) => format!("no answer: {error}"),
    }
}

/// Says nothing for a long time.
#[tool(requires = "read_notes", policy = rbac)]
async fn think() -> String {
    tokio::time::sleep(Duration::from_secs(30)).await;
    "thought".to_owned()
}

/// Counts aloud for a long time.
#[tool(requires = "read_notes", policy = rbac)]
async fn count(context: RequestContext<RoleServer>) -> String {
    let token = ProgressToken(NumberOrString::Number(1));
    for number in 0..3_000_u32 {
        let said = ProgressNotificationParam::new(token.clone(), f64::from(number));
        let _told = context.peer.notify_progress(said).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    "counted".to_owned()
}

#[tool(requires = "read_notes", policy = rbac)]
async fn break_down() -> String {
    panic!("a tool that panics")
}

#[tool(public = "says what everybody knows", policy = rbac)]
async fn about() -> String {
    "about".to_owned()
}

pub const NOTES: &str = "notes://all";
pub const DIARY: &str = "notes://diary";

#[resource(uri = "notes://all", requires = "read_notes", policy = rbac)]
async fn notes() -> String {
    "notes".to_owned()
}

#[resource(uri = "notes://diary", requires = "read_diary", policy = rbac)]
async fn diary() -> String {
    "diary".to_owned()
}
