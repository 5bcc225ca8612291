//! What the server says by itself: that a list changed, that a resource did. Before each word the receiver is
//! recognised and decided about anew.

mod connection;
mod stream;
mod streams;
mod subscribe;
mod updates;
mod view;

pub(super) use connection::Connection;
pub(super) use stream::{accepted, listen, refuse};
#[cfg(feature = "http")]
pub(crate) use streams::MAX_STREAMS;
pub(crate) use streams::{OpenStream, Streams};
pub(super) use subscribe::{subscribe, unsubscribe};
pub(crate) use updates::Updates;

#[cfg(test)]
mod tests;

use std::time::Duration;

use futures::FutureExt;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::{
    Core, Denial, Handler, Refused,
    call::Sender,
    decide_all,
    denial::What,
    surface::{Context, Found},
};
use crate::{
    audit::{RecordId, Verdict},
    auth::{Credential, Principal},
};

/// How long it takes at the most until a change of a caller's permissions, or the end of their credential, is noticed
/// where nothing happens. Together with the time that the change takes to reach the server it is below a second.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// How many resources one stream or connection hears of, at the most.
const RESOURCES: usize = 256;

/// Who presents a credential, where that can be said at once.
pub(super) fn now(credential: &Credential) -> Option<Principal> {
    credential.principal().now_or_never()?.ok()
}

/// Whether the principal may read this resource, and so hear of it.
fn may_read(core: &Core, principal: &Principal, uri: &str) -> bool {
    let may = |found: Found<_>| !core.enforces() || decide_all(principal, &found.requirements).is_allow();
    core.surface.resource(uri).is_some_and(may)
}

/// When it is worth trying again to hear of more.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// The answer to somebody who hears of as much as is allowed at once.
fn limited(sender: &Sender<'_>, method: &'static str, uri: Option<String>) -> Refused {
    let (denial, record) = (Denial::Limited { retry_after: RETRY_AFTER }, RecordId::new());
    let what = What { kind: "method", name: method };
    sender.event(record, method, uri.map(Into::into)).verdict(Verdict::Deny(denial.clone())).emit();
    Refused {
        error: denial.clone().into_error(&what, sender.principal, record),
        denied: Some((denial, record)),
    }
}

fn clock() -> Interval {
    let mut clock = interval(LOOK_AGAIN);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clock
}
