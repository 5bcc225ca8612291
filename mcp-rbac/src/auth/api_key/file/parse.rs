//! What the fields of a key are, and what is checked of them, whatever they are written in.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    Place, Problem, Problems, VERSION,
    fields::{Fields, Item, Node},
};
use crate::auth::api_key::{digest::Digest, format::KeyId, stored::StoredKey, well_known::digest_objection};

/// How keys are written down.
pub(super) struct Format {
    /// The field with the list of keys.
    pub(super) list: &'static str,
    /// What is said where it is no list.
    pub(super) no_list: &'static str,
    /// What is said where something else than a key is in it.
    pub(super) no_entry: &'static str,
    /// What has to be there at all.
    pub(super) whole: &'static [&'static str],
    /// What has to be there of each key.
    pub(super) entry: &'static [&'static str],
    /// The field with the digest.
    pub(super) digest: &'static str,
    /// Whether a time is a text.
    pub(super) quoted_times: bool,
}

impl Format {
    /// The fields of a key.
    fn fields(&self) -> [&'static str; 10] {
        let digest = self.digest;
        ["id", "owner", "roles", "label", digest, "imported", "created", "not_before", "expires", "revoked"]
    }
}

/// All keys, each with its place.
pub(super) fn document(mut whole: Fields) -> Result<Vec<(Place, StoredKey)>, Problems> {
    let format = whole.format;
    whole.require(format.whole);
    version(&mut whole);
    let mut keys = Vec::new();
    let mut problems = Vec::new();
    for (place, table) in tables(&mut whole) {
        let (key, mut found) = Entry::read(Fields::new(table, place, format));
        problems.append(&mut found);
        keys.extend(key.map(|key| (place, key)));
    }
    let mut all = whole.finish(&["version", format.list]);
    all.append(&mut problems);
    all.append(&mut repeated(&keys, format));
    Problems::or(all, keys)
}

fn version(whole: &mut Fields) {
    match whole.take("version") {
        Some(Item { node: Node::Number(digits), .. }) if digits == VERSION => {}
        Some(Item { place, .. }) => {
            whole.problem(
                place,
                format!("the `version` of the format is not {VERSION}, the one this program reads"),
            );
        }
        None => {}
    }
}

fn tables(whole: &mut Fields) -> Vec<(Place, Vec<(String, Item)>)> {
    let Format { list, no_list, no_entry, .. } = *whole.format;
    let (place, items) = match whole.take(list) {
        Some(Item { place, node: Node::List(items) }) => (place, items),
        Some(Item { place, .. }) => {
            whole.problem(place, no_list);
            return Vec::new();
        }
        None => return Vec::new(),
    };
    let mut tables = Vec::new();
    for item in items {
        if let Node::Table(table) = item.node {
            tables.push((item.place, table));
        } else {
            whole.problem(place, no_entry);
        }
    }
    tables
}

/// One key.
struct Entry;

impl Entry {
    fn read(mut fields: Fields) -> (Option<StoredKey>, Vec<Problem>) {
        fields.require(fields.format.entry);
        let id = Self::id(&mut fields);
        let digest = Self::digest(&mut fields);
        let owner = Self::owner(&mut fields);
        let roles = Self::roles(&mut fields);
        let label = fields.text("label").map(|(place, label)| {
            if let Some(objection) = text_objection(&label) {
                fields.problem(place, format!("`label` {objection}"));
            }
            label
        });
        let imported = fields.boolean("imported").unwrap_or(false);
        let created = match fields.has("created") {
            true => fields.time("created"),
            // where it need not be there, nobody asks for it
            false => Some(Timestamp::UNIX_EPOCH),
        };
        let not_before = fields.time("not_before");
        let expires = fields.time("expires");
        let revoked = fields.time("revoked");
        if let (Some(begin), Some(end)) = (not_before, expires)
            && end <= begin
        {
            fields.problem(fields.place, "`expires` is not after `not_before`");
        }
        let known = fields.format.fields();
        let problems: Vec<_> = fields.finish(&known).into_iter().map(|problem| problem.of(id)).collect();
        let key = match (id, digest, owner, roles, created) {
            (Some(id), Some(digest), Some(owner), Some(roles), Some(created)) => Some(StoredKey {
                id,
                digest,
                imported,
                owner,
                roles,
                label,
                created,
                not_before,
                expires,
                revoked,
            }),
            _ => None,
        };
        (key, problems)
    }

    fn id(fields: &mut Fields) -> Option<KeyId> {
        let (place, id) = fields.text("id")?;
        let id = KeyId::parse(&id);
        if id.is_none() {
            fields.problem(place, "`id` is not an id: twelve letters and digits");
        }
        id
    }

    fn digest(fields: &mut Fields) -> Option<Digest> {
        let (place, hex) = fields.text(fields.format.digest)?;
        let digest = Digest::from_hex(&hex);
        if digest.is_none() {
            let name = fields.format.digest;
            fields.problem(place, format!("`{name}` is not a SHA-256: 64 hexadecimal digits"));
        }
        digest
    }

    fn owner(fields: &mut Fields) -> Option<String> {
        let (place, owner) = fields.text("owner")?;
        match text_objection(&owner) {
            Some(objection) => {
                fields.problem(place, format!("`owner` {objection}"));
                None
            }
            None => Some(owner),
        }
    }

    fn roles(fields: &mut Fields) -> Option<Vec<String>> {
        let (place, roles) = fields.texts("roles")?;
        if roles.is_empty() {
            fields.problem(place, "`roles` is empty: the key could do nothing");
        }
        let twice =
            roles.iter().enumerate().any(|(place, role)| roles.iter().skip(place + 1).any(|r| r == role));
        if twice {
            fields.problem(place, "`roles` names a role twice");
        }
        Some(roles)
    }
}

/// Why a text cannot be the name of an owner or a label.
pub(in crate::auth::api_key) fn text_objection(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("is empty")
    } else if text.trim() != text {
        Some("begins or ends with white space")
    } else if text.chars().any(char::is_control) {
        Some("has a control character")
    } else if text.len() > 200 {
        Some("is longer than 200 bytes")
    } else {
        None
    }
}

/// Keys that cannot be told apart, or that everybody knows.
fn repeated(keys: &[(Place, StoredKey)], format: &Format) -> Vec<Problem> {
    let (mut ids, mut digests) = (HashMap::new(), HashMap::new());
    let mut problems = Vec::new();
    for (place, key) in keys {
        let mut problem = |text: String| problems.push(Problem::new(*place, text).of(Some(key.id)));
        if let Some(first) = ids.insert(key.id, *place) {
            problem(format!("another key has the same `id`: the one {}", first.phrase()));
        }
        if let Some(first) = digests.insert(key.digest, *place) {
            let (first, name) = (first.phrase(), format.digest);
            problem(format!("it is the same key as the one {first}: their `{name}` is equal"));
        }
        if let Some(objection) = digest_objection(&key.digest) {
            problem(format!("`{}` {objection}", format.digest));
        }
    }
    problems
}
