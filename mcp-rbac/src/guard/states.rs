use std::time::Duration;

use rmcp::model::{RequestStateCodec, RequestStateError, SealOptions};
use sha2::{Digest, Sha256};

use super::{Allowed, denial::What};
use crate::{auth::Principal, tool::Failure};

/// How long a client may take for one round.
const ROUND: Duration = Duration::from_secs(15 * 60);

/// Seals the state that a function hands out between two rounds of one request, and opens it when it comes back (MCP
/// 2026-07-28, basic/patterns/mrtr, "Request State": it is attacker-controlled, and has to be integrity-protected and
/// bound to the principal and the request). Functions, and handlers of somebody else's, see what they handed out.
///
/// It is authenticated and not encrypted: the client can read it.
pub(crate) struct RequestStates(RequestStateCodec);

/// Why there is no state.
#[derive(Debug)]
pub(super) enum BadState {
    /// It was not handed out here, or to somebody else, for another request, or too long ago.
    NotTheirs,
}

impl RequestStates {
    /// The least length of a key, in bytes.
    pub(crate) const LEAST_KEY: usize = RequestStateCodec::MIN_KEY_LENGTH;

    /// With a key that lives as long as the process: after a restart every open round begins anew.
    ///
    /// # Errors
    ///
    /// When the operating system gives no random bytes.
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; RequestStateCodec::MIN_KEY_LENGTH];
        getrandom::fill(&mut key)?;
        Ok(Self(RequestStateCodec::new_unchecked(key.to_vec())))
    }

    /// With a key that several processes share.
    ///
    /// # Errors
    ///
    /// [`RequestStateError`] for a key that is too short.
    pub(crate) fn with_key(key: &[u8]) -> Result<Self, RequestStateError> {
        RequestStateCodec::try_new(key.to_vec()).map(Self)
    }

    /// What is sent for the state that the function hands out. Somebody anonymous owns nothing, and so no state.
    pub(super) fn seal(&self, state: &str, bound: &Bound) -> Result<String, Failure> {
        if bound.anonymous {
            let why = "an anonymous caller can have no request state: it could not be told from another's";
            return Err(Failure::Internal(why.to_owned()));
        }
        let options = SealOptions::new().associated_data(&bound.digest).ttl(ROUND);
        Ok(self.0.seal_with(state.as_bytes(), &options))
    }

    /// The state as the function handed it out.
    pub(super) fn open(&self, sealed: &str, bound: &Bound) -> Result<String, BadState> {
        if bound.anonymous {
            return Err(BadState::NotTheirs);
        }
        let state = self.0.open_with(sealed, &bound.digest).map_err(|_| BadState::NotTheirs)?;
        String::from_utf8(state).map_err(|_| BadState::NotTheirs)
    }
}

/// What a state belongs to: the principal and its client, what was asked for, and with which arguments.
pub(super) struct Bound {
    anonymous: bool,
    digest: [u8; 32],
}

impl Bound {
    pub(super) fn to(principal: &Principal, what: &What<'_>, request: &Allowed) -> Self {
        let mut digest = Sha256::new();
        let mut part = |text: &str| {
            digest.update((text.len() as u64).to_be_bytes());
            digest.update(text.as_bytes());
        };
        part(principal.method().as_str());
        for optional in [principal.issuer(), principal.client()] {
            part(if optional.is_some() { "1" } else { "0" });
            part(optional.unwrap_or_default());
        }
        part(principal.subject());
        part(what.kind);
        part(what.name);
        // the keys of an object are sorted
        part(
            &request
                .arguments()
                .map(|arguments| serde_json::json!(arguments).to_string())
                .unwrap_or_default(),
        );
        Self { anonymous: principal.is_anonymous(), digest: digest.finalize().into() }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rmcp::model::{CallToolRequestParams, GetPromptRequestParams};
    use serde_json::json;

    use super::*;
    use crate::{
        auth::{Method, PrincipalBuilder},
        policy::properties::role_with,
    };

    fn somebody(change: impl FnOnce(PrincipalBuilder) -> PrincipalBuilder) -> Principal {
        let role = role_with(1, &HashSet::from([0]));
        let builder = Principal::builder(role.policy(), "alice").issuer("here").client("desk").role(role);
        change(builder).build().unwrap()
    }

    fn call(arguments: serde_json::Value) -> Allowed {
        let arguments = arguments.as_object().cloned().unwrap();
        Allowed::Tool(CallToolRequestParams::new("ask").with_arguments(arguments))
    }

    const TOOL: What<'_> = What { kind: "tool", name: "ask" };

    /// Each thing that a state is bound to, changed by itself.
    #[test]
    fn a_state_goes_with_its_principal_its_client_and_its_request() {
        let states = RequestStates::new().unwrap();
        let (alice, request) = (somebody(|it| it), call(json!({ "a": 1, "b": 2 })));
        let sealed = states.seal("round two", &Bound::to(&alice, &TOOL, &request)).unwrap();
        let again = call(json!({ "b": 2, "a": 1 }));
        assert_eq!(states.open(&sealed, &Bound::to(&somebody(|it| it), &TOOL, &again)).unwrap(), "round two");
        let prompt = Allowed::Prompt(GetPromptRequestParams::new("ask"));
        for (what, bound) in [
            ("issuer", Bound::to(&somebody(|it| it.issuer("there")), &TOOL, &request)),
            ("client", Bound::to(&somebody(|it| it.client("phone")), &TOOL, &request)),
            ("method", Bound::to(&somebody(|it| it.method(Method::OAuth)), &TOOL, &request)),
            ("name", Bound::to(&alice, &What { name: "asks", ..TOOL }, &request)),
            ("kind", Bound::to(&alice, &What { kind: "prompt", ..TOOL }, &request)),
            ("arguments", Bound::to(&alice, &TOOL, &call(json!({ "a": 1, "b": 3 })))),
            ("fewer arguments", Bound::to(&alice, &TOOL, &call(json!({ "a": 1 })))),
            ("no arguments", Bound::to(&alice, &TOOL, &prompt)),
        ] {
            assert!(states.open(&sealed, &bound).is_err(), "another {what} opens it");
        }
        let bob =
            Principal::builder(alice.roles().first().unwrap().policy(), "bob").issuer("here").client("desk");
        assert!(states.open(&sealed, &Bound::to(&bob.build().unwrap(), &TOOL, &request)).is_err());
        // another process has another key
        let elsewhere = RequestStates::new().unwrap();
        assert!(elsewhere.open(&sealed, &Bound::to(&alice, &TOOL, &request)).is_err());
    }

    #[test]
    fn somebody_anonymous_has_no_state() {
        let states = RequestStates::new().unwrap();
        let policy = role_with(1, &HashSet::new()).policy();
        let bound = Bound::to(&Principal::anonymous(policy, None).unwrap(), &TOOL, &call(json!({})));
        assert!(states.seal("x", &bound).is_err());
        let alice = Bound::to(&somebody(|it| it), &TOOL, &call(json!({})));
        assert!(states.open(&states.seal("x", &alice).unwrap(), &bound).is_err());
    }
}
