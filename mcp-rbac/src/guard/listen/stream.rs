use rmcp::{
    model::SubscriptionFilter,
    service::{SubscriptionContext, SubscriptionSendError, SubscriptionSink},
};

use super::{
    Context, Core, Handler, OpenStream, RESOURCES, clock, limited, may_read,
    updates::Updated,
    view::{Changed, View},
};
use crate::{
    audit::{Outcome, RecordId, Verdict},
    auth::Principal,
    guard::{Refused, call::Sender, denial::What, run::begin},
};

const METHOD: &str = "subscriptions/listen";

/// What of a requested filter is agreed to: changes of lists, and the resources that the sender may read (MCP
/// 2026-07-28, basic/patterns/subscriptions: the acknowledgement says which those are).
pub(in crate::guard) fn accepted(
    core: &Core,
    principal: Option<&Principal>,
    requested: &SubscriptionFilter,
) -> SubscriptionFilter {
    let Some(principal) = principal else { return SubscriptionFilter::new() };
    let mut accepted = requested.clone();
    if let Some(uris) = &mut accepted.resource_subscriptions {
        uris.truncate(RESOURCES);
        uris.retain(|uri| may_read(core, principal, uri));
    }
    accepted
}

/// `subscriptions/listen` of somebody who listens too often already.
pub(in crate::guard) fn refuse(sender: &Sender<'_>) -> Refused {
    limited(sender, METHOD, None)
}

/// `subscriptions/listen`, until the client goes away or its credential ends.
pub(in crate::guard) async fn listen(
    handler: &Handler,
    sender: &Sender<'_>,
    _counted: OpenStream,
    subscription: SubscriptionContext,
) -> Result<(), Refused> {
    let core = handler.core();
    let event = sender.event(RecordId::new(), METHOD, None).verdict(Verdict::Allow);
    let open = begin(event, &What { kind: "method", name: METHOD }, sender.principal).await?;
    sender.signal.stays();
    let sink = subscription.sink().clone();
    let context = subscription.request_context().clone();
    let told = tell(handler, sender.principal.clone(), &sink, &context);
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
                answer = foreign.listen(subscription) => if let Err(error) = answer {
                    open.finish(Outcome::Failed);
                    return Err(error.into());
                },
                () = told => {}
            }
        }
    }
    open.finish(Outcome::Completed);
    Ok(())
}

/// Tells the other end of a stream what changes, until its credential ends.
async fn tell(handler: &Handler, principal: Principal, sink: &SubscriptionSink, context: &Context) {
    let core = handler.core();
    let mut updates = core.updates.listen();
    let mut view = View::of(core, principal, context).await;
    let mut clock = clock();
    loop {
        let updated = tokio::select! {
            updated = updates.next() => updated,
            _ = clock.tick() => Updated::Nothing,
        };
        let Some(principal) = handler.again(context).await else { return };
        if core.surface.foreign().is_some() && !still_allowed(core, &principal, sink) {
            return;
        }
        let listens_for = sink.accepted().resource_subscriptions.as_deref().unwrap_or_default();
        for uri in listens_for.iter().filter(|uri| updated.is_about(uri)) {
            if may_read(core, &principal, uri) && is_gone(sink.notify_resource_updated(uri).await) {
                return;
            }
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
fn is_gone(sent: Result<(), SubscriptionSendError>) -> bool {
    matches!(sent, Err(SubscriptionSendError::Service(_)))
}
