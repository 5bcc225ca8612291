//! What a prompt can look like.

use ::rbac_runtime::{
    Caller, Completion, Granted, State, ToolError, prompt,
    rmcp::{
        handler::server::wrapper::Parameters,
        model::{GetPromptResult, PromptMessage, Role},
    },
    schemars::JsonSchema,
    serde::Deserialize,
    tool,
};
// `Into` is what the derived `JsonSchema` takes from the prelude
use ::std::{convert::Into, format, string::String, vec, vec::Vec};

use crate::rbac::permissions;

/// Arguments.
#[derive(Deserialize, JsonSchema)]
#[serde(crate = "::rbac_runtime::serde")]
#[schemars(crate = "::rbac_runtime::schemars")]
pub(crate) struct Name {
    /// Of somebody.
    name: String,
    /// A name that Rust does not have.
    #[serde(rename = "home-town")]
    home_town: String,
}

/// With arguments, which are completed.
#[prompt(
    crate = ::rbac_runtime,
    requires = "read_data",
    complete(name = names, "home-town" = towns::home::<2>)
)]
fn letter(Parameters(Name { name, home_town }): Parameters<Name>, caller: Caller) -> String {
    format!("{name} of {home_town} writes to {}", caller.principal().subject())
}

async fn names(typed: Completion) -> Vec<String> {
    ::core::future::ready(()).await;
    vec![format!("{}da", typed.value())]
}

/// Where somebody is from.
mod towns {
    use ::rbac_runtime::{Completion, ToolError};
    use ::std::{string::String, vec::Vec};

    /// The function is generic, its path is not.
    pub(super) async fn home<const COUNT: usize>(
        typed: Completion,
    ) -> ::core::result::Result<Vec<String>, ToolError> {
        ::core::future::ready(()).await;
        let name = typed.argument("name").ok_or_else(|| ToolError::public("a name is needed first"))?;
        ::core::result::Result::Ok(::std::vec![name.repeat(COUNT)])
    }
}

/// The name is a keyword.
#[prompt(crate = ::rbac_runtime, requires = "text:read")]
async fn r#match(_: Caller, State(_): State<u8>) -> Vec<PromptMessage> {
    ::core::future::ready(()).await;
    vec![PromptMessage::new_text(Role::User, "hello")]
}

/// A tool as well, and a resource.
#[prompt(crate = ::rbac_runtime, requires = "read_data")]
#[tool(crate = ::rbac_runtime, requires = "write_data")]
#[::rbac_runtime::resource(crate = ::rbac_runtime, uri = "prompts://all-three", authenticated)]
fn all_three() -> &'static str {
    "of three kinds"
}

/// Present.
#[cfg(test)]
#[prompt(crate = ::rbac_runtime, requires = "write_data")]
fn prompt_cfg_before(_proof: Granted<permissions::write_data>) -> GetPromptResult {
    GetPromptResult::new(Vec::new())
}

/// Absent.
#[prompt(crate = ::rbac_runtime, requires = "read_data")]
#[cfg(not(test))]
fn absent_prompt() -> String {
    String::new()
}

macro_rules! prompts {
    ($($name:ident: $permission:literal, $argument:ident, $complete:path;)*) => {
        $(
            /// From a macro.
            #[prompt(crate = ::rbac_runtime, requires = $permission, complete($argument = $complete))]
            fn $name(_name: Parameters<Name>) -> ::core::result::Result<&'static str, ToolError> {
                ::core::result::Result::Ok("from a macro")
            }
        )*
    };
}

prompts! {
    prompt_from_macro: "read_data", name, names;
    prompt_from_macro_again: "text:read", name, towns::home::<1>;
}
