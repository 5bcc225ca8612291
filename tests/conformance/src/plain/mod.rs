//! A server with rmcp alone, as its users write them: with its macros, and by hand what they do not cover.

mod call_tools;
mod content_tools;
mod handler;
mod prompts;
mod round_tools;
mod task_tools;

use std::{
    collections::HashSet,
    io,
    sync::{Arc, Mutex, PoisonError},
};

use rmcp::{
    ErrorData,
    handler::server::router::{prompt::PromptRouter, tool::ToolRouter},
    model::ErrorCode,
};

use crate::{changes::Changes, jobs::Jobs, rounds::Rounds};

/// The server: what all callers share, and what belongs to one session.
#[derive(Clone)]
pub struct Plain {
    tools: Arc<ToolRouter<Self>>,
    prompts: Arc<PromptRouter<Self>>,
    rounds: Rounds,
    jobs: Jobs,
    changes: Changes,
    session: Arc<Mutex<Session>>,
}

/// What a client before 2026-07-28 has told a server that remembers it.
#[derive(Default)]
struct Session {
    #[expect(deprecated, reason = "logging is deprecated by SEP-2577; the suite asks for it")]
    log_level: Option<rmcp::model::LoggingLevel>,
    subscribed: HashSet<String>,
}

impl Plain {
    /// A server without sessions yet.
    ///
    /// # Errors
    ///
    /// When the system gives no randomness.
    pub fn new() -> io::Result<Self> {
        let tools = Self::content_tools() + Self::call_tools() + Self::round_tools() + Self::task_tools();
        Ok(Self {
            tools: Arc::new(tools),
            prompts: Arc::new(Self::prompt_router()),
            rounds: Rounds::new()?,
            jobs: Jobs::default(),
            changes: Changes::default(),
            session: Arc::default(),
        })
    }

    /// The same server for one more session.
    #[must_use]
    pub fn session(&self) -> Self {
        Self { session: Arc::default(), ..self.clone() }
    }

    fn with_session<T>(&self, what: impl FnOnce(&mut Session) -> T) -> T {
        what(&mut self.session.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// For requests that a client since 2026-07-28 has no method for.
fn method_not_found(method: &'static str) -> ErrorData {
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None)
}
