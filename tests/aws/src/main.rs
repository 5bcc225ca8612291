//! The records server with keys of AWS Secrets Manager. It says where it listens as one line of JSON, writes its log to
//! standard error, and ends when its standard input does.
#![expect(clippy::print_stdout, reason = "a program says where it listens")]

use std::{error::Error, io::stderr, path::PathBuf, time::Duration};

use clap::Parser;
use mcp_rbac::{
    ApiKeys, Audit,
    audit::CloudWatch,
    secrets::{AwsSecret, CachedSecret},
};
use records::{app, store::Store};
use serde_json::json;
use tokio::io::{AsyncReadExt, stdin};
use tracing_subscriber::EnvFilter;

/// The records server with keys of AWS Secrets Manager.
#[derive(Parser)]
struct Cli {
    #[arg(long)]
    region: String,
    /// Who answers for Amazon
    #[arg(long)]
    endpoint: String,
    /// The secret with the keys
    #[arg(long)]
    secret: String,
    /// The secret with the pepper
    #[arg(long)]
    pepper: Option<String>,
    /// How long a secret counts, in milliseconds
    #[arg(long)]
    ttl: u64,
    /// How long it counts on when it cannot be had, in milliseconds
    #[arg(long)]
    max_stale: u64,
    /// The audit trail
    #[arg(long)]
    audit: Option<PathBuf>,
    /// The log group and the stream that it is brought to
    #[arg(long, num_args = 2, requires = "audit")]
    logs: Vec<String>,
}

impl Cli {
    fn kept(&self, id: &str) -> CachedSecret {
        let secret = AwsSecret::new(id).region(&self.region).endpoint_url(&self.endpoint);
        CachedSecret::new(secret)
            .ttl(Duration::from_millis(self.ttl))
            .max_stale(Duration::from_millis(self.max_stale))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::from_default_env())
        .with_ansi(false)
        .with_writer(stderr)
        .init();
    let cli = Cli::parse();
    let keys = ApiKeys::secret(cli.kept(&cli.secret));
    let keys = match &cli.pepper {
        Some(pepper) => keys.pepper(cli.kept(pepper)),
        None => keys,
    };
    let data = tempfile::tempdir()?;
    let app = match &cli.audit {
        Some(audit) => app().audit(Audit::file(audit)?.rotate_at(20_000)),
        None => app(),
    };
    if let ([group, stream], Some(audit)) = (cli.logs.as_slice(), &cli.audit) {
        let logs = CloudWatch::new(group, stream).region(&cli.region).endpoint_url(&cli.endpoint);
        let audit = audit.clone();
        tokio::spawn(async move { logs.ship(audit).await });
    }
    let listening = app
        .state(Store::open(data.path().join("records.db"))?)
        .authenticate(keys)
        .http("127.0.0.1:0")
        // the tests come from one address, and all at once
        .max_connections_per_peer(256)
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
