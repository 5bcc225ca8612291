//! May they? The only room that decides, and the only one that can make an [`Authorized`] call.

mod answer;
mod authorized;
mod call;
mod complete;
mod core;
mod decide;
mod denial;
mod exchange;
mod foreign;
mod gate;
mod handler;
mod list;
mod listen;
mod methods;
mod native;
pub(crate) mod output;
mod owned;
#[cfg(test)]
mod properties;
mod run;
mod scope;
mod session;
mod signal;
#[cfg(test)]
mod sizes;
mod skills;
mod states;
mod surface;
mod tasks;
#[cfg(test)]
#[cfg(feature = "http")]
mod unidentified;
#[cfg(test)]
#[cfg(feature = "http")]
mod unrecorded;

pub use authorized::Authorized;
pub use decide::Decision;
pub use denial::Denial;
use denial::Refused;
#[cfg(feature = "http")]
pub(crate) use denial::whole_seconds;
pub use foreign::{ForeignToolDef, Guard};

pub(crate) use self::core::{Core, Settings};
pub(crate) use authorized::Allowed;
pub(crate) use call::call_nested;
use decide::decide_baseline;
pub(crate) use decide::{decide, decide_all};
pub(crate) use exchange::{Exchange, Recognised};
pub(crate) use foreign::{ForeignPlan, ForeignSurface, Rules, method_tools};
pub(crate) use gate::Gate;
pub(crate) use handler::{Handler, Identity};
pub(crate) use list::visible_tools;
#[cfg(feature = "http")]
pub(crate) use listen::{LOOK_AGAIN, MAX_STREAMS, OpenStream};
pub(crate) use listen::{Streams, Updates};
pub(crate) use scope::CallScope;
pub(crate) use session::{InSession, Session};
#[cfg(feature = "http")]
pub(crate) use signal::Denied;
pub(crate) use signal::Signal;
pub(crate) use states::RequestStates;
pub(crate) use surface::Surface;
pub(crate) use tasks::{Owner, Tasks};
