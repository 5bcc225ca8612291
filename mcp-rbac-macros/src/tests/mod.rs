//! Tests of whole macros, called as functions.

mod never_panics;
mod snapshots;
