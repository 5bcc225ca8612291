use std::{ops::Deref, sync::Arc};

use rmcp::{
    ErrorData,
    handler::server::common::{AsRequestContext, FromContextPart},
};

use super::{Failure, ParamKind, ToolParam};
use crate::{
    guard::{Authorized, CallScope},
    registry::short_type_name,
};

/// Something that the server holds for its tools (a store, a client), as a parameter: `State(store): State<Store>`.
///
/// It holds an [`Arc`], so tools share one value. A type that no [`.state(…)`](crate::ServerBuilder::state) was given
/// for keeps the server from starting.
#[derive(Debug)]
pub struct State<T>(pub Arc<T>);

impl<T> Clone for State<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for State<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// What a server can hold for its tools.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the state of a server",
    label = "cannot be shared between threads",
    note = "tools run on several threads at once: `Mutex` takes the place of `RefCell`, `Arc` that of `Rc`"
)]
pub trait ToolState: Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync + 'static> ToolState for T {}

impl<T: ToolState> ToolParam for State<T> {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        CallScope::of(call.context())
            .and_then(CallScope::state)
            .map(State)
            .ok_or_else(|| Failure::Internal(missing::<T>()))
    }

    fn kind() -> ParamKind {
        ParamKind::State { type_id: std::any::TypeId::of::<T>(), type_name: short_type_name::<T>() }
    }
}

/// For handlers that rmcp calls: prompts, and tools under a guard of a foreign server.
impl<C: AsRequestContext, T: Send + Sync + 'static> FromContextPart<C> for State<T> {
    fn from_context_part(context: &mut C) -> Result<Self, ErrorData> {
        CallScope::of(context.as_request_context()).and_then(CallScope::state).map(State).ok_or_else(|| {
            tracing::error!(target: "mcp_rbac::tool", error = missing::<T>(), "tool could not be called");
            ErrorData::internal_error("internal error", None)
        })
    }
}

fn missing<T>() -> String {
    format!("no `.state(…)` of type `{}` was given", short_type_name::<T>())
}
