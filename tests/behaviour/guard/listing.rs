use mcp_rbac::testing::{self, Client};
use rbac_runtime::Principal;
use serde_json::json;

use crate::{
    app::{arguments, rbac, server, somebody},
    support::{V2026_07_28, Wire},
};

/// Written by hand: the second opinion on the policy.
const EXPECTED: &[(&[rbac::Role], &[&str])] = {
    use rbac::Role::{Admin, Analyst, Approver, Clerk, Reader};
    &[
        (&[], &["about", "whoami"]),
        (&[Reader], &["about", "get_record", "whoami"]),
        (&[Analyst], &["about", "export", "get_record", "reports.run-all", "summarize", "whoami"]),
        (
            &[Admin],
            &[
                "about",
                "delete_record",
                "export",
                "get_record",
                "reports.run-all",
                "summarize",
                "whoami",
                "write_record",
            ],
        ),
        (&[Clerk], &["about", "create", "whoami"]),
        (&[Approver], &["about", "approve", "whoami"]),
        (&[Clerk, Reader], &["about", "create", "get_record", "whoami"]),
    ]
};

async fn names_of(principal: Principal) -> Vec<String> {
    Client::as_principal(&server(), principal).await.tool_names().await
}

#[tokio::test]
async fn every_caller_is_listed_exactly_what_the_policy_says_in_order() {
    for (roles, expected) in EXPECTED {
        let listed = names_of(somebody("list", roles.iter().copied())).await;
        assert_eq!(listed, *expected, "{roles:?}");
    }
}

#[tokio::test]
async fn anonymous_callers_see_only_what_is_public() {
    assert_eq!(names_of(testing::anonymous(&rbac::POLICY).unwrap()).await, ["about"]);
}

#[tokio::test]
async fn what_is_listed_can_be_called_and_nothing_else() {
    let server = server();
    let all: Vec<&str> = server.report().tools().iter().map(|tool| tool.name()).collect();
    assert_eq!(all.len(), 10);
    for (roles, expected) in EXPECTED {
        let principal = somebody("matrix", roles.iter().copied());
        let client = Client::as_principal(&server, principal.clone()).await;
        for tool in &all {
            let answer = client.call(tool, arguments()).await;
            let decided = server.decide(&principal, tool).unwrap().is_allow();
            match &answer {
                Ok(result) => assert_ne!(result.is_error, Some(true), "{tool}: {result:?}"),
                Err(error) => assert_eq!(error.code.0, 403, "{tool}: {error:?}"),
            }
            let expected = expected.contains(tool);
            assert_eq!((answer.is_ok(), decided), (expected, expected), "{roles:?} {tool}");
        }
    }
}

#[tokio::test]
async fn the_list_says_what_is_destructive_and_nobody_else_can() {
    let client = Client::as_role(&server(), rbac::Role::Admin).await;
    for tool in client.tools().await {
        let hints = tool.annotations.unwrap();
        assert_eq!(hints.destructive_hint, Some(tool.name == "delete_record"), "{}", tool.name);
        assert_eq!(hints.read_only_hint, (tool.name == "get_record").then_some(true), "{}", tool.name);
    }
}

#[tokio::test]
async fn a_list_belongs_to_its_caller_on_one_server() {
    let server = server();
    let admin = Client::as_role(&server, rbac::Role::Admin).await;
    let reader = Client::as_role(&server, rbac::Role::Reader).await;
    for _ in 0..3 {
        assert_eq!(admin.tool_names().await.len(), 8);
        assert_eq!(reader.tool_names().await.len(), 3);
    }
}

/// A principal of one policy on a server of another has no permission there, even where the names agree.
#[tokio::test]
async fn roles_of_another_policy_permit_nothing() {
    mod other {
        rbac_runtime::roles! {
            permissions { read_data, write_data, delete_data }
            roles { reader { read_data } admin: reader { write_data, delete_data } }
        }
    }
    let stranger = testing::principal(&other::rbac::POLICY, "stranger", [other::rbac::Role::Admin]).unwrap();
    assert_eq!(names_of(stranger.clone()).await, ["about", "whoami"]);
    let client = Client::as_principal(&server(), stranger).await;
    assert_eq!(client.call("delete_record", arguments()).await.unwrap_err().code.0, 403);
}

/// What nobody may hold together cannot be put into one principal.
#[test]
fn exclusive_permissions_never_meet() {
    let both = testing::principal(&rbac::POLICY, "both", [rbac::Role::Clerk, rbac::Role::Approver]);
    assert_eq!(
        both.unwrap_err().to_string(),
        "nobody may hold `create_payment` and `approve_payment` together, and the roles clerk, approver reach both"
    );
}

#[tokio::test]
async fn one_caller_is_listed_the_same_in_every_version_of_the_protocol() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", V2026_07_28] {
        let mut wire = Wire::open(&server(), somebody("versions", [rbac::Role::Reader]), version).await;
        let answer = wire.request("tools/list", json!({})).await;
        let tools = answer["result"]["tools"].as_array().unwrap();
        let names: Vec<_> = tools.iter().map(|tool| tool["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["about", "get_record", "whoami"], "{version}: {answer}");
        let refused = wire.call("delete_record", arguments()).await;
        assert_eq!(refused["error"]["code"], 403, "{version}: {refused}");
        wire.assert_alive().await;
    }
}
