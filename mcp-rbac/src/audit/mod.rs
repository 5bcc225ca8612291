//! What happened: one event per decision and per outcome. The events are written with `tracing`, under the target
//! `mcp_rbac::audit`, and, where a server has one, into an audit [trail](Audit).

mod burst;
#[cfg(feature = "aws")]
mod cloudwatch;
mod event;
mod keyed;
mod members;
mod redact;
mod result;
mod trail;

pub use burst::{Alert, Limit, Raised};
pub(crate) use burst::{Bursts, Metrics};
#[cfg(feature = "aws")]
pub use cloudwatch::{CloudWatch, CloudWatchError, Shipped};
pub use event::RecordId;
pub(crate) use event::{Event, Open, Origin, Outcome, Transport, Verdict};
pub(crate) use trail::{About, Trail};
pub use trail::{
    Audit, AuditError, Broken, Checkpoint, CheckpointKey, Sink, Verified, verify, verify_against,
};
#[cfg(feature = "cli")]
pub(crate) use trail::{opened, verify_with};
