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
mod signal;

pub use authorized::Authorized;
pub use decide::Decision;
pub use denial::Denial;
use denial::Refused;

pub(crate) use call::{NestedCall, call_nested};
pub(crate) use decide::decide;
use decide::decide_baseline;
pub(crate) use gate::Gate;
pub(crate) use handler::{Handler, Identity, Settings};
pub(crate) use list::visible_tools;
pub(crate) use scope::CallScope;
pub(crate) use signal::Signal;
