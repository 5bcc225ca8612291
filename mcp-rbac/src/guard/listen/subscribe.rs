use rmcp::model::{SubscribeRequestParams, UnsubscribeRequestParams};

use super::{Connection, Context, Handler, RESOURCES, limited};
use crate::{
    audit::{Outcome, RecordId, Verdict},
    guard::{
        Refused,
        call::Sender,
        denial::{self, What},
        run::{begin, ended},
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
        sender.event(record, METHOD, None).verdict(Verdict::UnknownMethod).emit();
        return Err(denial::unknown_method(METHOD).into());
    }
    let uri = request.uri.clone();
    let found = core.surface.resource(&uri);
    let found = found.as_ref().map(|found| (found.name.clone(), &*found.requirements));
    let event = sender.attempt("resource", METHOD, &uri).decide(record, found)?;
    {
        let mut subscribed = connection.subscribed();
        if subscribed.len() >= RESOURCES && !subscribed.contains(&uri) {
            return Err(limited(sender, METHOD, Some(uri)));
        }
        subscribed.insert(uri.clone());
    }
    connection.speak(handler, context.peer.clone(), context.extensions.clone());
    let Some(foreign) = core.surface.foreign() else {
        event.outcome(Outcome::Completed).emit();
        return Ok(());
    };
    let answer = match begin(event, &What { kind: "resource", name: &uri }, sender.principal).await {
        Ok(open) => ended(open, foreign.subscribe(request, context).await),
        Err(refused) => Err(refused),
    };
    if answer.is_err() {
        connection.subscribed().remove(&uri);
    }
    answer
}

/// `resources/unsubscribe`. Of a subscription that is not the sender's nothing is said.
pub(in crate::guard) async fn unsubscribe(
    connection: &Connection,
    sender: &Sender<'_>,
    request: UnsubscribeRequestParams,
    context: Context,
) -> Result<(), Refused> {
    let uri = Some(request.uri.clone().into());
    let event = sender.event(RecordId::new(), "resources/unsubscribe", uri);
    if !connection.subscribed().remove(&request.uri) {
        event.verdict(Verdict::Unknown("resource")).emit();
        return Err(denial::unknown(&What { kind: "resource", name: &request.uri }).into());
    }
    let event = event.verdict(Verdict::Allow);
    let Some(foreign) = sender.core.surface.foreign() else {
        event.outcome(Outcome::Completed).emit();
        return Ok(());
    };
    let open = begin(event, &What { kind: "resource", name: &request.uri }, sender.principal).await?;
    ended(open, foreign.unsubscribe(request, context).await)
}
