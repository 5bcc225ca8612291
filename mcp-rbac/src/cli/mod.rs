//! The commands that a server built on the framework has: `serve`, `tools` and `keys`. Behind the feature `cli`.
//!
//! The program parses its command line with [clap](https://docs.rs/clap), takes [`Command`] as its subcommands, adds
//! what is its own, and hands over to [`run`]:
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
//!     command: mcp_rbac::cli::Command,
//! }
//!
//! fn app() -> mcp_rbac::ServerBuilder {
//!     mcp_rbac::Server::new(&rbac::POLICY)
//! }
//!
//! fn main() -> ExitCode {
//! #   if std::env::args().len() == 1 { return ExitCode::SUCCESS; }
//!     let cli = <Cli as clap::Parser>::parse();
//!     mcp_rbac::cli::run(cli.command, app(), |app| Ok(app))
//! }
//! ```

mod failure;
mod keys;
mod serve;
mod tools;

pub use failure::Failure;
pub use keys::Keys;
pub use serve::Serve;
pub use tools::Tools;

use std::process::ExitCode;

use crate::server::ServerBuilder;

/// What the user asks for.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Command {
    /// Serve MCP
    Serve(Serve),
    /// Print the tools that a role can list and call
    Tools(Tools),
    /// Make, list, rotate and revoke API keys
    Keys(Keys),
}

/// Runs a command of the server that `app` describes. `prepare` adds what only a running server needs (a store that
/// has to be opened, say); commands that only look at the policy do not call it.
///
/// What goes wrong is said on standard error in a sentence, with what to do. The exit code is 0 when all went well, 1
/// when something failed, 2 when the command line asks for something that does not exist.
pub fn run(
    command: Command,
    app: ServerBuilder,
    prepare: impl FnOnce(ServerBuilder) -> Result<ServerBuilder, Failure>,
) -> ExitCode {
    let done = match command {
        Command::Serve(serve) => serve.run(app, prepare),
        Command::Tools(tools) => tools.run(&app),
        Command::Keys(keys) => keys.run(app.policy()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
