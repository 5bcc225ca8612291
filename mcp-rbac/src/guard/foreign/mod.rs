//! Handlers of somebody else's, behind the same guard.

mod erased;

pub(crate) use erased::Foreign;
