//! Every method of the protocol, and by what rule it is served. What is not in here is refused.

use rmcp::model::{ClientRequest, ServerCapabilities};

/// How requests of one method are dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// Every admitted caller gets an answer, and the same one.
    Open,
    /// Every admitted caller gets an answer, of which they see what they may use.
    Filtered,
    /// The requirement of what the request names decides.
    Guarded,
    /// It is about something that belongs to a principal: for everybody else it does not exist, and the requirement
    /// that it began under decides again.
    OwnerBound,
    /// Refused, unless a guard of somebody else's handler has a requirement for it.
    Denied,
}

/// The table, as a function and as a list.
macro_rules! table {
    ($($rule:ident { $($variant:ident),* $(,)? })*) => {
        /// The rule of a request. One that is not in the table is denied; that none is missing is tested against the
        /// source of rmcp.
        pub(crate) fn rule_of(request: &ClientRequest) -> Rule {
            match request {
                $($(ClientRequest::$variant(_) => Rule::$rule,)*)*
                _ => Rule::Denied,
            }
        }

        /// Every variant with its rule, for the test.
        #[cfg(test)]
        const TABLE: &[(&str, Rule)] = &[$($((stringify!($variant), Rule::$rule)),*),*];
    };
}

table! {
    Open {
        InitializeRequest,
        DiscoverRequest,
        PingRequest,
        SetLevelRequest,
    }
    Filtered {
        ListToolsRequest,
        ListPromptsRequest,
        ListResourcesRequest,
        ListResourceTemplatesRequest,
        SubscriptionsListenRequest,
    }
    Guarded {
        CallToolRequest,
        GetPromptRequest,
        ReadResourceRequest,
        SubscribeRequest,
        CompleteRequest,
    }
    OwnerBound {
        GetTaskRequest,
        UpdateTaskRequest,
        CancelTaskRequest,
        UnsubscribeRequest,
    }
    Denied {
        ListSkillsRequest,
        GetSkillRequest,
        ReadResourceDirectoryRequest,
        CustomRequest,
    }
}

/// Whether a server with these capabilities has what a method is about. A method about nothing is not served.
pub(super) fn is_offered(method: &str, capabilities: &ServerCapabilities) -> bool {
    match method {
        "prompts/list" | "prompts/get" => capabilities.prompts.is_some(),
        "resources/list" | "resources/templates/list" | "resources/read" => capabilities.resources.is_some(),
        "resources/subscribe" | "resources/unsubscribe" => {
            capabilities.resources.as_ref().is_some_and(|resources| resources.subscribe == Some(true))
        }
        "completion/complete" => capabilities.completions.is_some(),
        "tasks/get" | "tasks/update" | "tasks/cancel" => capabilities.supports_tasks(),
        "logging/setLevel" => capabilities.logging.is_some(),
        _ => true,
    }
}

/// Whether MCP 2026-07-28 has this method no more.
pub(super) fn is_gone(method: &str) -> bool {
    matches!(
        method,
        "initialize" | "ping" | "logging/setLevel" | "resources/subscribe" | "resources/unsubscribe"
    )
}

/// What a request of this method looks like, where it is one that rmcp parses: it arrives as a custom request only when
/// its parameters are none of it.
pub(super) fn malformed(method: &str) -> Option<&'static str> {
    match method {
        "tools/call" => Some("`name` must be a string and `arguments` an object"),
        "prompts/get" => Some("`name` must be a string and `arguments` an object"),
        "resources/read" | "resources/subscribe" | "resources/unsubscribe" => Some("`uri` must be a string"),
        "completion/complete" => {
            Some("`ref` must be a prompt or resource, and `argument` a name and a value")
        }
        "tasks/get" | "tasks/cancel" => Some("`taskId` must be a string"),
        "tasks/update" => Some("`taskId` must be a string and `inputResponses` an object"),
        "initialize"
        | "server/discover"
        | "ping"
        | "logging/setLevel"
        | "tools/list"
        | "prompts/list"
        | "resources/list"
        | "resources/templates/list"
        | "subscriptions/listen"
        | "skills/list"
        | "skills/get"
        | "resources/directory/read" => Some("the parameters do not fit"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::PathBuf, process::Command};

    use super::*;

    /// Every method of rmcp's `ServerHandler`, and how [`Handler`](super::super::Handler) takes it.
    const HANDLER: &[(&str, Taken)] = &[
        ("ping", Taken::ByTheGuard),
        ("initialize", Taken::ByTheGuard),
        ("negotiate_initialize", Taken::AsRmcpDoes),
        ("supported_protocol_versions", Taken::ByTheGuard),
        ("discover", Taken::ByTheGuard),
        ("complete", Taken::ByTheGuard),
        ("set_level", Taken::ByTheGuard),
        ("get_prompt", Taken::ByTheGuard),
        ("list_prompts", Taken::ByTheGuard),
        ("list_resources", Taken::ByTheGuard),
        ("list_resource_templates", Taken::ByTheGuard),
        ("read_resource", Taken::ByTheGuard),
        ("accepted_subscription_filter", Taken::ByTheGuard),
        ("listen", Taken::ByTheGuard),
        ("subscribe", Taken::ByTheGuard),
        ("unsubscribe", Taken::ByTheGuard),
        ("call_tool", Taken::ByTheGuard),
        ("list_tools", Taken::ByTheGuard),
        ("get_tool", Taken::ByTheGuard),
        ("on_custom_request", Taken::ByTheGuard),
        ("on_cancelled", Taken::ByTheGuard),
        ("on_progress", Taken::ByTheGuard),
        ("on_initialized", Taken::ByTheGuard),
        ("on_roots_list_changed", Taken::ByTheGuard),
        ("on_custom_notification", Taken::ByTheGuard),
        ("get_info", Taken::ByTheGuard),
        ("get_task", Taken::ByTheGuard),
        ("update_task", Taken::ByTheGuard),
        ("cancel_task", Taken::ByTheGuard),
        ("list_skills", Taken::ByTheGuard),
        ("get_skill", Taken::ByTheGuard),
        ("read_resource_directory", Taken::ByTheGuard),
    ];

    #[derive(PartialEq)]
    enum Taken {
        /// `Handler` answers it itself.
        ByTheGuard,
        /// The answer is the same for everybody and follows from `get_info`.
        AsRmcpDoes,
    }

    /// The source of the rmcp that this crate is built with.
    fn rmcp() -> PathBuf {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let rustc = Command::new("rustc").arg("-vV").output().unwrap().stdout;
        let rustc = String::from_utf8(rustc).unwrap();
        let host = rustc.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host])
            .args(["--manifest-path", manifest])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let packages = metadata["packages"].as_array().unwrap();
        let rmcp = packages.iter().find(|package| package["name"] == "rmcp").unwrap();
        let manifest = PathBuf::from(rmcp["manifest_path"].as_str().unwrap());
        manifest.parent().unwrap().join("src")
    }

    fn names<'t, T>(table: &'t [(&'t str, T)]) -> BTreeSet<&'t str> {
        let names: BTreeSet<&str> = table.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), table.len(), "an entry stands twice");
        names
    }

    #[test]
    fn every_request_of_rmcp_has_a_rule() {
        let source = std::fs::read_to_string(rmcp().join("model.rs")).unwrap();
        let union = source.split("export type ClientRequest =").nth(1).unwrap().split(';').next().unwrap();
        let variants: BTreeSet<&str> = union
            .split('|')
            .map(|variant| variant.trim().trim_start_matches("box ").trim())
            .filter(|variant| !variant.is_empty())
            .collect();
        assert!(variants.len() > 20, "{variants:?}");
        assert_eq!(variants, names(TABLE));
    }

    #[test]
    fn every_method_of_rmcps_handler_is_taken() {
        let source = std::fs::read_to_string(rmcp().join("handler/server.rs")).unwrap();
        // the wrapper forwards every method, each by its own name
        let wrapper = source.split("macro_rules! impl_server_handler_for_wrapper").nth(1).unwrap();
        let methods: BTreeSet<&str> = wrapper
            .split("(**self).")
            .skip(1)
            .map(|rest| rest.split('(').next().unwrap_or_default())
            .collect();
        assert!(methods.len() > 25, "{methods:?}");
        assert_eq!(methods, names(HANDLER));
    }

    #[test]
    fn the_handler_has_what_the_guard_is_said_to_take() {
        let handler = include_str!("handler.rs");
        for (name, taken) in HANDLER {
            let own = [format!(" fn {name}("), format!("        {name}: "), format!("        {name} => ")];
            let is_there = own.iter().any(|form| handler.contains(form.as_str()));
            assert_eq!(is_there, *taken == Taken::ByTheGuard, "{name}");
        }
    }
}
