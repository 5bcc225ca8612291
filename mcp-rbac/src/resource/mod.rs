//! What a resource function can return, and what the variables of its URI can be. Its other parameters are those of a
//! tool.

mod result;
mod variable;

pub use result::{ResourceAnswer, ResourceResult};
pub use variable::ResourceVariable;
