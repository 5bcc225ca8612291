use crate::{auth::Principal, guard::Signal};

tokio::task_local! {
    /// The request in hand, for the handler that rmcp asks for while it serves it.
    static CURRENT: Exchange;
}

/// One HTTP request: who sends it, and what the guard said about it.
///
/// rmcp makes a handler for each request, inside the call that serves the request; like this the handler is made for
/// the principal of exactly that request, and there is no place where another one's could come from.
#[derive(Clone)]
pub(crate) struct Exchange {
    pub(crate) principal: Principal,
    pub(crate) signal: Signal,
}

impl Exchange {
    pub(super) fn new(principal: Principal) -> Self {
        Self { principal, signal: Signal::default() }
    }

    /// Serves a request within this exchange.
    pub(super) async fn scope<F: Future>(self, request: F) -> F::Output {
        CURRENT.scope(self, request).await
    }

    /// The exchange of the request in hand; `None` outside of one.
    pub(super) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }
}
