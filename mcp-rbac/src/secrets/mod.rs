//! Secrets from where they are kept: an environment variable, a file, AWS Secrets Manager (feature `aws`), or a
//! [`SecretSource`] of your own.
//!
//! [`ApiKeys::secret`](crate::ApiKeys::secret) takes the API keys of a server from one. Whatever uses a secret has it from
//! a [`CachedSecret`], by one set of rules:
//!
//! * it counts for 15 minutes ([`ttl`](CachedSecret::ttl)) from the moment it was asked for, and is asked for again in the
//!   background after four fifths of that;
//! * however many requests miss it at once, there is one fetch;
//! * when it cannot be had again, or has something wrong with it, the one before counts on for an hour
//!   ([`max_stale`](CachedSecret::max_stale)), with an error in the log; then there is none, and whoever needs it denies;
//! * a fetch that failed is not repeated at once: the pauses grow from one second to a minute.
//!
//! A secret has a current version and, while it is being rotated, a previous one. Both are good. One that is still to come
//! (`AWSPENDING`) is never asked for.

#[cfg(feature = "aws")]
mod aws;
mod cache;
mod cached;
mod env;
mod error;
mod file;
mod source;

#[cfg(test)]
mod tests;

#[cfg(feature = "aws")]
pub use aws::AwsSecret;
pub(crate) use cache::Cache;
pub use cached::CachedSecret;
pub use env::EnvSecret;
pub use error::SecretError;
pub use file::FileSecret;
pub use source::{SecretSource, SecretVersions};
