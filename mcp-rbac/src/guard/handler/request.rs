//! A request that has come as far as the guard: who sends it, by now and at first, and how it is answered.

use std::{sync::Arc, time::Duration};

use rmcp::{ErrorData, RoleServer, model::RequestId, service::RequestContext};
use tokio::time::{Instant, sleep_until};

use super::{Handler, Identity};
use crate::{
    audit::{Origin, RecordId, Transport, Verdict},
    auth::Principal,
    guard::{
        Core, Exchange, Refused, Session, Signal, call::Sender, denial, gate::heard, listen, signal::Pending,
    },
};

/// How old every refusal is where names are concealed. To find out that a name is hidden takes longer than to find out that
/// there is none, by less than a microsecond: neither is answered before this.
const REFUSED_AFTER: Duration = Duration::from_millis(1);

/// A request, who sends it, and who waits for the decision.
pub(in crate::guard) struct Request {
    pub(in crate::guard) principal: Principal,
    id: RequestId,
    /// Where it came from, if that is to be recorded.
    pub(in crate::guard) origin: Option<Arc<Origin>>,
    pub(super) signal: Signal,
    /// When a refusal may be answered, where names are concealed.
    not_before: Option<Instant>,
    /// The request itself may be gone before it is said what was decided about it.
    _pending: Option<Arc<Pending>>,
}

impl Request {
    /// A notification has no id.
    pub(super) fn of_notification(mut self) -> Self {
        self.origin = self.origin.map(|origin| Arc::new(Origin::without_request(&origin)));
        self
    }

    pub(super) fn sender<'a>(&'a self, core: &'a Arc<Core>) -> Sender<'a> {
        Sender { core, principal: &self.principal, origin: self.origin.as_ref(), signal: &self.signal }
    }

    /// What is answered, with the denial where there is one signalled to the transport.
    pub(super) async fn answer<T>(&self, answer: Result<T, Refused>) -> Result<T, ErrorData> {
        match answer {
            Ok(answer) => Ok(answer),
            Err(refused) => {
                if let Some(not_before) = self.not_before {
                    Box::pin(sleep_until(not_before)).await;
                }
                self.signal.refused(&refused, &self.id);
                Err(refused.error)
            }
        }
    }
}

impl Handler {
    /// Who sends the request in hand, which from now on is the guard's.
    pub(super) async fn request(&self, context: &RequestContext<RoleServer>) -> Result<Request, ErrorData> {
        heard();
        let exchange = Exchange::of(context);
        let signal = exchange.map(|exchange| exchange.signal.clone()).unwrap_or_default();
        let pending = exchange.map(|exchange| Arc::clone(&exchange.pending));
        signal.hears();
        let principal = match (&self.identity, exchange) {
            (Identity::Exchanged, Some(exchange)) => exchange.sender.principal().clone(),
            (Identity::Exchanged, None) => return Err(denial::unrecognised_request(&self.core)),
            (Identity::Known(principal), _) => principal.clone(),
            (Identity::Presented(credential), _) => {
                credential.principal().await.map_err(|why| denial::unrecognised(&self.core, why))?
            }
        };
        let not_before = self.core.settings.conceal.then(|| Instant::now() + REFUSED_AFTER);
        let origin = self.core.trail.as_ref().map(|_| Arc::new(self.origin(context)));
        Ok(Request { principal, id: context.id.clone(), origin, signal, not_before, _pending: pending })
    }

    fn origin(&self, context: &RequestContext<RoleServer>) -> Origin {
        let (transport, remote) = match (&self.identity, Exchange::of(context)) {
            (Identity::Exchanged, exchange) => (Transport::Http, exchange.and_then(Exchange::remote)),
            (Identity::Presented(_) | Identity::Known(_), _) => (Transport::Stdio, None),
        };
        Origin::of(context, transport, remote)
    }

    /// Who sends the request that is being served, where rmcp asks without saying for which.
    pub(super) fn current(&self) -> Option<Principal> {
        match &self.identity {
            Identity::Known(principal) => Some(principal.clone()),
            Identity::Exchanged => self.made_for.as_ref().map(|sender| sender.principal().clone()),
            Identity::Presented(credential) => listen::now(credential),
        }
    }

    /// Who the sender of an open request is by now; `None` where the credential is not good any more.
    pub(in crate::guard) async fn again(&self, context: &RequestContext<RoleServer>) -> Option<Principal> {
        match &self.identity {
            Identity::Known(principal) => Some(principal.clone()),
            Identity::Presented(credential) => credential.principal().await.ok(),
            Identity::Exchanged => match context.extensions.get::<Session>() {
                Some(session) => session.again(&self.core).await,
                None => Exchange::of(context)?.sender.again(&self.core).await,
            },
        }
    }

    pub(in crate::guard) async fn refuse<T>(
        &self,
        method: &str,
        context: &RequestContext<RoleServer>,
    ) -> Result<T, ErrorData> {
        let record = self.record(method, Verdict::UnknownMethod, context).await?;
        Err(denial::on_record(denial::unknown_method(method), record))
    }

    /// Leaves the event of a request that is refused for what it is, whoever sends it.
    pub(in crate::guard) async fn record(
        &self,
        method: &str,
        verdict: Verdict,
        context: &RequestContext<RoleServer>,
    ) -> Result<RecordId, ErrorData> {
        let request = self.request(context).await?;
        let record = RecordId::new();
        let event = self.core.event(&request.principal, record, method.to_owned(), None);
        event.from(request.origin.as_ref()).verdict(verdict).emit();
        request.signal.turns_away(record);
        Ok(record)
    }
}
