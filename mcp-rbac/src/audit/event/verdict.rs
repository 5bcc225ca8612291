use std::borrow::Cow;

use super::printable;
use crate::guard::Denial;

/// What the guard said.
#[derive(Debug, Clone)]
pub(crate) enum Verdict {
    Allow,
    Deny(Denial),
    /// It would be denied, and is not yet.
    WouldDeny(Denial),
    /// There is no tool, prompt, resource or task of that name.
    Unknown(&'static str),
    UnknownMethod,
    /// Nobody was recognised; the reason is for the record alone.
    Unrecognised(String),
    /// A method that is served, with parameters that are none of it.
    Malformed,
    /// It was turned away before anybody could decide about it, for this reason.
    #[cfg_attr(not(feature = "http"), expect(dead_code, reason = "only HTTP turns requests away unread"))]
    TurnedAway(Cow<'static, str>),
}

impl Verdict {
    pub(super) fn decision(&self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::WouldDeny(_) => "would_deny",
            Self::Deny(_)
            | Self::Unknown(_)
            | Self::UnknownMethod
            | Self::Unrecognised(_)
            | Self::Malformed
            | Self::TurnedAway(_) => "deny",
        }
    }

    pub(super) fn reason(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Allow => None,
            Self::Deny(denial) | Self::WouldDeny(denial) => Some(denial.reason().into()),
            Self::Unknown(kind) => Some(format!("unknown_{kind}").into()),
            Self::UnknownMethod => Some("unknown_method".into()),
            Self::Malformed => Some("malformed".into()),
            Self::Unrecognised(why) => Some(printable(why)),
            Self::TurnedAway(why) => Some(printable(why)),
        }
    }

    pub(super) fn missing(&self) -> Option<String> {
        match self {
            Self::Deny(Denial::Forbidden { missing } | Denial::NeedsScopes { scopes: missing })
            | Self::WouldDeny(Denial::Forbidden { missing } | Denial::NeedsScopes { scopes: missing }) => {
                Some(missing.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(" "))
            }
            Self::Allow
            | Self::Deny(Denial::Unauthenticated | Denial::Limited { .. } | Denial::Unavailable { .. })
            | Self::WouldDeny(
                Denial::Unauthenticated | Denial::Limited { .. } | Denial::Unavailable { .. },
            )
            | Self::Unknown(_)
            | Self::UnknownMethod
            | Self::Malformed
            | Self::TurnedAway(_)
            | Self::Unrecognised(_) => None,
        }
    }
}
