//! Where a description can come from.

use ::rbac_runtime::tool;

/// One line.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
pub(crate) fn doc_line() {}

/// Two lines,
///   the second indented.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
pub(crate) fn doc_lines() {}

/** A block. */
#[tool(crate = ::rbac_runtime, requires = "read_data")]
pub(crate) fn doc_block() {}

#[doc = include_str!("description.md")]
#[tool(crate = ::rbac_runtime, requires = "read_data")]
pub(crate) fn doc_file() {}

/// Before.
#[doc = concat!("Com", "puted", ".")]
#[tool(crate = ::rbac_runtime, requires = "read_data")]
/// After the attribute.
pub(crate) fn doc_computed() {}

/// For people who read the source.
#[tool(crate = ::rbac_runtime, requires = "read_data", description = "For the model.")]
#[doc(alias = "another name")]
pub(crate) fn doc_overruled() {}

#[tool(crate = ::rbac_runtime, requires = "read_data")]
#[doc(hidden)]
pub(crate) fn doc_missing() {}
