//! The crate has names of its own for what the macro needs, and for what it calls its own parts.

/// Not the crate.
pub(crate) mod std {}
/// Not the crate.
pub(crate) mod core {}
/// Not the crate.
pub(crate) mod rbac_runtime {}
/// Not the policy of the crate.
pub(crate) mod rbac {}
/// Not the crate.
pub(crate) mod inventory {}

#[expect(unused_macros, reason = "it is there to be taken by mistake")]
macro_rules! assert {
    ($($anything:tt)*) => {
        ::core::compile_error!("the macro of the crate is not the one of `core`")
    };
}

#[expect(unused_macros, reason = "it is there to be taken by mistake")]
macro_rules! concat {
    ($($anything:tt)*) => {
        ::core::compile_error!("the macro of the crate is not the one of `core`")
    };
}

#[expect(unused_macros, reason = "it is there to be taken by mistake")]
macro_rules! file {
    ($($anything:tt)*) => {
        ::core::compile_error!("the macro of the crate is not the one of `core`")
    };
}

#[expect(dead_code, reason = "they are there to be taken by mistake")]
mod names {
    /// Not the one of the standard library.
    pub(super) struct Option;
    /// Not the one of the standard library.
    pub(super) struct Result;
    /// Not the one of the standard library.
    pub(super) struct Some;
    /// Not the one of the standard library.
    pub(super) struct None;
    /// Not the one of the standard library.
    pub(super) struct Ok;
    /// Not the one of the standard library.
    pub(super) struct Err;
    /// Not the one of the standard library.
    pub(super) struct Box;
    /// Not the one of the runtime.
    pub(super) struct Requirement;
    /// Not the one of the runtime.
    pub(super) struct ToolDef;
    /// Not the one of the runtime.
    pub(super) struct ToolParam;
    /// Not the one of the runtime.
    pub(super) struct Answered;
    /// Not the one of the runtime.
    pub(super) struct Variable;
    /// Not the one of the runtime.
    pub(super) struct CompletionDef;
    /// Not the one of the runtime.
    pub(super) struct P;

    /// The name of a thing that the macro might have.
    pub(super) const REQUIREMENT: u8 = 1;
    /// The name of a thing that the macro might have.
    #[expect(non_upper_case_globals, reason = "a pattern of that name would mean the constant")]
    pub(super) const call: u8 = 2;
    /// The name of a thing that the macro might have.
    #[expect(non_upper_case_globals, reason = "a pattern of that name would mean the constant")]
    pub(super) const value: u8 = 3;
    /// The name of a thing that the macro might have.
    #[expect(non_upper_case_globals, reason = "a pattern of that name would mean the constant")]
    pub(super) const value_0: u8 = 4;
    /// The name of a thing that the macro might have.
    #[expect(non_upper_case_globals, reason = "a pattern of that name would mean the constant")]
    pub(super) const failure: u8 = 5;

    /// The name of a thing that the macro might have.
    #[expect(non_upper_case_globals, reason = "a pattern of that name would mean the constant")]
    pub(super) const completion: u8 = 6;

    /// The name of a function that the macro might have.
    pub(super) const fn variable() {}
    /// The name of a function that the macro might have.
    pub(super) const fn complete() {}
    /// The name of a function that the macro might have.
    pub(super) const fn run() {}
    /// The name of a function that the macro might have.
    pub(super) const fn run_blocking() {}
    /// The name of a function that the macro might have.
    pub(super) const fn extract() {}
}

#[expect(unused_imports, reason = "they are there to be taken by mistake")]
use names::*;

/// Everything at once.
#[::rbac_runtime::tool(
    crate = ::rbac_runtime,
    requires(all("read_data", any("write_data", "text:read"))),
    title = "Shadowed",
    idempotent,
    open_world = false,
    icons = ::std::vec::Vec::new(),
    meta = ::rbac_runtime::rmcp::model::MetaObject::new()
)]
fn shadowed(
    _caller: ::rbac_runtime::Caller,
    _proof: ::rbac_runtime::Granted<crate::rbac::permissions::read_data>,
) -> ::core::result::Result<&'static str, ::rbac_runtime::ToolError> {
    ::core::result::Result::Ok("shadowed")
}

/// The same where the body is a future.
#[::rbac_runtime::tool(crate = ::rbac_runtime, authenticated, read_only)]
async fn shadowed_async(
    _caller: ::rbac_runtime::Caller,
) -> ::core::result::Result<::std::string::String, &'static str> {
    ::core::future::ready(()).await;
    ::core::result::Result::Ok(::std::string::String::new())
}

/// A tool may have the name of something that the macro uses.
#[::rbac_runtime::tool(crate = ::rbac_runtime, public = "says nothing")]
fn extract(_caller: ::rbac_runtime::Caller) {}

/// Everything that a prompt can have.
#[::rbac_runtime::prompt(
    crate = ::rbac_runtime,
    requires(any("read_data", "write_data")),
    title = "Shadowed",
    icons = ::std::vec::Vec::new(),
    meta = ::rbac_runtime::rmcp::model::MetaObject::new(),
    complete(name = shadowed_names)
)]
fn shadowed_prompt(
    _caller: ::rbac_runtime::Caller,
    _name: ::rbac_runtime::rmcp::handler::server::wrapper::Parameters<crate::prompts::Name>,
) -> ::core::result::Result<&'static str, ::rbac_runtime::ToolError> {
    ::core::result::Result::Ok("shadowed")
}

/// Everything that a resource can have.
#[::rbac_runtime::resource(
    crate = ::rbac_runtime,
    uri = "shadowed://{first}/{second}",
    requires(any("read_data", "write_data")),
    title = "Shadowed",
    mime_type = "text/plain",
    icons = ::std::vec::Vec::new(),
    meta = ::rbac_runtime::rmcp::model::MetaObject::new(),
    complete(first = shadowed_names, second = shadowed_names)
)]
async fn shadowed_resource(
    first: ::std::string::String,
    _caller: ::rbac_runtime::Caller,
    second: ::core::primitive::u8,
) -> ::core::result::Result<::std::vec::Vec<::core::primitive::u8>, &'static str> {
    ::core::future::ready(()).await;
    ::core::result::Result::Ok(::std::vec![second, first.len().to_le_bytes()[0]])
}

async fn shadowed_names(_typed: ::rbac_runtime::Completion) -> ::std::vec::Vec<&'static str> {
    ::core::future::ready(()).await;
    ::std::vec!["1"]
}
