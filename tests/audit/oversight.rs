//! What tools declare about their calls: what records say of their arguments, alerts and limits.

use std::time::Duration;

use mcp_rbac::{Audit, Limit, prelude::*, testing::principal};
use serde_json::{Value, json};

use crate::{Client, Desk, Server, lines};

mod shop {
    mcp_rbac::roles! {
        permissions { buy_things }
        roles { customer { buy_things } }
    }
}

use shop::rbac;

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[expect(dead_code, reason = "nobody looks at it")]
struct Order {
    email: String,
    card: Card,
    /// More of them.
    #[serde(default)]
    cards: Vec<Card>,
    #[serde(default)]
    blob: Option<String>,
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[expect(dead_code, reason = "nobody looks at it")]
struct Card {
    number: String,
    holder: String,
}

#[tool(
    requires = "buy_things",
    policy = shop::rbac,
    audit(redact("card.number", "cards.number"), hash("email"), omit("blob")),
    alert(more_than = 2, within = "5m"),
    limit(at_most = 4, within = "1m")
)]
fn order(Parameters(_order): Parameters<Order>) -> &'static str {
    "done"
}

#[tool(requires = "buy_things", policy = shop::rbac)]
fn look_around() -> &'static str {
    "nice"
}

fn audit(desk: &Desk) -> Audit {
    Audit::file(desk.path()).unwrap().secret(&"0123456789abcdef0123456789abcdef".into()).unwrap()
}

fn arguments(email: &str) -> Value {
    let card = json!({ "number": "4111 canary", "holder": "Ada" });
    json!({ "email": email, "card": card, "cards": [card], "blob": "canary" })
}

async fn client(server: &Server, name: &str) -> Client {
    Client::as_principal(server, principal(&rbac::POLICY, name, [rbac::Role::Customer]).unwrap()).await
}

#[tokio::test]
async fn what_is_declared_is_done_to_allowed_and_denied_calls() {
    let desk = Desk::new();
    let server = Server::new(&rbac::POLICY).audit(audit(&desk)).build().unwrap();
    client(&server, "ada").await.call("order", arguments("ada@example.org")).await.unwrap();
    let nobody =
        Client::as_principal(&server, principal::<rbac::Role>(&rbac::POLICY, "eve", []).unwrap()).await;
    nobody.call("order", arguments("ada@example.org")).await.unwrap_err();
    let all = lines(&desk.path());
    let recorded: Vec<&Value> = all.iter().filter(|line| line["arguments"].is_object()).collect();
    let [started, refused] = recorded[..] else { panic!("{recorded:#?}") };
    assert_eq!((&started["kind"], &refused["kind"]), (&json!("started"), &json!("refused")));
    assert_eq!(started["arguments"], refused["arguments"]);
    let card = json!({ "number": "[redacted]", "holder": "Ada" });
    assert_eq!((&started["arguments"]["card"], &started["arguments"]["cards"]), (&card, &json!([card])));
    // made with `openssl dgst -sha256 -hmac` of the JSON text
    let digest = "hmac:80b2c7fbc09cd2f96fc67e1602ad6ed65ad067c89ceae10ab50211f5c1e7fc2b";
    assert_eq!(started["arguments"]["email"], digest);
    assert!(!std::fs::read_to_string(desk.path()).unwrap().contains("canary"));
}

#[tokio::test]
async fn a_declared_limit_refuses_and_a_declared_alert_tells() {
    let desk = Desk::new();
    let server = Server::new(&rbac::POLICY).audit(audit(&desk)).build().unwrap();
    let (ada, alan) = (client(&server, "ada").await, client(&server, "alan").await);
    for _ in 0..4 {
        ada.call("order", arguments("a")).await.unwrap();
    }
    let refused = ada.call("order", arguments("a")).await.unwrap_err();
    assert_eq!(refused.code.0, 429);
    assert!(refused.message.contains("try again in 60 s"), "{refused:?}");
    // another tool, and another one
    ada.call("look_around", json!({})).await.unwrap();
    alan.call("order", arguments("a")).await.unwrap();
    // limits change no list
    assert_eq!(ada.tools().await.len(), 2);
    let all = lines(&desk.path());
    let limited: Vec<&Value> = all.iter().filter(|line| line["reason"] == "limited").collect();
    assert_eq!(limited.len(), 1, "{limited:#?}");
    let alerts: Vec<&Value> = all.iter().filter(|line| line["kind"] == "alert").collect();
    assert_eq!(alerts.len(), 1, "{alerts:#?}");
    assert_eq!((&alerts[0]["more_than"], &alerts[0]["within_s"]), (&json!(2), &json!(300)));
}

#[tokio::test]
async fn everybody_has_a_limit_that_can_be_set_and_switched_off() {
    let minute = Duration::from_secs(60);
    let limited = Server::new(&rbac::POLICY).limit(Limit::at_most(2, minute)).build().unwrap();
    let ada = client(&limited, "ada").await;
    for _ in 0..2 {
        ada.call("look_around", json!({})).await.unwrap();
    }
    assert_eq!(ada.call("look_around", json!({})).await.unwrap_err().code.0, 429);
    // nothing is called by what is shown
    assert_eq!(ada.tools().await.len(), 2);
    client(&limited, "alan").await.call("look_around", json!({})).await.unwrap();
    let unlimited =
        Server::new(&rbac::POLICY).unlimited().limit(Limit::at_most(1, minute).of("order")).build().unwrap();
    let ada = client(&unlimited, "ada").await;
    for _ in 0..50 {
        ada.call("look_around", json!({})).await.unwrap();
    }
    ada.call("order", arguments("a")).await.unwrap();
    // what the server says takes the place of what the tool says
    assert_eq!(ada.call("order", arguments("a")).await.unwrap_err().code.0, 429);
}

#[test]
fn a_hash_without_a_secret_keeps_the_server_from_starting() {
    let desk = Desk::new();
    let app = Server::new(&rbac::POLICY).audit(Audit::file(desk.path()).unwrap());
    let problems = app.build().unwrap_err();
    let sentence = "tool `order` says `audit(hash(\"email\"))`, and the audit trail has no secret: give it one with \
                    `Audit::secret`";
    assert!(problems.to_string().ends_with(sentence), "{problems}");
    // without a trail nothing is hashed
    Server::new(&rbac::POLICY).build().unwrap();
}

#[test]
fn a_limit_of_no_tool_names_the_near_one() {
    let app = Server::new(&rbac::POLICY).limit(Limit::at_most(1, Duration::from_secs(1)).of("odrer"));
    let problems = app.build().unwrap_err();
    let sentence = "a limit is about tool `odrer`, which the server does not have; did you mean `order`?";
    assert!(problems.to_string().ends_with(sentence), "{problems}");
}

mod misspelt {
    use mcp_rbac::{Server, prelude::*};

    mcp_rbac::roles! {
        permissions { read_all }
        roles { reader { read_all } }
    }

    #[derive(serde::Deserialize, schemars::JsonSchema)]
    #[expect(dead_code, reason = "nobody looks at it")]
    struct Payment {
        card: Option<super::Card>,
        anything: std::collections::HashMap<String, super::Card>,
        free: serde_json::Value,
    }

    #[tool(
        requires = "read_all",
        policy = self::rbac,
        audit(redact("card.numbr", "card.number", "anything.x.number", "free.as.a.bird"), omit("nowhere"))
    )]
    fn pay(Parameters(_payment): Parameters<Payment>) -> &'static str {
        "paid"
    }

    #[test]
    fn a_path_that_leads_nowhere_keeps_the_server_from_starting() {
        let problems = Server::new(&rbac::POLICY).check().unwrap_err();
        let texts: Vec<String> = problems.as_slice().iter().map(ToString::to_string).collect();
        let [near, far] = &texts[..] else { panic!("{texts:#?}") };
        let sentence = "says `audit(redact(\"card.numbr\"))`, and its arguments have no `card.numbr`; did you mean \
                        `card.number`?";
        assert!(near.ends_with(sentence), "{near}");
        assert!(
            far.ends_with("says `audit(omit(\"nowhere\"))`, and its arguments have no `nowhere`"),
            "{far}"
        );
    }
}
