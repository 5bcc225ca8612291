//! Attacks that have worked elsewhere, over HTTP, from callers who write their own bytes to the socket of a server that
//! really runs. `docs/attacks.md` says which of them are tested where.

#![expect(
    dead_code,
    unused_imports,
    reason = "the server and the client are those of `wire`, which needs more of them"
)]

extern crate rbac_runtime as mcp_rbac;

mod app;
mod ask;
#[path = "../wire/support/mod.rs"]
mod support;

mod concealment;
mod failing;
mod headers;
mod ownership;
mod reach;
mod records;
mod uris;

// where `#[tool]`, `#[prompt]` and `#[resource]` look for the policy unless they are told another place
use app::rbac;
