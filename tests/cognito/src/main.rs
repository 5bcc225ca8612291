//! The records server for the users of an Amazon Cognito user pool. It says where it listens as one line of JSON, and ends
//! when its standard input does.
#![expect(clippy::print_stdout, reason = "a program says where it listens")]

use std::error::Error;

use clap::{Parser, ValueEnum};
use mcp_rbac::{
    OAuth,
    oauth::{Scopes, claim},
};
use records::{app, rbac::Role, store::Store};
use serde_json::json;
use tokio::io::{AsyncReadExt, stdin};

/// The records server for the users of an Amazon Cognito user pool.
#[derive(Parser)]
struct Cli {
    #[arg(long)]
    region: String,
    #[arg(long)]
    user_pool: String,
    /// The app client that may come
    #[arg(long)]
    client: String,
    /// Where the keys of the pool are, instead of at Amazon
    #[arg(long)]
    jwks_url: String,
    /// What scopes mean
    #[arg(long)]
    scopes: Meaning,
}

#[derive(Clone, Copy, ValueEnum)]
enum Meaning {
    /// The groups are all there is
    Ignore,
    /// They limit what the groups give; their names begin with `records/`
    Limit,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Cli { region, user_pool, client, jwks_url, scopes } = Cli::parse();
    let tokens = OAuth::cognito(&region, &user_pool)?.jwks_url(&jwks_url)?.clients([client]);
    let tokens = match scopes {
        Meaning::Ignore => tokens.scopes(Scopes::Ignore),
        Meaning::Limit => tokens.scopes(Scopes::Limit).scope_prefix("records/"),
    };
    let groups = claim("cognito:groups").map("analysts", Role::Analyst).map("admins", Role::Admin);
    let data = tempfile::tempdir()?;
    let listening = app()
        .state(Store::open(data.path().join("records.db"))?)
        .authenticate(tokens.roles(groups))
        .http("127.0.0.1:0")
        .listen()
        .await?;
    println!("{}", json!({ "url": listening.url() }));
    listening
        .run(async {
            let _ended = stdin().read_to_end(&mut Vec::new()).await;
        })
        .await;
    Ok(())
}
