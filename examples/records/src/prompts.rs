//! What a user picks in their client, and the model then reads.

use mcp_rbac::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{store::Store, tools::explain};

/// Which customer a prompt is about. A client sends the arguments of a prompt as texts.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct About {
    /// The id of the customer, as search_records returns it.
    id: String,
}

/// Sum one customer up before a call: who they are, what they buy, what they asked for.
#[prompt(requires = "read_data", title = "Summarize a customer")]
fn summarize_customer(
    Parameters(About { id }): Parameters<About>,
    State(store): State<Store>,
) -> Result<String, ToolError> {
    let id = id.trim().parse().map_err(|_| ToolError::public("`id` is a number"))?;
    let Some(record) = store.get_record(id).map_err(explain)? else {
        return Err(ToolError::public(format!("there is no record {id}")));
    };
    let name = record.customer.name;
    Ok(format!(
        "Read the resource records://customers/{id}. Then sum up the customer {name} for a colleague who is about to \
         call them: three sentences on who they are, what they buy and how well they pay, and every open point of the \
         support notes."
    ))
}

/// Look at the revenue of a year, and say what stands out.
#[prompt(requires = "run_reports", title = "Review the revenue")]
fn review_revenue() -> &'static str {
    "Call run_report for revenue_by_month and revenue_by_segment. Then say in five sentences what stands out: the best \
     and the worst month, the segment that grew most, and what you would look into next."
}
