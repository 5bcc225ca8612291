//! What a guarded `tools/call` costs beside the same call of bare rmcp: the same tool, the same request, in process, on
//! one thread.
//!
//! One program does one of them, a given number of times; the difference between two runs of different length is the
//! calls alone. Making the request and reading the answer are counted by themselves and taken off. Instructions are
//! counted, because they repeat where times do not:
//!
//! ```sh
//! cargo bench -p mcp-rbac-tests --bench call_cost -- --table
//! ```
//!
//! prints the table; it needs valgrind. Valgrind knows no SHA instructions, so that the digest of the key is computed in
//! software there; its share is a column of its own. `-- --time` prints the time on the processor of the same calls, with
//! the instructions that the machine has. `-- bare 1000`, `-- guarded 1000`, `-- heard 1000` (a subscriber
//! takes the events), `-- token 1000` (OAuth instead of a key) and `-- client 1000` are the runs themselves, each for the older protocol; with `-2026` after the
//! name for the newer one.

extern crate rbac_runtime as mcp_rbac;

#[path = "support/callgrind.rs"]
mod callgrind;
#[path = "support/client.rs"]
mod client;
#[path = "support/listener.rs"]
mod listener;
#[path = "support/time.rs"]
mod time;
#[path = "support/token.rs"]
mod token;

use std::{env, sync::Arc};

use client::{Message, send, send_to_nobody};
use mcp_rbac::{
    ApiKeys, Limit, Server,
    api_key::{KeyFile, KeyRequest},
    prelude::*,
    rmcp::{
        ErrorData, RoleServer, ServerHandler,
        handler::server::{
            router::tool::{ToolRoute, ToolRouter},
            tool::{ToolCallContext, schema_for_input},
        },
        model::{CallToolRequestParams, CallToolResponse, ServerCapabilities, ServerConfig, Tool},
        service::RequestContext,
        transport::streamable_http_server::{
            StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
        },
    },
};
use tokio::runtime::Runtime;

mcp_rbac::roles! {
    permissions { read }
    roles { reader { read } }
}

/// What everybody has, only that a benchmark does not reach it.
fn limit() -> Limit {
    Limit::at_most(10_000_000, std::time::Duration::from_secs(1))
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Greeting {
    /// Whom to greet.
    name: String,
    /// How often.
    times: u32,
}

/// Greet somebody.
#[tool(crate = mcp_rbac, requires = "read")]
async fn greet(Parameters(greeting): Parameters<Greeting>) -> String {
    hello(greeting)
}

fn hello(Greeting { name, times }: Greeting) -> String {
    format!("hello {name} {times}")
}

/// The same tool without a guard: rmcp with a router that is built once.
#[derive(Clone)]
struct Bare(Arc<ToolRouter<Self>>);

impl Bare {
    fn new() -> Self {
        let schema = schema_for_input::<Greeting>().unwrap();
        let tool = Tool::new("greet", "Greet somebody.", schema);
        let call = |Parameters(greeting): Parameters<Greeting>| async move { hello(greeting) };
        Self(Arc::new(ToolRouter::new().with_route(ToolRoute::new(tool, call))))
    }
}

impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        self.0.call(ToolCallContext::new(self, request, context)).await
    }

    /// What `#[tool_handler]` generates, for the validation of headers.
    fn get_tool(&self, name: &str) -> Option<Tool> {
        self.0.get(name).cloned()
    }
}

const V2025: Message = Message {
    version: "2025-11-25",
    headers: &[("mcp-protocol-version", "2025-11-25")],
    body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{"name":"Ada","times":3}}}"#,
};

const V2026: Message = Message {
    version: "2026-07-28",
    headers: &[("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "greet")],
    body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{"name":"Ada","times":3},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"#,
};

const END: &str = r#""hello Ada 3"}],"isError":false}}"#;

async fn run(what: &str, message: &Message, count: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let issued =
        KeyFile::new(&path, &rbac::POLICY).issue(&KeyRequest::new("ada").role(rbac::Role::Reader)).unwrap();
    let key = issued.expose();
    match what {
        "client" => {
            let answer =
                format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"content":[{{"type":"text","text":{END}"#);
            send_to_nobody(answer, message, key, count, END).await
        }
        "bare" => {
            let config = StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(true);
            let bare = Bare::new();
            let sessions = Arc::new(NeverSessionManager::default());
            let service = StreamableHttpService::new(move || Ok(bare.clone()), sessions, config);
            send(service, message, key, count, END).await
        }
        "token" => {
            let (tokens, token) = token::issued();
            let service = Server::new(&rbac::POLICY)
                .limit(limit())
                .authenticate(tokens)
                .http("127.0.0.1:0")
                .public_url(PUBLIC);
            send(service.into_service().unwrap(), message, &token, count, END).await
        }
        _ => {
            if what == "heard" {
                listener::listen();
            }
            let service = Server::new(&rbac::POLICY)
                .limit(limit())
                .authenticate(ApiKeys::file(&path))
                .http("127.0.0.1:0")
                .into_service()
                .unwrap();
            send(service, message, key, count, END).await
        }
    }
}

/// Clients that log in are told the name of the server.
const PUBLIC: &str = "http://127.0.0.1/mcp";

const RUNS: [(&str, &str); 4] = [
    ("bare", "bare rmcp, shared router"),
    ("guarded", "mcp-rbac: key, guard, events"),
    ("token", "the same, an access token that is remembered"),
    ("heard", "with the key, events taken by a subscriber"),
];

fn table() {
    for message in [V2025, V2026] {
        let cost = |what: &str| callgrind::per_request(&format!("{what}{}", suffix(&message)), "sha256");
        let client = cost("client");
        println!("\ninstructions per tools/call, {} (callgrind, 1,000 calls)", message.version);
        println!("{:<40} {:>9} {:>9} {:>7} {:>9}", "", "all", "of SHA", "ratio", "but SHA");
        println!("{:<40} {:>9}", "the client, in all that follows", client.all);
        let mut bare = None;
        for (what, name) in RUNS {
            let cost = cost(what);
            let net = cost.all.saturating_sub(client.all) as f64;
            let bare = *bare.get_or_insert(net);
            let (ratio, software) = (net / bare, (net - cost.part as f64) / bare);
            println!("{name:<40} {:>9} {:>9} {ratio:>7.3} {software:>9.3}", cost.all, cost.part);
        }
    }
}

fn times(runtime: &Runtime) {
    println!("CPU time per tools/call, µs (medians of 21 rounds of 4,000 calls, taking turns)");
    println!(
        "{:<12} {:>9} {:>9} {:>9} {:>7} {:>9} {:>9}",
        "", "client", "bare", "guarded", "ratio", "token", "to a key"
    );
    for message in [V2025, V2026] {
        let contenders = ["client", "bare", "guarded", "token"];
        let run = |at: usize, count| runtime.block_on(run(contenders[at], &message, count));
        let [client, bare, guarded, token] =
            time::turns(21, 4_000, run).map(|turns| time::quartiles(turns)[1]);
        let [bare_net, key_net, token_net] = [bare, guarded, token].map(|all| all - client);
        println!(
            "{:<12} {client:>9.2} {bare:>9.2} {guarded:>9.2} {:>7.3} {token:>9.2} {:>9.3}",
            message.version,
            key_net / bare_net,
            token_net / key_net
        );
    }
}

fn suffix(message: &Message) -> &'static str {
    if message.version == V2026.version { "-2026" } else { "" }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match arguments.as_slice() {
        [what, count] => {
            let (what, message) = what.strip_suffix("-2026").map_or((&**what, V2025), |what| (what, V2026));
            runtime.block_on(run(what, &message, count.parse().unwrap()));
        }
        [table] if table == "--table" => self::table(),
        [time] if time == "--time" => times(&runtime),
        _ => println!(
            "say `--table`, `--time`, or `bare`, `guarded`, `token`, `heard` or `client` and a COUNT"
        ),
    }
}
