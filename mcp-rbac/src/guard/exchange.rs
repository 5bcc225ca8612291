use http::{HeaderValue, header::AUTHORIZATION, request::Parts};
use rmcp::{RoleServer, service::RequestContext};

use super::{Core, Signal};
use crate::auth::{Authentication, Principal};

tokio::task_local! {
    /// The request in hand, for the handler that rmcp asks for while it serves it.
    static CURRENT: Exchange;
}

/// One request that a transport has recognised the sender of: who that is, and what the guard said about it.
///
/// It travels in the extensions of the HTTP request, which rmcp hands on with each message, so that what arrives
/// through a session of somebody else is still decided for its own sender. What rmcp asks for without a message (the
/// definition of a tool, while it validates headers) is answered for the request that is being served.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) principal: Principal,
    pub(crate) signal: Signal,
    /// The header that was taken out of the request, to recognise the sender again while a stream is open.
    authorization: Option<HeaderValue>,
}

impl Exchange {
    #[cfg(feature = "http")]
    pub(crate) fn new(principal: Principal, authorization: Option<HeaderValue>) -> Self {
        Self { principal, signal: Signal::default(), authorization }
    }

    /// Serves a request within this exchange.
    #[cfg(feature = "http")]
    pub(crate) async fn scope<F: Future>(self, request: F) -> F::Output {
        CURRENT.scope(self, request).await
    }

    /// The exchange of the request that is being served; `None` outside of one.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// The exchange that a message came with.
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Option<&Self> {
        context.extensions.get::<Parts>()?.extensions.get()
    }

    /// Who the sender is by now; `None` where the credential is not good any more.
    pub(super) async fn again(&self, context: &RequestContext<RoleServer>, core: &Core) -> Option<Principal> {
        let Some(authorization) = &self.authorization else {
            // it carried none, or one that stands in another header and is looked at here
            return self.recognise(context.extensions.get::<Parts>()?, core).await;
        };
        let mut request = context.extensions.get::<Parts>()?.clone();
        request.headers.insert(AUTHORIZATION, authorization.clone());
        self.recognise(&request, core).await
    }

    async fn recognise(&self, request: &Parts, core: &Core) -> Option<Principal> {
        match core.authenticators.authenticate(request, core.policy).await {
            Authentication::Principal(principal) => {
                principal.is_same_as(&self.principal).then_some(principal)
            }
            Authentication::NotMine => self.principal.is_anonymous().then(|| self.principal.clone()),
            Authentication::Rejected(_) | Authentication::Unavailable { .. } => None,
        }
    }
}
