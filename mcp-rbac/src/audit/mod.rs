//! What happened: one event per decision and per outcome. The events are written with `tracing`, under the target
//! `mcp_rbac::audit`, and, where a server has one, into an audit [trail](Audit).

mod burst;
mod event;
mod redact;
mod trail;

pub(crate) use burst::Bursts;
pub use burst::{Alert, Raised};
pub use event::RecordId;
pub(crate) use event::{Event, Open, Outcome, Verdict};
pub(crate) use trail::Trail;
#[cfg(feature = "cli")]
pub(crate) use trail::verify_with;
pub use trail::{Audit, AuditError, Broken, Verified, verify};
