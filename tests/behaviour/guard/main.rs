//! The guard from outside: every test speaks MCP to a server in memory, through rmcp or in lines of JSON.

extern crate rbac_runtime as mcp_rbac;

mod app;
mod support;
mod trouble;

mod cancelling;
mod claims;
mod concurrency;
mod denials;
mod events;
mod failures;
mod granted;
mod listing;
mod malformed;
mod methods;
mod nested;
mod pages;
mod panics;

// where `#[tool]` looks for the policy unless it is told another place
use app::rbac;
