use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rmcp::{
    Peer, RoleServer,
    model::{Extensions, RequestId, ResourceUpdatedNotificationParam, UnsubscribeRequestParams},
    service::{RequestContext, ServiceError},
};

use super::{
    Context, Handler, clock, may_read,
    updates::Updated,
    view::{Changed, View},
};
use crate::{auth::Principal, guard::InSession};

/// What a client that holds its connection (stdio, a session) hears of, for as long as it is there.
#[derive(Clone, Default)]
pub(in crate::guard) struct Connection(Arc<State>);

#[derive(Default)]
struct State {
    /// The resources that it wants to hear of (MCP 2025-11-25, server/resources, "Subscriptions").
    subscribed: Mutex<HashSet<String>>,
    /// Whether somebody speaks to it.
    spoken_to: AtomicBool,
}

impl Connection {
    pub(super) fn subscribed(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.subscribed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the client of changes from now on. However often it is asked for, it is done once.
    pub(in crate::guard) fn speak(
        &self,
        handler: &Handler,
        peer: Peer<RoleServer>,
        mut extensions: Extensions,
    ) {
        if self.0.spoken_to.swap(true, Ordering::AcqRel) {
            return;
        }
        // the request that this began with is over
        extensions.remove::<InSession>();
        let mut context = RequestContext::new(RequestId::Number(0), peer);
        context.extensions = extensions;
        let (connection, handler) = (self.clone(), handler.clone());
        tokio::spawn(async move {
            let _gone = connection.tell(&handler, &context).await;
        });
    }

    /// Returns when the client has gone.
    async fn tell(&self, handler: &Handler, context: &Context) -> Result<(), ServiceError> {
        let (core, peer) = (handler.core(), &context.peer);
        let mut updates = core.updates.listen();
        let mut clock = clock();
        let mut view: Option<View> = None;
        loop {
            let updated = tokio::select! {
                updated = updates.next() => updated,
                _ = clock.tick() => Updated::Nothing,
            };
            if peer.is_transport_closed() {
                return Ok(());
            }
            let principal = handler.again(context).await;
            self.withdraw(handler, principal.as_ref(), context).await;
            // who is not recognised is told nothing, and may be recognised again later
            let Some(principal) = principal else { continue };
            let subscribed: Vec<String> =
                self.subscribed().iter().filter(|uri| updated.is_about(uri)).cloned().collect();
            for uri in subscribed.into_iter().filter(|uri| may_read(core, &principal, uri)) {
                peer.notify_resource_updated(ResourceUpdatedNotificationParam::new(uri)).await?;
            }
            let Some(view) = &mut view else {
                view = Some(View::of(core, principal, context).await);
                continue;
            };
            let Changed { tools, prompts, resources } = view.look(core, principal, context).await;
            if tools {
                peer.notify_tool_list_changed().await?;
            }
            if prompts {
                peer.notify_prompt_list_changed().await?;
            }
            if resources {
                peer.notify_resource_list_changed().await?;
            }
        }
    }

    /// A handler of somebody else's speaks for itself, so that a subscription there ends when its permission does.
    async fn withdraw(&self, handler: &Handler, principal: Option<&Principal>, context: &Context) {
        let Some(foreign) = handler.core().surface.foreign() else { return };
        let core = handler.core();
        let lost: Vec<String> = {
            let mut subscribed = self.subscribed();
            let is_lost = |uri: &String| !principal.is_some_and(|who| may_read(core, who, uri));
            subscribed.extract_if(is_lost).collect()
        };
        for uri in lost {
            if let Err(error) = foreign.unsubscribe(UnsubscribeRequestParams::new(uri), context.clone()).await
            {
                tracing::warn!(target: "mcp_rbac", %error, "a handler keeps a subscription that has ended");
            }
        }
    }
}
