use std::str::FromStr;

use crate::tool::Failure;

/// What a variable of a resource's URI can be: whatever is written as text and read from it.
///
/// The text is decoded, once, from the URI that the guard decided on. Text that is none of the type is answered like a
/// resource that does not exist: `records://abc` is no record where the id is a number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a variable of a resource",
    label = "cannot be read from the text of a URI",
    note = "a variable is a `String`, a number, or any type that implements `std::str::FromStr`"
)]
pub trait ResourceVariable: Sized {
    /// Reads the variable.
    ///
    /// # Errors
    ///
    /// [`Failure::NotFound`] for text that is none of this type.
    fn parse(text: &str) -> Result<Self, Failure>;
}

#[diagnostic::do_not_recommend]
impl<T: FromStr> ResourceVariable for T {
    fn parse(text: &str) -> Result<Self, Failure> {
        text.parse().map_err(|_| Failure::NotFound)
    }
}
