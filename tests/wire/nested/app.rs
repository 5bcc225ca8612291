//! The application around the endpoint.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    extract::Request as AxumRequest,
    middleware::{Next, from_fn},
    response::Response as AxumResponse,
    routing::{any, get},
};
use http::{HeaderName, Method, header};
use mcp_rbac::{HttpServer, Principal};
use tower_http::{
    cors::CorsLayer,
    sensitive_headers::SetSensitiveRequestHeadersLayer,
    trace::{DefaultMakeSpan, DefaultOnRequest, DefaultOnResponse, TraceLayer},
};
use tracing::Level;

use crate::support::{Request, Running};

/// Where the endpoint is.
pub const AT: &str = "/api/mcp";

/// The page that may ask from a browser.
pub const PAGE: &str = "https://app.example";

/// Every other route of the application.
pub const ROUTES: [&str; 6] = ["/", "/mcp", "/health", "/api/about", "/api/{thing}", "/api/mcp/{*rest}"];

/// The application that runs, and what a layer of it saw.
pub struct App {
    pub server: Running,
    seen: Arc<Mutex<Vec<String>>>,
}

impl App {
    /// Its routes beside the endpoint, logging, CORS, and a layer that wants to know who called.
    pub fn start(change: impl FnOnce(HttpServer) -> HttpServer) -> Self {
        let seen = Arc::<Mutex<Vec<String>>>::default();
        let sees = Arc::clone(&seen);
        let layer = move |request: AxumRequest, next: Next| {
            let sees = Arc::clone(&sees);
            async move {
                let response = next.run(request).await;
                sees.lock().unwrap().push(seen_of(&response));
                response
            }
        };
        let server = Running::nested(|server| {
            let endpoint = change(server).into_router().unwrap();
            let mut app = Router::new().nest("/api", endpoint);
            for route in ROUTES {
                app = app.route(route, any(|| async { "the application's own" }));
            }
            app.route("/get", get(|| async { "the application's own" }))
                .fallback(|| async { (http::StatusCode::NOT_FOUND, "the application's own") })
                .layer(from_fn(layer))
                .layer(trace())
                .layer(cors())
                .layer(SetSensitiveRequestHeadersLayer::new([
                    header::AUTHORIZATION,
                    header::PROXY_AUTHORIZATION,
                ]))
        });
        Self { server, seen }
    }

    /// What the layer saw of the answers since it was last asked: the status, and who had called.
    pub fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

fn seen_of(response: &AxumResponse) -> String {
    let who = response.extensions().get::<Principal>();
    let who = who.map_or(
        "nobody",
        |principal| if principal.is_anonymous() { "anonymous" } else { principal.subject() },
    );
    format!("{} {who}", response.status().as_u16())
}

/// Logs all that there is to be logged.
fn trace() -> TraceLayer<tower_http::classify::SharedClassifier<tower_http::classify::ServerErrorsAsFailures>>
{
    TraceLayer::new_for_http()
        .make_span_with(DefaultMakeSpan::new().level(Level::TRACE).include_headers(true))
        .on_request(DefaultOnRequest::new().level(Level::TRACE))
        .on_response(DefaultOnResponse::new().level(Level::TRACE).include_headers(true))
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin([PAGE.parse().unwrap(), "https://other.example".parse().unwrap()])
        .allow_methods([Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT])
        .expose_headers([header::WWW_AUTHENTICATE, HeaderName::from_static("mcp-rbac-record")])
}

/// The request, sent to where the endpoint is here.
pub trait Nested {
    fn nested(self) -> Self;
}

impl Nested for Request {
    fn nested(self) -> Self {
        self.line(format!("POST {AT} HTTP/1.1"))
    }
}
