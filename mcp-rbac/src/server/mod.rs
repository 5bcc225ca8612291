//! The server that a program builds and runs.

mod builder;
mod report;
#[cfg(feature = "stdio")]
mod stdio;

pub use builder::{Server, ServerBuilder};
pub use report::StartReport;
#[cfg(feature = "stdio")]
pub use stdio::{ServeError, StdioServer};
