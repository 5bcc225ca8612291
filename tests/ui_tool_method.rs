//! What `#[tool]` refuses on a method of an rmcp router: every file in `ui/tool_method/fail` is one refusal; its twin in
//! `ui/tool_method/pass` differs in what was wrong, and is accepted.
//!
//! A test run never writes the expected messages: it fails, and shows the difference. After a change that is meant,
//! read them all again, then `TRYBUILD=overwrite cargo test -p mcp-rbac-tests --test ui_tool_method`.

#[path = "support/ui.rs"]
mod ui;

// the twins find the runtime and their policy where a user's crate has them
extern crate rbac_runtime as mcp_rbac;
pub use mcp_rbac_tests::rbac;

/// The wording and the drawing of messages are rustc's and change with it.
#[test]
#[rustversion::attr(not(stable(1.95)), ignore = "the expected messages are those of Rust 1.95")]
fn refusals() {
    ui::refusals("ui/tool_method", "permission_near");
}

/// A module per twin.
#[expect(clippy::allow_attributes, reason = "an expectation of dead code keeps it alive")]
#[allow(dead_code, unused_imports, reason = "a twin is compiled and not called")]
mod twins {
    include!(concat!(env!("OUT_DIR"), "/accepted_tool_method.rs"));
}

#[test]
fn every_refusal_has_a_message_and_an_accepted_twin() {
    ui::every_refusal_has_a_message_and_a_twin("ui/tool_method", 11);
}

/// Where a method can stand.
mod places {
    use std::marker::PhantomData;

    use mcp_rbac::{
        Caller, Guard,
        rmcp::{self, ServerHandler, tool_handler, tool_router},
        testing::Client,
    };

    use crate::rbac;

    struct Generic<T>(PhantomData<T>);

    #[tool_router]
    impl<T: Send + Sync + 'static> Generic<T> {
        #[mcp_rbac::tool(requires = "read_data", crate = ::rbac_runtime)]
        fn plain(&self) -> String {
            std::any::type_name::<T>().to_owned()
        }

        /// With everything that a method can have.
        #[mcp_rbac::tool(
            authenticated,
            name = "who.is",
            title = "Who",
            read_only,
            idempotent,
            open_world = false
        )]
        #[must_use]
        pub async fn asynchronous(&self, caller: Caller) -> String {
            caller.principal().subject().to_owned()
        }

        #[mcp_rbac::tool(requires(any("delete_data", "reports:run")))]
        async fn fallible(&self) -> Result<String, String> {
            Err("not today".to_owned())
        }
    }

    #[tool_handler]
    impl<T: Send + Sync + 'static> ServerHandler for Generic<T> {}

    #[tokio::test]
    async fn generic_impls_plain_and_async() {
        let handler = Generic::<u8>(PhantomData);
        // the twins are in this program as well
        let server = Guard::new(handler, &rbac::POLICY).module(module_path!()).into_server().build().unwrap();
        assert_eq!(server.survey().await.unwrap(), []);
        let reader = Client::as_role(&server, rbac::Role::Reader).await;
        assert_eq!(reader.tool_names().await, ["plain", "who.is"]);
        let admin = Client::as_role(&server, rbac::Role::Admin).await;
        let tools = admin.tools().await;
        let names: Vec<&str> = tools.iter().map(|tool| &*tool.name).collect();
        assert_eq!(names, ["fallible", "plain", "who.is"]);
        assert_eq!(tools[2].description.as_deref(), Some("With everything that a method can have."));
        assert_eq!(tools[2].title.as_deref(), Some("Who"));
        let hints = tools[2].annotations.as_ref().unwrap();
        assert_eq!((hints.read_only_hint, hints.idempotent_hint), (Some(true), Some(true)));
        assert_eq!(tools[0].annotations.as_ref().unwrap().destructive_hint, Some(true));
        let result = admin.call("plain", serde_json::Value::Null).await.unwrap();
        assert_eq!(result.content[0].as_text().unwrap().text, "u8");
        assert_eq!(reader.call("fallible", serde_json::Value::Null).await.unwrap_err().code.0, 403);
    }
}
