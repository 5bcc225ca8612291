//! Tools that run on by themselves (MCP, tasks extension): whose a task is, what ends it, how many there can be.

mod app;
mod ask;
mod ending;
mod handles;
mod limits;
mod owner;

pub use app::{Stage, rbac, somebody};
pub use ask::{open, start};
