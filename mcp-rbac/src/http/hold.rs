//! Answers that are streams. rmcp sends their head first and asks the guard afterwards; here the head waits for the
//! guard, and the stream for its reader's credential.

use std::{convert::Infallible, pin::Pin, time::Duration};

use bytes::Bytes;
use futures::stream;
use http::{
    HeaderValue,
    header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, Full, StreamBody, combinators::BoxBody};
use rmcp::model::ServerJsonRpcMessage;
use sync_wrapper::SyncStream;
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep, interval_at, sleep_until};

use super::respond::McpResponse;
use crate::{
    guard::{Denied, LOOK_AGAIN, Recognised, Signal},
    server::Server,
};

/// How much longer than its deadline a call has a stream: in a session the guard says on it that it is too late.
const GRACE: Duration = Duration::from_secs(1);
/// For how long it counts that somebody was recognised, between two parts of a stream.
const FRESH: Duration = Duration::from_millis(100);

/// The answer, once the guard has decided: a stream that would have carried a denial is that denial instead.
///
/// It waits for the decision and for nothing else. Where there is nothing to decide (a ping, a request that rmcp refuses
/// by itself), or nobody left who could (a panic, a message that was lost), the signal says so.
pub(super) async fn decided(response: McpResponse, signal: &Signal) -> McpResponse {
    if !is_stream(&response) {
        return response;
    }
    signal.decision().await;
    match signal.denied() {
        Some(denied) => said(response, denied),
        None => response,
    }
}

/// The guard's own error in the place of a stream. What status goes with it is said elsewhere, for every answer.
fn said(response: McpResponse, denied: &Denied) -> McpResponse {
    let error = ServerJsonRpcMessage::error(denied.error.clone(), Some(denied.id.clone()));
    // text and numbers: it can be written; and if not, the status says it
    let body = serde_json::to_vec(&error).unwrap_or_default();
    let mut response = response.map(|_| Full::new(Bytes::from(body)).boxed());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.remove(CACHE_CONTROL);
    headers.remove(CONTENT_LENGTH);
    response
}

/// The answer, which ends where it is a stream when its reader's credential does, and after the deadline if there is one.
pub(super) fn watched(
    response: McpResponse,
    reader: Recognised,
    server: &Server,
    deadline: Option<Instant>,
) -> McpResponse {
    if !is_stream(&response) {
        return response;
    }
    let server = server.clone();
    response.map(|body| {
        let watched = Watched {
            body,
            reader,
            server,
            clock: clock(),
            recognised: Instant::now(),
            deadline: deadline.map(|deadline| Box::pin(sleep_until(deadline + GRACE))),
        };
        let frames = stream::unfold(watched, |mut watched| async move {
            let frame = watched.next().await?;
            Some((Ok(frame), watched))
        });
        StreamBody::new(SyncStream::new(frames)).boxed()
    })
}

fn is_stream(response: &McpResponse) -> bool {
    // a body that knows its length is there as a whole
    response.body().size_hint().exact().is_none()
        && response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream")
}

struct Watched {
    body: BoxBody<Bytes, Infallible>,
    reader: Recognised,
    server: Server,
    clock: Interval,
    /// When the reader was recognised last.
    recognised: Instant,
    /// Without one it goes on until the server stops.
    deadline: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    /// The next part of the stream; `None` when it is over.
    async fn next(&mut self) -> Option<Frame<Bytes>> {
        loop {
            let core = self.server.core();
            let over = async {
                match &mut self.deadline {
                    Some(deadline) => deadline.await,
                    None => core.streams.closed().await,
                }
            };
            let frame = tokio::select! {
                biased;
                () = over => return None,
                _ = self.clock.tick() => None,
                frame = self.body.frame() => match frame? {
                    Ok(frame) => Some(frame),
                    Err(never) => match never {},
                },
            };
            let is_fresh = frame.is_some() && self.recognised.elapsed() < FRESH;
            if !is_fresh {
                self.reader.again(core).await?;
                self.recognised = Instant::now();
            }
            if let Some(frame) = frame {
                return Some(frame);
            }
        }
    }
}

fn clock() -> Interval {
    let mut clock = interval_at(Instant::now() + LOOK_AGAIN, LOOK_AGAIN);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    clock
}
