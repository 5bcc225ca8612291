//! What a guarded `tools/call` costs beside the same call of bare rmcp: the same tool, the same request, in process, on
//! one thread.
//!
//! One program does one of the two, a given number of times; the difference between two runs of different length is the
//! calls alone. Instructions are counted, because they repeat where times do not:
//!
//! ```sh
//! cargo bench -p mcp-rbac-tests --bench call_cost -- --table
//! ```
//!
//! prints the table; it needs valgrind. `-- bare 1000` and `-- guarded 1000` are the runs themselves.

extern crate rbac_runtime as mcp_rbac;

use std::{env, process::Command, sync::Arc};

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use mcp_rbac::{
    ApiKeys, Server,
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
use tower::{Service, ServiceExt};

mcp_rbac::roles! {
    permissions { read }
    roles { reader { read } }
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
}

const BODY: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"greet","arguments":{"name":"Ada","times":3}}}"#;

fn request(key: Option<&str>) -> Request<Full<bytes::Bytes>> {
    let request = Request::post("/mcp")
        .header("host", "127.0.0.1")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25");
    let request = match key {
        Some(key) => request.header("authorization", format!("Bearer {key}")),
        None => request,
    };
    request.body(Full::new(bytes::Bytes::from_static(BODY.as_bytes()))).unwrap()
}

async fn calls<S, B>(mut service: S, key: Option<&str>, count: usize)
where
    S: Service<Request<Full<bytes::Bytes>>, Response = Response<B>, Error = std::convert::Infallible>,
    B: http_body::Body<Data = bytes::Bytes, Error = std::convert::Infallible>,
{
    for _ in 0..count {
        let Ok(response) = service.ready().await.unwrap().call(request(key)).await;
        assert_eq!(response.status(), 200);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(body.windows(11).any(|part| part == b"hello Ada 3"), "{body:?}");
    }
}

async fn run(what: &str, count: usize) {
    if what == "bare" {
        let config =
            StreamableHttpServerConfig::default().with_legacy_session_mode(false).with_json_response(true);
        let bare = Bare::new();
        let service = StreamableHttpService::new(
            move || Ok(bare.clone()),
            Arc::new(NeverSessionManager::default()),
            config,
        );
        calls(service, None, count).await;
    } else {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        let issued = KeyFile::new(&path, &rbac::POLICY)
            .issue(&KeyRequest::new("ada").role(rbac::Role::Reader))
            .unwrap();
        let service = Server::new(&rbac::POLICY)
            .authenticate(ApiKeys::file(&path))
            .http("127.0.0.1:0")
            .into_service()
            .unwrap();
        calls(service, Some(issued.expose()), count).await;
    }
}

/// Instructions of one run under callgrind.
fn instructions(what: &str, count: usize) -> u64 {
    let folder = tempfile::tempdir().unwrap();
    let out = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg(format!("--callgrind-out-file={}", folder.path().join("profile").display()))
        .arg(env::current_exe().unwrap())
        .args([what, &count.to_string()])
        .output()
        .expect("valgrind is needed");
    let text = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{text}");
    let line = text.lines().find(|line| line.contains("Collected :")).expect("a count");
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

fn table() {
    let per_call = |what: &str| (instructions(what, 1100) - instructions(what, 100)) / 1000;
    let (bare, guarded) = (per_call("bare"), per_call("guarded"));
    println!("instructions per tools/call (callgrind, 1,000 calls)");
    println!("  bare rmcp, shared router      {bare:>9}");
    println!("  mcp-rbac, key, guard, events  {guarded:>9}");
    println!("  ratio                         {:>9.3}", guarded as f64 / bare as f64);
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.as_slice() {
        [what, count] => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run(what, count.parse().unwrap()));
        }
        [table] if table == "--table" => self::table(),
        _ => println!("say `--table`, or `bare COUNT`, or `guarded COUNT`"),
    }
}
