//! Sessions, for clients of MCP 2025-11-25 and older that take requests from the server (sampling, elicitation, roots)
//! or hear of changes.
//!
//! rmcp keeps the messages of a session apart and in order; it knows nothing of callers, and whoever sends the id of a
//! session is in it. Here is whose a session is. For everybody but its owner it does not exist, on every way into it.

mod answer;
mod limits;
mod manager;
mod refused;
mod table;
#[cfg(test)]
mod tests;
mod transport;

pub(super) use limits::SessionLimits;
pub(super) use manager::Sessions;
pub(super) use refused::{Refused, watch_refusals};

use http::{HeaderMap, HeaderName};

/// Names the session of a request (MCP 2025-11-25, basic/transports, "Session Management").
const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");

/// Whether a request names more than one session: which of them an intermediary has looked at cannot be known.
pub(super) fn names_several(headers: &HeaderMap) -> bool {
    headers.get_all(SESSION_ID).iter().nth(1).is_some()
}
