use std::{error::Error, io::Write, process::ExitCode};

/// Why a command failed, as a person reads it.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// Says what is wrong.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: 1 }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The command line asks for something that does not exist.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, ..Self::new(message) }
    }

    /// Prints it to standard error.
    pub(super) fn report(self) -> ExitCode {
        let hint = self.hint.map(|hint| format!("help: {hint}\n")).unwrap_or_default();
        // where standard error is closed, the exit code has to do
        let _written = write!(std::io::stderr(), "error: {}\n{hint}", self.message);
        ExitCode::from(self.code)
    }
}

/// Says what an error says, its causes included. `Failure` is no [`Error`] itself: like this, `?` makes one of every
/// error.
impl<E: Error> From<E> for Failure {
    fn from(error: E) -> Self {
        let mut message = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            cause = error.source();
        }
        Self::new(message)
    }
}
