//! What the macros emit, for a reviewer to read: `UPDATE_EXPECT=1 cargo test -p mcp-rbac-macros` writes it anew.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;

use crate::{
    item,
    prompt::Prompt,
    resource::Resource,
    roles,
    tool::{self, Tool},
};

#[test]
fn a_plain_tool() {
    check_tool(
        r#"requires = "read_data""#,
        "
        /// Get one record.
        fn get_record(Parameters(key): Parameters<Key>) -> Json<Record> { todo!() }
        ",
        &expect_file!["../../snapshots/plain_tool.rs"],
    );
}

#[test]
fn a_tool_with_everything() {
    check_tool(
        r#"
        requires(all("write_data", any("delete_data", "data:purge"))),
        name = "records.delete",
        title = "Delete a record",
        destructive,
        idempotent,
        open_world = false,
        icons = icons(),
        meta = meta(),
        policy = access::rbac,
        crate = ::another_name,
        "#,
        r#"
        /// Delete one record
        #[doc = include_str!("delete.md")]
        #[deprecated]
        #[allow(clippy::needless_pass_by_value)]
        pub async fn delete_record(
            Parameters(Key { id, .. }): Parameters<Key>,
            State(store): State<Store>,
            #[cfg(unix)] mut caller: Caller,
            _: Granted<access::rbac::permissions::write_data>,
        ) -> Result<String, ToolError> { todo!() }
        "#,
        &expect_file!["../../snapshots/tool_with_everything.rs"],
    );
}

#[test]
fn a_public_tool() {
    check_tool(
        r#"public = "says the time of day", read_only"#,
        "async fn now() -> String { todo!() }",
        &expect_file!["../../snapshots/public_tool.rs"],
    );
}

#[test]
fn a_tool_that_may_run_on_and_limits_its_output() {
    check_tool(
        r#"requires = "read_data", task, output(max = LARGEST / 2, filter = secrets::hide)"#,
        "fn export() -> String { todo!() }",
        &expect_file!["../../snapshots/tool_with_task_and_output.rs"],
    );
}

#[test]
fn a_tool_of_a_router() {
    let expansion = tool::method(
        tokens(
            r#"requires = "delete_data", name = "records.delete", title = "Delete", idempotent, crate = ::other"#,
        ),
        tokens(
            "
            /// Delete one record.
            pub async fn delete_record(&self, Parameters(key): Parameters<Key>) -> String { todo!() }
            ",
        ),
    );
    check(expansion, &expect_file!["../../snapshots/tool_of_a_router.rs"]);
}

#[test]
fn a_tool_of_a_router_with_mistakes_stays_one() {
    let expansion = tool::method(tokens("task"), tokens("/** Get it. */ fn get_record(&self) {}"));
    check(expansion, &expect_file!["../../snapshots/tool_of_a_router_with_mistakes.rs"]);
}

#[test]
fn a_prompt() {
    check(
        item::expand::<Prompt>(
            tokens(r#"requires = "read_data", complete(country = countries, "first-name" = names::first)"#),
            tokens(
                "
                /// Write a letter to a customer.
                async fn letter(Parameters(to): Parameters<Address>, caller: Caller) -> Result<String, ToolError> {
                    todo!()
                }
                ",
            ),
        ),
        &expect_file!["../../snapshots/prompt.rs"],
    );
}

#[test]
fn a_fixed_resource() {
    check(
        item::expand::<Resource>(
            tokens(r#"uri = "records://all", authenticated"#),
            tokens("fn records() -> Json<Vec<Record>> { todo!() }"),
        ),
        &expect_file!["../../snapshots/fixed_resource.rs"],
    );
}

#[test]
fn a_resource_of_a_template() {
    check(
        item::expand::<Resource>(
            tokens(
                r#"
                uri = "records://{year}/{type}?page={page}",
                requires = "read_data",
                name = "records of a year",
                mime_type = "text/csv",
                complete(year = years),
                "#,
            ),
            tokens(
                "
                async fn of_year(
                    State(store): State<Store>,
                    mut page: u32,
                    r#type: Kind,
                    proof: Granted<rbac::permissions::read_data>,
                    year: u16,
                ) -> Result<String, ToolError> { todo!() }
                ",
            ),
        ),
        &expect_file!["../../snapshots/resource_of_template.rs"],
    );
}

#[test]
fn a_tool_with_mistakes_stays_a_function() {
    check_tool(
        r#"requires = "", name = "get record""#,
        "fn get_record(&self) {}",
        &expect_file!["../../snapshots/tool_with_mistakes.rs"],
    );
}

/// rustc itself refuses one with a body that is not `unsafe extern "C"`, so the compiler's own message cannot be tested.
#[test]
fn a_variadic_function_is_refused() {
    let expansion =
        item::expand::<Tool>(tokens("authenticated"), tokens("fn get_record(_: ...) {}")).to_string();
    assert!(expansion.contains("a variadic function cannot be a tool"), "{expansion}");
}

#[test]
fn a_policy() {
    check(
        roles::expand(tokens(
            r#"
            (::mcp_rbac)
            permissions {
                /// Read records.
                read_data,
                "data:delete" as delete_data: destructive,
            }
            roles {
                reader { read_data }
                /// May do everything.
                admin: reader { delete_data }
            }
            invariants { only admin { delete_data }; }
            "#,
        )),
        &expect_file!["../../snapshots/policy.rs"],
    );
}

fn check_tool(args: &str, item: &str, expected: &ExpectFile) {
    check(item::expand::<Tool>(tokens(args), tokens(item)), expected);
}

fn check(expansion: TokenStream, expected: &ExpectFile) {
    let file = syn::parse2(expansion).expect("the expansion is Rust");
    expected.assert_eq(&prettyplease::unparse(&file));
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the input is tokens")
}
