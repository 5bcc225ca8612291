//! The server that a program builds and runs.

mod behind;
mod builder;
mod error;
mod report;
mod stdio;

pub use builder::{Server, ServerBuilder};
pub use error::StartError;
pub use report::StartReport;
#[cfg(feature = "http")]
pub(crate) use report::{Tls, Transport};
pub use stdio::{ServeError, StdioServer};
