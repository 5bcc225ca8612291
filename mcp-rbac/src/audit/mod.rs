//! What happened: one event per decision and per outcome. The events are written with `tracing`, under the target
//! `mcp_rbac::audit`.

mod event;

pub use event::RecordId;
pub(crate) use event::{Event, Open, Outcome, Verdict};
