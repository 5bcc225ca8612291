//! A policy of 1,000 permissions, 100 roles and 1,000 tools, written by the build script.
#![expect(missing_docs, reason = "a thousand names that mean nothing")]

#[path = "../model.rs"]
pub mod model;

include!(concat!(env!("OUT_DIR"), "/generated.rs"));
