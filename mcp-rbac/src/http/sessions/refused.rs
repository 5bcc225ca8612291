use std::{borrow::Cow, cell::Cell, time::Duration};

use http::StatusCode;

use super::SessionLimits;
use crate::guard::MAX_STREAMS;

tokio::task_local! {
    /// Why the request in hand gets nothing of a session.
    static REFUSED: Cell<Option<Refused>>;
}

/// Why a request gets nothing of a session. rmcp has one answer for all of them, and none for some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::http) enum Refused {
    /// There is no such session, or it is somebody else's.
    #[error("no such session")]
    Unknown,
    #[error("too many sessions")]
    TooMany,
    #[error("too many sessions of one principal")]
    TooManyOfOne,
    #[error("too many requests at once in one session")]
    TooManyRequests,
    #[error("too many streams of one principal")]
    TooManyStreams,
    /// A session could not be begun, or not be reached.
    #[error("the session failed")]
    Failed,
}

/// Serves a request, and says why it was refused something of a session, if it was.
pub(in crate::http) async fn watch_refusals<F: Future>(served: F) -> (F::Output, Option<Refused>) {
    let watched = async {
        let answer = served.await;
        (answer, REFUSED.with(Cell::take))
    };
    REFUSED.scope(Cell::new(None), watched).await
}

impl Refused {
    /// Keeps it for the answer.
    pub(super) fn noted(self) -> Self {
        // outside of a request nobody asks
        let _noted = REFUSED.try_with(|refused| refused.set(Some(self)));
        self
    }

    /// What the client is told, and when it is worth trying again.
    pub(in crate::http) fn answer(
        self,
        limits: &SessionLimits,
    ) -> (StatusCode, Cow<'static, str>, Option<Duration>) {
        let SessionLimits { per_principal, requests, .. } = limits;
        let later = Some(Duration::from_secs(60));
        match self {
            Self::Unknown => {
                (StatusCode::NOT_FOUND, "there is no such session; begin one with `initialize`".into(), None)
            }
            Self::TooMany => (StatusCode::SERVICE_UNAVAILABLE, "there are too many sessions".into(), later),
            Self::TooManyOfOne => (
                StatusCode::TOO_MANY_REQUESTS,
                format!("you have {per_principal} sessions already; end those that you do not need").into(),
                later,
            ),
            Self::TooManyRequests => (
                StatusCode::TOO_MANY_REQUESTS,
                format!("{requests} requests of this session are open already").into(),
                Some(Duration::from_secs(1)),
            ),
            Self::TooManyStreams => (
                StatusCode::TOO_MANY_REQUESTS,
                format!("you have {MAX_STREAMS} open streams already").into(),
                later,
            ),
            Self::Failed => (StatusCode::SERVICE_UNAVAILABLE, "the session failed".into(), later),
        }
    }
}
