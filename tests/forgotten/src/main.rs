//! The guarded server of `examples/existing-server`, with a tool that nobody declared.

include!(concat!(env!("OUT_DIR"), "/main.rs"));
