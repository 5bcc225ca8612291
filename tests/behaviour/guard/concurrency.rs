use serde_json::json;

use crate::{
    app::{rbac, runs_of, server, somebody},
    support::{V2025_11_25, Wire},
};

const CALLS: u64 = 1_000;

/// Two callers count their requests alike; nobody gets what is another's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_of_two_callers_with_equal_ids_do_not_mix() {
    let server = server();
    let mut callers = Vec::new();
    for (subject, role) in [("left", rbac::Role::Reader), ("right", rbac::Role::Admin)] {
        let server = server.clone();
        callers.push(tokio::spawn(async move {
            let mut wire = Wire::open(&server, somebody(subject, [role]), V2025_11_25).await;
            let mut answered = 0;
            let mut ids = Vec::new();
            // several at once, on one connection
            while answered < CALLS {
                let wave = 25.min(CALLS - answered);
                for at in 0..wave {
                    let number = answered + at;
                    let tool = if number % 2 == 0 { "get_record" } else { "delete_record" };
                    let params = json!({ "name": tool, "arguments": { "id": number } });
                    ids.push((wire.start("tools/call", params).await, number, tool));
                }
                for _ in 0..wave {
                    let answer = wire.receive().await;
                    let (_, number, tool) = *ids
                        .iter()
                        .find(|(id, ..)| answer["id"] == *id)
                        .unwrap_or_else(|| panic!("{answer}"));
                    let text = answer["result"]["content"][0]["text"].as_str();
                    match (tool, subject) {
                        ("get_record", _) => {
                            assert_eq!(text, Some(&*format!("record {number} for {subject}")), "{answer}");
                        }
                        (_, "right") => assert_eq!(text, Some(&*format!("deleted {number}")), "{answer}"),
                        _ => assert_eq!(answer["error"]["code"], 403, "{answer}"),
                    }
                }
                answered += wave;
            }
        }));
    }
    for caller in callers {
        caller.await.unwrap();
    }
    assert_eq!(runs_of("left") as u64, CALLS / 2);
    assert_eq!(runs_of("right") as u64, CALLS);
}
