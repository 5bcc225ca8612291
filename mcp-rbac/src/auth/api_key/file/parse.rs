use std::collections::HashMap;

use toml::de::{DeTable, DeValue};

use super::{
    FIELDS, Problem, Problems, VERSION,
    fields::{Fields, Lines},
};
use crate::auth::api_key::{digest::Digest, format::KeyId, stored::StoredKey, well_known::digest_objection};

/// A line of the file, counted from 1.
pub(in crate::auth::api_key) type Line = usize;

/// Reads a key file; each key with the line on which it begins.
///
/// All that can be seen without a policy is checked here, and everything that is wrong is reported.
pub(in crate::auth::api_key) fn parse(text: &[u8]) -> Result<Vec<(Line, StoredKey)>, Problems> {
    let Ok(text) = std::str::from_utf8(text) else {
        return Err(Problem::new(None, "it is not UTF-8 text").into());
    };
    let lines = Lines::new(text);
    // the message of the parser alone: its `Display` quotes the line, which may hold anything
    let document = DeTable::parse(text).map_err(|error| {
        Problem::new(
            error.span().map(|span| lines.of(span.start)),
            format!("it is not valid TOML: {}", error.message()),
        )
    })?;
    let mut file = Fields::new(&lines, document.into_inner(), 1);
    version(&mut file);
    let mut keys = Vec::new();
    let mut problems = Vec::new();
    for (line, table) in tables(&mut file, &lines) {
        let (key, mut found) = Entry::read(Fields::new(&lines, table, line));
        problems.append(&mut found);
        keys.extend(key.map(|key| (line, key)));
    }
    let mut all = file.finish(&["version", "key"]);
    all.append(&mut problems);
    all.append(&mut repeated(&keys));
    Problems::or(all, keys)
}

fn version(file: &mut Fields<'_, '_>) {
    match file.take("version") {
        Some((_, DeValue::Integer(version))) if version.as_str() == VERSION && version.radix() == 10 => {}
        Some((line, _)) => {
            file.problem(
                line,
                format!("the `version` of the format is not {VERSION}, the one this program reads"),
            );
        }
        None => file.missing("version"),
    }
}

fn tables<'i>(file: &mut Fields<'_, 'i>, lines: &Lines) -> Vec<(Line, DeTable<'i>)> {
    let (line, items) = match file.take("key") {
        Some((line, DeValue::Array(items))) => (line, items),
        Some((line, _)) => {
            file.problem(line, "a key begins with `[[key]]`, in two brackets");
            return Vec::new();
        }
        None => return Vec::new(),
    };
    let mut tables = Vec::new();
    for item in items {
        let place = lines.of(item.span().start);
        if let DeValue::Table(table) = item.into_inner() {
            tables.push((place, table));
        } else {
            file.problem(line, "`key` is a list of tables, each of which begins with `[[key]]`");
        }
    }
    tables
}

/// One `[[key]]`.
struct Entry;

impl Entry {
    fn read(mut fields: Fields<'_, '_>) -> (Option<StoredKey>, Vec<Problem>) {
        fields.require(&["id", "owner", "roles", "sha256", "created"]);
        let id = Self::id(&mut fields);
        let digest = Self::digest(&mut fields);
        let owner = Self::owner(&mut fields);
        let roles = Self::roles(&mut fields);
        let label = fields.text("label").map(|(line, label)| {
            if let Some(objection) = text_objection(&label) {
                fields.problem(line, format!("`label` {objection}"));
            }
            label
        });
        let imported = fields.boolean("imported").unwrap_or(false);
        let created = fields.time("created");
        let not_before = fields.time("not_before");
        let expires = fields.time("expires");
        let revoked = fields.time("revoked");
        if let (Some(begin), Some(end)) = (not_before, expires)
            && end <= begin
        {
            fields.problem(fields.line, "`expires` is not after `not_before`");
        }
        let problems: Vec<_> = fields.finish(&FIELDS).into_iter().map(|problem| problem.of(id)).collect();
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

    fn id(fields: &mut Fields<'_, '_>) -> Option<KeyId> {
        let (line, id) = fields.text("id")?;
        let id = KeyId::parse(&id);
        if id.is_none() {
            fields.problem(line, "`id` is not an id: twelve letters and digits");
        }
        id
    }

    fn digest(fields: &mut Fields<'_, '_>) -> Option<Digest> {
        let (line, hex) = fields.text("sha256")?;
        let digest = Digest::from_hex(&hex);
        if digest.is_none() {
            fields.problem(line, "`sha256` is not a SHA-256: 64 hexadecimal digits");
        }
        digest
    }

    fn owner(fields: &mut Fields<'_, '_>) -> Option<String> {
        let (line, owner) = fields.text("owner")?;
        match text_objection(&owner) {
            Some(objection) => {
                fields.problem(line, format!("`owner` {objection}"));
                None
            }
            None => Some(owner),
        }
    }

    fn roles(fields: &mut Fields<'_, '_>) -> Option<Vec<String>> {
        let (line, roles) = fields.texts("roles")?;
        if roles.is_empty() {
            fields.problem(line, "`roles` is empty: the key could do nothing");
        }
        let twice =
            roles.iter().enumerate().any(|(place, role)| roles.iter().skip(place + 1).any(|r| r == role));
        if twice {
            fields.problem(line, "`roles` names a role twice");
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
fn repeated(keys: &[(Line, StoredKey)]) -> Vec<Problem> {
    let (mut ids, mut digests) = (HashMap::new(), HashMap::new());
    let mut problems = Vec::new();
    for (line, key) in keys {
        let mut problem = |text: String| problems.push(Problem::new(Some(*line), text).of(Some(key.id)));
        if let Some(first) = ids.insert(key.id, *line) {
            problem(format!("another key has the same `id`: the one on line {first}"));
        }
        if let Some(first) = digests.insert(key.digest, *line) {
            problem(format!("it is the same key as the one on line {first}: their `sha256` is equal"));
        }
        if let Some(objection) = digest_objection(&key.digest) {
            problem(objection.to_owned());
        }
    }
    problems
}
