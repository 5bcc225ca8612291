use std::time::SystemTime;

use jiff::Timestamp;

use super::{digest::Digest, file::render_entry, format::KeyId, pepper::DigestKind};

/// What a key file says about one key. The key itself is not in it, only its SHA-256.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredKey {
    pub(super) id: KeyId,
    pub(super) digest: Digest,
    pub(super) imported: bool,
    pub(super) owner: String,
    pub(super) roles: Vec<String>,
    pub(super) label: Option<String>,
    pub(super) created: Timestamp,
    pub(super) not_before: Option<Timestamp>,
    pub(super) expires: Option<Timestamp>,
    pub(super) revoked: Option<Timestamp>,
}

/// Whether a key works, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// It works.
    Active,
    /// Its time has not come (`not_before`).
    NotYetValid,
    /// Its time is over (`expires`).
    Expired,
    /// It was taken back (`revoked`), for good.
    Revoked,
}

impl KeyState {
    /// The word that lists and messages use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NotYetValid => "not yet valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl std::fmt::Display for KeyState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl StoredKey {
    /// The id: the twelve characters after `mcprbac_`, or for an imported key those it was given. It is no secret.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id.as_str()
    }

    /// Whose key it is: the subject of the principal. It survives rotation.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// The names of the roles that the key gives.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.roles
    }

    /// What the key is for, in the owner's words.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// Whether somebody else made the key and only its digest was taken in.
    #[must_use]
    pub fn is_imported(&self) -> bool {
        self.imported
    }

    /// When it was made or imported.
    #[must_use]
    pub fn created(&self) -> SystemTime {
        self.created.into()
    }

    /// The first moment at which it works.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        self.not_before.map(Into::into)
    }

    /// The first moment at which it no longer works.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires.map(Into::into)
    }

    /// When it was revoked.
    #[must_use]
    pub fn revoked(&self) -> Option<SystemTime> {
        self.revoked.map(Into::into)
    }

    /// Whether it works at `time`.
    #[must_use]
    pub fn state_at(&self, time: SystemTime) -> KeyState {
        // a time that no file can hold lies after everything that a file can hold
        self.validity().state_at(Timestamp::try_from(time).unwrap_or(Timestamp::MAX))
    }

    /// The entry of this key in a secret that keeps keys ([`ApiKeys::secret`](crate::ApiKeys::secret)), where no pepper is
    /// used: one of the list `keys`.
    #[must_use]
    pub fn entry(&self) -> serde_json::Value {
        render_entry(self, DigestKind::Plain, self.digest)
    }

    pub(super) fn validity(&self) -> Validity {
        Validity { revoked: self.revoked.is_some(), not_before: self.not_before, expires: self.expires }
    }
}

/// When a key works.
#[derive(Debug, Clone, Copy)]
pub(super) struct Validity {
    revoked: bool,
    not_before: Option<Timestamp>,
    expires: Option<Timestamp>,
}

impl Validity {
    pub(super) const NEVER: Self = Self { revoked: true, not_before: None, expires: None };

    /// From `not_before` on, and before `expires`: the edges are those of `nbf` and `exp` (RFC 7519, sections 4.1.4 and
    /// 4.1.5). A revoked key does not come back, whatever time its revocation bears.
    pub(super) fn state_at(&self, now: Timestamp) -> KeyState {
        if self.revoked {
            KeyState::Revoked
        } else if self.expires.is_some_and(|expires| now >= expires) {
            KeyState::Expired
        } else if self.not_before.is_some_and(|begin| now < begin) {
            KeyState::NotYetValid
        } else {
            KeyState::Active
        }
    }
}
