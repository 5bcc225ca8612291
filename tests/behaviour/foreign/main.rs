//! `Guard<H>` from outside: a handler that was made with rmcp's own macros, and what reaches it.

extern crate rbac_runtime as mcp_rbac;

mod desk;
#[expect(dead_code, unused_imports, reason = "what the tests of the guard use beside it")]
#[path = "../guard/support/mod.rs"]
mod support;

mod changed;
mod denied;
mod http;
mod lists;
mod modules;
mod owned;
mod panics;
mod report;
mod report_only;
mod survey;
mod unchanged;

// where `#[tool]` looks for the policy unless it is told another place
use desk::rbac;
