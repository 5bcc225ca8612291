use std::{fmt, sync::Arc};

use crate::policy::{PermissionBits, PermissionRef, PermissionSet, Policy, PolicyRole, RoleRef, scopes};

/// Who is calling: how they were recognised, who they are, and what their roles let them do.
///
/// A principal is made by what authenticates and never from what a client says about itself. Cloning one is cheap.
#[derive(Clone)]
pub struct Principal(Arc<Identity>);

struct Identity {
    method: Method,
    issuer: Option<String>,
    subject: String,
    client: Option<String>,
    token_id: Option<String>,
    roles: Box<[RoleRef]>,
    permissions: PermissionBits,
    limit: Option<Limit>,
}

/// What the scopes of a token leave of what the roles give.
struct Limit {
    covered: PermissionBits,
    effective: PermissionBits,
    prefix: String,
}

/// How a principal was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// The one who started the process and speaks to it over standard input and output.
    Stdio,
    /// An API key of this server's own.
    ApiKey,
    /// An access token of an OAuth 2.1 authorization server.
    OAuth,
    /// Something else that the server was told to trust (see [`Authenticate`](crate::Authenticate)).
    Custom,
    /// The program itself, for work that no client asked for ([`Principal::system`]).
    System,
    /// A request without a credential, where the server admits such requests.
    Anonymous,
}

impl Method {
    /// The name that records and messages use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stdio => "stdio",
            Self::ApiKey => "api_key",
            Self::OAuth => "oauth",
            Self::Custom => "custom",
            Self::System => "system",
            Self::Anonymous => "anonymous",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why somebody cannot be a principal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrincipalError {
    /// A role that another `roles!` declares than the one the server runs under.
    #[error(
        "role `{role}` is declared by the policy of `{theirs}`, but the server runs under the policy of `{ours}`"
    )]
    OtherPolicy {
        /// The role.
        role: &'static str,
        /// The module of the policy that declares it.
        theirs: &'static str,
        /// The module of the policy in force.
        ours: &'static str,
    },
    /// The roles together reach two permissions that the policy declares `exclusive`.
    #[error("nobody may hold `{first}` and `{second}` together, and the roles {roles} reach both")]
    Exclusive {
        /// One of the two permissions.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// The roles, for the message.
        roles: String,
    },
    /// The scope prefix could not stand in a scope.
    #[error("a scope prefix has a character that no scope has (RFC 6749, section 3.3)")]
    ScopePrefix,
}

impl Principal {
    /// The program itself as a caller, for work that no client asked for (a schedule, a migration). Its calls are
    /// decided like everybody's and are recorded as `system`.
    ///
    /// ```
    /// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
    /// # fn main() {
    /// let nightly = mcp_rbac::Principal::system("nightly-report", rbac::Role::Reader);
    /// assert!(nightly.can(rbac::Permission::ReadData));
    /// assert_eq!(nightly.method().as_str(), "system");
    /// # }
    /// ```
    #[must_use]
    pub fn system(name: impl Into<String>, role: impl PolicyRole) -> Self {
        Self::of_role(Method::System, name.into(), role.role())
    }

    /// One role can break no `exclusive`: the compiler has checked every role of the policy.
    pub(crate) fn of_role(method: Method, subject: String, role: RoleRef) -> Self {
        let mut permissions = PermissionBits::none(role.policy());
        permissions.extend(role.permissions());
        Self(Arc::new(Identity {
            method,
            issuer: None,
            subject,
            client: None,
            token_id: None,
            roles: [role].into(),
            permissions,
            limit: None,
        }))
    }

    /// Begins a principal that an [`Authenticate`](crate::Authenticate) has recognised as `subject`.
    #[must_use]
    pub fn builder(policy: &'static Policy, subject: impl Into<String>) -> PrincipalBuilder {
        PrincipalBuilder {
            policy,
            method: Method::Custom,
            issuer: None,
            subject: subject.into(),
            client: None,
            token_id: None,
            roles: Vec::new(),
            scopes: None,
            scope_prefix: String::new(),
        }
    }

    /// Somebody without a credential, where the server admits such requests: with the roles it says, or none.
    pub(crate) fn anonymous(policy: &'static Policy, role: Option<RoleRef>) -> Result<Self, PrincipalError> {
        let roles = role.into_iter().collect();
        PrincipalBuilder { method: Method::Anonymous, roles, ..Self::builder(policy, "anonymous") }.build()
    }

    /// How the caller was recognised.
    #[must_use]
    pub fn method(&self) -> Method {
        self.0.method
    }

    /// Who vouches for the subject; `None` where that is this server itself.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// The name of the caller, unique within method and issuer.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.0.subject
    }

    /// The credential or program that acts for the subject: the id of an API key, an OAuth client.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.0.client.as_deref()
    }

    /// The id of the access token (`jti`; RFC 7519, section 4.1.7), where it has one. No decision looks at it.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.0.token_id.as_deref()
    }

    /// The roles of the caller.
    #[must_use]
    pub fn roles(&self) -> &[RoleRef] {
        &self.0.roles
    }

    /// The effective permissions: the union of what the roles reach, and of these, where scopes limit the caller, those
    /// that the scopes cover.
    #[must_use]
    pub fn permissions(&self) -> PermissionSet<'_> {
        self.0.limit.as_ref().map_or(&self.0.permissions, |limit| &limit.effective).view()
    }

    /// The union of what the roles reach, whatever the scopes: what the caller could be granted.
    #[must_use]
    pub fn role_permissions(&self) -> PermissionSet<'_> {
        self.0.permissions.view()
    }

    /// What the scopes of the caller's token cover; `None` where no scopes limit the caller. Scopes never add to what the
    /// roles give.
    #[must_use]
    pub fn scopes(&self) -> Option<PermissionSet<'_>> {
        self.0.limit.as_ref().map(|limit| limit.covered.view())
    }

    /// The scopes of these permissions, as the issuer of the caller's token calls them.
    pub(crate) fn scope_names(&self, permissions: &[PermissionRef]) -> Vec<String> {
        let prefix = self.0.limit.as_ref().map_or("", |limit| &limit.prefix);
        permissions.iter().map(|permission| format!("{prefix}{}", permission.name())).collect()
    }

    /// Whether the caller holds `permission`.
    #[must_use]
    pub fn can(&self, permission: impl Into<PermissionRef>) -> bool {
        self.permissions().contains(permission)
    }

    /// Whether every decision about another principal is the same: they hold the same permissions, by the same roles'
    /// reach and the same scopes.
    pub(crate) fn has_permissions_of(&self, other: &Self) -> bool {
        let covered = |principal: &Self| principal.0.limit.as_ref().map(|limit| limit.covered.clone());
        self.is_anonymous() == other.is_anonymous()
            && self.0.permissions == other.0.permissions
            && covered(self) == covered(other)
    }

    /// Whether nobody said who is calling.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.method() == Method::Anonymous
    }

    /// Whether two requests come from the same principal: method, issuer and subject are equal. Roles do not count,
    /// and nobody is the same as an anonymous caller.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        !self.is_anonymous()
            && self.method() == other.method()
            && self.issuer() == other.issuer()
            && self.subject() == other.subject()
    }

    /// Whether two requests come from the same principal through the same client: then what belongs to one belongs to
    /// the other.
    pub(crate) fn owns_with(&self, other: &Self) -> bool {
        self.is_same_as(other) && self.client() == other.client()
    }
}

/// A principal in the making; [`Principal::builder`] begins one.
#[derive(Debug, Clone)]
pub struct PrincipalBuilder {
    policy: &'static Policy,
    method: Method,
    issuer: Option<String>,
    subject: String,
    client: Option<String>,
    token_id: Option<String>,
    roles: Vec<RoleRef>,
    scopes: Option<Vec<PermissionRef>>,
    scope_prefix: String,
}

impl PrincipalBuilder {
    /// Who vouches for the subject. Two subjects of one name from two issuers are two principals.
    #[must_use]
    pub fn issuer(self, issuer: impl Into<String>) -> Self {
        Self { issuer: Some(issuer.into()), ..self }
    }

    /// The credential or program that acts for the subject.
    #[must_use]
    pub fn client(self, client: impl Into<String>) -> Self {
        Self { client: Some(client.into()), ..self }
    }

    /// The id of the token that was presented, for records.
    #[must_use]
    pub fn token_id(self, id: impl Into<String>) -> Self {
        Self { token_id: Some(id.into()), ..self }
    }

    /// Adds a role.
    #[must_use]
    pub fn role(mut self, role: impl PolicyRole) -> Self {
        self.roles.push(role.role());
        self
    }

    /// Limits the caller to what these scopes cover, whatever the roles give: each covers the permission of its name and
    /// those that it `implies`. Without any, nothing is covered. See [`Principal::scopes`].
    #[must_use]
    pub fn scopes(self, granted: impl IntoIterator<Item = PermissionRef>) -> Self {
        Self { scopes: Some(granted.into_iter().collect()), ..self }
    }

    /// What stands before the name of a permission in the scopes of the issuer, for the challenges that name some.
    #[must_use]
    pub fn scope_prefix(self, prefix: impl Into<String>) -> Self {
        Self { scope_prefix: prefix.into(), ..self }
    }

    /// How the caller was recognised.
    pub(crate) fn method(self, method: Method) -> Self {
        Self { method, ..self }
    }

    /// The principal.
    ///
    /// # Errors
    ///
    /// [`PrincipalError`] when a role belongs to another policy, nobody may hold these roles together, or the scope prefix
    /// is none.
    pub fn build(self) -> Result<Principal, PrincipalError> {
        let Self { policy, method, issuer, subject, client, token_id, roles, scopes, scope_prefix } = self;
        let mut permissions = PermissionBits::none(policy);
        for role in &roles {
            if role.policy() != policy {
                return Err(PrincipalError::OtherPolicy {
                    role: role.name(),
                    theirs: role.policy().module(),
                    ours: policy.module(),
                });
            }
            permissions.extend(role.permissions());
        }
        for group in policy.exclusive {
            let mut held = group.iter().filter(|&&index| permissions.view().has(index));
            if let (Some(&first), Some(&second)) = (held.next(), held.next()) {
                let names: Vec<&str> = roles.iter().map(|role| role.name()).collect();
                return Err(PrincipalError::Exclusive {
                    first: PermissionRef::new(policy, first).name(),
                    second: PermissionRef::new(policy, second).name(),
                    roles: names.join(", "),
                });
            }
        }
        if !scopes::is_scope_text(&scope_prefix) {
            return Err(PrincipalError::ScopePrefix);
        }
        let limit = scopes.map(|granted| {
            let covered = scopes::covered(policy, granted);
            Limit { effective: permissions.intersection(&covered), covered, prefix: scope_prefix }
        });
        Ok(Principal(Arc::new(Identity {
            method,
            issuer,
            subject,
            client,
            token_id,
            roles: roles.into(),
            permissions,
            limit,
        })))
    }
}

/// Without the permissions, which follow from the roles.
impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("method", &self.method())
            .field("issuer", &self.issuer())
            .field("subject", &self.subject())
            .field("client", &self.client())
            .field("roles", &self.roles())
            .field("scopes", &self.scopes())
            .finish()
    }
}

/// For messages: the role of the caller, or what stands in its place.
pub(crate) fn describe_roles(principal: &Principal) -> String {
    match principal.roles() {
        [] if principal.is_anonymous() => "an anonymous caller".to_owned(),
        [] => "a caller without roles".to_owned(),
        [role] => format!("role `{role}`"),
        roles => {
            let names: Vec<String> = roles.iter().map(|role| format!("`{role}`")).collect();
            format!("roles {}", names.join(", "))
        }
    }
}
