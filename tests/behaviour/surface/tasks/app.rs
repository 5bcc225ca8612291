//! Tools that can be tasks.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use mcp_rbac::{
    Principal, RunningTask,
    prelude::*,
    rmcp::model::{CallToolResponse, CreateTaskResult, Task, TaskStatus},
    testing,
};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

mcp_rbac::roles! {
    permissions { run_reports, delete_data: destructive }
    roles {
        analyst { run_reports }
        admin: analyst { delete_data }
        guest {}
    }
}

/// Where the bodies wait for the tests, each caller at a gate of their own.
#[derive(Clone, Default)]
pub struct Stage {
    gates: Arc<Mutex<HashMap<String, Arc<Semaphore>>>>,
    /// How many bodies run, and how many were dropped where they stood.
    running: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
}

impl Stage {
    fn gate(&self, subject: &str) -> Arc<Semaphore> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(subject.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(0))))
    }

    /// Lets bodies of this caller go on.
    pub fn open(&self, subject: &str, count: usize) {
        self.gate(subject).add_permits(count);
    }

    pub fn running(&self) -> usize {
        self.running.load(Ordering::SeqCst)
    }

    pub fn dropped(&self) -> usize {
        self.dropped.load(Ordering::SeqCst)
    }

    async fn wait(&self, subject: &str) {
        let mut body = Body { stage: self.clone(), finished: false };
        self.running.fetch_add(1, Ordering::SeqCst);
        self.gate(subject).acquire().await.unwrap().forget();
        body.finished = true;
    }
}

struct Body {
    stage: Stage,
    finished: bool,
}

impl Drop for Body {
    fn drop(&mut self) {
        self.stage.running.fetch_sub(1, Ordering::SeqCst);
        if !self.finished {
            self.stage.dropped.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Waits until it may go on.
#[tool(requires = "run_reports", task, policy = self::rbac)]
async fn report(State(stage): State<Stage>, caller: Caller) -> String {
    stage.wait(caller.principal().subject()).await;
    format!("report for {}", caller.principal().subject())
}

/// Whether its token was cancelled while it waited.
#[tool(requires = "run_reports", task, policy = self::rbac)]
async fn token(State(stage): State<Stage>, caller: Caller, token: CancellationToken) -> String {
    stage.wait(caller.principal().subject()).await;
    format!("cancelled: {}", token.is_cancelled())
}

/// Blocks a thread for a moment.
#[tool(requires = "run_reports", task, policy = self::rbac)]
fn blocking(caller: Caller) -> String {
    std::thread::sleep(std::time::Duration::from_millis(50));
    format!("blocked for {}", caller.principal().subject())
}

#[tool(requires = "run_reports", task, policy = self::rbac)]
async fn ask(task: Option<RunningTask>) -> Result<String, ToolError> {
    let Some(task) = task else { return Ok("nobody to ask".to_owned()) };
    task.set_status("asking\u{202e} somebody");
    let name = task.ask("name", question("Who are you?\u{200b}")).await?;
    let again = task.ask("name", question("Who are you?")).await.is_err();
    let sure = task.ask("sure", question("Are you sure?")).await?;
    Ok(format!("{} {} again={again}", name["content"]["name"], sure["action"]))
}

fn question(text: &str) -> mcp_rbac::rmcp::model::InputRequest {
    let schema = serde_json::json!({ "type": "object", "properties": {} });
    let params = serde_json::json!({ "message": text, "requestedSchema": schema });
    serde_json::from_value(serde_json::json!({ "method": "elicitation/create", "params": params })).unwrap()
}

#[tool(requires = "run_reports", task, policy = self::rbac)]
async fn explode() -> String {
    panic!("a task that panics")
}

#[tool(requires = "run_reports", task, policy = self::rbac)]
async fn fail() -> Result<String, ToolError> {
    Err(std::io::Error::other("the disk of the secret server is full"))?
}

#[tool(requires = "run_reports", task, policy = self::rbac)]
async fn say_why() -> Result<String, ToolError> {
    Err(ToolError::public("there is no such month"))
}

/// What one task gets from other tools.
#[tool(requires = "run_reports", task, policy = self::rbac)]
async fn relay(caller: Caller) -> String {
    let mut told = Vec::new();
    for tool in ["blocking", "delete_all", "nothing"] {
        let text = match caller.call(tool, Default::default()).await {
            Ok(CallToolResponse::Complete(result)) => result.content[0].as_text().unwrap().text.clone(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.code.0.to_string(),
        };
        told.push(text);
    }
    told.join(", ")
}

#[tool(requires = "delete_data", task, policy = self::rbac)]
async fn delete_all() -> String {
    "gone".to_owned()
}

/// Not declared as a task.
#[tool(requires = "run_reports", policy = self::rbac)]
async fn quick() -> String {
    "quick".to_owned()
}

/// Makes up the handle of somebody else's task.
#[tool(requires = "run_reports", policy = self::rbac)]
async fn forge(Parameters(forged): Parameters<Forged>) -> CallToolResponse {
    let task = Task::new(forged.id, TaskStatus::Working, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
    CreateTaskResult::new(task).into()
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
pub struct Forged {
    id: String,
}

pub fn server(stage: &Stage) -> Server {
    Server::new(&rbac::POLICY).state(stage.clone()).build().unwrap()
}

pub fn somebody(subject: &str, roles: impl IntoIterator<Item = rbac::Role>) -> Principal {
    testing::principal(&rbac::POLICY, subject, roles).unwrap()
}
