//! The first ten minutes: `records` over HTTP in an empty folder, what it prints, what it refuses, and its keys.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails may panic"
)]

mod desk;
mod serving;

mod checked;
mod keys;
mod looked_into;
mod proxied;
mod recorded;
mod refused;
mod shown;
mod tls;

const ROLES: [&str; 3] = ["readonly", "analyst", "admin"];
