//! What a line of the trail says of an event. What both lines of a call say is made into text once.

use super::{Event, Origin, Outcome, Transport, Who, origin::Id, printable};
use crate::{
    audit::{members::Members, result::Returned, trail::About},
    auth::Principal,
};

impl Event {
    /// Makes text of what this line says, and of what all lines of its call say where there is none yet.
    pub(in crate::audit) fn own(&mut self, about: &About) -> serde_json::Result<Members> {
        if self.common.is_empty() {
            self.common = self.to_common(about)?;
        }
        self.to_own()
    }

    /// What all lines of its call say, once one of them is made.
    pub(in crate::audit) fn common(&self) -> &Members {
        &self.common
    }

    fn to_common(&self, about: &About) -> serde_json::Result<Members> {
        let mut common = Members::new();
        common.value("record", &self.record)?;
        if let Some(parent) = &self.parent {
            common.value("parent", parent)?;
        }
        let origin = self.origin.as_deref();
        let remote = match &self.who {
            Who::Stranger(remote) => *remote,
            Who::Principal(principal) => {
                common.object("principal", |members| sender(members, principal))?;
                origin.and_then(Origin::remote)
            }
        };
        if let Some(remote) = &remote {
            common.value("remote", remote)?;
        }
        common.text("method", &printable(&self.rpc))?;
        if let Some(name) = self.name() {
            common.text("name", &name)?;
        }
        match origin.and_then(Origin::request) {
            Some(Id::Number(number)) => common.value("request", &number)?,
            Some(Id::Text(text)) => common.text("request", &text)?,
            None => {}
        }
        if let Some(trace) = origin.and_then(Origin::trace) {
            common.value("trace", &trace)?;
        }
        let transport = match &self.who {
            Who::Stranger(Some(_)) => Some(Transport::Http),
            Who::Stranger(None) | Who::Principal(_) => origin.map(Origin::transport),
        };
        if let Some(transport) = transport {
            common.text("transport", transport.as_str())?;
        }
        if let Some(protocol) = origin.and_then(Origin::protocol) {
            common.text("protocol", &protocol)?;
        }
        common.text("server", &about.server)?;
        common.text("policy", &about.policy)?;
        Ok(common)
    }

    fn to_own(&self) -> serde_json::Result<Members> {
        let mut own = Members::new();
        own.text("kind", self.kind().as_str())?;
        own.text("decision", self.verdict.decision())?;
        if let Some(reason) = self.verdict.reason() {
            own.text("reason", &reason)?;
        }
        if let Some(missing) = self.verdict.missing() {
            own.text("missing", &missing)?;
        }
        let Some(outcome) = self.outcome else {
            if let Some(arguments) = &self.arguments {
                own.raw("arguments", arguments);
            }
            return Ok(own);
        };
        own.text("outcome", outcome.as_str())?;
        if let Outcome::Listed(count) = outcome {
            own.value("listed", &count)?;
        }
        own.value("duration_us", &self.duration_us())?;
        if let Some(result) = &self.result {
            own.object("result", |members| returned(members, result))?;
        }
        Ok(own)
    }
}

/// Who sent a request.
fn sender(members: &mut Members, principal: &Principal) -> serde_json::Result<()> {
    members.text("subject", &printable(principal.subject()))?;
    members.text("authenticated_by", principal.method().as_str())?;
    let more =
        [("issuer", principal.issuer()), ("client", principal.client()), ("jti", principal.token_id())];
    for (name, text) in more {
        if let Some(text) = text {
            members.text(name, &printable(text))?;
        }
    }
    members.texts("roles", principal.roles().iter().map(|role| role.name()))
}

/// What came back.
fn returned(members: &mut Members, result: &Returned) -> serde_json::Result<()> {
    members.value("bytes", &result.bytes)?;
    if let Some(hmac) = &result.hmac {
        members.text("hmac", hmac)?;
    }
    if let Some(content) = &result.content {
        members.raw("content", content);
    }
    Ok(())
}
