use crate::{auth::Principal, policy::PermissionBits};

use super::Form;

/// Everything that a page depends on. Two requests with equal keys get the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) list: List,
    pub(crate) form: Form,
    /// The place in the whole list where the page begins, whoever asks.
    pub(crate) start: usize,
    /// How many items a page has.
    pub(crate) size: usize,
    pub(crate) visibility: Visibility,
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum List {
    Tools,
    Prompts,
    Resources,
    Templates,
}

impl List {
    pub(crate) const ALL: [Self; 4] = [Self::Tools, Self::Prompts, Self::Resources, Self::Templates];

    /// What its items stand under in a result.
    #[cfg(feature = "http")]
    pub(crate) const fn field(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Prompts => "prompts",
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
        }
    }
}

/// All of a caller that a decision looks at.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Visibility {
    permissions: PermissionBits,
    /// What more scopes could add, where lists show that.
    acquirable: Option<PermissionBits>,
    anonymous: bool,
    /// Whether denials count, or are only recorded.
    enforced: bool,
}

impl Visibility {
    pub(crate) fn of(principal: &Principal, enforced: bool, list_acquirable: bool) -> Self {
        let is_limited = list_acquirable && principal.scopes().is_some();
        Self {
            permissions: principal.permissions().to_bits(),
            acquirable: is_limited.then(|| principal.role_permissions().to_bits()),
            anonymous: principal.is_anonymous(),
            enforced,
        }
    }
}

impl Key {
    /// The memory that it takes, about.
    pub(super) fn weight(&self) -> usize {
        let Visibility { permissions, acquirable, .. } = &self.visibility;
        size_of::<Self>() + permissions.weight() + acquirable.as_ref().map_or(0, PermissionBits::weight)
    }
}
