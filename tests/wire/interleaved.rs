//! Several principals over shared connections.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{Connection, Request, message, shared};

const CALLERS: usize = 8;
const PIPELINED: usize = 10;

/// Every connection belongs to several principals in turn, their requests are under way together, and all have the same
/// ids: an answer can be told apart by what the tool says alone.
///
/// How many calls there were, and how long they took.
pub fn interleave(calls: usize) -> (usize, Duration) {
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
                    connection
                        .write(&asked.iter().flat_map(|(_, request)| request.bytes()).collect::<Vec<_>>());
                    for (expected, _) in &asked {
                        let answer = connection.response().expect("the connection was closed");
                        assert_eq!(answer.tool_text(), *expected, "{}", answer.everything());
                        assert_eq!(answer.json()["id"], 7);
                    }
                }
            });
        }
    });
    (rounds * CALLERS * PIPELINED, began.elapsed())
}
