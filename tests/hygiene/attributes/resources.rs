//! What a resource can look like.

use ::core::{option::Option, primitive::str, str::FromStr};
use ::rbac_runtime::{
    Caller, Granted, State, ToolError, resource,
    rmcp::{handler::server::wrapper::Json, model::ResourceContents},
};
use ::std::{format, string::String, vec, vec::Vec};

use crate::rbac::permissions;

/// A type of its own for a variable.
pub(crate) enum Half {
    /// January to June.
    First,
    /// July to December.
    Second,
}

impl FromStr for Half {
    type Err = ();

    fn from_str(text: &str) -> ::core::result::Result<Self, ()> {
        match text {
            "1" => ::core::result::Result::Ok(Self::First),
            "2" => ::core::result::Result::Ok(Self::Second),
            _ => ::core::result::Result::Err(()),
        }
    }
}

/// The variables in another order, among other parameters.
#[resource(
    crate = ::rbac_runtime,
    uri = "years://{year}/{half}?page={page}",
    requires = "read_data",
    name = "Half a year, bit by bit",
    mime_type = "text/csv; charset=utf-8"
)]
async fn half_a_year(
    mut page: u32,
    State(_): State<u8>,
    half: Half,
    caller: Caller,
    _proof: Granted<permissions::read_data>,
    year: u16,
) -> ::core::result::Result<String, ToolError> {
    page += 1;
    let number = match half {
        Half::First => 1,
        Half::Second => 2,
    };
    ::core::result::Result::Ok(format!("{year}-{number},{page},{}", caller.principal().subject()))
}

/// A fixed one.
#[resource(crate = ::rbac_runtime, uri = "years://all", requires = "read_data")]
fn years() -> Json<Vec<u16>> {
    Json(vec![2025, 2026])
}

/// The names are keywords.
#[resource(crate = ::rbac_runtime, uri = "types:{type},{r}/", requires = "text:read")]
fn r#struct(r#type: String, r: ::core::primitive::char) -> String {
    let mut text = r#type;
    text.push('-');
    text.push(r);
    text
}

/// Bytes.
#[resource(crate = ::rbac_runtime, uri = "bytes://some", public = "they are noise")]
#[must_use]
#[deprecated = "use better noise"]
fn bytes() -> Vec<u8> {
    vec![1, 2, 3]
}

/// Contents that say of themselves what they are.
#[resource(crate = ::rbac_runtime, uri = "bytes://contents", requires = "write_data")]
async fn contents(#[cfg(test)] _caller: Caller, #[cfg(not(test))] _absent: Absent) -> Vec<ResourceContents> {
    ::core::future::ready(()).await;
    vec![ResourceContents::text("said", "bytes://contents")]
}

/// In the body of a function, which nobody calls.
#[expect(dead_code, reason = "its resources are there nevertheless")]
pub(crate) fn function() -> Option<()> {
    /// Inside.
    #[resource(crate = ::rbac_runtime, uri = "inside://function", requires = "read_data")]
    fn in_function() -> &'static str {
        "inside"
    }
    Option::Some(())
}

/// Absent.
#[cfg(not(test))]
#[resource(crate = ::rbac_runtime, uri = "years://absent", requires = "read_data")]
fn absent() -> String {
    String::new()
}

macro_rules! resources {
    ($($name:ident: $uri:literal, $variable:ident: $type:ty, $mime_type:expr;)*) => {
        $(
            /// From a macro.
            #[resource(crate = ::rbac_runtime, uri = $uri, authenticated, mime_type = $mime_type)]
            fn $name($variable: $type) -> String {
                format!("{}", $variable)
            }
        )*
    };
}

resources! {
    from_macro: "macro://first/{number}", number: u64, "text/plain";
    from_macro_again: "macro://second/{word}", word: String, "text/html";
}
