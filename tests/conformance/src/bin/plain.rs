//! The server with rmcp alone, on a free port of this machine. Its first line says where.

use std::{error::Error, io::Write, sync::Arc};

use clap::Parser;
use conformance::plain::Plain;
use rmcp::transport::streamable_http_server::{
    StreamableHttpServerConfig, StreamableHttpService, session::local::LocalSessionManager,
};
use tokio::net::TcpListener;

/// A server with rmcp alone, for the MCP conformance suite.
#[derive(Parser)]
struct Cli {
    /// Without sessions for clients before 2026-07-28
    #[arg(long)]
    stateless: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Cli { stateless } = Cli::parse();
    let plain = Plain::new()?;
    let config = StreamableHttpServerConfig::default()
        .with_allowed_origins(["http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*"])
        .with_legacy_session_mode(!stateless)
        .with_json_response(stateless);
    let service = StreamableHttpService::new(
        move || Ok(plain.session()),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(std::io::stdout(), "http://{}/mcp", listener.local_addr()?)?;
    axum::serve(listener, axum::Router::new().nest_service("/mcp", service)).await?;
    Ok(())
}
