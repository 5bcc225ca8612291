use std::net::IpAddr;

use rmcp::{
    RoleServer,
    model::{ProtocolVersion, RequestId},
    service::RequestContext,
};

use super::printable;

/// Where a request came from, and what its sender calls it: nothing that a decision looks at.
#[derive(Debug)]
pub(crate) struct Origin {
    transport: Transport,
    remote: Option<IpAddr>,
    protocol: Option<ProtocolVersion>,
    request: Option<RequestId>,
    trace: Option<(String, Option<String>)>,
}

/// How a request came.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Transport {
    Http,
    Stdio,
}

impl Transport {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Stdio => "stdio",
        }
    }
}

impl Origin {
    /// Of a request that has come as far as the guard.
    pub(crate) fn of(
        context: &RequestContext<RoleServer>,
        transport: Transport,
        remote: Option<IpAddr>,
    ) -> Self {
        let trace = context.meta.get_traceparent().map(|parent| {
            (
                printable(parent).into_owned(),
                context.meta.get_tracestate().map(|state| printable(state).into_owned()),
            )
        });
        Self {
            transport,
            remote,
            protocol: context.protocol_version(),
            request: Some(context.id.clone()),
            trace,
        }
    }

    /// Of a request that the transport answers by itself.
    #[cfg(feature = "http")]
    pub(crate) fn unserved(remote: Option<IpAddr>, request: Option<RequestId>) -> Self {
        Self { transport: Transport::Http, remote, protocol: None, request, trace: None }
    }

    /// The same of what has no id.
    pub(crate) fn without_request(&self) -> Self {
        let Self { transport, remote, protocol, trace, .. } = self;
        Self {
            transport: *transport,
            remote: *remote,
            protocol: protocol.clone(),
            request: None,
            trace: trace.clone(),
        }
    }

    pub(super) fn remote(&self) -> Option<IpAddr> {
        self.remote
    }

    pub(super) fn transport(&self) -> Transport {
        self.transport
    }

    pub(super) fn protocol(&self) -> Option<&str> {
        self.protocol.as_ref().map(ProtocolVersion::as_str)
    }

    pub(super) fn request(&self) -> Option<Id<'_>> {
        Some(match self.request.as_ref()? {
            RequestId::Number(number) => Id::Number(*number),
            RequestId::String(text) => Id::Text(text),
        })
    }

    /// The context of a distributed trace, `traceparent` and `tracestate`, as the sender says it (W3C Trace Context; MCP
    /// 2026-07-28, basic, `_meta`).
    pub(super) fn trace(&self) -> Option<(&str, Option<&str>)> {
        let (parent, state) = self.trace.as_ref()?;
        Some((parent, state.as_deref()))
    }
}

/// The id of a JSON-RPC request.
pub(super) enum Id<'o> {
    Number(i64),
    Text(&'o str),
}
