//! The guard of a server whose transport says nothing about the sender: the layer is missing, or something else is where
//! the sender should be.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::Request;
use http_body_util::{BodyExt, Full};
use rmcp::{
    model::{CallToolResult, ServerCapabilities, ServerConfig},
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService, session::never::NeverSessionManager,
    },
};
use serde_json::{Value, json};
use tower::Service;

use super::{Core, Handler, Identity, RequestStates, Settings, Streams, Tasks, Updates};
use crate::{
    auth::{Authenticators, Principal},
    policy::{Requirement, properties::role_with},
    registry::{Hints, Output, Oversight, Registry, States, ToolDef, ToolEntry},
    view::Views,
};

pub(super) static RAN: AtomicUsize = AtomicUsize::new(0);

/// A server with one tool, which everybody may call whom the server admits.
pub(super) fn core() -> (Core, Principal) {
    let role = role_with(1, &HashSet::from([0]));
    let def: &'static ToolDef = Box::leak(Box::new(ToolDef {
        name: "about",
        title: None,
        description: None,
        hints: Hints { read_only: None, idempotent: None, open_world: None },
        icons: None,
        meta: None,
        requirement: Requirement::public("a test"),
        policy: role.policy(),
        params: &[],
        output_schema: || None,
        asks: false,
        task: false,
        output: Output::AS_IT_IS,
        oversight: Oversight::NONE,
        call: |_| {
            RAN.fetch_add(1, Ordering::SeqCst);
            Box::pin(std::future::ready(Ok(CallToolResult::success(Vec::new()).into())))
        },
        module: "random",
        file: "",
        line: 0,
    }));
    let entry = ToolEntry { def, tool: def.to_tool(Arc::default()), body: def.call };
    let core = Core {
        policy: role.policy(),
        surface: Arc::new(Registry::new(role.policy()).with_tools(vec![entry])),
        states: States::new(),
        settings: Settings {
            info: ServerConfig::new(ServerCapabilities::builder().enable_tools().enable_tasks().build()),
            page_size: None,
            list_ttl: Duration::ZERO,
            list_acquirable: false,
            conceal: false,
            max_output: None,
            raw_output: false,
            task_ttl: Duration::ZERO,
            report_only: None,
        },
        tasks: Tasks::default(),
        request_states: RequestStates::new().unwrap(),
        updates: Updates::default(),
        streams: Streams::default(),
        views: Views::default(),
        authenticators: Arc::new(Authenticators::default()),
        trail: None,
        bursts: Default::default(),
    };
    (core, Principal::system("somebody", role))
}

pub(super) fn request(method: &str, mut params: Value, version: Option<&str>) -> Request<Full<bytes::Bytes>> {
    let mut head = Request::post("/mcp")
        .header("host", "127.0.0.1")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream");
    if let Some(version) = version {
        head = head.header("mcp-protocol-version", version);
    }
    if version == Some("2026-07-28") {
        head = head.header("mcp-method", method);
        if let Some(name) = ["name", "taskId"].iter().find_map(|key| params[key].as_str()) {
            head = head.header("mcp-name", name);
        }
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":
                { "extensions": { "io.modelcontextprotocol/tasks": {} } },
            "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "0" },
        });
    }
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    head.body(Full::new(body.to_string().into())).unwrap()
}

#[tokio::test]
async fn a_request_without_a_sender_is_denied() {
    let (core, principal) = core();
    let core = Arc::new(core);
    let config =
        StreamableHttpServerConfig::default().with_legacy_session_mode(false).with_json_response(true);
    let make = move || Ok(Handler::new(Arc::clone(&core), Identity::Exchanged));
    let mut bare = StreamableHttpService::new(make, Arc::new(NeverSessionManager::default()), config);
    let requests = [
        ("tools/call", json!({ "name": "about" })),
        ("tools/list", json!({})),
        ("tasks/get", json!({ "taskId": "x" })),
        ("tasks/cancel", json!({ "taskId": "x" })),
    ];
    for version in [None, Some("2025-06-18"), Some("2025-11-25"), Some("2026-07-28")] {
        for (method, params) in &requests {
            if method.starts_with("tasks/") && version != Some("2026-07-28") {
                continue;
            }
            // nothing, the wrong type, and the right principal in the wrong place
            for with in ["nothing", "text", "a principal", "roles"] {
                let mut request = request(method, params.clone(), version);
                match with {
                    "text" => drop(request.extensions_mut().insert("admin".to_owned())),
                    "a principal" => drop(request.extensions_mut().insert(principal.clone())),
                    "roles" => drop(request.extensions_mut().insert(principal.roles().to_vec())),
                    _ => {}
                }
                let answer =
                    bare.call(request).await.unwrap().into_body().collect().await.unwrap().to_bytes();
                let answer: Value = serde_json::from_slice(&answer).unwrap();
                assert_eq!(answer["error"]["code"], 401, "{method} with {with}, {version:?}: {answer}");
            }
        }
    }
    assert_eq!(RAN.load(Ordering::SeqCst), 0);
}
