//! What a `tools/list` costs beside the same list of bare rmcp: the same tools, the same request, in process, on one
//! thread. Each tool has six described parameters.
//!
//! As in `call_cost`, instructions are counted, and the client is taken off:
//!
//! ```sh
//! cargo bench -p mcp-rbac-tests --bench list_cost -- --table
//! ```
//!
//! `-- --time` prints the time on the processor instead. `-- bare-100 1000`, `-- guarded-10 1000` and so on are the runs themselves; `-- raw-100 1000` is a server that answers
//! with ready bytes and looks at nothing.

extern crate rbac_runtime as mcp_rbac;

#[path = "support/callgrind.rs"]
mod callgrind;
#[path = "support/client.rs"]
mod client;
#[path = "support/time.rs"]
mod time;

use std::{env, sync::Arc};

use client::{Message, send, send_to_nobody};
use mcp_rbac::{
    ApiKeys, Server, ToolInfo,
    api_key::{KeyFile, KeyRequest},
    prelude::*,
    rmcp::{
        ErrorData, RoleServer, ServerHandler,
        handler::server::tool::schema_for_input,
        model::{ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool},
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

/// What to look for.
#[derive(serde::Deserialize, schemars::JsonSchema)]
#[expect(dead_code, reason = "nobody calls these tools")]
struct Query {
    /// Words that have to stand in the record, in any order.
    words: String,
    /// The earliest day, as in 2026-07-28.
    from: Option<String>,
    /// The latest day, as in 2026-07-28.
    to: Option<String>,
    /// Whether records that were closed count as well.
    closed: bool,
    /// How many records to leave out at the beginning.
    skip: u32,
    /// How many records to return at the most.
    limit: u32,
}

const DESCRIPTION: &str = "Searches the records of one department and returns what was found, newest first.";

macro_rules! tools {
    ($($name:ident)*) => {
        $(
            /// Searches the records of one department and returns what was found, newest first.
            #[tool(crate = mcp_rbac, requires = "read")]
            async fn $name(_: Parameters<Query>) -> String {
                String::new()
            }
        )*

        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

tools! {
    t00 t01 t02 t03 t04 t05 t06 t07 t08 t09 t10 t11 t12 t13 t14 t15 t16 t17 t18 t19 t20 t21 t22 t23
    t24 t25 t26 t27 t28 t29 t30 t31 t32 t33 t34 t35 t36 t37 t38 t39 t40 t41 t42 t43 t44 t45 t46 t47
    t48 t49 t50 t51 t52 t53 t54 t55 t56 t57 t58 t59 t60 t61 t62 t63 t64 t65 t66 t67 t68 t69 t70 t71
    t72 t73 t74 t75 t76 t77 t78 t79 t80 t81 t82 t83 t84 t85 t86 t87 t88 t89 t90 t91 t92 t93 t94 t95
    t96 t97 t98 t99
}

/// Without a guard, with tools that are made once.
#[derive(Clone)]
struct Bare(Arc<[Tool]>);

impl Bare {
    fn new(size: usize) -> Self {
        let schema = schema_for_input::<Query>().unwrap();
        let tool = |name: &&'static str| Tool::new(*name, DESCRIPTION, Arc::clone(&schema));
        Self(NAMES.iter().take(size).map(tool).collect())
    }
}

impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.0.to_vec()))
    }
}

const V2025: Message = Message {
    version: "2025-11-25",
    headers: &[("mcp-protocol-version", "2025-11-25")],
    body: r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#,
};

const END: &str = "]}}";

async fn run(what: &str, size: usize, count: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys.toml");
    let issued =
        KeyFile::new(&path, &rbac::POLICY).issue(&KeyRequest::new("ada").role(rbac::Role::Reader)).unwrap();
    let key = issued.expose();
    match what {
        "client" | "raw" => {
            let result = ListToolsResult::with_all_items(Bare::new(size).0.to_vec());
            let result = serde_json::to_string(&result).unwrap();
            let answer = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{result}}}"#);
            send_to_nobody(answer, &V2025, key, count, END).await
        }
        "bare" => {
            let config = StreamableHttpServerConfig::default()
                .with_legacy_session_mode(false)
                .with_json_response(true);
            let bare = Bare::new(size);
            let sessions = Arc::new(NeverSessionManager::default());
            let service = StreamableHttpService::new(move || Ok(bare.clone()), sessions, config);
            send(service, &V2025, key, count, END).await
        }
        _ => {
            let shown = move |tool: &ToolInfo| NAMES.iter().take(size).any(|name| *name == tool.name());
            let service = Server::new(&rbac::POLICY)
                .authenticate(ApiKeys::file(&path))
                .select(shown)
                .http("127.0.0.1:0")
                .into_service()
                .unwrap();
            send(service, &V2025, key, count, END).await
        }
    }
}

fn table() {
    println!("instructions per tools/list, {} (callgrind, 1,000 lists)", V2025.version);
    println!("{:>6} {:>11} {:>11} {:>11} {:>7}", "tools", "ready bytes", "bare rmcp", "mcp-rbac", "ratio");
    for size in [10, 100] {
        let cost = |what: &str| callgrind::per_request(&format!("{what}-{size}"), "sha256").all;
        let (raw, bare, guarded) = (cost("raw"), cost("bare"), cost("guarded"));
        let ratio = guarded.saturating_sub(raw) as f64 / bare.saturating_sub(raw) as f64;
        println!("{size:>6} {raw:>11} {bare:>11} {guarded:>11} {ratio:>7.3}");
    }
}

fn times(runtime: &Runtime) {
    println!("CPU time per tools/list, µs (medians of 21 rounds of 1,000 lists, taking turns)");
    println!("{:>6} {:>11} {:>11} {:>11} {:>7}", "tools", "ready bytes", "bare rmcp", "mcp-rbac", "ratio");
    for size in [10, 100] {
        let contenders = ["raw", "bare", "guarded"];
        let run = |at: usize, count| runtime.block_on(run(contenders[at], size, count));
        let [raw, bare, guarded] = time::turns(21, 1_000, run).map(|turns| time::quartiles(turns)[1]);
        let ratio = (guarded - raw) / (bare - raw);
        println!("{size:>6} {raw:>11.2} {bare:>11.2} {guarded:>11.2} {ratio:>7.3}");
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match arguments.as_slice() {
        [what, count] => {
            let (what, size) = what.rsplit_once('-').expect("as in `bare-100`");
            runtime.block_on(run(what, size.parse().unwrap(), count.parse().unwrap()));
        }
        [table] if table == "--table" => self::table(),
        [time] if time == "--time" => times(&runtime),
        _ => println!("say `--table`, `--time`, or `bare-100`, `guarded-100` or `raw-100` and a COUNT"),
    }
}
