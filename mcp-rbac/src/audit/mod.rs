//! What happened: one event per decision and per outcome. The events are written with `tracing`, under the target
//! `mcp_rbac::audit`, and, where a server has one, into an audit [trail](Audit).

mod burst;
mod event;
mod keyed;
mod redact;
mod result;
mod trail;

pub use burst::{Alert, Limit, Raised};
pub(crate) use burst::{Bursts, Metrics};
pub use event::RecordId;
pub(crate) use event::{Event, Open, Origin, Outcome, Transport, Verdict};
#[cfg(feature = "cli")]
pub(crate) use trail::verify_with;
pub(crate) use trail::{About, Trail};
pub use trail::{
    Audit, AuditError, Broken, Checkpoint, CheckpointKey, Sink, Verified, verify, verify_against,
};
