use rmcp::{ErrorData, model::ErrorCode};
use serde_json::json;

use crate::{
    audit::{Event, RecordId, Verdict},
    auth::{Principal, Unrecognised, describe_roles},
    policy::PermissionRef,
};

/// Why a caller may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denial {
    /// Nobody said who is calling, and the requirement asks for more than anonymous callers have.
    Unauthenticated,
    /// The roles of the caller reach what the requirement asks for, and the scopes of their token do not cover it. The
    /// user can grant them.
    NeedsScopes {
        /// The scopes to ask for: all that the operation needs, whatever the token covers already. The fewest that meet the
        /// requirement; of several sets the one that is declared first.
        scopes: Vec<PermissionRef>,
    },
    /// The roles of the caller do not reach what the requirement asks for.
    Forbidden {
        /// Permissions that would make the difference; of alternatives the one that lacks fewest. Empty where none
        /// would: a requirement without parts is met by nobody.
        missing: Vec<PermissionRef>,
    },
}

/// A call that has no result, and whether that is because it was denied.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) error: ErrorData,
    /// The guard's denial and its record; `None` where the error says something else.
    pub(super) denied: Option<(Denial, RecordId)>,
}

impl From<ErrorData> for Refused {
    fn from(error: ErrorData) -> Self {
        Self { error, denied: None }
    }
}

impl Denial {
    /// The name that records use.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::NeedsScopes { .. } => "needs_scopes",
            Self::Forbidden { .. } => "forbidden",
        }
    }

    /// The JSON-RPC error of a refused call. The codes are those of HTTP: the protocol reserves the range from -32768
    /// to -32000 (MCP 2026-07-28, "Error codes") and asks applications to stay out of it.
    pub(super) fn into_error(self, tool: &str, principal: &Principal, record: RecordId) -> ErrorData {
        let (code, message) = match self {
            Self::Unauthenticated => (401, format!("tool `{tool}` needs to know who is calling")),
            Self::NeedsScopes { scopes } => {
                (403, needs_scopes(&format!("tool `{tool}`"), &scopes, principal))
            }
            Self::Forbidden { missing } if missing.is_empty() => {
                (403, format!("tool `{tool}` can be called by nobody: what it requires names no permission"))
            }
            Self::Forbidden { missing } => {
                let names: Vec<String> = missing.iter().map(|permission| format!("`{permission}`")).collect();
                let plural = if names.len() == 1 { "" } else { "s" };
                let verb = if principal.roles().len() > 1 { "do" } else { "does" };
                (
                    403,
                    format!(
                        "tool `{tool}` needs permission{plural} {}, which {} {verb} not have",
                        names.join(", "),
                        describe_roles(principal),
                    ),
                )
            }
        };
        ErrorData::new(ErrorCode(code), message, Some(json!({ "record": record })))
    }
}

fn needs_scopes(what: &str, scopes: &[PermissionRef], principal: &Principal) -> String {
    let names: Vec<String> = principal.scope_names(scopes).iter().map(|name| format!("`{name}`")).collect();
    let plural = if names.len() == 1 { "" } else { "s" };
    format!("{what} needs the scope{plural} {}, which the token does not cover", names.join(", "))
}

/// The refusal of a list to somebody whose token does not cover the baseline.
pub(super) fn no_list(denial: Denial, principal: &Principal, record: RecordId) -> Refused {
    let text = match &denial {
        Denial::NeedsScopes { scopes } => needs_scopes("the list", scopes, principal),
        Denial::Unauthenticated | Denial::Forbidden { .. } => "the list is not for you".to_owned(),
    };
    let error = ErrorData::new(ErrorCode(403), text, Some(json!({ "record": record })));
    Refused { error, denied: Some((denial, record)) }
}

/// The answer to somebody who is not recognised (any more).
pub(super) fn unrecognised(unrecognised: Unrecognised) -> ErrorData {
    let record = RecordId::new();
    Event::of_stranger(record, None).verdict(Verdict::Unrecognised(unrecognised.to_string())).emit();
    let (code, message) = match unrecognised {
        Unrecognised::Rejected(_) => (401, "the credential is not valid"),
        Unrecognised::Unavailable { .. } => (503, "it cannot be found out who is calling; try again later"),
    };
    ErrorData::new(ErrorCode(code), message, Some(json!({ "record": record })))
}

/// The answer to a name that the registry does not have (MCP 2026-07-28, server/tools, "Error handling"). The name is
/// the caller's own text: it is cut, so that an answer cannot be made to grow.
pub(super) fn unknown_tool(name: &str) -> ErrorData {
    let shown: String = name.chars().take(64).collect();
    ErrorData::new(ErrorCode::INVALID_PARAMS, format!("unknown tool `{}`", shown.escape_debug()), None)
}

/// The answer to a method that this server does not serve.
pub(super) fn unknown_method(method: &str) -> ErrorData {
    let shown: String = method.chars().take(64).collect();
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("unknown method `{}`", shown.escape_debug()), None)
}
