//! The server under test: a policy and tools that count how often their bodies run.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use mcp_rbac::{Principal, prelude::*, testing};
use schemars::JsonSchema;
use serde::Deserialize;

mcp_rbac::roles! {
    permissions {
        read_data,
        write_data,
        delete_data: destructive,
        "reports:run" as run_reports,
        approve_payment,
        create_payment,
    }
    roles {
        reader { read_data }
        analyst: reader { run_reports }
        admin: analyst { write_data, delete_data }
        clerk { create_payment }
        approver { approve_payment }
    }
    invariants {
        only admin { delete_data };
        exclusive { create_payment, approve_payment };
    }
}

/// How often the body of each tool ran, by caller and tool: every test has callers of its own.
static RUNS: Mutex<Option<HashMap<(String, &'static str), usize>>> = Mutex::new(None);

fn ran(caller: &Caller, tool: &'static str) {
    let mut runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    let subject = caller.principal().subject().to_owned();
    *runs.get_or_insert_default().entry((subject, tool)).or_default() += 1;
}

/// How often the body of any tool ran for this caller.
pub fn runs_of(subject: &str) -> usize {
    let runs = RUNS.lock().unwrap_or_else(PoisonError::into_inner);
    runs.iter().flatten().filter(|((caller, _), _)| caller == subject).map(|(_, times)| times).sum()
}

/// What the tools share.
pub struct Ledger(pub &'static str);

#[derive(Deserialize, JsonSchema)]
pub struct Key {
    pub id: u32,
}

/// Get one record.
#[tool(requires = "read_data", read_only)]
fn get_record(Parameters(key): Parameters<Key>, State(ledger): State<Ledger>, caller: Caller) -> String {
    ran(&caller, "get_record");
    format!("{} {} for {}", ledger.0, key.id, caller.principal().subject())
}

/// Change one record.
#[tool(requires = "write_data")]
async fn write_record(Parameters(key): Parameters<Key>, caller: Caller) -> String {
    ran(&caller, "write_record");
    format!("wrote {}", key.id)
}

/// Delete one record.
#[tool(requires = "delete_data")]
async fn delete_record(
    Parameters(key): Parameters<Key>,
    caller: Caller,
    _proof: Granted<rbac::permissions::delete_data>,
) -> String {
    ran(&caller, "delete_record");
    format!("deleted {}", key.id)
}

#[tool(requires = "reports:run", name = "reports.run-all")]
fn run_report(caller: Caller) -> String {
    ran(&caller, "run_report");
    "report".to_owned()
}

#[tool(requires(all("read_data", "reports:run")))]
fn export(caller: Caller) -> String {
    ran(&caller, "export");
    "export".to_owned()
}

/// Which part of the requirement let the caller in.
#[tool(requires(any("write_data", all("read_data", "reports:run"))))]
fn summarize(caller: Caller) -> String {
    ran(&caller, "summarize");
    let proofs = [
        caller.granted::<rbac::permissions::write_data>().map(|proof| format!("{proof:?}")),
        caller.granted::<rbac::permissions::run_reports>().map(|proof| format!("{proof:?}")),
        // held by an admin, and not what the decision was about
        caller.granted::<rbac::permissions::delete_data>().map(|proof| format!("{proof:?}")),
    ];
    proofs.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[tool(requires = "create_payment")]
fn create(caller: Caller) -> String {
    ran(&caller, "create");
    "created".to_owned()
}

#[tool(requires = "approve_payment")]
fn approve(caller: Caller) -> String {
    ran(&caller, "approve");
    "approved".to_owned()
}

#[tool(authenticated)]
fn whoami(caller: Caller) -> String {
    ran(&caller, "whoami");
    caller.principal().subject().to_owned()
}

#[tool(public = "says what everybody knows")]
fn about(caller: Caller) -> String {
    ran(&caller, "about");
    "about".to_owned()
}

pub fn app() -> mcp_rbac::ServerBuilder {
    Server::new(&rbac::POLICY).state(Ledger("record"))
}

pub fn server() -> Server {
    app().build().unwrap()
}

pub fn somebody(subject: &str, roles: impl IntoIterator<Item = rbac::Role>) -> Principal {
    testing::principal(&rbac::POLICY, subject, roles).unwrap()
}

/// Arguments that fit every tool.
pub fn arguments() -> serde_json::Value {
    serde_json::json!({ "id": 7 })
}
