use std::{fmt, time::Duration};

use rmcp::{ErrorData, model::ErrorCode};
use serde_json::{Value, json};

use super::Core;
use crate::{
    audit::{RecordId, Verdict},
    auth::{Principal, Unrecognised, describe_roles},
    policy::PermissionRef,
    registry::RequestUri,
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
    /// The caller may, and has or does as much as is allowed at once.
    Limited {
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// It cannot be recorded, or not be found out, at the moment.
    Unavailable {
        /// When it is worth trying again.
        retry_after: Duration,
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

impl Refused {
    /// A URI that is not found for its spelling alone is told what is odd about it, which says nothing about what there
    /// is.
    pub(super) fn with_oddity(mut self, uri: &str) -> Self {
        if self.error.code == ErrorCode::INVALID_PARAMS
            && let Err(odd) = RequestUri::parse(uri)
        {
            self.error.message = format!("{}: {odd}", self.error.message).into();
        }
        self
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
            Self::Limited { .. } => "limited",
            Self::Unavailable { .. } => "unavailable",
        }
    }

    /// The JSON-RPC error of a refused request. The codes are those of HTTP: the protocol reserves the range from -32768
    /// to -32000 (MCP 2026-07-28, "Error codes") and asks applications to stay out of it.
    pub(super) fn into_error(self, what: &What<'_>, principal: &Principal, record: RecordId) -> ErrorData {
        let (code, message) = match self {
            Self::Unauthenticated => (401, format!("{what} needs to know who is calling")),
            Self::NeedsScopes { scopes } => (403, needs_scopes(&what.to_string(), &scopes, principal)),
            Self::Limited { retry_after } => (
                429,
                format!("{what} is used too much at once; try again in {} s", whole_seconds(retry_after)),
            ),
            Self::Unavailable { .. } => {
                (503, format!("{what} cannot be used at the moment; try again later"))
            }
            Self::Forbidden { missing } if missing.is_empty() => {
                (403, format!("{what} can be used by nobody: what it requires names no permission"))
            }
            Self::Forbidden { missing } => {
                let names: Vec<String> = missing.iter().map(|permission| format!("`{permission}`")).collect();
                let plural = if names.len() == 1 { "" } else { "s" };
                let verb = if principal.roles().len() > 1 { "do" } else { "does" };
                (
                    403,
                    format!(
                        "{what} needs permission{plural} {}, which {} {verb} not have",
                        names.join(", "),
                        describe_roles(principal),
                    ),
                )
            }
        };
        ErrorData::new(ErrorCode(code), message, Some(json!({ "record": record })))
    }
}

/// Never earlier than it is worth it, and at least one.
pub(crate) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0)).max(1)
}

/// What a request asks for, as messages call it: ``tool `delete_record` ``. The name can be the caller's own text: it is
/// cut, so that an answer cannot be made to grow.
#[derive(Debug, Clone, Copy)]
pub(super) struct What<'a> {
    /// `tool`, `prompt`, `resource` or `task`
    pub(super) kind: &'static str,
    pub(super) name: &'a str,
}

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind, shown(self.name))
    }
}

fn shown(text: &str) -> impl fmt::Display {
    let shown: String = text.chars().take(64).collect();
    shown.escape_debug().to_string()
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
        Denial::Unauthenticated
        | Denial::Forbidden { .. }
        | Denial::Limited { .. }
        | Denial::Unavailable { .. } => "the list is not for you".to_owned(),
    };
    let error = ErrorData::new(ErrorCode(403), text, Some(json!({ "record": record })));
    Refused { error, denied: Some((denial, record)) }
}

/// The answer to somebody who is not recognised (any more).
pub(super) fn unrecognised(core: &Core, unrecognised: Unrecognised) -> ErrorData {
    let record = RecordId::new();
    core.stranger(record, None).verdict(Verdict::Unrecognised(unrecognised.to_string())).emit();
    let (code, message) = match unrecognised {
        Unrecognised::Rejected(_) => (401, "the credential is not valid"),
        Unrecognised::Unavailable { .. } => (503, "it cannot be found out who is calling; try again later"),
    };
    ErrorData::new(ErrorCode(code), message, Some(json!({ "record": record })))
}

/// The answer to a name that does not exist (MCP 2026-07-28: server/tools and server/resources, "Error handling";
/// server/prompts alike), and to one that is hidden from the caller. That of a resource has the URI as data (SEP-2164).
pub(super) fn unknown(what: &What<'_>) -> ErrorData {
    let data = (what.kind == "resource").then(|| json!({ "uri": shown(what.name).to_string() }));
    ErrorData::new(ErrorCode::INVALID_PARAMS, format!("unknown {what}"), data)
}

/// The answer to a request that a transport did not say the sender of, which is a mistake of this program.
pub(super) fn unrecognised_request(core: &Core) -> ErrorData {
    unrecognised(core, Unrecognised::Rejected("the request came without its sender".to_owned()))
}

/// The answer to a method that this server does not serve.
pub(super) fn unknown_method(method: &str) -> ErrorData {
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, format!("unknown method `{}`", shown(method)), None)
}

/// The error, which says where the record of the refusal is.
pub(super) fn on_record(mut error: ErrorData, record: RecordId) -> ErrorData {
    if let Value::Object(data) = error.data.get_or_insert_with(|| json!({})) {
        data.insert("record".to_owned(), json!(record));
    }
    error
}
