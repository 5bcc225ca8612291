use crate::registry::Problems;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Tools, states or roles do not fit together.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// Nobody could be recognised, and nobody is admitted unrecognised: every request would be refused.
    #[error(
        "the server can recognise nobody; give it a way with `.authenticate(…)`, or admit everybody with \
         `.allow_anonymous()`"
    )]
    NobodyAdmitted,
    /// An authenticator cannot start.
    #[error("{}", .0.join("; "))]
    Authenticator(Vec<String>),
}
