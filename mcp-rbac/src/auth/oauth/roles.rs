//! Who may what, as far as tokens say it: claims become roles, by an explicit table and in no other way.

use std::fmt;

use serde_json::Value;

use super::{Reason, token::Claims};
use crate::policy::{Policy, PolicyRole, RoleRef};

/// How many values a claim may have. Nobody is in so many groups; whoever says so wants something else.
const MAX_VALUES: usize = 1000;

/// A claim that says which roles its holder has; [`claim`] makes one.
///
/// Its values are an array of texts, and are compared byte for byte with those that are mapped. Values that are not mapped
/// give nothing.
#[derive(Debug, Clone)]
#[must_use = "it maps nothing before an issuer is given it with `roles`"]
pub struct RoleClaim {
    name: String,
    is_single: bool,
    map: Vec<(String, RoleRef)>,
    by_name: bool,
}

/// The claim `name`: `cognito:groups`, `roles`, `https://records.example/roles`. A name that begins with `/` is a JSON
/// pointer (RFC 6901) to a claim within others: `/realm_access/roles`.
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data } roles { analyst { read_data } admin { read_data } } }
/// # fn main() {
/// use mcp_rbac::oauth::claim;
///
/// let groups = claim("cognito:groups").map("mcp-admins", rbac::Role::Admin).map("staff", rbac::Role::Analyst);
/// # let _ = groups;
/// # }
/// ```
pub fn claim(name: impl Into<String>) -> RoleClaim {
    RoleClaim { name: name.into(), is_single: false, map: Vec::new(), by_name: false }
}

impl RoleClaim {
    /// Whoever has `value` in the claim has `role`.
    pub fn map(mut self, value: impl Into<String>, role: impl PolicyRole) -> Self {
        self.map.push((value.into(), role.role()));
        self
    }

    /// Whoever has the name of a role in the claim has that role, besides those that are [mapped](Self::map). Whoever can
    /// name a group or a role at the issuer then gives roles of this server: the start-up report says so.
    pub fn by_name(self) -> Self {
        Self { by_name: true, ..self }
    }

    /// The claim is one text, and no array of them.
    pub fn single(self) -> Self {
        Self { is_single: true, ..self }
    }

    /// Whether it gives anything.
    fn is_empty(&self) -> bool {
        self.map.is_empty() && !self.by_name
    }

    /// What the claim is in a token; `None` where it is missing. A JSON `null` says as little as nothing.
    fn find<'c>(&self, claims: &'c Claims) -> Option<&'c Value> {
        let found = match self.name.strip_prefix('/') {
            None => claims.get(&self.name),
            Some(pointer) => {
                let mut names = pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~"));
                let first = claims.get(&names.next()?)?;
                names.try_fold(first, |value, name| value.as_object().and_then(|members| members.get(&name)))
            }
        };
        found.filter(|value| !value.is_null())
    }

    fn values<'c>(&self, said: &'c Value) -> Result<Vec<&'c str>, Reason> {
        let bad = || Reason::BadClaim(self.name.clone().into());
        match (said, self.is_single) {
            (Value::String(one), true) => Ok(vec![one]),
            (Value::Array(several), false) if several.len() <= MAX_VALUES => {
                several.iter().map(|value| value.as_str().ok_or_else(bad)).collect()
            }
            _ => Err(bad()),
        }
    }
}

/// `` `groups` by 2 values and by name ``.
impl fmt::Display for RoleClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.map.len() == 1 { "" } else { "s" };
        match (self.map.len(), self.by_name) {
            (0, _) => write!(f, "`{}` by name", self.name),
            (mapped, false) => write!(f, "`{}` by {mapped} value{plural}", self.name),
            (mapped, true) => write!(f, "`{}` by {mapped} value{plural} and by name", self.name),
        }
    }
}

/// Where the roles of an issuer's tokens come from.
#[derive(Debug, Clone, Default)]
pub(super) struct RoleMap {
    pub(super) claims: Vec<RoleClaim>,
    /// The role of whoever has a good token without any of the claims.
    pub(super) otherwise: Option<RoleRef>,
}

/// The roles that one token gives.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) roles: Vec<RoleRef>,
    /// How many values gave nothing.
    pub(super) unmapped: usize,
    /// There were too many for the token: they would have to be asked for, and are not (Entra ID).
    pub(super) left_out: bool,
}

impl RoleMap {
    /// What is wrong with it under `policy`.
    pub(super) fn problems(&self, policy: &'static Policy) -> Vec<String> {
        let mut problems = Vec::new();
        for claim in &self.claims {
            let name = &claim.name;
            if name.is_empty() {
                problems.push("a claim without a name has no roles".to_owned());
            }
            if claim.is_empty() {
                problems
                    .push(format!("the claim `{name}` gives no role: `.map(\"value\", Role::…)` says which"));
            }
        }
        let roles =
            self.claims.iter().flat_map(|claim| &claim.map).map(|(_, role)| *role).chain(self.otherwise);
        for role in roles.filter(|role| role.policy() != policy) {
            problems.push(format!(
                "role `{role}` is declared by the policy of `{}`, but the server runs under the policy of `{}`",
                role.policy().module(),
                policy.module()
            ));
        }
        problems
    }

    /// The roles that the token gives.
    pub(super) fn roles(&self, claims: &Claims, policy: &'static Policy) -> Result<Found, Reason> {
        let mut found = Found::default();
        let mut is_said = false;
        for claim in &self.claims {
            let Some(said) = claim.find(claims) else {
                found.left_out |= is_left_out(&claim.name, claims);
                continue;
            };
            is_said = true;
            for value in claim.values(said)? {
                let mapped = claim.map.iter().filter(|(known, _)| known == value).map(|(_, role)| *role);
                let named = policy.roles().filter(|role| claim.by_name && role.name() == value);
                let mut gives = false;
                for role in mapped.chain(named) {
                    gives = true;
                    if !found.roles.contains(&role) {
                        found.roles.push(role);
                    }
                }
                found.unmapped += usize::from(!gives);
            }
        }
        if !is_said && !found.left_out {
            found.roles.extend(self.otherwise);
        }
        Ok(found)
    }
}

/// Whether Entra ID says that the claim exists and is too long for the token (*groups overage*): `_claim_names` says where
/// to ask for it, or `hasgroups` only that it is so.
fn is_left_out(name: &str, claims: &Claims) -> bool {
    let is_elsewhere = match claims.get("_claim_names") {
        Some(Value::Object(elsewhere)) => elsewhere.contains_key(name),
        Some(_) | None => false,
    };
    is_elsewhere || name == "groups" && claims.get("hasgroups") == Some(&Value::Bool(true))
}

impl fmt::Display for RoleMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.claims.is_empty() && self.otherwise.is_none() {
            return f.write_str("no roles");
        }
        let claims: Vec<String> = self.claims.iter().map(ToString::to_string).collect();
        if !claims.is_empty() {
            write!(f, "roles from {}", claims.join(", "))?;
        }
        match self.otherwise {
            Some(role) if claims.is_empty() => write!(f, "everybody is `{role}`"),
            Some(role) => write!(f, ", without them `{role}`"),
            None => Ok(()),
        }
    }
}
