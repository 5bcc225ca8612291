//! Prompts, resources, completion, tasks and what leaves the server: every test speaks MCP to a server in memory.

#![expect(dead_code, unused_imports, reason = "the client is that of `guard`, which needs more of it")]

extern crate rbac_runtime as mcp_rbac;

mod app;
mod ask;
#[path = "../guard/support/mod.rs"]
mod support;

mod completion;
mod concealed;
mod lists;
mod matrix;
mod odd_uris;
mod output;
mod prompt_arguments;
mod prompts;
mod resources;
mod startup;
mod tasks;

// where `#[tool]`, `#[prompt]` and `#[resource]` look for the policy unless they are told another place
use app::rbac;
