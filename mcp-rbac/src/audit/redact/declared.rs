//! What a tool declares about its arguments: `#[tool(audit(redact("…"), hash("…"), omit("…")))]`.

use crate::registry::{Redaction, Treatment};

/// What is declared for the value that is looked at.
pub(super) struct Declared(Vec<Redaction>);

/// What is declared for a member of it.
pub(super) enum Inner {
    /// For all of it.
    Treated(Treatment),
    /// For what is in it.
    Declared(Declared),
}

impl Declared {
    pub(super) const NOTHING: Self = Self(Vec::new());

    pub(super) fn of(rules: &'static [Redaction]) -> Self {
        Self(rules.to_vec())
    }

    pub(super) fn member(&self, name: &str) -> Inner {
        if let Some(rule) = self.0.iter().find(|rule| rule.path == name) {
            return Inner::Treated(rule.treatment);
        }
        let inner = self.0.iter().filter_map(|rule| {
            let path = rule.path.strip_prefix(name)?.strip_prefix('.')?;
            Some(Redaction { path, ..*rule })
        });
        Inner::Declared(Self(inner.collect()))
    }
}
