//! What refusals look like, whoever they come from.

use std::time::Duration;

use http::request::Parts;
use mcp_rbac::{Authenticate, Authentication, Policy};

use crate::support::{Connection, Request, Running, Table, Want, audited, shared};

/// An authenticator that cannot find out anything at the moment.
struct Down;

impl Authenticate for Down {
    fn describe(&self) -> String {
        "down".to_owned()
    }

    async fn authenticate(&self, request: &Parts, _: &'static Policy) -> Authentication {
        match request.headers.get("authorization").map(|value| value.as_bytes()) {
            None => Authentication::NotMine,
            Some(b"Bearer panic") => panic!("a tool that panics"),
            Some(b"Bearer rejected") => Authentication::Rejected("a reason\nfor the record".to_owned()),
            Some(_) => Authentication::Unavailable { retry_after: Duration::from_millis(2_500) },
        }
    }
}

#[test]
fn who_cannot_be_looked_up_is_told_to_try_again() {
    for open in [false, true] {
        let server = Running::without_keys(|app| {
            let app = app.authenticate(Down);
            if open { app.allow_anonymous() } else { app }
        });
        let mut table = Table::of(&server);
        for (name, request) in [
            ("older protocol", Request::call("about").bearer("x")),
            ("newest protocol", Request::modern_call("about").bearer("x")),
            ("another scheme", Request::call("about").header("Authorization", "Basic x")),
        ] {
            table.case(name, &request, &Want::Turned(503));
            let answer = Connection::open(server.address()).ask(&request);
            let waits = answer.header("retry-after").and_then(|seconds| seconds.parse::<u64>().ok());
            let right =
                waits.is_some_and(|seconds| seconds >= 3) && answer.header("www-authenticate").is_none();
            table.check(&format!("{name}: when"), (!right).then(|| answer.everything()));
        }
        table.case("rejected", &Request::call("about").bearer("rejected"), &Want::BadCredential);
        let answer = Connection::open(server.address()).ask(&Request::call("about").bearer("rejected"));
        let leaks = answer.everything().contains("reason");
        table.check("the reason is not told", leaks.then(|| answer.everything()));
        table.case("an authenticator that panics", &Request::call("about").bearer("panic"), &Want::AnyError);
        let nobody = if open { Want::Said("about") } else { Want::NoCredential };
        table.case("no credential", &Request::call("about"), &nobody);
        table.finish("unavailable");
    }
}

#[test]
fn a_panic_is_an_internal_error_and_the_connection_goes_on() {
    let server = shared();
    let alice = &server.keys.reader;
    let mut connection = Connection::open(server.address());
    let mut table = Table::of(server);
    for (name, request) in [("older", Request::call("explode")), ("newest", Request::modern_call("explode"))]
    {
        let answer = connection.ask(&request.bearer(alice));
        let record = answer.json()["error"]["data"]["record"].as_str().unwrap_or_default().to_owned();
        let right = Want::Error(200, -32603).objection(Some(&answer)).is_none()
            && audited(&record) == "started ;finished panicked;"
            && !answer.text().contains("a tool that panics");
        table.check(name, (!right).then(|| answer.everything()));
        let after = connection.ask(&Request::call("whoami").bearer(alice));
        table.check(&format!("after it, {name}"), Want::Said("alice").objection(Some(&after)));
    }
    table.finish("panics");
}

#[test]
fn what_rmcp_refuses_before_anybody_decides_is_on_record() {
    let server = shared();
    let alice = &server.keys.reader;
    let mut table = Table::of(server);
    for (name, request, status) in [
        ("no JSON", Request::post("{").bearer(alice), 415),
        ("a batch", Request::post("[]").bearer(alice), 415),
        ("wrong type", Request::call("whoami").bearer(alice).with("Content-Type", "text/plain"), 415),
        ("not accepted", Request::call("whoami").bearer(alice).without("Accept"), 406),
        ("a header that lies", Request::modern_call("whoami").bearer(alice).with("Mcp-Name", "about"), 400),
        ("a response", Request::post(r#"{"jsonrpc":"2.0","id":7,"result":{}}"#).bearer(alice), 400),
    ] {
        let answer = Connection::open(server.address()).ask(&request);
        let record = answer.header("mcp-rbac-record").unwrap_or_default().to_owned();
        let right = answer.status == status
            && answer.header("content-type") == Some("application/json")
            && answer.json()["error"]["code"].is_i64()
            && audited(&record).starts_with("refused ");
        table.check(name, (!right).then(|| format!("{} audit `{}`", answer.everything(), audited(&record))));
    }
    table.finish("refused by rmcp");
}

#[test]
fn every_answer_names_its_request() {
    let server = shared();
    let mut table = Table::of(server);
    for (name, given, kept) in [
        ("a short one", "abc-1.2_3", true),
        ("a long one", "x".repeat(65).leak() as &str, false),
        ("a space", "a b", false),
        ("a line", "a\tb", false),
        ("markup", "<b>", false),
        ("empty", "", false),
        ("not ASCII", "é", false),
    ] {
        let answer =
            Connection::open(server.address()).ask(&Request::call("about").header("X-Request-Id", given));
        let id = answer.header("x-request-id").unwrap_or_default();
        let right = !id.is_empty() && (id == given) == kept;
        table.check(name, (!right).then(|| answer.everything()));
    }
    table.finish("request ids");
}
