use std::{any::TypeId, sync::Arc};

use rmcp::{
    Peer, RoleServer,
    handler::server::{
        common::{AsRequestContext, Extension, FromContextPart, RequestId},
        tool::{InputResponses, RequestState},
        wrapper::Parameters,
    },
    model::{Extensions, JsonObject, RequestMetaObject},
    service::RequestContext,
};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;

use super::Failure;
use crate::{guard::Authorized, policy::PermissionRef, registry::input_schema};

/// What a tool function can take as a parameter.
///
/// It is made from the [`Authorized`] call, so none is made before the guard has allowed the call. Implement it for a
/// type of your own to give tools something else that follows from the request:
///
/// ```
/// use mcp_rbac::{Authorized, Failure, ToolParam};
///
/// struct Locale(String);
///
/// impl ToolParam for Locale {
///     fn extract(call: &mut Authorized) -> Result<Self, Failure> {
///         let locale = call.context().meta.get("example.com/locale").and_then(|value| value.as_str());
///         Ok(Locale(locale.unwrap_or("en").to_owned()))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a tool, prompt or resource",
    label = "cannot be taken from a request",
    note = "a function takes the arguments as `Parameters<T>`, what the server holds as `State<T>`, and `Caller`, \
            `Granted<P>`, `RequestContext<RoleServer>`, `Peer<RoleServer>`, `CancellationToken`, …"
)]
pub trait ToolParam: Sized {
    /// Takes the parameter from the call.
    ///
    /// # Errors
    ///
    /// A [`Failure`] ends the call before the body of the tool runs.
    fn extract(call: &mut Authorized) -> Result<Self, Failure>;

    /// The permission that the parameter proves, if it is a proof: a tool whose requirement does not imply it does not
    /// compile.
    const PROVES: Option<PermissionRef> = None;

    /// What the start-up check has to know about it.
    #[must_use]
    fn kind() -> ParamKind {
        ParamKind::Context
    }
}

/// What a parameter needs from the server, for the check at start-up.
pub enum ParamKind {
    /// Nothing: it follows from the request.
    Context,
    /// The arguments of the call, with their schema or what is wrong with it.
    Arguments(Result<Arc<JsonObject>, String>),
    /// A state of this type.
    State {
        /// The type.
        type_id: TypeId,
        /// Its name, for messages.
        type_name: &'static str,
    },
}

/// What can be the arguments of a tool or prompt.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the arguments of a tool or prompt",
    label = "cannot be read from JSON and described to clients",
    note = "derive both traits: `#[derive(serde::Deserialize, schemars::JsonSchema)]`"
)]
pub trait ToolArguments: DeserializeOwned + JsonSchema + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + Send + 'static> ToolArguments for T {}

impl<T: ToolArguments> ToolParam for Parameters<T> {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        call.parse_arguments().map(Parameters)
    }

    fn kind() -> ParamKind {
        ParamKind::Arguments(input_schema::<T>())
    }
}

/// The arguments as they came; described to clients as an object of any shape.
#[diagnostic::do_not_recommend]
impl ToolParam for JsonObject {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(call.take_arguments())
    }

    fn kind() -> ParamKind {
        let mut schema = Self::new();
        schema.insert("type".to_owned(), "object".into());
        ParamKind::Arguments(Ok(Arc::new(schema)))
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for InputResponses {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(Self(call.take_input_responses()))
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for RequestState {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(Self(call.take_request_state()))
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for RequestContext<RoleServer> {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(call.context().clone())
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for Peer<RoleServer> {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(call.context().peer.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for CancellationToken {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(call.context().ct.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for Extensions {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(call.context().extensions.clone())
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for RequestId {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(Self(call.context().id.clone()))
    }
}

#[diagnostic::do_not_recommend]
impl ToolParam for RequestMetaObject {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Ok(std::mem::take(&mut call.as_request_context_mut().meta))
    }
}

#[diagnostic::do_not_recommend]
impl<T: Clone + Send + Sync + 'static> ToolParam for Extension<T> {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        Self::from_context_part(call).map_err(Failure::Protocol)
    }
}
