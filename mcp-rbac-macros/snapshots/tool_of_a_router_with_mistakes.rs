/// Get it.
#[::mcp_rbac::rmcp::tool]
fn get_record(&self) {}
::core::compile_error! {
    "`task` needs a function of its own, and a method is called by the router of rmcp\nhelp: make it a free function, or leave it to what the method returns"
}
::core::compile_error! {
    "tool `get_record` does not say who may call it\nhelp: write `#[tool(requires = \"…\")]`, `#[tool(authenticated)]` or `#[tool(public = \"why this is safe\")]`"
}
