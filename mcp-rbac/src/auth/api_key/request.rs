use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use super::{
    digest::Digest,
    file::{render_entry, text_objection},
    format::KeyId,
    pepper::{DigestKind, Peppers},
    stored::StoredKey,
};
use crate::{
    auth::Principal,
    policy::{Policy, PolicyRole, RoleRef},
    secrets::SecretError,
};

/// What a new key is to be: whose, for which roles, for how long.
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data } roles { reader { read_data } } }
/// # fn main() {
/// use std::time::Duration;
///
/// use mcp_rbac::api_key::KeyRequest;
///
/// let request = KeyRequest::new("alice").role(rbac::Role::Reader).expires_in(Duration::from_secs(90 * 24 * 3600));
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct KeyRequest {
    owner: String,
    roles: Vec<RoleRef>,
    label: Option<String>,
    not_before: Option<When>,
    expires: Option<When>,
}

#[derive(Debug, Clone, Copy)]
enum When {
    At(SystemTime),
    In(Duration),
}

impl When {
    /// To the second, which is what a file is read with.
    fn after(self, now: Timestamp) -> Result<Timestamp, String> {
        let time = match self {
            Self::At(time) => Timestamp::try_from(time).ok(),
            Self::In(span) => after(now, span),
        };
        // RFC 3339 has four digits for the year
        time.and_then(whole_second)
            .filter(|time| time.as_second() <= LAST_SECOND)
            .ok_or_else(|| "lies after the year 9999".to_owned())
    }
}

/// 9999-12-30T22:00:00Z, the last second that `Timestamp` can say in every time zone.
const LAST_SECOND: i64 = 253_402_207_200;

pub(super) fn after(now: Timestamp, span: Duration) -> Option<Timestamp> {
    now.checked_add(SignedDuration::try_from(span).ok()?).ok()
}

pub(super) fn whole_second(time: Timestamp) -> Option<Timestamp> {
    Timestamp::from_second(time.as_second()).ok()
}

impl KeyRequest {
    /// A key of this owner: the subject of the principal, and the name in records and lists. It needs a role.
    #[must_use]
    pub fn new(owner: impl Into<String>) -> Self {
        Self { owner: owner.into(), roles: Vec::new(), label: None, not_before: None, expires: None }
    }

    /// Adds a role.
    #[must_use]
    pub fn role(mut self, role: impl PolicyRole) -> Self {
        self.roles.push(role.role());
        self
    }

    /// Says what the key is for.
    #[must_use]
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: Some(label.into()), ..self }
    }

    /// It does not work before `time`. Fractions of a second are cut off.
    #[must_use]
    pub fn not_before(self, time: SystemTime) -> Self {
        Self { not_before: Some(When::At(time)), ..self }
    }

    /// It does not work from `time` on. Fractions of a second are cut off.
    #[must_use]
    pub fn expires(self, time: SystemTime) -> Self {
        Self { expires: Some(When::At(time)), ..self }
    }

    /// It does not work any more once `span` has passed since it was made.
    #[must_use]
    pub fn expires_in(self, span: Duration) -> Self {
        Self { expires: Some(When::In(span)), ..self }
    }

    /// The entry for the file, or why there can be none.
    pub(super) fn entry(
        &self,
        id: KeyId,
        digest: Digest,
        imported: bool,
        policy: &'static Policy,
        now: Timestamp,
    ) -> Result<StoredKey, String> {
        let resolve = |name: &str, when: Option<When>| {
            when.map(|when| when.after(now)).transpose().map_err(|problem| format!("`{name}` {problem}"))
        };
        let (not_before, expires) =
            (resolve("not before", self.not_before)?, resolve("expires", self.expires)?);
        for (name, text) in [("owner", Some(&self.owner)), ("label", self.label.as_ref())] {
            if let Some(objection) = text.and_then(|text| text_objection(text)) {
                return Err(format!("the {name} {objection}"));
            }
        }
        if self.roles.is_empty() {
            return Err("a key needs a role".to_owned());
        }
        if expires.is_some_and(|end| end <= now) {
            return Err("the key would have expired already".to_owned());
        }
        if expires.zip(not_before).is_some_and(|(end, begin)| end <= begin) {
            return Err("the key would expire before it is valid".to_owned());
        }
        let holder = Principal::builder(policy, &self.owner);
        let holder = self.roles.iter().fold(holder, |holder, role| holder.role(*role));
        holder.build().map_err(|error| error.to_string())?;
        let mut roles: Vec<String> = Vec::new();
        for role in &self.roles {
            if !roles.iter().any(|name| name == role.name()) {
                roles.push(role.name().to_owned());
            }
        }
        Ok(StoredKey {
            id,
            digest,
            imported,
            owner: self.owner.clone(),
            roles,
            label: self.label.clone(),
            created: whole_second(now).unwrap_or(now),
            not_before,
            expires,
            revoked: None,
        })
    }
}

/// A key that has just been made. It is shown this once: the file has only its SHA-256.
#[derive(Debug)]
#[must_use = "the key cannot be shown again"]
pub struct IssuedKey {
    pub(super) stored: StoredKey,
    pub(super) key: SecretString,
}

impl IssuedKey {
    /// What the file says about it.
    #[must_use]
    pub fn stored(&self) -> &StoredKey {
        &self.stored
    }

    /// The entry of this key in a secret that keeps keys ([`ApiKeys::secret`](crate::ApiKeys::secret)), where this pepper
    /// is used. [`StoredKey::entry`] is the one without.
    ///
    /// # Errors
    ///
    /// [`SecretError`] when the pepper has fewer than 32 bytes.
    pub fn peppered_entry(&self, pepper: &SecretString) -> Result<serde_json::Value, SecretError> {
        let digest = Peppers::hmac(pepper)?.of(self.key.expose_secret().as_bytes());
        Ok(render_entry(&self.stored, DigestKind::Peppered, digest))
    }

    /// The key itself, for its owner and nobody else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.key.expose_secret()
    }
}
