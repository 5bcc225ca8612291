use std::{net::IpAddr, sync::Arc};

use rmcp::model::{ClientJsonRpcMessage, GetExtensions, ServerJsonRpcMessage};

use crate::{
    auth::Principal,
    guard::{Core, Exchange, Signal},
    http::unheard::unheard_in_session,
};

/// Sees to it that a request which rmcp refuses by itself is on record, as outside of a session.
pub(super) struct Answer {
    signal: Option<Signal>,
    remote: Option<IpAddr>,
    method: String,
    core: Arc<Core>,
    principal: Principal,
}

impl Answer {
    pub(super) fn to(message: &ClientJsonRpcMessage, core: &Arc<Core>, principal: &Principal) -> Self {
        let core = Arc::clone(core);
        let ClientJsonRpcMessage::Request(request) = message else {
            return Self {
                signal: None,
                remote: None,
                method: String::new(),
                core,
                principal: principal.clone(),
            };
        };
        let exchange = Exchange::in_extensions(request.request.extensions());
        Self {
            signal: exchange.map(|exchange| exchange.signal().clone()),
            remote: exchange.and_then(Exchange::remote),
            method: request.request.method().to_owned(),
            core,
            principal: principal.clone(),
        }
    }

    /// The message, which names its record where it is an error that the guard has not heard of.
    pub(super) fn recorded(&self, mut message: ServerJsonRpcMessage) -> ServerJsonRpcMessage {
        if let ServerJsonRpcMessage::Error(answer) = &mut message
            && let Some(signal) = &self.signal
            && !signal.was_heard()
        {
            let id = answer.id.clone();
            let event = |record| self.core.unserved(&self.principal, record, &self.method, self.remote, id);
            unheard_in_session(&mut answer.error, event);
        }
        message
    }

    /// The same for a message that others may hold as well.
    pub(super) fn recorded_in(&self, message: Arc<ServerJsonRpcMessage>) -> Arc<ServerJsonRpcMessage> {
        if !matches!(*message, ServerJsonRpcMessage::Error(_)) {
            return message;
        }
        Arc::new(self.recorded(Arc::unwrap_or_clone(message)))
    }
}
