//! Many callers at once.

use std::{env, thread, time::Instant};

use serde_json::json;

use crate::{
    app::deleted,
    support::{Connection, Request, Running, Want, message, shared},
};

/// How many calls the interleaving test makes, unless `WIRE_CALLS` says otherwise.
const CALLS: usize = 20_000;
const CALLERS: usize = 8;

#[test]
fn a_thousand_forbidden_calls_are_a_thousand_403() {
    for modern in [false, true] {
        let server = Running::start(|server| server);
        let refused: usize = thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS)
                .map(|caller| {
                    let server = &server;
                    scope.spawn(move || {
                        let request = if modern { Request::modern_call } else { Request::call };
                        let denied = request("delete_all").bearer(&server.keys.reader);
                        let allowed = request("get_record").bearer(&server.keys.bob);
                        let mut connection = Connection::open(server.address());
                        let mut refused = 0;
                        for number in 0..1_000 / CALLERS {
                            let answer = connection.ask(&denied);
                            let objection = Want::Forbidden.objection(Some(&answer));
                            assert_eq!(objection, None, "caller {caller}, call {number}");
                            refused += 1;
                            let answer = connection.ask(&allowed);
                            assert_eq!(Want::Said("record 5 for bob").objection(Some(&answer)), None);
                        }
                        refused
                    })
                })
                .collect();
            callers.into_iter().map(|caller| caller.join().unwrap()).sum()
        });
        assert_eq!(refused, 1_000);
        assert_eq!(deleted(), 0);
    }
}

/// Every connection belongs to several principals in turn, their requests are under way together, and all have the same
/// ids: an answer can be told apart by what the tool says alone.
#[test]
fn no_answer_reaches_another_caller() {
    const PIPELINED: usize = 10;
    let calls: usize = env::var("WIRE_CALLS").ok().and_then(|calls| calls.parse().ok()).unwrap_or(CALLS);
    let server = shared();
    let keys = &server.keys;
    let began = Instant::now();
    let rounds = calls.div_ceil(CALLERS * PIPELINED);
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            scope.spawn(move || {
                let who = [("alice", &keys.reader), ("bob", &keys.bob), ("root", &keys.admin)];
                let mut connection = Connection::open(server.address());
                for round in 0..rounds {
                    let asked: Vec<(String, Request)> = (0..PIPELINED)
                        .map(|position| {
                            let (name, key) = who[(caller + round + position) % who.len()];
                            let record = (caller * rounds + round) * PIPELINED + position;
                            let params = json!({ "name": "get_record", "arguments": { "id": record } });
                            // the same id in every request of everybody
                            let body = message("tools/call", params);
                            let request = if position % 2 == 0 {
                                Request::modern(body).header("Mcp-Name", "get_record")
                            } else {
                                Request::json(&body)
                            };
                            (format!("record {record} for {name}"), request.bearer(key))
                        })
                        .collect();
                    connection.write(&asked.iter().flat_map(|(_, request)| request.bytes()).collect::<Vec<_>>());
                    for (expected, _) in &asked {
                        let answer = connection.response().expect("the connection was closed");
                        assert_eq!(answer.tool_text(), *expected, "{}", answer.everything());
                        assert_eq!(answer.json()["id"], 7);
                    }
                }
            });
        }
    });
    println!("{} interleaved calls in {:?}", rounds * CALLERS * PIPELINED, began.elapsed());
}
