//! A task belongs to the principal and client that made it: for everybody else it does not exist. And every use of it is
//! decided anew.

use mcp_rbac::{Principal, Server, testing};
use serde_json::{Value, json};

use super::{
    app::{Stage, rbac, rbac::Role, server, somebody},
    ask::{cancel, get, open, start, text, unknown, update},
};
use crate::{
    ask::{VERSIONS, error},
    support::{V2026_07_28, Wire, settled_events_of},
};

/// Everything that can be done with a task.
async fn uses(wire: &mut Wire, id: &str) -> Vec<Value> {
    vec![get(wire, id).await, update(wire, id, json!({ "name": "x" })).await, cancel(wire, id).await]
}

fn of_client(subject: &str, client: &str) -> Principal {
    Principal::builder(&rbac::POLICY, subject).client(client).role(Role::Analyst).build().unwrap()
}

#[tokio::test]
async fn for_everybody_else_a_task_does_not_exist() {
    for version in VERSIONS {
        let stage = Stage::default();
        let server = server(&stage);
        let mut owner = open(&server, of_client("owner", "laptop"), version).await;
        let id = start(&mut owner, "report").await;
        let others = [
            ("another principal", somebody("somebody", [Role::Admin])),
            ("the same name, recognised in another way", somebody("owner", [Role::Analyst])),
            ("the same principal through another client", of_client("owner", "phone")),
            ("nobody", testing::anonymous(&rbac::POLICY).unwrap()),
        ];
        for (who, principal) in others {
            let mut other = open(&server, principal, version).await;
            let never = "01234567-89ab-4cde-8f01-23456789abcd";
            let there = uses(&mut other, &id).await;
            for (answer, absent) in there.into_iter().zip(uses(&mut other, never).await) {
                assert_eq!(answer["error"], unknown(&id), "{who}, {version}");
                assert_eq!(absent["error"], unknown(never), "{who}, {version}");
            }
        }
        // nothing of that has touched it
        stage.open("owner", 1);
        assert_eq!(text(&mut owner, &id).await, "report for owner");
        assert_eq!(stage.dropped(), 0);
    }
}

#[tokio::test]
async fn a_permission_that_is_taken_away_takes_the_result_along() {
    for (conceals, version) in
        [false, true].into_iter().flat_map(|conceals| VERSIONS.map(|version| (conceals, version)))
    {
        let stage = Stage::default();
        let server = match conceals {
            true => Server::new(&rbac::POLICY).state(stage.clone()).conceal_forbidden().build().unwrap(),
            false => server(&stage),
        };
        let subject = format!("demoted-{conceals}-{version}");
        let mut wire = open(&server, somebody(&subject, [Role::Analyst]), version).await;
        let (running, ready) = (start(&mut wire, "report").await, start(&mut wire, "blocking").await);
        text(&mut wire, &ready).await;
        // the same principal, without the role
        let mut demoted = open(&server, somebody(&subject, [Role::Guest]), version).await;
        for id in [&running, &ready] {
            for answer in uses(&mut demoted, id).await {
                assert!(!answer.to_string().contains("blocked for"), "{answer}");
                if conceals {
                    assert_eq!(answer["error"], unknown(id));
                } else {
                    let told = format!(
                        "task `{id}` needs permission `run_reports`, which role `guest` does not have"
                    );
                    assert_eq!(error(&answer), (403, &*told));
                }
            }
        }
        // it was not cancelled either, and who has the role again has the result again
        stage.open(&subject, 1);
        assert_eq!(text(&mut wire, &running).await, format!("report for {subject}"));
        assert_eq!(text(&mut wire, &ready).await, format!("blocked for {subject}"));
    }
}

#[tokio::test]
async fn a_refused_use_is_on_record() {
    let stage = Stage::default();
    let server = server(&stage);
    let mut wire = open(&server, somebody("kept", [Role::Analyst]), V2026_07_28).await;
    let id = start(&mut wire, "report").await;
    let mut other = open(&server, somebody("prying", [Role::Admin]), V2026_07_28).await;
    uses(&mut other, &id).await;
    let summaries: Vec<String> =
        settled_events_of("prying", 3).await.iter().map(|event| event.summary()).collect();
    assert_eq!(summaries, vec![format!("refused {id} unknown_task"); 3]);
    let mut demoted = open(&server, somebody("kept", []), V2026_07_28).await;
    get(&mut demoted, &id).await;
    let events = settled_events_of("kept", 2).await;
    assert_eq!(events[1].summary(), format!("refused {id} forbidden"));
    assert_eq!(events[1].get("parent"), events[0].get("record"));
}

/// Who has no name owns nothing: the call is answered when it is done.
#[tokio::test]
async fn a_call_of_somebody_anonymous_is_no_task() {
    mod open_server {
        use mcp_rbac::prelude::*;

        mcp_rbac::roles! { permissions { read } roles { reader { read } } }

        #[tool(public = "a test", task, policy = self::rbac)]
        async fn wait() -> &'static str {
            "waited"
        }
    }
    use open_server::rbac as open_rbac;
    let server = Server::new(&open_rbac::POLICY).build().unwrap();
    for version in VERSIONS {
        let anonymous = testing::anonymous(&open_rbac::POLICY).unwrap();
        let mut wire = open(&server, anonymous, version).await;
        let answer = wire.call("wait", json!({})).await;
        assert_eq!(answer["result"]["content"][0]["text"], "waited", "{answer}");
    }
}

/// Where names are concealed, whoever is not known is asked who they are, whatever the id.
#[tokio::test]
async fn concealed_somebody_anonymous_is_asked_who_they_are() {
    let stage = Stage::default();
    let server = Server::new(&rbac::POLICY).state(stage.clone()).conceal_forbidden().build().unwrap();
    let mut owner = open(&server, somebody("hides", [Role::Analyst]), V2026_07_28).await;
    let id = start(&mut owner, "report").await;
    let mut anonymous = open(&server, testing::anonymous(&rbac::POLICY).unwrap(), V2026_07_28).await;
    for id in [id.as_str(), "no-task"] {
        for answer in uses(&mut anonymous, id).await {
            assert_eq!(error(&answer), (401, &*format!("task `{id}` needs to know who is calling")));
        }
    }
}
