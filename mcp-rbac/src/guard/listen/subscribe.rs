use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rmcp::{
    ErrorData,
    model::{ErrorCode, ResourceUpdatedNotificationParam, SubscribeRequestParams, UnsubscribeRequestParams},
};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{Handler, may_read};
use crate::{
    audit::{Event, Outcome, RecordId, Verdict},
    guard::{
        Refused,
        call::Sender,
        denial::{self, What},
        surface::Context,
    },
};

/// How many resources one connection hears of, at the most.
pub(super) const PER_CONNECTION: usize = 256;

/// The resources that a client which holds its connection wants to hear of (MCP 2025-11-25, server/resources,
/// "Subscriptions"). They end with the connection.
#[derive(Clone, Default)]
pub(crate) struct Subscribed(Arc<Mutex<HashMap<String, DropGuard>>>);

impl Subscribed {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, DropGuard>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `resources/subscribe`
pub(in crate::guard) async fn subscribe(
    handler: &Handler,
    subscribed: &Subscribed,
    sender: &Sender<'_>,
    request: SubscribeRequestParams,
    context: &Context,
) -> Result<(), Refused> {
    const METHOD: &str = "resources/subscribe";
    let (core, record) = (handler.core(), RecordId::new());
    if !handler.holds_connection() {
        Event::new(sender.principal, record, METHOD, None).verdict(Verdict::UnknownMethod).emit();
        return Err(denial::unknown_method(METHOD).into());
    }
    let found = core.surface.resource(&request.uri);
    let found = found.as_ref().map(|found| (&*found.name, &*found.requirements));
    let event = sender.attempt("resource", METHOD, &request.uri).decide(record, found)?;
    let ended = CancellationToken::new();
    {
        let mut subscribed = subscribed.lock();
        if subscribed.len() >= PER_CONNECTION && !subscribed.contains_key(&request.uri) {
            event.outcome(Outcome::Failed).emit();
            let text = format!("more than {PER_CONNECTION} subscriptions");
            return Err(ErrorData::new(ErrorCode(429), text, None).into());
        }
        subscribed.insert(request.uri.clone(), ended.clone().drop_guard());
    }
    event.outcome(Outcome::Completed).emit();
    if let Some(foreign) = core.surface.foreign() {
        return Ok(foreign.subscribe(request, context.clone()).await?);
    }
    let (handler, context, mut updates) = (handler.clone(), context.clone(), core.updates.subscribe());
    tokio::spawn(async move {
        loop {
            let updated = tokio::select! {
                () = ended.cancelled() => return,
                updated = updates.recv() => updated,
            };
            let uri = match updated {
                Ok(uri) => uri,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            };
            if *uri != *request.uri {
                continue;
            }
            let Some(principal) = handler.again(&context).await else { continue };
            if may_read(handler.core(), &principal, &uri) {
                let update = ResourceUpdatedNotificationParam::new(&*uri);
                if context.peer.notify_resource_updated(update).await.is_err() {
                    return;
                }
            }
        }
    });
    Ok(())
}

/// `resources/unsubscribe`. Of a subscription that is not the sender's nothing is said.
pub(in crate::guard) async fn unsubscribe(
    subscribed: &Subscribed,
    sender: &Sender<'_>,
    request: UnsubscribeRequestParams,
    context: Context,
) -> Result<(), Refused> {
    let event = Event::new(sender.principal, RecordId::new(), "resources/unsubscribe", Some(&request.uri));
    let ended = subscribed.lock().remove(&request.uri);
    if ended.is_none() {
        event.verdict(Verdict::Unknown("resource")).emit();
        return Err(denial::unknown(&What { kind: "resource", name: &request.uri }).into());
    }
    event.verdict(Verdict::Allow).outcome(Outcome::Completed).emit();
    match sender.core.surface.foreign() {
        Some(foreign) => Ok(foreign.unsubscribe(request, context).await?),
        None => Ok(()),
    }
}
