use std::time::Duration;

/// What bounds the sessions of one server.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct SessionLimits {
    pub(in crate::http) in_all: usize,
    pub(in crate::http) per_principal: usize,
    pub(in crate::http) age: Duration,
    /// How many requests of one session are worked on at once, at the most: a client can go away from one and send the
    /// next.
    pub(super) requests: usize,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self { in_all: 1024, per_principal: 16, age: Duration::from_secs(8 * 3600), requests: 64 }
    }
}
