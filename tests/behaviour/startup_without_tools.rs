//! A program that declares no tool.

extern crate rbac_runtime as mcp_rbac;

mcp_rbac::roles! {
    permissions { read_data }
    roles { reader { read_data } }
}

// a crate without tools, named twice and under its package's name too: it is one problem
mcp_rbac::link!(serde_json);
mcp_rbac::link!(serde_json, serde_json as "serde-json");

#[test]
fn is_told_that_its_crates_may_not_be_linked() {
    let problems = mcp_rbac::Server::new(&rbac::POLICY).check().unwrap_err();
    assert_eq!(
        problems.to_string(),
        "the server cannot start, for 2 reasons:\n  \
         * `link!` names the crate `serde_json`, but no tool, prompt or resource comes from it; name the crate that holds them, or \
         drop it\n  \
         * the server has no tool, prompt or resource; is the crate that holds them linked? `mcp_rbac::link!(my_tools)` names it"
    );
}
