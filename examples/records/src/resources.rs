//! What can be read by its URI.

use mcp_rbac::prelude::*;

use crate::{
    store::{Record, Report, ReportKind, RunReport, SCHEMA, Store},
    tools::{explain, no_such_record},
};

/// The tables of the database, as SQL: what there is to ask for.
#[resource(uri = "records://schema", authenticated, mime_type = "application/sql")]
fn schema() -> &'static str {
    SCHEMA
}

/// One customer record, as get_record returns it.
#[resource(uri = "records://customers/{id}", requires = "read_data", mime_type = "application/json")]
fn customer(id: i64, State(store): State<Store>) -> Result<Json<Record>, ToolError> {
    match store.get_record(id).map_err(explain)? {
        Some(record) => Ok(Json(record)),
        None => Err(no_such_record(id)),
    }
}

/// The revenue of all years by segment.
#[resource(
    uri = "records://reports/revenue_by_segment",
    requires = "run_reports",
    mime_type = "application/json"
)]
fn revenue_by_segment(State(store): State<Store>) -> Result<Json<Report>, ToolError> {
    let report = RunReport { kind: ReportKind::RevenueBySegment, year: None };
    store.run_report(report).map(Json).map_err(explain)
}
