//! What a line of the trail says of an event. What both lines of a call say is made into text once.

use std::borrow::Cow;

use super::{Event, Origin, Outcome, Transport, Who, origin::Id, printable};
use crate::{
    audit::{
        members::{Begin, Members, member},
        result::Returned,
    },
    auth::Principal,
};

/// The text of the line that is written next: what all lines of its call say, and behind that what this one alone does.
#[derive(Debug, Clone, Default)]
pub(super) struct Body {
    members: Members,
    /// How much of it all lines of the call say, in bytes.
    common: usize,
}

impl Event {
    /// Makes text of what its line says, on a server about which all lines say `about`.
    pub(in crate::audit) fn make(&mut self, about: &Members) {
        let Body { mut members, mut common } = std::mem::take(&mut self.body);
        if common == 0 {
            members = Members::new();
            self.common(&mut members);
            members.all(about);
            common = members.len();
        }
        members.truncate(common);
        self.own(&mut members);
        self.body = Body { members, common };
    }

    /// What its line says, once that is made.
    pub(in crate::audit) fn made(&self) -> &Members {
        &self.body.members
    }

    fn common(&self, line: &mut Members) {
        line.plain(member!("record"), self.record.encode(&mut [0; 36]));
        if let Some(parent) = &self.parent {
            line.plain(member!("parent"), parent.encode(&mut [0; 36]));
        }
        let origin = self.origin.as_deref();
        let remote = match &self.who {
            Who::Stranger(remote) => *remote,
            Who::Principal(principal) => {
                line.object(member!("principal"), |members| sender(members, principal));
                origin.and_then(Origin::remote)
            }
        };
        if let Some(remote) = &remote {
            line.shown(member!("remote"), remote);
        }
        chosen(line, member!("method"), printable(&self.rpc));
        if let Some(name) = self.name() {
            chosen(line, member!("name"), name);
        }
        match origin.and_then(Origin::request) {
            Some(Id::Number(number)) => line.number(member!("request"), number),
            Some(Id::Text(text)) => chosen(line, member!("request"), printable(text)),
            None => {}
        }
        if let Some((traceparent, tracestate)) = origin.and_then(Origin::trace) {
            line.object(member!("trace"), |members| {
                members.text(member!("traceparent"), traceparent);
                tracestate.into_iter().for_each(|state| members.text(member!("tracestate"), state));
            });
        }
        let transport = match &self.who {
            Who::Stranger(Some(_)) => Some(Transport::Http),
            Who::Stranger(None) | Who::Principal(_) => origin.map(Origin::transport),
        };
        if let Some(transport) = transport {
            line.plain(member!("transport"), transport.as_str());
        }
        if let Some(protocol) = origin.and_then(Origin::protocol) {
            chosen(line, member!("protocol"), printable(protocol));
        }
    }

    fn own(&self, line: &mut Members) {
        line.plain(member!("kind"), self.kind().as_str());
        line.plain(member!("decision"), self.verdict.decision());
        if let Some(reason) = self.verdict.reason() {
            line.text(member!("reason"), &reason);
        }
        if let Some(missing) = self.verdict.missing() {
            line.text(member!("missing"), &missing);
        }
        let Some(outcome) = self.outcome else {
            if let Some(arguments) = &self.arguments {
                line.raw(member!("arguments"), arguments);
            }
            return;
        };
        line.plain(member!("outcome"), outcome.as_str());
        if let Outcome::Listed(count) = outcome {
            line.number(member!("listed"), count);
        }
        if let Some(duration) = self.duration_us() {
            line.number(member!("duration_us"), duration);
        }
        if let Some(result) = &self.result {
            line.object(member!("result"), |members| returned(members, result));
        }
    }
}

/// What somebody else chose, as `printable` makes it: as it was where that is plain.
fn chosen(line: &mut Members, begin: Begin, text: Cow<'_, str>) {
    match text {
        Cow::Borrowed(plain) => line.plain(begin, plain),
        Cow::Owned(changed) => line.text(begin, &changed),
    }
}

/// Who sent a request.
fn sender(members: &mut Members, principal: &Principal) {
    chosen(members, member!("subject"), printable(principal.subject()));
    members.plain(member!("authenticated_by"), principal.method().as_str());
    let more = [
        (member!("issuer"), principal.issuer()),
        (member!("client"), principal.client()),
        (member!("jti"), principal.token_id()),
    ];
    for (begin, text) in more {
        if let Some(text) = text {
            chosen(members, begin, printable(text));
        }
    }
    members.plains(member!("roles"), principal.roles().iter().map(|role| role.name()));
}

/// What came back.
fn returned(members: &mut Members, result: &Returned) {
    members.number(member!("bytes"), result.bytes);
    if let Some(hmac) = &result.hmac {
        members.plain(member!("hmac"), hmac);
    }
    if let Some(content) = &result.content {
        members.raw(member!("content"), content);
    }
}
