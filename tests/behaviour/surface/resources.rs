use serde_json::{Value, json};

use crate::{
    app::{rbac, runs_of, server, somebody},
    ask::{contents, error, every_version, read},
    support::{V2025_11_25, V2026_07_28, Wire, record_in, settled_events_of},
};

#[tokio::test]
async fn every_form_of_contents_is_sent_as_it_is_declared() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("r-forms-{version}"), [rbac::Role::Reader]),
        async |wire, subject| {
            let cases = [
                (
                    "records://index",
                    json!({ "mimeType": "application/json", "text": r#"{"records":[1,7]}"# }),
                ),
                (
                    "records://8",
                    json!({ "mimeType": "text/plain", "text": format!("record 8 for {subject}") }),
                ),
                ("files://logo", json!({ "mimeType": "application/octet-stream", "blob": "iVBORw==" })),
                ("files://page", json!({ "mimeType": "text/html", "text": "<p>" })),
                ("flags://chile/red?size=-2", json!({ "mimeType": "image/x-flag", "blob": "AP8B/mNoaWxl" })),
                ("me://profile", json!({ "mimeType": "text/plain", "text": subject })),
            ];
            for (uri, mut expected) in cases {
                let answer = read(wire, uri).await;
                expected["uri"] = uri.into();
                assert_eq!(*contents(&answer), expected, "{uri}");
                assert_ne!(answer["result"]["cacheScope"], "public", "{answer}");
            }
            let answer = read(wire, "files://shared").await;
            let texts = json!([
                { "uri": "files://shared#1", "mimeType": "text/x-one", "text": "one" },
                { "uri": "files://shared#2", "mimeType": "text/plain", "text": "two" },
            ]);
            assert_eq!(answer["result"]["contents"], texts);
        },
    )
    .await;
}

/// What was read for one caller is for nobody else, whatever its author says (MCP 2026-07-28, utilities/caching).
#[tokio::test]
async fn what_was_read_is_private() {
    let mut wire = Wire::open(&server(), somebody("r-private", [rbac::Role::Reader]), V2026_07_28).await;
    for (uri, ttl) in
        [("files://shared", 60_000), ("files://page", 0), ("about://server", 0), ("records://8", 0)]
    {
        let answer = read(&mut wire, uri).await;
        assert_eq!(answer["result"]["cacheScope"], "private", "{answer}");
        assert_eq!(answer["result"]["ttlMs"], ttl, "{answer}");
    }
}

#[tokio::test]
async fn variables_reach_the_function_decoded_and_typed() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("r-typed-{version}"), [rbac::Role::Admin]),
        async |wire, _| {
            for (uri, text) in [
                ("records://5/body", "body of 5"),
                ("records://5/a%20b%2Bc", "a b+c of 5"),
                ("records://4294967295/%E2%98%83", "\u{2603} of 4294967295"),
                ("records://5/NOTES", "NOTES of 5"),
                ("records://5/notes", "notes of 5"),
                ("records://1/summary", "the summary"),
                ("about://%E2%98%83/help", "\u{2603}"),
            ] {
                assert_eq!(contents(&read(wire, uri).await)["text"], text, "{uri}");
            }
        },
    )
    .await;
}

/// A variable that cannot be read is that of a resource which does not exist.
#[tokio::test]
async fn what_a_variable_cannot_be_is_unknown() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("r-untyped-{version}"), [rbac::Role::Admin]),
        async |wire, subject| {
            for uri in [
                "records://abc",
                "records://-1",
                "records://4294967296",
                "records://1.0",
                "records://%201",
                "records://0x1",
                "records://x/notes",
                "flags://chile/green?size=1",
                "flags://chile/red?size=200",
                "flags://chile/red?size=small",
            ] {
                let answer = read(wire, uri).await;
                assert_eq!(
                    answer["error"],
                    json!({ "code": -32602, "message": format!("unknown resource `{uri}`"), "data": { "uri": uri } })
                );
            }
            assert_eq!(runs_of(subject), 0);
        },
    )
    .await;
}

#[tokio::test]
async fn a_resource_can_say_that_there_is_nothing() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("r-nothing-{version}"), [rbac::Role::Reader]),
        async |wire, subject| {
            let nothing = read(wire, "records://1000").await;
            let nowhere = read(wire, "nowhere://1000").await;
            assert_eq!(
                nothing["error"],
                json!({
                    "code": -32602,
                    "message": "unknown resource `records://1000`",
                    "data": { "uri": "records://1000" },
                })
            );
            assert_eq!(
                nowhere["error"],
                json!({
                    "code": -32602,
                    "message": "unknown resource `nowhere://1000`",
                    "data": { "uri": "nowhere://1000" },
                })
            );
            assert_eq!(runs_of(subject), 1);
            let said = read(wire, "records://0").await;
            assert_eq!(error(&said), (-32603, "there is no record 0, count from 1"));
            let failed = read(wire, "records://13").await;
            let record = record_in(&Some(failed["error"]["data"].clone()));
            let told = format!("the resource failed; the operator finds the cause under record {record}");
            assert_eq!(error(&failed), (-32603, &*told));
        },
    )
    .await;
}

#[tokio::test]
async fn every_template_that_a_uri_matches_is_required() {
    let server = server();
    // `records://7` is within `records://{id}`, `…/notes` and `records://1/summary` within `records://{id}/{part}`
    let cases = [
        ("records://8", [true, false, true], "permission `read_data`, which"),
        ("records://7", [false, false, true], "permission `delete_data`, which"),
        ("records://8/body", [false, true, true], "permission `write_data`, which"),
        ("records://8/notes", [false, false, true], "permission `write_data`, which"),
        ("records://1/summary", [false, false, true], "permission `write_data`, which"),
    ];
    let roles = [rbac::Role::Reader, rbac::Role::Writer, rbac::Role::Admin];
    for (at, role) in roles.into_iter().enumerate() {
        every_version(
            &server,
            |version| somebody(&format!("r-all-{role}-{version}"), [role]),
            async |wire, _| {
                for (uri, may, lacks) in cases {
                    let answer = read(wire, uri).await;
                    assert_eq!(answer["result"].is_object(), may[at], "{role} {uri}: {answer}");
                    if !may[at] {
                        let (code, told) = error(&answer);
                        assert_eq!(code, 403, "{role} {uri}: {answer}");
                        let lacks = match (role, uri) {
                            (rbac::Role::Writer, "records://7") => {
                                "permissions `read_data`, `delete_data`, which"
                            }
                            (rbac::Role::Writer, _) => "permission `read_data`, which",
                            _ => lacks,
                        };
                        assert!(told.contains(&format!("needs {lacks}")), "{role} {uri}: {told}");
                    }
                }
            },
        )
        .await;
    }
}

#[tokio::test]
async fn the_most_specific_one_runs() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("r-specific-{version}"), [rbac::Role::Admin]),
        async |wire, subject| {
            for (uri, text) in [
                ("records://7", "the seventh".to_owned()),
                ("records://07", format!("record 7 for {subject}")),
                ("records://9", format!("record 9 for {subject}")),
                ("records://9/notes", "notes of 9".to_owned()),
                ("records://9/note", "note of 9".to_owned()),
                ("records://1/summary", "the summary".to_owned()),
                ("records://2/summary", "summary of 2".to_owned()),
            ] {
                assert_eq!(contents(&read(wire, uri).await)["text"], text, "{uri}");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn a_panic_in_a_resource_is_an_answer_and_a_record() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("r-bang-{version}"), [rbac::Role::Analyst]),
        async |wire, subject| {
            let panicked = read(wire, "trouble://panics").await;
            assert_eq!(error(&panicked), (-32603, "internal error"));
            let record = record_in(&Some(panicked["error"]["data"].clone()));
            let events = settled_events_of(subject, 2).await;
            let summaries: Vec<String> = events.iter().map(|event| event.summary()).collect();
            assert_eq!(summaries, ["started trouble://panics", "finished trouble://panics panicked"]);
            assert!(events.iter().all(|event| event.get("record") == record));
            assert_eq!(contents(&read(wire, "about://server").await)["text"], "about");
        },
    )
    .await;
}

#[tokio::test]
async fn a_resource_can_ask_whoever_can_be_asked() {
    let server = server();
    let mut wire = Wire::open(&server, somebody("r-read-asks", [rbac::Role::Analyst]), V2026_07_28).await;
    let asked = read(&mut wire, "trouble://asks").await;
    assert_eq!(asked["result"]["resultType"], "input_required", "{asked}");
    let mut old = Wire::open(&server, somebody("r-read-asks-not", [rbac::Role::Analyst]), V2025_11_25).await;
    assert_eq!(error(&read(&mut old, "trouble://asks").await).0, -32600);
}

#[tokio::test]
async fn the_event_names_the_template_and_the_refusal_the_uri() {
    let mut wire = Wire::open(&server(), somebody("r-eventful", [rbac::Role::Reader]), V2026_07_28).await;
    read(&mut wire, "records://8").await;
    read(&mut wire, "records://8/body").await;
    read(&mut wire, "nowhere://x").await;
    let events = settled_events_of("r-eventful", 4).await;
    let told: Vec<(String, &str)> =
        events.iter().map(|event| (event.summary(), event.get("method"))).collect();
    let expected = [
        "started records://{id}",
        "finished records://{id} completed",
        "refused records://{id}/{part} forbidden",
        "refused nowhere://x unknown_resource",
    ];
    assert_eq!(told, expected.map(|summary| (summary.to_owned(), "resources/read")));
}

#[tokio::test]
async fn a_uri_is_text() {
    let server = server();
    every_version(
        &server,
        |version| somebody(&format!("r-no-text-{version}"), [rbac::Role::Admin]),
        async |wire, subject| {
            for params in [
                json!({}),
                json!({ "uri": 7 }),
                json!({ "uri": ["records://8"] }),
                json!({ "URI": "records://8" }),
            ] {
                let answer = wire.request("resources/read", params.clone()).await;
                assert_eq!(
                    error(&answer),
                    (-32602, "malformed `resources/read`: `uri` must be a string"),
                    "{params}"
                );
            }
            assert_eq!(runs_of(subject), 0);
            assert_eq!(wire.request("resources/read", Value::Null).await["error"]["code"], -32602);
        },
    )
    .await;
}
