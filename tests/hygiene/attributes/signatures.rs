//! What a tool can look like.

use ::rbac_runtime::{
    Caller, Granted, State, ToolError,
    rmcp::handler::server::wrapper::{Json, Parameters},
    schemars::JsonSchema,
    serde::{Deserialize, Serialize},
    tool,
};
// `Into` is what the derived `JsonSchema` takes from the prelude
use ::std::{convert::Into, string::String};

use crate::rbac::permissions;

/// Arguments.
#[derive(Deserialize, JsonSchema)]
#[serde(crate = "::rbac_runtime::serde")]
#[schemars(crate = "::rbac_runtime::schemars")]
pub(crate) struct Pair {
    /// One half.
    left: u8,
    /// The other half.
    right: u8,
}

/// A result.
#[derive(Serialize, JsonSchema)]
#[serde(crate = "::rbac_runtime::serde")]
#[schemars(crate = "::rbac_runtime::schemars")]
pub(crate) struct Sum {
    /// Of both.
    sum: u8,
}

/// The name is a keyword.
#[tool(crate = ::rbac_runtime, requires = "text:read")]
fn r#type(r#fn: Caller) -> String {
    r#fn.principal().subject().into()
}

/// A pattern in a pattern.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
fn destructured(Parameters(Pair { left, right: other }): Parameters<Pair>) -> Json<Sum> {
    Json(Sum { sum: left + other })
}

/// A pattern that makes a parameter variable.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
async fn variable(Parameters(mut pair): Parameters<Pair>) -> Json<Sum> {
    pair.left += pair.right;
    Json(Sum { sum: pair.left })
}

/// No parameters and no result.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
fn nothing() {}

/// Parameters that are not used.
#[tool(crate = ::rbac_runtime, requires = "write_data")]
async fn unused(_: Caller, _proof: Granted<permissions::write_data>, State(_): State<u8>) {}

/// An error and a result.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
async fn fails(caller: Caller) -> ::core::result::Result<(), ToolError> {
    let text: String = caller.principal().subject().into();
    let _number: u8 = text.parse()?;
    ::core::result::Result::Ok(())
}

/// A clause that says nothing about the function.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
fn with_where_clause()
where
    String: ::core::clone::Clone,
{
}

/// It is there for a while still.
#[deprecated = "use `nothing`"]
#[tool(crate = ::rbac_runtime, requires = "read_data")]
fn outdated() {}

/// Attributes of the function and of its parameters stay where they are.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
#[inline]
#[must_use]
#[expect(unused_variables, unused_mut, reason = "the lints see the function as it was written")]
fn with_attributes(#[cfg(test)] mut caller: Caller, #[cfg(not(test))] absent: Absent) -> String {
    String::new()
}
