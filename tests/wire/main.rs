//! The HTTP side from outside: a server that really runs, and callers who write their own bytes to its socket.

extern crate rbac_runtime as mcp_rbac;

mod app;
mod support;

mod bodies;
mod claims;
mod connections;
mod credentials;
#[cfg(target_os = "linux")] // the other systems have one loopback address
mod crowds;
mod hosts;
mod interleaved;
mod lists;
mod load;
mod messages;
mod mutations;
mod names;
mod nested;
mod refusals;
mod revoked;
mod routes;
mod secrets;
mod sessions;
mod slow;
mod startup;
mod tls;
mod trail;
mod versions;

// where `#[tool]` looks for the policy unless it is told another place
use app::rbac;
