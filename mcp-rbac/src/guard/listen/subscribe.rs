use rmcp::model::{SubscribeRequestParams, UnsubscribeRequestParams};

use super::{Connection, Context, Handler, RESOURCES, limited};
use crate::{
    audit::{Outcome, RecordId, Verdict},
    guard::{
        Refused,
        call::Sender,
        denial::{self, What},
    },
};

/// `resources/subscribe`, for clients that hold their connection: the subscription ends with it.
pub(in crate::guard) async fn subscribe(
    handler: &Handler,
    connection: &Connection,
    sender: &Sender<'_>,
    request: SubscribeRequestParams,
    context: Context,
) -> Result<(), Refused> {
    const METHOD: &str = "resources/subscribe";
    let (core, record) = (handler.core(), RecordId::new());
    if !handler.holds_connection(&context) {
        core.event(sender.principal, record, METHOD, None).verdict(Verdict::UnknownMethod).emit();
        return Err(denial::unknown_method(METHOD).into());
    }
    let uri = request.uri.clone();
    let found = core.surface.resource(&uri);
    let found = found.as_ref().map(|found| (found.name.clone(), &*found.requirements));
    let event = sender.attempt("resource", METHOD, &uri).decide(record, found)?;
    {
        let mut subscribed = connection.subscribed();
        if subscribed.len() >= RESOURCES && !subscribed.contains(&uri) {
            return Err(limited(core, sender.principal, METHOD, Some(uri)));
        }
        subscribed.insert(uri.clone());
    }
    connection.speak(handler, context.peer.clone(), context.extensions.clone());
    if let Some(foreign) = core.surface.foreign()
        && let Err(error) = foreign.subscribe(request, context).await
    {
        connection.subscribed().remove(&uri);
        event.outcome(Outcome::Failed).emit();
        return Err(error.into());
    }
    event.outcome(Outcome::Completed).emit();
    Ok(())
}

/// `resources/unsubscribe`. Of a subscription that is not the sender's nothing is said.
pub(in crate::guard) async fn unsubscribe(
    connection: &Connection,
    sender: &Sender<'_>,
    request: UnsubscribeRequestParams,
    context: Context,
) -> Result<(), Refused> {
    let uri = Some(request.uri.clone().into());
    let event = sender.core.event(sender.principal, RecordId::new(), "resources/unsubscribe", uri);
    if !connection.subscribed().remove(&request.uri) {
        event.verdict(Verdict::Unknown("resource")).emit();
        return Err(denial::unknown(&What { kind: "resource", name: &request.uri }).into());
    }
    event.verdict(Verdict::Allow).outcome(Outcome::Completed).emit();
    match sender.core.surface.foreign() {
        Some(foreign) => Ok(foreign.unsubscribe(request, context).await?),
        None => Ok(()),
    }
}
