//! A task belongs to who made it, and every use of it is decided anew.

use serde_json::{Value, json};

use crate::{
    app::{Named, deleted},
    ask::{ask, code, named, under},
    support::{Connection, Response, Running, V2026_07_28, audited},
};

fn server() -> Running {
    Running::without_keys(|app| app.authenticate(Named).allow_anonymous())
}

fn start(server: &Running, tool: &str, credential: &str) -> String {
    let answer = ask(server, &under(V2026_07_28, "tools/call", json!({ "name": tool }), credential));
    answer.json()["result"]["taskId"].as_str().unwrap_or_else(|| panic!("{}", answer.everything())).to_owned()
}

fn uses(server: &Running, id: &str, credential: &str) -> Vec<Response> {
    let requests = [
        ("tasks/get", json!({ "taskId": id })),
        ("tasks/update", json!({ "taskId": id, "inputResponses": {} })),
        ("tasks/cancel", json!({ "taskId": id })),
    ];
    requests.map(|(method, params)| ask(server, &under(V2026_07_28, method, params, credential))).into()
}

/// The task, once it has ended.
fn ended(server: &Running, id: &str, credential: &str) -> Value {
    for _ in 0..500 {
        let answer = ask(server, &under(V2026_07_28, "tasks/get", json!({ "taskId": id }), credential));
        let task = answer.json()["result"].clone();
        if task["status"] != "working" {
            return task;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("it does not end");
}

#[test]
fn the_task_of_somebody_else_does_not_exist() {
    let server = server();
    let owner = named("owner", "analyst");
    let (running, ready) = (start(&server, "endless_report", &owner), start(&server, "report", &owner));
    assert_eq!(ended(&server, &ready, &owner)["result"]["content"][0]["text"], "report for owner");
    let never = "01234567-89ab-4cde-8f01-23456789abcd";
    for other in [named("other", "admin"), named("owne", "analyst"), named("OWNER", "analyst"), String::new()]
    {
        for id in [&running, &ready] {
            for (answer, absent) in uses(&server, id, &other).iter().zip(uses(&server, never, &other)) {
                assert_eq!((answer.status, code(answer)), (200, -32602), "{other}: {}", answer.everything());
                assert_eq!(answer.text().replace(id.as_str(), never), absent.text(), "{other}");
            }
        }
    }
    // nothing of that has touched them
    let answer = ask(&server, &under(V2026_07_28, "tasks/get", json!({ "taskId": running }), &owner));
    assert_eq!(answer.json()["result"]["status"], "working");
}

#[test]
fn who_lost_the_permission_gets_no_result() {
    let server = server();
    let owner = named("demoted", "analyst");
    let (running, ready) = (start(&server, "endless_report", &owner), start(&server, "report", &owner));
    ended(&server, &ready, &owner);
    for id in [&running, &ready] {
        for answer in uses(&server, id, &named("demoted", "reader")) {
            assert_eq!((answer.status, code(&answer)), (403, 403), "{}", answer.everything());
            assert!(!answer.text().contains("report for"), "{}", answer.everything());
            let record = answer.header("mcp-rbac-record").unwrap();
            assert_eq!(audited(record), "refused forbidden;");
        }
    }
    // the end of the permission is no loss of the task
    assert_eq!(ended(&server, &ready, &owner)["result"]["content"][0]["text"], "report for demoted");
}

/// A key is a client of its own: another key of the same owner does not come to the tasks of the first, and a revoked one
/// comes to nothing.
#[test]
fn a_task_goes_with_the_key_that_made_it() {
    let server = Running::start(|server| server);
    let admin = format!("Bearer {}", server.keys.admin);
    let id = start(&server, "report", &admin);
    assert_eq!(ended(&server, &id, &admin)["result"]["content"][0]["text"], "report for root");
    let second =
        server.keys.file().issue(&mcp_rbac::api_key::KeyRequest::new("root").role(crate::rbac::Role::Admin));
    let second = format!("Bearer {}", second.unwrap().expose());
    let mut seen = 401;
    for _ in 0..100 {
        let answer = ask(&server, &under(V2026_07_28, "tasks/get", json!({ "taskId": id }), &second));
        seen = code(&answer);
        if seen != 401 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(seen, -32602);
}

/// The handle tells which call it is, and the name in the header has to be it (tasks extension; MCP 2026-07-28,
/// transports/streamable-http).
#[test]
fn the_handle_in_the_header_has_to_be_the_one_in_the_body() {
    let server = server();
    let (mine, theirs) = (named("mine", "analyst"), named("theirs", "analyst"));
    let (own, other) = (start(&server, "endless_report", &mine), start(&server, "endless_report", &theirs));
    let honest = under(V2026_07_28, "tasks/get", json!({ "taskId": other }), &mine);
    let forged = ask(&server, &honest.with("Mcp-Name", own.as_str()));
    assert_ne!(code(&forged), 0, "{}", forged.everything());
    let honest = under(V2026_07_28, "tasks/get", json!({ "taskId": own }), &mine);
    let forged = ask(&server, &honest.with("Mcp-Name", other.as_str()));
    assert!(!forged.text().contains("theirs"), "{}", forged.everything());
}

/// The connection that began it ends, and the task does not.
#[test]
fn a_task_outlives_its_connection() {
    let server = server();
    let owner = named("leaves", "analyst");
    let mut connection = Connection::open(server.address());
    let answer = connection.ask(&under(V2026_07_28, "tools/call", json!({ "name": "report" }), &owner));
    drop(connection);
    let id = answer.json()["result"]["taskId"].as_str().unwrap().to_owned();
    assert_eq!(ended(&server, &id, &owner)["result"]["content"][0]["text"], "report for leaves");
    assert_eq!(deleted(), 0);
}

#[test]
fn too_many_tasks_are_429_and_say_when_to_try_again() {
    let server = server();
    let owner = named("greedy", "analyst");
    for _ in 0..64 {
        start(&server, "endless_report", &owner);
    }
    let answer = ask(&server, &under(V2026_07_28, "tools/call", json!({ "name": "endless_report" }), &owner));
    assert_eq!((answer.status, code(&answer)), (429, 429), "{}", answer.everything());
    assert_eq!(answer.header("retry-after"), Some("10"));
    assert_eq!(answer.header("www-authenticate"), None);
    assert_eq!(audited(answer.header("mcp-rbac-record").unwrap()), "refused limited;");
    // others are not concerned
    start(&server, "endless_report", &named("modest", "analyst"));
}
