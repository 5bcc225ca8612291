//! The commands `keys …` of a server without tools.

mod policy;

use std::process::ExitCode;

use policy::rbac;
use rbac_runtime::{Server, cli};

#[derive(clap::Parser)]
struct Cli {
    #[command(subcommand)]
    command: cli::Command,
}

fn main() -> ExitCode {
    let Cli { command } = clap::Parser::parse();
    cli::Program::new(Server::new(&rbac::POLICY)).run(Some(command))
}
