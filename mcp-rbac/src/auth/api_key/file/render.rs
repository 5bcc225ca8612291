use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::VERSION;
use crate::auth::api_key::{digest::Digest, pepper::DigestKind, stored::StoredKey};

const HEADER: &str = "\
# The API keys of an MCP server: who they belong to and the SHA-256 of each, not the keys themselves.
# The commands `keys new`, `keys list`, `keys rotate` and `keys revoke` change it. Comments are not kept.
";

/// The file that `parse` reads back as `keys`.
pub(in crate::auth::api_key) fn render<'a>(keys: impl IntoIterator<Item = &'a StoredKey>) -> String {
    let mut file = format!("{HEADER}version = {VERSION}\n");
    for key in keys {
        let roles: Vec<String> = key.roles.iter().map(|role| quoted(role)).collect();
        let fields = [
            ("id", Some(quoted(key.id()))),
            ("owner", Some(quoted(&key.owner))),
            ("roles", Some(format!("[{}]", roles.join(", ")))),
            ("label", key.label.as_deref().map(quoted)),
            ("sha256", Some(quoted(&key.digest.to_hex()))),
            ("imported", key.imported.then(|| "true".to_owned())),
            ("created", Some(time(key.created))),
            ("not_before", key.not_before.map(time)),
            ("expires", key.expires.map(time)),
            ("revoked", key.revoked.map(time)),
        ];
        file.push_str("\n[[key]]\n");
        for (name, value) in fields {
            if let Some(value) = value {
                // writing to a `String` does not fail
                let _written = writeln!(file, "{name} = {value}");
            }
        }
    }
    file
}

/// The entry of a secret that `parse_json` reads back as `key`, with a digest of its kind.
pub(in crate::auth::api_key) fn render_entry(key: &StoredKey, kind: DigestKind, digest: Digest) -> Value {
    let digest_field = match kind {
        DigestKind::Plain => "sha256",
        DigestKind::Peppered => "hmac_sha256",
    };
    let fields = [
        ("id", Some(json!(key.id()))),
        ("owner", Some(json!(key.owner))),
        ("roles", Some(json!(key.roles))),
        ("label", key.label.as_ref().map(|label| json!(label))),
        (digest_field, Some(json!(digest.to_hex()))),
        ("imported", key.imported.then_some(Value::Bool(true))),
        ("created", Some(json!(time(key.created)))),
        ("not_before", key.not_before.map(|moment| json!(time(moment)))),
        ("expires", key.expires.map(|moment| json!(time(moment)))),
        ("revoked", key.revoked.map(|moment| json!(time(moment)))),
    ];
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(fields.collect())
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _written = write!(quoted, "\\U{:08X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// RFC 3339, as TOML has it too.
fn time(time: Timestamp) -> String {
    time.to_string()
}
