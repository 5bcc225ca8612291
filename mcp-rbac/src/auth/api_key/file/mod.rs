//! The text of a key file, in and out.

mod fields;
mod parse;
mod problem;
mod render;

pub(super) use parse::{Line, parse, text_objection};
pub(super) use problem::{Problem, Problems};
pub(super) use render::render;

/// The version of the format. A file with another one is refused.
const VERSION: &str = "1";

/// The fields of a key, in the order in which they are written.
const FIELDS: [&str; 10] =
    ["id", "owner", "roles", "label", "sha256", "imported", "created", "not_before", "expires", "revoked"];
