//! Key files from outside: a server that has one open, the commands that change it, and programs that are killed.

mod canary;
mod commands;
mod concurrent;
mod crash;
mod forge;
mod live;
mod policy;
mod support;
