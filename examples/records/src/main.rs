//! The command line of the records server.

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use clap::Parser;
use mcp_rbac::cli::{Command, Failure, Program};
use records::{
    app,
    store::{Store, StoreError},
};
use tracing_subscriber::EnvFilter;

/// A customer-records MCP server: tools, prompts and resources over a SQLite database, guarded per role.
///
/// Without a command it serves over HTTP. The first start creates the database, filled with example data, and one API
/// key per role.
#[derive(Parser)]
#[command(
    version,
    after_help = "\
Examples:
  records                               serve over HTTP on 127.0.0.1:8080
  records tools --role analyst          what an analyst can call
  records serve --stdio --as analyst    serve an MCP client that starts this program

What happens is logged to standard error; RUST_LOG says how much (default: info)."
)]
struct Cli {
    /// The database file; created when it is missing
    #[arg(long, global = true, value_name = "FILE", default_value = "records.db")]
    data: PathBuf,
    #[command(subcommand)]
    command: Option<Command>,
}

fn main() -> ExitCode {
    let Cli { data, command } = Cli::parse();
    log_to_stderr();
    Program::new(app())
        .first_keys()
        .prepare(move |app| Ok(app.state(Store::open(&data).map_err(explain)?)))
        .run(command)
}

/// Standard output belongs to MCP.
fn log_to_stderr() {
    // a filter that cannot be read must not keep the server from starting
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    // rmcp logs whole messages from `debug` on, and what clients send belongs into no log: only who names it gets it
    let names_it = std::env::var("RUST_LOG").is_ok_and(|filter| filter.contains("rmcp"));
    let quiet = ["rmcp=warn", "rmcp::service=error"].into_iter().filter(|_| !names_it);
    let filter = quiet.filter_map(|quiet| quiet.parse().ok()).fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        // a log that cannot be written is no reason to panic
        .log_internal_errors(false)
        .with_writer(std::io::stderr)
        .with_ansi(wants_colour(&std::io::stderr()))
        .init();
}

/// A file gets plain text, and so does whoever asks for it (<https://no-color.org>).
fn wants_colour(output: &impl IsTerminal) -> bool {
    output.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn explain(error: StoreError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
