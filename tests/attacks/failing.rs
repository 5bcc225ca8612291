//! Whatever fails, denies.

use http::request::Parts;
use mcp_rbac::{Authenticate, Authentication, Policy};
use serde_json::json;

use crate::{
    app::{Named, deleted},
    ask::{VERSIONS, ask, code, named, under},
    support::{Connection, Running},
};

/// Throws instead of answering.
struct Throws;

impl Authenticate for Throws {
    fn describe(&self) -> String {
        "one that throws".to_owned()
    }

    async fn authenticate(&self, request: &Parts, _: &'static Policy) -> Authentication {
        if request.headers.contains_key("x-throw") {
            panic!("a tool that panics")
        }
        Authentication::NotMine
    }
}

/// An authenticator that panics lets nobody in, also not as anonymous, and not by the one after it.
#[test]
fn an_authenticator_that_panics_lets_nobody_in() {
    let server = Running::without_keys(|app| app.authenticate(Throws).authenticate(Named).allow_anonymous());
    for version in VERSIONS {
        for tool in ["about", "whoami", "get_record", "delete_all"] {
            let request = under(version, "tools/call", json!({ "name": tool }), &named("root", "admin"));
            let mut connection = Connection::open(server.address());
            connection.write(&request.header("X-Throw", "1").bytes());
            if let Some(answer) = connection.response() {
                assert!(answer.status >= 500, "{tool}, {version}: {}", answer.everything());
                assert!(answer.json().get("result").is_none(), "{tool}, {version}: {}", answer.everything());
            }
        }
        // and the server goes on
        let answer =
            ask(&server, &under(version, "tools/call", json!({ "name": "whoami" }), &named("root", "admin")));
        assert_eq!(answer.tool_text(), "root", "{version}");
    }
    assert_eq!(deleted(), 0);
}

/// Who has no role has what is declared for everybody, and no wildcard.
#[test]
fn no_roles_are_no_permissions() {
    let server = Running::without_keys(|app| app.authenticate(Named));
    for version in VERSIONS {
        for role in ["", "guest", "Admin", "ADMIN", "*", "nobody"] {
            let somebody = format!("Named somebody {role}");
            let answer =
                ask(&server, &under(version, "tools/call", json!({ "name": "delete_all" }), &somebody));
            assert_eq!((answer.status, code(&answer)), (403, 403), "{role:?}: {}", answer.everything());
            let answer = ask(&server, &under(version, "tools/call", json!({ "name": "whoami" }), &somebody));
            assert_eq!(answer.tool_text(), "somebody", "{role:?}");
        }
    }
    assert_eq!(deleted(), 0);
}

/// A handler of rmcp, an authenticator or a proxy that is not asked for is not believed: nothing in the environment and
/// nothing that the client says makes a caller.
#[test]
fn a_credential_that_nobody_claims_is_no_anonymous_caller() {
    let server = Running::without_keys(|app| app.authenticate(Named).allow_anonymous());
    for version in VERSIONS {
        for credential in
            ["Bearer x", "Basic YWRtaW46YWRtaW4=", "Negotiate x", "named root admin", "Digest x"]
        {
            let answer = ask(&server, &under(version, "tools/call", json!({ "name": "about" }), credential));
            assert_eq!((answer.status, code(&answer)), (401, 401), "{credential}: {}", answer.everything());
        }
    }
}
