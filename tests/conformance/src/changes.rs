//! What clients that listen are told.

use rmcp::service::{SubscriptionContext, SubscriptionSendError};
use tokio::sync::broadcast::{self, error::RecvError};

/// How many changes a slow listener may be behind.
const BACKLOG: usize = 16;

/// A list that is not what it was.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// `notifications/tools/list_changed`
    Tools,
    /// `notifications/prompts/list_changed`
    Prompts,
}

/// Where changes are announced.
#[derive(Clone)]
pub struct Changes(broadcast::Sender<Change>);

impl Default for Changes {
    fn default() -> Self {
        Self(broadcast::Sender::new(BACKLOG))
    }
}

impl Changes {
    /// Tells everyone who listens.
    pub fn announce(&self, change: Change) {
        // nobody may listen
        let _listeners = self.0.send(change);
    }

    /// Serves one listener until it goes: `subscriptions/listen`.
    pub async fn tell(&self, listener: &SubscriptionContext) {
        let mut changes = self.0.subscribe();
        loop {
            let change = tokio::select! {
                () = listener.cancelled() => return,
                change = changes.recv() => change,
            };
            let sent = match change {
                Ok(Change::Tools) => listener.sink().notify_tool_list_changed().await,
                Ok(Change::Prompts) => listener.sink().notify_prompt_list_changed().await,
                Err(RecvError::Lagged(_)) => Ok(()),
                Err(RecvError::Closed) => return,
            };
            match sent {
                // what it did not ask for it is not told
                Ok(()) | Err(SubscriptionSendError::NotificationNotAccepted(_)) => {}
                Err(_) => return,
            }
        }
    }
}
