//! What the official conformance suite asks a server for, and the servers that answer it.
//!
//! The suite fixes names, texts and schemas; `README.md` says which scenario needs what. The answers stand apart from
//! the server that gives them, so that every kind of server gives the same ones.

pub mod answers;
pub mod arguments;
pub mod asks;
pub mod changes;
pub mod conversation;
pub mod jobs;
pub mod plain;
pub mod policy;
pub mod rounds;
pub mod serve;
