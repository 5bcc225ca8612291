//! Handlers of somebody else's, behind the same guard.

mod erased;
mod guard;
mod rules;
mod surface;
mod survey;

pub(crate) use erased::Foreign;
pub(crate) use guard::ForeignPlan;
pub use guard::Guard;
pub use rules::ForeignToolDef;
pub(crate) use rules::{Rules, method_tools};
pub(crate) use surface::ForeignSurface;
