//! OAuth from the first 401 to the call that needed one more scope: a real authorization server, the records server, and
//! rmcp's own client between them, which finds its way by what the servers tell it.

mod authorization_server;
mod browser;
mod server;
mod steps;
mod walk;

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use tracing_subscriber::EnvFilter;

use steps::Steps;

/// Walks through OAuth with a real authorization server (npm `oidc-provider`) and the records server.
///
/// A client without a token is sent to log in, sees what its token covers, is told which scope a call needs, gets it, and
/// calls again. Everything runs on this machine. Each step is checked; the exit code is 0 when every one of them was as it
/// should be, and 1 otherwise.
#[derive(Parser)]
#[command(
    version,
    after_help = "\
Needed: Node.js 20 or newer with npm, which brings the authorization server the first time.

Examples:
  oauth-walkthrough           the steps, for people
  oauth-walkthrough --json    one JSON object per step, for programs

RUST_LOG=mcp_rbac=debug shows what the records server decides."
)]
struct Cli {
    /// One JSON object per step
    #[arg(long)]
    json: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let mut steps = Steps::new(cli.json);
    match walk::walk(&mut steps).await {
        Ok(()) => {
            steps.end();
            ExitCode::SUCCESS
        }
        Err(error) => {
            steps.fail(&*error);
            ExitCode::FAILURE
        }
    }
}
