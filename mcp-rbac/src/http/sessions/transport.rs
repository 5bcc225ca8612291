use std::pin::Pin;

use rmcp::{
    RoleServer,
    model::{ClientJsonRpcMessage, ServerJsonRpcMessage},
    transport::{Transport, WorkerTransport, streamable_http_server::session::local::LocalSessionWorker},
};
use tokio::time::Sleep;

use super::table::Seat;

type Inner = WorkerTransport<LocalSessionWorker>;

/// What rmcp talks to a session through. It ends when the session does: with it goes the session's place in the table.
pub(in crate::http) struct SessionTransport {
    inner: Inner,
    seat: Seat,
    age: Pin<Box<Sleep>>,
}

impl SessionTransport {
    pub(super) fn new(worker: LocalSessionWorker, seat: Seat) -> Self {
        let age = Box::pin(seat.age());
        Self { inner: WorkerTransport::spawn(worker), seat, age }
    }
}

impl Transport<RoleServer> for SessionTransport {
    type Error = <Inner as Transport<RoleServer>>::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.inner.send(message)
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        tokio::select! {
            biased;
            () = self.seat.ended.cancelled() => None,
            () = &mut self.age => {
                // its streams end at once, and not when all of its requests have
                self.seat.ended.cancel();
                None
            }
            message = self.inner.receive() => message,
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.seat.ended.cancel();
        self.inner.close().await
    }
}
