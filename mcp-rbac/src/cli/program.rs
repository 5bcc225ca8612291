use std::process::ExitCode;

use super::{Command, Failure, Serve};
use crate::server::ServerBuilder;

type Prepare = dyn FnOnce(ServerBuilder) -> Result<ServerBuilder, Failure>;

/// A program around a server: what it serves, and what it does on the way.
pub struct Program {
    pub(super) app: ServerBuilder,
    prepare: Box<Prepare>,
    first_keys: bool,
}

impl Program {
    /// The program of the server that `app` describes.
    #[must_use]
    pub fn new(app: ServerBuilder) -> Self {
        Self { app, prepare: Box::new(Ok), first_keys: false }
    }

    /// Adds what only a running server needs: a store that has to be opened, say. Commands that look at the policy or
    /// at keys alone do not ask for it.
    #[must_use]
    pub fn prepare(
        self,
        prepare: impl FnOnce(ServerBuilder) -> Result<ServerBuilder, Failure> + 'static,
    ) -> Self {
        Self { prepare: Box::new(prepare), ..self }
    }

    /// Lets the first start over HTTP make one API key per role, and show them: for examples and trials. Without it a
    /// server that has no key file says how to make one.
    #[must_use]
    pub fn first_keys(self) -> Self {
        Self { first_keys: true, ..self }
    }

    /// Runs a command; without one, serves over HTTP.
    ///
    /// What goes wrong is said on standard error in a sentence, with what to do. The exit code is 0 when all went well,
    /// 1 when something failed, 2 when the command line asks for something that does not exist.
    pub fn run(self, command: Option<Command>) -> ExitCode {
        let done = match command.unwrap_or_else(|| Command::Serve(Serve::default())) {
            Command::Serve(serve) => serve.run(self),
            Command::Tools(tools) => tools.run(&self.app),
            Command::Keys(keys) => keys.run(self.app.policy()),
            Command::Audit(audit) => return audit.run().unwrap_or_else(Failure::report),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(failure) => failure.report(),
        }
    }

    /// The server, with all that it needs to run; and whether it may make its first keys.
    pub(super) fn prepared(self) -> Result<(ServerBuilder, bool), Failure> {
        let Self { app, prepare, first_keys } = self;
        Ok((prepare(app)?, first_keys))
    }
}
