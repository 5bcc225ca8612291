use std::{
    fmt,
    hash::{Hash, Hasher},
};

use super::{PermissionRef, Policy};

/// A set of permissions of one policy; a view that costs nothing to copy.
///
/// ```
/// # mcp_rbac::roles! { permissions { read_data, write_data } roles { reader { read_data } editor { write_data } } }
/// # fn main() {
/// let may = rbac::Role::Reader.permissions();
/// assert!(may.contains(rbac::Permission::ReadData));
/// assert_eq!(may.len(), 1);
/// assert_eq!(may.to_string(), "read_data");
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct PermissionSet<'a> {
    policy: &'static Policy,
    words: &'a [u64],
}

impl<'a> PermissionSet<'a> {
    pub(crate) const fn new(policy: &'static Policy, words: &'a [u64]) -> Self {
        Self { policy, words }
    }

    /// Whether `permission` is in the set; a permission of another policy never is.
    #[must_use]
    pub fn contains(self, permission: impl Into<PermissionRef>) -> bool {
        let permission = permission.into();
        std::ptr::eq(self.policy, permission.policy()) && has_bit(self.words, permission.index())
    }

    /// How many permissions the set has.
    #[must_use]
    pub fn len(self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether the set has no permission.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// The permissions, in the order of declaration.
    pub fn iter(self) -> impl Iterator<Item = PermissionRef> + use<'a> {
        let Self { policy, words } = self;
        (0..policy.permissions.len() as u16)
            .filter(move |&index| has_bit(words, index))
            .map(move |index| PermissionRef::new(policy, index))
    }

    /// The policy that declares them.
    pub(crate) const fn policy(self) -> &'static Policy {
        self.policy
    }

    /// Whether these are permissions of `policy`.
    pub(crate) fn is_of(self, policy: &Policy) -> bool {
        std::ptr::eq(self.policy, policy)
    }

    /// The same permissions, to keep.
    pub(crate) fn to_bits(self) -> PermissionBits {
        PermissionBits { policy: self.policy, words: self.words.into() }
    }

    pub(crate) const fn has(self, index: u16) -> bool {
        has_bit(self.words, index)
    }
}

/// Equal when they are of the same policy and have the same permissions.
impl PartialEq for PermissionSet<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.policy == other.policy && self.words == other.words
    }
}

impl Eq for PermissionSet<'_> {}

impl fmt::Display for PermissionSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(PermissionRef::name).collect();
        f.write_str(&names.join(", "))
    }
}

impl fmt::Debug for PermissionSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// Whether a bit is set; a bit past the end is not.
const fn has_bit(words: &[u64], index: u16) -> bool {
    let word = index as usize / 64;
    #[expect(clippy::indexing_slicing, reason = "the length is checked in the same condition")]
    {
        word < words.len() && words[word] >> (index % 64) & 1 == 1
    }
}

/// The owned form: what a union of several roles gives.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PermissionBits {
    policy: &'static Policy,
    words: Box<[u64]>,
}

impl PermissionBits {
    pub(crate) fn none(policy: &'static Policy) -> Self {
        Self { policy, words: vec![0; policy.permissions.len().div_ceil(64)].into_boxed_slice() }
    }

    /// Adds every permission of `set`; the caller has checked that it is of the same policy.
    pub(crate) fn extend(&mut self, set: PermissionSet<'_>) {
        for (word, more) in self.words.iter_mut().zip(set.words) {
            *word |= more;
        }
    }

    /// The memory behind it, in bytes.
    pub(crate) fn weight(&self) -> usize {
        size_of_val(&*self.words)
    }

    /// Adds one permission; whether it was not there. One of another policy never is.
    pub(crate) fn insert(&mut self, permission: PermissionRef) -> bool {
        let index = usize::from(permission.index());
        let bit = 1 << (index % 64);
        match self.words.get_mut(index / 64).filter(|_| std::ptr::eq(self.policy, permission.policy())) {
            Some(word) => {
                let is_new = *word & bit == 0;
                *word |= bit;
                is_new
            }
            None => false,
        }
    }

    /// What is in both, of sets of one policy.
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let words = self.words.iter().zip(&other.words).map(|(one, other)| one & other).collect();
        Self { policy: self.policy, words }
    }

    pub(crate) fn view(&self) -> PermissionSet<'_> {
        PermissionSet::new(self.policy, &self.words)
    }
}

impl Hash for PermissionBits {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // policies are equal by address
        std::ptr::hash(self.policy, state);
        self.words.hash(state);
    }
}

impl fmt::Debug for PermissionBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}
