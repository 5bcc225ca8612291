//! The keys in force: an immutable table that is swapped as a whole.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use subtle::{Choice, ConstantTimeEq};

use super::{
    digest::Digest,
    file::{Place, Problem, Problems},
    format::KeyId,
    stored::{KeyState, StoredKey, Validity},
};
use crate::{
    auth::{Method, Principal},
    policy::Policy,
};

/// When a key was last used, in seconds since 1970; 0 before its first use.
pub(super) type LastUse = Arc<AtomicI64>;

/// The keys in force.
pub(super) struct KeySet {
    made: Table,
    imported: Table,
    uses: HashMap<KeyId, LastUse>,
}

impl KeySet {
    /// Resolves the roles of every key that is not revoked; every problem is reported.
    ///
    /// A revoked key can do nothing, whatever its roles. That a role of it is gone must not keep a server from starting,
    /// or `keys revoke` from being the way out. `before` is the set that this one replaces: last uses carry over.
    pub(super) fn new(
        keys: &[(Place, StoredKey)],
        policy: &'static Policy,
        before: Option<&Self>,
    ) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut uses = HashMap::new();
        let (mut made, mut imported) = (vec![Slot::nobody()], vec![Slot::nobody()]);
        for (place, key) in keys {
            let principal = if key.revoked.is_some() {
                None
            } else {
                let found = principal(key, policy);
                let of_key = |text| Problem::new(*place, text).of(Some(key.id));
                problems.extend(found.as_ref().err().into_iter().flatten().cloned().map(of_key));
                found.ok()
            };
            let last_use =
                before.and_then(|before| before.uses.get(&key.id)).map(Arc::clone).unwrap_or_default();
            uses.insert(key.id, Arc::clone(&last_use));
            let slot = Slot { id: key.id, digest: key.digest, validity: key.validity(), principal, last_use };
            if key.imported { &mut imported } else { &mut made }.push(slot);
        }
        let set = Self {
            made: Table::new(made, |slot| slot.id.number()),
            imported: Table::new(imported, |slot| slot.digest.number()),
            uses,
        };
        Problems::or(problems, set)
    }

    pub(super) fn len(&self) -> usize {
        self.uses.len()
    }

    /// Whether there is a key with this id.
    pub(super) fn has(&self, id: &str) -> bool {
        KeyId::parse(id).is_some_and(|id| self.uses.contains_key(&id))
    }

    /// How many of them work at `now`.
    pub(super) fn active(&self, now: Timestamp) -> usize {
        let slots = self.made.slots.iter().chain(&self.imported.slots);
        slots.filter(|slot| slot.validity.state_at(now) == KeyState::Active).count()
    }

    /// The key with this id, if what is presented has its digest. There are several of them where a pepper is rotated.
    ///
    /// One search that takes as many steps for an id that exists as for one that does not, and one comparison in constant
    /// time for each digest: with the entry that is there, or with its neighbour.
    pub(super) fn verify(&self, id: KeyId, digests: impl Iterator<Item = Digest>) -> Result<&Slot, Mismatch> {
        let slot = self.made.candidate(id.number());
        let known = slot.id.ct_eq(&id);
        let same = digests.fold(Choice::from(0), |same, digest| same | slot.digest.ct_eq(&digest));
        let right = known & same;
        if right.into() { Ok(slot) } else { Err(Mismatch { known, id }) }
    }

    /// The imported key that has one of these digests. Such a key has no id in its text, so that its digest is looked for,
    /// with the same work for every digest.
    pub(super) fn verify_imported(&self, digests: impl Iterator<Item = Digest>) -> Option<&Slot> {
        if self.imported.is_empty() {
            return None;
        }
        let found = digests.filter_map(|digest| {
            let slot = self.imported.candidate(digest.number());
            bool::from(slot.digest.ct_eq(&digest)).then_some(slot)
        });
        found.last()
    }

    /// The last use of every key that was used.
    pub(super) fn last_uses(&self) -> impl Iterator<Item = (&str, i64)> {
        self.uses
            .iter()
            .map(|(id, used)| (id.as_str(), used.load(Ordering::Relaxed)))
            .filter(|(_, second)| *second != 0)
    }
}

fn principal(key: &StoredKey, policy: &'static Policy) -> Result<Principal, Vec<String>> {
    let mut unknown = Vec::new();
    let mut builder = Principal::builder(policy, &key.owner).method(Method::ApiKey).client(key.id.as_str());
    for role in &key.roles {
        match policy.role(role) {
            Ok(role) => builder = builder.role(role),
            Err(error) => unknown.push(error.to_string()),
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    builder.build().map_err(|error| vec![error.to_string()])
}

/// Slots by number, and never none.
struct Table {
    numbers: Box<[u128]>,
    slots: Box<[Slot]>,
    nobody: Slot,
}

impl Table {
    fn new(mut slots: Vec<Slot>, number: impl Fn(&Slot) -> u128) -> Self {
        slots.sort_by_key(&number);
        Self { numbers: slots.iter().map(number).collect(), slots: slots.into(), nobody: Slot::nobody() }
    }

    /// Whether there is nobody in it.
    fn is_empty(&self) -> bool {
        self.slots.len() <= 1
    }

    /// The slot with this number, or the one that stands before its place. [`Slot::nobody`] has the number 0 and stands
    /// before all others.
    fn candidate(&self, number: u128) -> &Slot {
        // std's search halves the table as often as its length demands, and does not stop where it finds
        let place = self.numbers.partition_point(|other| *other <= number);
        self.slots.get(place.wrapping_sub(1)).unwrap_or(&self.nobody)
    }
}

/// One key.
pub(super) struct Slot {
    id: KeyId,
    digest: Digest,
    validity: Validity,
    /// None where the key is revoked.
    principal: Option<Principal>,
    last_use: LastUse,
}

impl Slot {
    fn nobody() -> Self {
        Self {
            id: KeyId::NONE,
            digest: Digest::NONE,
            validity: Validity::NEVER,
            principal: None,
            last_use: LastUse::default(),
        }
    }

    /// Whose key it is, if it works now.
    pub(super) fn principal(&self, now: Timestamp) -> Result<Principal, String> {
        match (self.validity.state_at(now), &self.principal) {
            (KeyState::Active, Some(principal)) => {
                self.used(now);
                Ok(principal.clone())
            }
            (KeyState::Active | KeyState::Revoked, _) => {
                Err(format!("api key `{}` is revoked", self.id.as_str()))
            }
            (state @ (KeyState::Expired | KeyState::NotYetValid), _) => {
                Err(format!("api key `{}` is {state}", self.id.as_str()))
            }
        }
    }

    fn used(&self, now: Timestamp) {
        let second = now.as_second();
        // most requests find it said already, and do not fight for the cache line
        if self.last_use.load(Ordering::Relaxed) < second {
            self.last_use.store(second, Ordering::Relaxed);
        }
    }
}

/// The presented key is none of ours.
pub(super) struct Mismatch {
    known: Choice,
    id: KeyId,
}

impl Mismatch {
    /// The reason, for the log. Both reasons are made by the same instructions and are equally long, so that neither
    /// making nor writing them tells whether the id exists. An id that is not known comes from a stranger and is not
    /// repeated.
    pub(super) fn reason(&self) -> String {
        const REASONS: [&str; 2] = ["no api key has the ", "bad secret for key "];
        const WITHHELD: &str = "presented id";

        let known = usize::from(self.known.unwrap_u8());
        let reason = REASONS.get(known).copied().unwrap_or_default();
        let id = [WITHHELD, self.id.as_str()].get(known).copied().unwrap_or_default();
        [reason, id].concat()
    }
}
