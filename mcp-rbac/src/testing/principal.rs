use crate::{
    auth::{Method, Principal, PrincipalError},
    policy::{Policy, PolicyRole},
};

/// A principal for a test, with any number of roles of `policy`.
///
/// # Errors
///
/// [`PrincipalError`] when a role belongs to another policy, or nobody may hold these roles together.
pub fn principal<R: PolicyRole>(
    policy: &'static Policy,
    subject: &str,
    roles: impl IntoIterator<Item = R>,
) -> Result<Principal, PrincipalError> {
    let builder = Principal::builder(policy, subject).method(Method::Stdio);
    roles.into_iter().fold(builder, |builder, role| builder.role(role)).build()
}

/// The principal of a request without a credential, where the server admits such requests: it has no role.
///
/// # Errors
///
/// None today; the same type as [`principal`], so that both can stand in one table.
pub fn anonymous(policy: &'static Policy) -> Result<Principal, PrincipalError> {
    Principal::anonymous(policy, None)
}
