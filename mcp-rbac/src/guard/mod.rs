//! May they? The only room that decides, and the only one that can make an [`Authorized`] call.

mod authorized;
mod call;
mod decide;
mod denial;
mod gate;
mod handler;
mod list;
#[cfg(test)]
mod properties;
mod scope;

pub use authorized::Authorized;
pub use decide::Decision;
pub use denial::Denial;

pub(crate) use call::{NestedCall, call_nested};
pub(crate) use decide::decide;
pub(crate) use gate::Gate;
pub(crate) use handler::{Handler, Settings};
pub(crate) use list::visible_tools;
pub(crate) use scope::CallScope;
