//! A handler of somebody else's within sessions.

use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::{Method, Request, StatusCode, request::Parts};
use http_body_util::{BodyExt, Full};
use rmcp::{
    ErrorData, RoleServer, ServerHandler,
    model::{CallToolRequestParams, CallToolResponse, ServerCapabilities, ServerConfig},
    service::RequestContext,
};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    Authenticate, Authentication, Guard, McpService, Policy, Principal, Requirement,
    http::respond::McpResponse,
};

crate::roles! {
    permissions { wait, destroy }
    roles { reader { wait } owner: reader { destroy } }
}

/// Long enough for everything but the handler, which takes longer.
const SOON: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_secs(60);

/// Knows everybody as alice.
struct Alice;

impl Authenticate for Alice {
    fn describe(&self) -> String {
        "alice".to_owned()
    }

    async fn authenticate(&self, _: &Parts, policy: &'static Policy) -> Authentication {
        Authentication::Principal(
            Principal::builder(policy, "alice").role(rbac::Role::Reader).build().unwrap(),
        )
    }
}

/// Takes long for everything.
struct Slow;

impl ServerHandler for Slow {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }

    async fn call_tool(
        &self,
        _: CallToolRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        tokio::time::sleep(LONG).await;
        Err(ErrorData::internal_error("slept", None))
    }

    async fn ping(&self, _: RequestContext<RoleServer>) -> Result<(), ErrorData> {
        tokio::time::sleep(LONG).await;
        Ok(())
    }
}

fn guarded() -> Guard<Slow> {
    Guard::new(Slow, &rbac::POLICY)
        .require("wait", Requirement::permission(rbac::Permission::Wait.into()))
        .require("destroy", Requirement::permission(rbac::Permission::Destroy.into()))
}

/// An endpoint, and a session there.
struct Session {
    endpoint: McpService,
    id: String,
}

impl Session {
    async fn begin(guard: Guard<Slow>) -> Self {
        let server = guard.into_server().authenticate(Alice).http("127.0.0.1:0");
        let endpoint = server.legacy_sessions().into_service().unwrap();
        let client = json!({ "name": "test", "version": "0" });
        let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client });
        let mut session = Self { endpoint, id: String::new() };
        let answer = session.ask("initialize", params).await;
        session.id = answer.headers()["mcp-session-id"].to_str().unwrap().to_owned();
        session
    }

    async fn ask(&self, method: &str, params: Value) -> McpResponse {
        let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        let mut request = Request::builder()
            .method(Method::POST)
            .uri("/mcp")
            .header("Host", "127.0.0.1")
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream");
        if !self.id.is_empty() {
            request = request.header("Mcp-Session-Id", &self.id);
        }
        let request = request.body(Full::new(Bytes::from(message.to_string()))).unwrap();
        self.endpoint.clone().oneshot(request).await.unwrap()
    }

    async fn call(&self, tool: &str) -> McpResponse {
        self.ask("tools/call", json!({ "name": tool })).await
    }
}

#[tokio::test]
async fn a_head_waits_for_the_decision_and_not_for_the_handler() {
    let began = Instant::now();
    let session = Session::begin(guarded()).await;
    for answer in [session.call("wait").await, session.ask("ping", json!({})).await] {
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
    }
    for denied in ["destroy", "undeclared"] {
        let answer = session.call(denied).await;
        let status = answer.status();
        let said = answer.into_body().collect().await.unwrap().to_bytes();
        match denied {
            "destroy" => assert_eq!(status, StatusCode::FORBIDDEN, "{said:?}"),
            // of what nobody declared there is nothing
            _ => assert_eq!(status, StatusCode::OK, "{said:?}"),
        }
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_is_only_reported_is_decided() {
    let began = Instant::now();
    let session = Session::begin(guarded().danger_report_only(SystemTime::now() + LONG)).await;
    let answer = session.call("destroy").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
}
