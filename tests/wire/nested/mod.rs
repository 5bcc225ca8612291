//! The endpoint within an application of somebody's own: their router, their layers, their listener.

mod app;
mod browser;
mod guarded;
mod http2;
mod identity;
mod routes;

use app::{AT, App};
