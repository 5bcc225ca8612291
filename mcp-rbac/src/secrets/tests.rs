//! The cache, with a clock that stands still until a test moves it.

mod cache;
mod kept;
mod sources;
mod start;
