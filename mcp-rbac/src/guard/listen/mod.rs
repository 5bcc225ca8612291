//! What the server says by itself: that a list changed, that a resource did. Before each word the receiver is
//! recognised and decided about anew.

mod streams;
mod subscribe;
mod updates;
mod view;

pub(crate) use streams::Streams;
pub(super) use subscribe::{Subscribed, subscribe, unsubscribe};
pub(crate) use updates::Updates;

use std::time::Duration;

use futures::FutureExt;
use rmcp::{
    ErrorData,
    model::SubscriptionFilter,
    service::{NotificationContext, RequestContext, SubscriptionContext, SubscriptionSink},
};
use tokio::{sync::broadcast::error::RecvError, time::MissedTickBehavior};

use super::{Core, Handler, decide_all, surface::Context};
use crate::{
    audit::{Event, Outcome, RecordId, Verdict},
    auth::{Credential, Principal},
};
use view::{Changed, View};

/// How long it takes at the most until a change of a caller's permissions, or the end of their credential, is noticed
/// on an open stream that nothing happens on.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Who presents a credential, where that can be said at once.
pub(super) fn now(credential: &Credential) -> Option<Principal> {
    credential.principal().now_or_never()?.ok()
}

/// Whether the principal may read this resource, and so hear of it.
fn may_read(core: &Core, principal: &Principal, uri: &str) -> bool {
    core.surface.resource(uri).is_some_and(|found| decide_all(principal, &found.requirements).is_allow())
}

/// What of a requested filter is agreed to: changes of lists, and the resources that the sender may read (MCP
/// 2026-07-28, basic/patterns/subscriptions: the acknowledgement says which those are).
pub(super) fn accepted(
    core: &Core,
    principal: Option<&Principal>,
    requested: &SubscriptionFilter,
) -> SubscriptionFilter {
    let Some(principal) = principal else { return SubscriptionFilter::new() };
    let mut accepted = requested.clone();
    if let Some(uris) = &mut accepted.resource_subscriptions {
        uris.truncate(subscribe::PER_CONNECTION);
        uris.retain(|uri| may_read(core, principal, uri));
    }
    accepted
}

/// `subscriptions/listen`, until the client goes away or its credential ends.
pub(super) async fn listen(
    handler: &Handler,
    principal: Principal,
    subscription: SubscriptionContext,
) -> Result<(), ErrorData> {
    let core = handler.core();
    let record = RecordId::new();
    let event = Event::new(&principal, record, "subscriptions/listen", None).verdict(Verdict::Allow);
    let Some(_stream) = core.streams.open(&principal) else {
        event.outcome(Outcome::Failed).emit();
        return Err(Streams::too_many());
    };
    event.emit();
    let sink = subscription.sink().clone();
    let context = subscription.request_context().clone();
    let told = tell(handler, principal, &sink, &context);
    match core.surface.foreign() {
        None => {
            tokio::select! {
                () = subscription.cancelled() => {}
                () = told => {}
            }
        }
        // what it sends itself is sent only for as long as all of it may be
        Some(foreign) => {
            tokio::select! {
                answer = foreign.listen(subscription) => answer?,
                () = told => {}
            }
        }
    }
    event.outcome(Outcome::Completed).emit();
    Ok(())
}

/// Tells the other end of a stream what changes, until its credential ends.
async fn tell(handler: &Handler, principal: Principal, sink: &SubscriptionSink, context: &Context) {
    let core = handler.core();
    let mut updates = core.updates.subscribe();
    let mut view = View::of(core, principal, context).await;
    let mut clock = tokio::time::interval(LOOK_AGAIN);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let updated = tokio::select! {
            updated = updates.recv() => match updated {
                Ok(uri) => Some(uri),
                // too much happened at once to say what
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => return,
            },
            _ = clock.tick() => None,
        };
        let Some(principal) = handler.again(context).await else { return };
        if core.surface.foreign().is_some() && !still_allowed(core, &principal, sink) {
            return;
        }
        if let Some(uri) = updated.filter(|uri| may_read(core, &principal, uri)) {
            let _refused_by_the_filter = sink.notify_resource_updated(&*uri).await;
        }
        let Changed { tools, prompts, resources } = view.look(core, principal, context).await;
        let gone = [
            tools && is_gone(sink.notify_tool_list_changed().await),
            prompts && is_gone(sink.notify_prompt_list_changed().await),
            resources && is_gone(sink.notify_resource_list_changed().await),
        ];
        if gone.contains(&true) {
            return;
        }
    }
}

/// Whether the principal may still read everything that this stream is about.
fn still_allowed(core: &Core, principal: &Principal, sink: &SubscriptionSink) -> bool {
    let uris = sink.accepted().resource_subscriptions.as_deref().unwrap_or_default();
    uris.iter().all(|uri| may_read(core, principal, uri))
}

/// Whether the stream has ended; that its filter does not let something through says nothing.
fn is_gone(sent: Result<(), rmcp::service::SubscriptionSendError>) -> bool {
    matches!(sent, Err(rmcp::service::SubscriptionSendError::Service(_)))
}

/// Tells a client that holds its connection (stdio, a session) of changes to its lists, for as long as it is there.
pub(super) fn watch(handler: &Handler, context: NotificationContext<rmcp::RoleServer>) {
    let handler = handler.clone();
    let NotificationContext { peer, extensions, .. } = context;
    let mut context = RequestContext::new(rmcp::model::RequestId::Number(0), peer);
    context.extensions = extensions;
    tokio::spawn(async move {
        let Some(principal) = handler.again(&context).await else { return };
        let mut view = View::of(handler.core(), principal, &context).await;
        let mut clock = tokio::time::interval(LOOK_AGAIN);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            clock.tick().await;
            if context.peer.is_transport_closed() {
                return;
            }
            let Some(principal) = handler.again(&context).await else { continue };
            let Changed { tools, prompts, resources } = view.look(handler.core(), principal, &context).await;
            let gone = [
                tools && context.peer.notify_tool_list_changed().await.is_err(),
                prompts && context.peer.notify_prompt_list_changed().await.is_err(),
                resources && context.peer.notify_resource_list_changed().await.is_err(),
            ];
            if gone.contains(&true) {
                return;
            }
        }
    });
}
