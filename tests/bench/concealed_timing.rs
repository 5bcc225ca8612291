//! Whether the time of an answer tells a name that is hidden from the caller from one that does not exist.
//!
//! For each kind of name (tool, prompt, resource, template in completion, task) 100,000 requests are made over HTTP, in
//! process, in random order and several at once: for two names that are hidden and two that do not exist. The medians of
//! the two kinds are compared with those of the two that do not exist, where there is nothing to be found. Somebody listens
//! to the events, as in a server that runs.
//!
//! What the method finds where there is nothing is taken from ten parts of the run: by how much the medians of the two
//! names that do not exist differ in each. Below that, a difference between hidden and unknown cannot be told from none.
//! Beside it stands the chance that an answer about a hidden name takes longer than one about an unknown name
//! (Mann-Whitney's U, divided by the number of pairs): 0.5 where they do not differ.
//!
//! `cargo bench -p mcp-rbac-tests --bench concealed_timing`

extern crate rbac_runtime as mcp_rbac;

mod timing;

use std::{hint::black_box, pin::pin, time::Instant};

use futures::stream::{self, StreamExt};
use http::{Request, request::Builder};
use http_body_util::{BodyExt, Full};
use mcp_rbac::{Completion, McpService, Policy, Principal, prelude::*};
use serde_json::{Value, json};
use timing::{mann_whitney, shuffle};
use tower::Service;

mcp_rbac::roles! {
    permissions { read, delete }
    roles { reader { read } admin: reader { delete } }
}

const CALLS: usize = 100_000;
const FOR_NOTHING: usize = 4_000;
const PARTS: usize = 10;
/// How many requests are under way at a time: each waits for most of its time.
const AT_ONCE: usize = 16;

#[tool(requires = "read")]
async fn visible() -> &'static str {
    ""
}

#[tool(requires = "delete")]
async fn hidden_one() -> &'static str {
    ""
}

#[tool(requires = "delete")]
async fn hidden_two() -> &'static str {
    ""
}

/// Never ends, so that there are tasks to ask for.
#[tool(requires = "read", task)]
async fn for_ever() -> &'static str {
    std::future::pending().await
}

#[prompt(requires = "read", name = "visible")]
async fn visible_prompt() -> &'static str {
    ""
}

#[prompt(requires = "delete", name = "hidden_one")]
async fn hidden_prompt_one() -> &'static str {
    ""
}

#[prompt(requires = "delete", name = "hidden_two")]
async fn hidden_prompt_two() -> &'static str {
    ""
}

#[resource(uri = "records://hidden/one", requires = "delete")]
async fn hidden_resource_one() -> &'static str {
    ""
}

#[resource(uri = "records://hidden/two", requires = "delete")]
async fn hidden_resource_two() -> &'static str {
    ""
}

#[resource(uri = "hidden://{id}/one", requires = "delete", complete(id = values))]
async fn hidden_template_one(id: String) -> String {
    id
}

#[resource(uri = "hidden://{id}/two", requires = "delete", complete(id = values))]
async fn hidden_template_two(id: String) -> String {
    id
}

async fn values(_: Completion) -> Vec<&'static str> {
    Vec::new()
}

/// Whoever calls says who they are.
struct Named;

impl mcp_rbac::Authenticate for Named {
    fn describe(&self) -> String {
        "the name in a header".to_owned()
    }

    async fn authenticate(
        &self,
        request: &http::request::Parts,
        policy: &'static Policy,
    ) -> mcp_rbac::Authentication {
        let name = request.headers.get("x-name").and_then(|name| name.to_str().ok()).unwrap_or_default();
        let principal = Principal::builder(policy, name).role(rbac::Role::Reader).build();
        principal.map_or(mcp_rbac::Authentication::NotMine, mcp_rbac::Authentication::Principal)
    }
}

fn main() {
    let sink = tracing_subscriber::fmt().with_writer(std::io::sink).finish();
    tracing::subscriber::set_global_default(sink).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(compare());
}

async fn compare() {
    let server = Server::new(&rbac::POLICY).unlimited().conceal_forbidden().authenticate(Named);
    let mut service = server.http("127.0.0.1:0").into_service().unwrap();
    let tasks = [start(&mut service).await, start(&mut service).await];
    let kinds: [(&str, Ask, [&str; 4]); 6] = [
        ("tool", tool, ["hidden_one", "hidden_two", "absent_one", "absent_two"]),
        ("prompt", prompt, ["hidden_one", "hidden_two", "absent_one", "absent_two"]),
        (
            "resource",
            resource,
            ["records://hidden/one", "records://hidden/two", "records://absent/one", "records://absent/two"],
        ),
        (
            "resource of a template",
            resource,
            ["hidden://hidden/one", "hidden://hidden/two", "absent://hidden/one", "absent://hidden/two"],
        ),
        (
            "template, completed",
            template,
            ["hidden://{id}/one", "hidden://{id}/two", "absent://{id}/one", "absent://{id}/two"],
        ),
        (
            "task",
            task,
            [
                &tasks[0],
                &tasks[1],
                "01234567-89ab-4cde-8f01-23456789abcd",
                "f1234567-89ab-4cde-8f01-23456789abcd",
            ],
        ),
    ];
    println!("{CALLS} calls of each kind; medians in nanoseconds\n");
    println!(
        "{:<24} {:>8} {:>8} {:>14} {:>10} {:>12}",
        "", "hidden", "unknown", "difference", "noise", "P(h > u)"
    );
    for (name, ask, names) in kinds {
        let requests = names.map(ask);
        let mut order: Vec<usize> = (0..CALLS).map(|call| call % 4).collect();
        shuffle(&mut order);
        // the first ones are for the caches and the clock of the processor
        let order = (0..FOR_NOTHING).map(|call| call % 4).chain(order);
        let calls = stream::iter(order.map(|which| {
            let (request, mut service) = (requests[which].request("somebody"), service.clone());
            async move {
                let begun = Instant::now();
                let answer = black_box(answer(&mut service, request).await);
                let passed = begun.elapsed();
                assert_eq!(answer["error"]["code"], -32602, "{answer}");
                (which, u32::try_from(passed.as_nanos()).unwrap_or(u32::MAX))
            }
        }));
        let mut times: [Vec<u32>; 4] = std::array::from_fn(|_| Vec::with_capacity(CALLS / 4));
        let mut answers = pin!(calls.buffer_unordered(AT_ONCE).skip(FOR_NOTHING));
        while let Some((which, passed)) = answers.next().await {
            times[which].push(passed);
        }
        report(name, &times);
    }
}

fn report(name: &str, times: &[Vec<u32>; 4]) {
    let part = |which: usize, part: usize| {
        let size = times[which].len() / PARTS;
        median(&times[which][part * size..(part + 1) * size])
    };
    let noise = (0..PARTS).map(|at| (part(2, at) - part(3, at)).abs()).fold(0.0, f64::max);
    let (mut hidden, mut unknown) =
        ([&times[0][..], &times[1]].concat(), [&times[2][..], &times[3]].concat());
    let difference = median(&hidden) - median(&unknown);
    hidden.sort_unstable();
    unknown.sort_unstable();
    let (chance, _) = mann_whitney(&hidden, &unknown);
    let verdict = if difference.abs() < noise { "" } else { "  above the noise" };
    println!(
        "{name:<24} {:>8.0} {:>8.0} {difference:>14.0} {noise:>10.0} {chance:>12.4}{verdict}",
        median(&hidden),
        median(&unknown),
    );
}

fn median(times: &[u32]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    (f64::from(times[(times.len() - 1) / 2]) + f64::from(times[times.len() / 2])) / 2.0
}

/// How a name is asked for.
type Ask = fn(&str) -> Asked;

/// A request that is made as often as it takes.
struct Asked {
    method: &'static str,
    name: String,
    body: String,
}

impl Asked {
    fn new(method: &'static str, name: &str, mut params: Value) -> Self {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities":
                { "extensions": { "io.modelcontextprotocol/tasks": {} } },
            "io.modelcontextprotocol/clientInfo": { "name": "bench", "version": "0" },
        });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        Self { method, name: name.to_owned(), body: body.to_string() }
    }

    fn request(&self, caller: &str) -> Request<Full<bytes::Bytes>> {
        let head: Builder = Request::post("/mcp")
            .header("host", "127.0.0.1")
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", self.method)
            .header("mcp-name", &self.name)
            .header("x-name", caller);
        head.body(Full::new(self.body.clone().into())).unwrap()
    }
}

fn tool(name: &str) -> Asked {
    Asked::new("tools/call", name, json!({ "name": name }))
}

fn prompt(name: &str) -> Asked {
    Asked::new("prompts/get", name, json!({ "name": name }))
}

fn resource(uri: &str) -> Asked {
    Asked::new("resources/read", uri, json!({ "uri": uri }))
}

fn template(uri: &str) -> Asked {
    let params =
        json!({ "ref": { "type": "ref/resource", "uri": uri }, "argument": { "name": "id", "value": "" } });
    Asked::new("completion/complete", uri, params)
}

fn task(id: &str) -> Asked {
    Asked::new("tasks/get", id, json!({ "taskId": id }))
}

/// A task of somebody else's.
async fn start(service: &mut McpService) -> String {
    let answer = answer(service, tool("for_ever").request("somebody else")).await;
    answer["result"]["taskId"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn answer(service: &mut McpService, request: Request<Full<bytes::Bytes>>) -> Value {
    // it is always ready
    let response = service.call(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}
