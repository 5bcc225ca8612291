//! The commands that a server built on the framework has: `serve`, `tools`, `keys` and `audit`. Behind the feature `cli`.
//!
//! The program parses its command line with [clap](https://docs.rs/clap), takes [`Command`] as its subcommands, adds
//! what is its own, and hands over to a [`Program`]:
//!
//! ```
//! # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
//! # mod tools {
//! #     #[mcp_rbac::tool(requires = "read_data", policy = crate::rbac)]
//! #     fn get_record() -> String { "…".into() }
//! # }
//! use std::process::ExitCode;
//!
//! #[derive(clap::Parser)]
//! struct Cli {
//!     #[command(subcommand)]
//!     command: Option<mcp_rbac::cli::Command>,
//! }
//!
//! fn app() -> mcp_rbac::ServerBuilder {
//!     mcp_rbac::Server::new(&rbac::POLICY)
//! }
//!
//! fn main() -> ExitCode {
//! #   if std::env::args().len() == 1 { return ExitCode::SUCCESS; }
//!     let cli = <Cli as clap::Parser>::parse();
//!     mcp_rbac::cli::Program::new(app()).run(cli.command)
//! }
//! ```

mod audit;
mod check;
mod failure;
mod first_keys;
mod keys;
mod output;
mod program;
mod serve;
mod tools;
mod welcome;

pub use audit::Audit;
pub use failure::Failure;
pub use keys::Keys;
pub use program::Program;
pub use serve::Serve;
pub use tools::Tools;

/// What the user asks for.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Serve MCP
    Serve(Serve),
    /// Print the tools that a role can list and call
    Tools(Tools),
    /// Make, list, rotate and revoke API keys
    Keys(Keys),
    /// Look into the audit trail of a server
    Audit(Audit),
}
