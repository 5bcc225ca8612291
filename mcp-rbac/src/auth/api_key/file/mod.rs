//! The text of a key file, in and out; and of a secret with keys, which has the same fields.

mod fields;
mod json;
mod parse;
mod problem;
mod render;
mod toml;

pub(super) use json::parse_json;
pub(super) use parse::text_objection;
pub(super) use problem::{Place, Problem, Problems};
pub(super) use render::{render, render_entry};
pub(super) use toml::parse;

/// The version of the format. A file with another one is refused.
const VERSION: &str = "1";
