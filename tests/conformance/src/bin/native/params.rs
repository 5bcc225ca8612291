use conformance::{jobs, rounds::Round};
use mcp_rbac::{Authorized, Failure, RunningTask, ToolParam};

/// One of several calls. The state that it carries is the guard's to bind to the caller and to what is called.
pub(crate) struct Again(pub(crate) Round);

impl ToolParam for Again {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        let (answers, state) = (call.take_input_responses(), call.take_request_state());
        Ok(Self(Round::new("native", answers, state, call.context())))
    }
}

/// The task that a call runs as. A client that does not know of tasks is told so.
pub(crate) struct Task(pub(crate) RunningTask);

impl ToolParam for Task {
    fn extract(call: &mut Authorized) -> Result<Self, Failure> {
        let task = Option::<RunningTask>::extract(call)?;
        task.map(Self).ok_or_else(|| Failure::Protocol(jobs::needs_tasks()))
    }
}
