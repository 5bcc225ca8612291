use std::{fmt, marker::PhantomData};

use super::PermissionMarker;

/// A zero-sized proof that the guard checked permission `P` for the call in hand.
///
/// A tool that takes `Granted<rbac::permissions::delete_data>` hands the proof on to the function that deletes, which
/// then cannot be called by anybody who was not checked. Only the guard makes one: it is not `Clone`, `Copy`,
/// `Default` or deserializable.
///
/// It says "checked when this call began". Code can keep it after the call (in a task it spawns, say), and a role
/// taken away in the meantime does not take the proof away.
///
/// ```compile_fail
/// # mcp_rbac::roles! { permissions { delete_data } roles { admin { delete_data } } }
/// # fn main() {
/// let forged: mcp_rbac::Granted<rbac::permissions::delete_data> = mcp_rbac::Granted(std::marker::PhantomData);
/// # }
/// ```
#[must_use = "a proof is there to be handed to the function that asks for it"]
pub struct Granted<P>(PhantomData<fn() -> P>);

impl<P> Granted<P> {
    /// For the guard alone, after it has allowed a call whose requirement covers `P`.
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<P: PermissionMarker> fmt::Debug for Granted<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Granted({})", P::PERMISSION.name())
    }
}
