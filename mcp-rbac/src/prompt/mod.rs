//! What a prompt function can return. Its parameters are those of a tool.

mod result;

pub use result::PromptResult;
