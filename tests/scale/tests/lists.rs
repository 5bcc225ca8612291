//! Who sees what, against an independent computation.

use std::collections::BTreeSet;

use mcp_rbac::{RoleRef, Server, testing, testing::Client};
use scale::{model, rbac};

/// Every permission that a role reaches.
fn closure(role: usize) -> BTreeSet<usize> {
    let mut reached: BTreeSet<usize> = model::grants(role).into_iter().collect();
    for junior in model::juniors(role) {
        reached.extend(closure(junior));
    }
    reached
}

fn may_call(held: &BTreeSet<usize>, tool: usize) -> bool {
    let met = |all: &Vec<usize>| all.iter().all(|permission| held.contains(permission));
    model::alternatives(tool).is_none_or(|any| any.iter().any(met))
}

fn expected(role: usize) -> Vec<String> {
    let held = closure(role);
    (0..model::TOOLS).filter(|&tool| may_call(&held, tool)).map(|tool| format!("tool_{tool:04}")).collect()
}

#[expect(clippy::unwrap_used, reason = "this is how a test fails, and clippy does not see that this is one")]
fn role(number: usize) -> RoleRef {
    rbac::POLICY.role(&format!("r{number}")).unwrap()
}

#[test]
fn the_model_is_worth_testing() {
    let sizes: Vec<usize> = (0..model::ROLES).map(|role| expected(role).len()).collect();
    assert!(sizes.iter().min() < Some(&150) && sizes.iter().max() > Some(&180), "{sizes:?}");
    assert!(sizes.iter().collect::<BTreeSet<_>>().len() > 30, "the roles differ: {sizes:?}");
}

#[test]
fn every_role_reaches_what_it_inherits_and_no_more() {
    assert_eq!((rbac::POLICY.permissions().len(), rbac::POLICY.roles().len()), (1_000, 100));
    for number in 0..model::ROLES {
        let reached: BTreeSet<usize> =
            role(number).permissions().iter().map(|found| found.position()).collect();
        assert_eq!(reached, closure(number), "r{number}");
    }
}

#[test]
fn every_role_is_shown_its_tools() {
    let report = testing::verify(Server::new(&rbac::POLICY));
    assert_eq!(report.tools().len(), 1_000);
    let table = report.to_string();
    assert!(table.contains("(1000 tools and 100 roles, too many for a table):"), "{table}");
    assert!(table.lines().count() < 120, "{table}");
    for number in 0..model::ROLES {
        assert_eq!(report.tools_of(role(number)), expected(number), "r{number}");
    }
}

/// Over the protocol, in pages, and a call beside every list.
#[tokio::test]
async fn sampled_roles_are_listed_and_let_in_alike() {
    let server = Server::new(&rbac::POLICY).page_size(97).build().unwrap();
    for number in [0, 1, 33, 50, 63, 99] {
        let client = Client::as_role(&server, role(number)).await;
        assert_eq!(client.tool_names().await, expected(number), "r{number}");
        let held = closure(number);
        for tool in (0..model::TOOLS).step_by(37) {
            let name = format!("tool_{tool:04}");
            let called = client.call(&name, serde_json::Value::Null).await;
            assert_eq!(called.is_ok(), may_call(&held, tool), "r{number} {name}");
        }
    }
}
