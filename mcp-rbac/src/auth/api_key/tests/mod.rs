//! What needs a clock that a test can set, or what no program can reach from outside.

mod bearer;
mod edges;
mod format;
mod json;
mod refusals;
mod rotation;
mod secret;
mod stale;
mod support;
mod text;
mod unix;
