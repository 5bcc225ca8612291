//! Prompts, resources, completion, tasks and what leaves the server: every test speaks MCP to a server in memory.

extern crate rbac_runtime as mcp_rbac;

mod app;
mod ask;
#[path = "../guard/support/mod.rs"]
mod support;

mod completion;
mod lists;
mod matrix;
mod odd_uris;
mod prompt_arguments;
mod prompts;
mod resources;
mod startup;
mod tasks;

// where `#[tool]`, `#[prompt]` and `#[resource]` look for the policy unless they are told another place
use app::rbac;
