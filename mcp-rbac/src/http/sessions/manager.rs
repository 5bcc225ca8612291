use std::{str::FromStr, time::Duration};

use futures::{Stream, StreamExt, stream};
use rmcp::{
    model::{ClientJsonRpcMessage, ServerJsonRpcMessage},
    transport::streamable_http_server::session::{
        ServerSseMessage, SessionId, SessionManager,
        local::{EventId, SessionConfig, SessionError, create_local_session},
    },
};
use tokio::{sync::mpsc::Receiver, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    Refused, SessionLimits,
    answer::Answer,
    table::{Open, Table},
    transport::SessionTransport,
};
use crate::{
    guard::{InSession, OpenStream, Recognised},
    http::layer::NEVER,
    server::Server,
};

/// Keeps the sessions of one server for rmcp, each for its owner alone.
///
/// Every method runs while a request is served, and asks who sent it. What rmcp does by itself, when a session has
/// ended, is done already: a session's place goes with its transport.
pub(in crate::http) struct Sessions {
    table: Table,
    server: Server,
    call_deadline: Duration,
}

impl Sessions {
    pub(in crate::http) fn new(server: Server, limits: SessionLimits, call_deadline: Duration) -> Self {
        Self { table: Table::new(limits), server, call_deadline }
    }

    /// The session of this id, where it belongs to the sender of the request in hand.
    fn open(&self, id: &SessionId) -> Result<(Open, Recognised), Refused> {
        let sender = Recognised::current().ok_or(Refused::Unknown)?;
        let open = self.table.of(id, &sender)?;
        Ok((open, sender))
    }

    /// The same, where something is asked of the session.
    fn need(&self, id: &SessionId) -> Result<(Open, Recognised), Refused> {
        self.open(id).map_err(Refused::noted)
    }

    fn deadline(&self) -> Instant {
        let now = Instant::now();
        now.checked_add(self.call_deadline).unwrap_or(now + NEVER)
    }

    /// A place for a stream that nothing is asked for on: it counts against what its owner may hold open.
    fn count(&self, sender: &Recognised) -> Result<OpenStream, Refused> {
        self.server.core().streams.open(sender.principal()).ok_or_else(|| Refused::TooManyStreams.noted())
    }
}

impl SessionManager for Sessions {
    type Error = Refused;
    type Transport = SessionTransport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Refused> {
        let owner = Recognised::current().ok_or_else(|| Refused::Failed.noted())?;
        let make = |id| create_local_session(id, SessionConfig::default());
        let (seat, worker) = self.table.begin(owner, make).map_err(Refused::noted)?;
        Ok((seat.id(), SessionTransport::new(worker, seat)))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        mut message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Refused> {
        let (open, sender) = self.need(id)?;
        let answer = Answer::to(&message, self.server.core(), sender.principal());
        message.insert_extension(open.session);
        let said = open.handle.initialize(message).await.map_err(|_| Refused::Failed.noted())?;
        Ok(answer.recorded(said))
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Refused> {
        match self.open(id) {
            Ok(_) => Ok(true),
            Err(refused) => {
                refused.noted();
                Ok(false)
            }
        }
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Refused> {
        if Recognised::current().is_none() {
            // rmcp's own, after the session has ended
            return Ok(());
        }
        let (open, _) = self.need(id)?;
        open.ended.cancel();
        Ok(())
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        mut message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Refused> {
        let (open, sender) = self.need(id)?;
        let place = open.places.try_acquire_owned().map_err(|_| Refused::TooManyRequests.noted())?;
        let answer = Answer::to(&message, self.server.core(), sender.principal());
        message.insert_extension(open.session);
        message.insert_extension(InSession::new(self.deadline(), place));
        let messages = open.handle.establish_request_wise_channel().await.map_err(ended)?;
        let number = messages.http_request_id;
        open.answers.begin(number.unwrap_or_default());
        open.handle.push_message(message, number).await.map_err(ended)?;
        Ok(until(messages.inner, open.ended).map(move |mut event| {
            event.message = event.message.map(|message| answer.recorded_in(message));
            event
        }))
    }

    async fn accept_message(&self, id: &SessionId, mut message: ClientJsonRpcMessage) -> Result<(), Refused> {
        let (open, _) = self.need(id)?;
        message.insert_extension(open.session);
        open.handle.push_message(message, None).await.map_err(ended)
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Refused> {
        let (open, sender) = self.need(id)?;
        let counted = self.count(&sender)?;
        let messages = open.handle.establish_common_channel().await.map_err(ended)?;
        Ok(kept(messages.inner, open.ended, counted))
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Refused> {
        let (open, sender) = self.need(id)?;
        let event = EventId::from_str(&last_event_id).map_err(|_| Refused::Unknown)?;
        if let Some(number) = answered_by(&event)
            && !open.answers.may_resume(number)
        {
            return Err(Refused::Unknown);
        }
        let counted = self.count(&sender)?;
        let messages = open.handle.resume(event).await.map_err(|_| Refused::Unknown)?;
        Ok(kept(messages.inner, open.ended, counted))
    }
}

/// The stream that an event is one of, where that answers a request: `index/number`, as rmcp writes what it has read.
fn answered_by(event: &EventId) -> Option<u64> {
    let text = event.to_string();
    let (_, number) = text.split_once('/')?;
    // what is no number is one that may not be resumed
    Some(number.parse().unwrap_or_default())
}

/// The session has ended while something was asked of it.
fn ended(_: SessionError) -> Refused {
    Refused::Unknown.noted()
}

/// The messages, for as long as the session is there.
fn until(
    mut messages: Receiver<ServerSseMessage>,
    ended: CancellationToken,
) -> impl Stream<Item = ServerSseMessage> + Send + Sync + 'static {
    stream::poll_fn(move |context| messages.poll_recv(context)).take_until(ended.cancelled_owned())
}

/// The same, counted for as long.
fn kept(
    messages: Receiver<ServerSseMessage>,
    ended: CancellationToken,
    counted: OpenStream,
) -> impl Stream<Item = ServerSseMessage> + Send + Sync + 'static {
    until(messages, ended).map(move |message| {
        let _counted = &counted;
        message
    })
}
