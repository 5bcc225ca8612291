//! API keys: a file of digests, and what recognises a caller by it.
//!
//! A server takes keys from a file with [`ApiKeys`](crate::ApiKeys); [`KeyFile`] changes such a file, and so do the
//! commands `keys new`, `keys list`, `keys rotate`, `keys revoke`, `keys import` and `keys secret` of `mcp_rbac::cli`.
//!
//! A key is `mcprbac_`, an id of 12 letters and digits, a secret of 43 and a checksum of 6. The file has its SHA-256 and
//! never the key:
//!
//! ```toml
//! version = 1
//!
//! [[key]]
//! id = "4TQ0ZbXv9kPd"
//! owner = "alice"
//! roles = ["analyst"]
//! label = "alice's laptop"
//! sha256 = "5d2c6b4a9f1e8d7c3b2a190807f6e5d4c3b2a1908f7e6d5c4b3a29181706f5e4"
//! created = 2026-11-20T09:30:00Z
//! expires = 2027-02-18T09:30:00Z
//! ```

mod authenticator;
mod digest;
mod error;
mod file;
mod format;
mod key_file;
mod last_used;
mod pepper;
mod recognise;
mod request;
mod secret;
mod set;
mod stored;
mod sys;
mod watch;
mod well_known;

#[cfg(test)]
#[expect(clippy::string_slice, reason = "keys are ASCII, and a test may panic")]
mod tests;

pub use authenticator::ApiKeys;
pub use error::KeyFileError;
pub use key_file::KeyFile;
pub use request::{IssuedKey, KeyRequest};
pub use secret::ApiKeySecret;
pub use stored::{KeyState, StoredKey};
pub use sys::KeyFileMode;
pub(crate) use sys::read_secret;
