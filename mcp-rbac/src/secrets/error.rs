use std::time::Duration;

/// Why there is no secret. It says nothing of what is in one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// Nothing has this name.
    #[error("there is no such secret")]
    Missing,
    /// It is there no more, or waits for its deletion.
    #[error("it is deleted, or about to be")]
    Deleted,
    /// It is bytes, and no text.
    #[error("it is binary and not text")]
    Binary,
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// What is in it is not what it should be. The text says what is wrong, and quotes no value.
    #[error("it cannot be used: {0}")]
    Malformed(String),
    /// This program may not read it.
    #[error("it may not be read: {0}")]
    Denied(String),
    /// It cannot be had at the moment.
    #[error("it cannot be had: {0}")]
    Unavailable(String),
    /// There was no answer in time.
    #[error("there was no answer within {} seconds", .0.as_secs_f64())]
    TooSlow(Duration),
}
