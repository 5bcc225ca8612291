//! What clients can do. One attribute per function says who may: nothing else in this program mentions a role.
//!
//! The functions block on SQLite, so they are plain `fn`s: the server runs each on a thread of its own.

use mcp_rbac::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::store::{
    CustomerPage, Deleted, QueryCustomerData, Record, RecordKey, Report, RunReport, SearchHits,
    SearchRecords, Store, StoreError, WriteRecord, Written,
};

/// Get one customer record: the customer, order totals, the latest orders and support notes.
#[tool(requires = "read_data", read_only, idempotent, open_world = false)]
fn get_record(
    Parameters(key): Parameters<RecordKey>,
    State(store): State<Store>,
) -> Result<Json<Record>, ToolError> {
    match store.get_record(key.id).map_err(explain)? {
        Some(record) => Ok(Json(record)),
        None => Err(no_such_record(key.id)),
    }
}

/// Search customers by a part of their name, e-mail address or city.
#[tool(requires = "read_data", read_only, idempotent, open_world = false)]
fn search_records(
    Parameters(search): Parameters<SearchRecords>,
    State(store): State<Store>,
) -> Result<Json<SearchHits>, ToolError> {
    store.search_records(&search).map(Json).map_err(explain)
}

/// Query customers by segment, country, spending and date, sorted and in pages.
#[tool(
    requires = "read_data",
    read_only,
    idempotent,
    open_world = false,
    alert(more_than = 100, within = "5m")
)]
fn query_customer_data(
    Parameters(query): Parameters<QueryCustomerData>,
    State(store): State<Store>,
) -> Result<Json<CustomerPage>, ToolError> {
    store.query_customer_data(&query).map(Json).map_err(explain)
}

/// Create a customer record, or change the given fields of one.
#[tool(requires = "write_data", open_world = false)]
fn write_record(
    Parameters(write): Parameters<WriteRecord>,
    State(store): State<Store>,
) -> Result<Json<Written>, ToolError> {
    store.write_record(&write).map(Json).map_err(explain)
}

/// Delete one customer record for good, with its orders and notes.
#[tool(requires = "delete_data", idempotent, open_world = false)]
fn delete_record(
    Parameters(key): Parameters<RecordKey>,
    State(store): State<Store>,
) -> Result<Json<Deleted>, ToolError> {
    match store.delete_record(key.id).map_err(explain)? {
        Some(deleted) => Ok(Json(deleted)),
        None => Err(no_such_record(key.id)),
    }
}

/// Run an aggregate report: revenue by month or segment, top customers, orders by status.
#[tool(requires = "run_reports", read_only, idempotent, open_world = false)]
fn run_report(
    Parameters(report): Parameters<RunReport>,
    State(store): State<Store>,
) -> Result<Json<Report>, ToolError> {
    store.run_report(report).map(Json).map_err(explain)
}

/// Say who is calling, as the server sees it.
#[tool(authenticated, read_only, idempotent, open_world = false)]
fn whoami(caller: Caller) -> Json<Identity> {
    let principal = caller.principal();
    Json(Identity {
        subject: principal.subject().to_owned(),
        authenticated_by: principal.method().as_str(),
        roles: principal.roles().iter().map(|role| role.name()).collect(),
        permissions: principal.permissions().iter().map(|permission| permission.name()).collect(),
    })
}

/// Who is calling.
#[derive(Serialize, JsonSchema)]
struct Identity {
    /// The name of the caller.
    subject: String,
    /// How the caller was recognised.
    authenticated_by: &'static str,
    /// The roles of the caller.
    roles: Vec<&'static str>,
    /// What these roles permit.
    permissions: Vec<&'static str>,
}

/// The model is told what it can mend; what went wrong in the server is for the log.
pub(crate) fn explain(error: StoreError) -> ToolError {
    if error.is_caller_mistake() {
        let hint = error.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        ToolError::public(format!("{error}{hint}"))
    } else {
        ToolError::from(error)
    }
}

pub(crate) fn no_such_record(id: i64) -> ToolError {
    ToolError::public(format!("there is no record {id}; `search_records` finds the ids"))
}
