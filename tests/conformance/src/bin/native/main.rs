//! A server of mcp-rbac alone: its functions say themselves what they require.

mod calls;
mod content;
mod jobs;
mod params;
mod prompts;
mod resources;
mod rounds;

use std::error::Error;

use clap::Parser;
use conformance::{
    policy::rbac,
    rounds::Rounds,
    serve::{Cli, Extras},
};
use mcp_rbac::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let extras = Extras::default();
    let server = Server::new(&rbac::POLICY)
        .name("conformance-native", env!("CARGO_PKG_VERSION"))
        .client_logging()
        .state(Rounds::new()?)
        .state(extras.clone());
    cli.serve(server, extras).await
}
