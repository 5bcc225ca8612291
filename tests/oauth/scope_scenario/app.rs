//! What the scenario asks for: a tool, a prompt, a resource and one of a template, each with two scopes.

use mcp_rbac::prelude::*;

mcp_rbac::roles! {
    permissions {
        "mcp:conformance:baseline" as basic: baseline,
        "mcp:conformance:tools:call" as call_tools,
        "mcp:conformance:tools:test_simple_text" as simple_text,
        "mcp:conformance:resources:read" as read_resources,
        "mcp:conformance:resources:static" as static_text,
        "mcp:conformance:resources:template:123" as template_123,
        "mcp:conformance:prompts:get" as get_prompts,
        "mcp:conformance:prompts:test_simple_prompt" as simple_prompt,
    }
    roles {
        tester {
            basic, call_tools, simple_text, read_resources, static_text, template_123, get_prompts, simple_prompt
        }
    }
}

#[tool(requires(all("mcp:conformance:tools:call", "mcp:conformance:tools:test_simple_text")), policy = rbac)]
async fn test_simple_text() -> &'static str {
    "a simple text"
}

#[prompt(requires(all("mcp:conformance:prompts:get", "mcp:conformance:prompts:test_simple_prompt")), policy = rbac)]
async fn test_simple_prompt() -> &'static str {
    "a simple prompt"
}

#[resource(
    uri = "test://static-text",
    requires(all("mcp:conformance:resources:read", "mcp:conformance:resources:static")),
    policy = rbac
)]
async fn static_text() -> &'static str {
    "a text"
}

/// Whatever the number.
#[resource(uri = "test://template/{id}/data", requires = "mcp:conformance:resources:read", policy = rbac)]
async fn template(id: u32) -> String {
    format!("data of {id}")
}

/// One number asks for more: a request meets what every matching resource requires.
#[resource(uri = "test://template/123/data", requires = "mcp:conformance:resources:template:123", policy = rbac)]
async fn template_123() -> &'static str {
    "data of 123"
}
