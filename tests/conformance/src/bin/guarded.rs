//! The server with rmcp alone, behind the guard of mcp-rbac, which it knows nothing of.

use std::error::Error;

use clap::Parser;
use conformance::{
    plain::Plain,
    policy::{PRIMITIVES, Primitive, rbac, requires},
    serve::{Cli, Extras},
};
use mcp_rbac::Guard;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cli = Cli::parse();
    let guard = Guard::new(Plain::new()?, &rbac::POLICY);
    let guard = PRIMITIVES.iter().fold(guard, |guard, &(permission, primitive)| match primitive {
        Primitive::Tool(name) => guard.require(name, requires(permission)),
        Primitive::Prompt(name) => guard.require_prompt(name, requires(permission)),
        Primitive::Resource(uri) => guard.require_resource(uri, requires(permission)),
    });
    // the handler announces changes itself
    cli.serve(guard.into_server(), Extras::default()).await
}
