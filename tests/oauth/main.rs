//! Access tokens, honest and forged: a server that really runs, and issuers that are run here as well.

extern crate rbac_runtime as mcp_rbac;

mod app;
mod support;

mod canary;
mod denied;
mod dpop;
mod introspection;
mod key_sets;
mod metadata;
mod presets;
mod remembered;
mod roles;
mod scope_scenario;
mod scopes;
mod tokens;

// where `#[tool]` looks for the policy unless it is told another place
use app::rbac;
