//! 100,000 calls of several principals with equal JSON-RPC ids, interleaved over shared connections to a server that
//! really runs: no answer reaches the wrong one.
//!
//! `cargo bench -p mcp-rbac-tests --bench interleaved`

#![expect(
    dead_code,
    unused_imports,
    reason = "the server and the client are those of the tests, which need more of them"
)]

extern crate rbac_runtime as mcp_rbac;

#[path = "../wire/app.rs"]
mod app;
#[path = "../wire/interleaved.rs"]
mod interleaved;
#[path = "../wire/support/mod.rs"]
mod support;

use app::rbac;

const CALLS: usize = 100_000;

fn main() {
    let (made, took) = interleaved::interleave(CALLS);
    println!("{made} interleaved calls in {took:?}: each answer reached its caller");
}
