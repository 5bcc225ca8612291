//! What keeps a server from starting, and what its operator is told. Registration is global to a program, so every case
//! has a policy of its own.

extern crate rbac_runtime as mcp_rbac;

mod notes;
mod problems;
mod report;
mod together;
