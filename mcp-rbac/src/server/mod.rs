//! The server that a program builds and runs.

mod behind;
mod builder;
mod error;
mod report;
mod stdio;

pub use builder::{Server, ServerBuilder};
pub use error::StartError;
pub use report::StartReport;
pub use stdio::{ServeError, StdioServer};
