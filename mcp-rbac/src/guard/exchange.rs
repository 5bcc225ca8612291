use std::{net::IpAddr, sync::Arc};

use http::request::Parts;
#[cfg(feature = "http")]
use rmcp::model::Extensions;
use rmcp::{RoleServer, service::RequestContext};

use super::{Core, Signal, signal::Pending};
use crate::auth::{Authentication, Head, Principal};

tokio::task_local! {
    /// Who sent the request in hand, for the handler that rmcp asks for while it serves it.
    static CURRENT: Recognised;
}

/// Somebody, and what of the head of a request they were recognised by.
#[derive(Clone)]
pub(crate) struct Recognised(Arc<(Principal, Head)>);

impl Recognised {
    #[cfg(feature = "http")]
    pub(crate) fn new(principal: Principal, head: Head) -> Self {
        Self(Arc::new((principal, head)))
    }

    pub(crate) fn principal(&self) -> &Principal {
        &self.0.0
    }

    /// Serves a request that they sent.
    #[cfg(feature = "http")]
    pub(crate) fn scope<F: Future>(self, request: F) -> impl Future<Output = F::Output> {
        CURRENT.scope(self, request)
    }

    /// Who sent the request that is being served; `None` outside of one.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Who they are by now; `None` where the credential is not good any more.
    pub(crate) async fn again(&self, core: &Core) -> Option<Principal> {
        let (before, head) = &*self.0;
        match core.authenticators.authenticate_again(head, core.policy).await {
            Authentication::Principal(principal) => principal.is_same_as(before).then_some(principal),
            Authentication::NotMine => before.is_anonymous().then(|| before.clone()),
            Authentication::Rejected(_) | Authentication::Foreign(_) | Authentication::Unavailable { .. } => {
                None
            }
        }
    }
}

/// One request that a transport has recognised the sender of: who that is, and what the guard said about it.
///
/// It travels in the extensions of the HTTP request, which rmcp hands on with each message, so that what arrives
/// through a session is still decided for its own sender. Whoever waits for the decision waits no longer once the last
/// copy is gone: then nobody is left who could decide.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(super) sender: Recognised,
    /// Where it came from.
    remote: Option<IpAddr>,
    pub(super) signal: Signal,
    /// Kept by whoever can still decide.
    pub(super) pending: Arc<Pending>,
}

impl Exchange {
    /// The exchange, which goes with the request and nowhere else, and its signal for the transport to keep.
    #[cfg(feature = "http")]
    pub(crate) fn new(sender: Recognised, remote: Option<IpAddr>) -> (Self, Signal) {
        let signal = Signal::default();
        let pending = Arc::new(Pending::new(&signal));
        (Self { sender, remote, signal: signal.clone(), pending }, signal)
    }

    /// The exchange of the request that a message came with.
    #[cfg(feature = "http")]
    pub(crate) fn in_extensions(extensions: &Extensions) -> Option<&Self> {
        extensions.get::<Parts>()?.extensions.get()
    }

    /// What the guard says about the request.
    #[cfg(feature = "http")]
    pub(crate) fn signal(&self) -> &Signal {
        &self.signal
    }

    /// Where it came from.
    pub(crate) fn remote(&self) -> Option<IpAddr> {
        self.remote
    }

    /// The exchange that a message came with.
    pub(super) fn of(context: &RequestContext<RoleServer>) -> Option<&Self> {
        context.extensions.get::<Parts>()?.extensions.get()
    }
}
