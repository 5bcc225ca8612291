//! A secret with keys: JSON, which programs write.

use serde_json::{Map, Value};

use super::{
    Place, Problem, Problems,
    fields::{Fields, Item, Node},
    parse::{Format, document},
};
use crate::auth::{
    api_key::{pepper::DigestKind, stored::StoredKey},
    json::{NotStrict, object},
};

const PLAIN: Format = Format {
    list: "keys",
    no_list: "`keys` is a list of keys",
    no_entry: "`keys` is a list of objects, one for each key",
    whole: &["keys"],
    entry: &["id", "owner", "roles", "sha256"],
    digest: "sha256",
    quoted_times: true,
};

const PEPPERED: Format =
    Format { entry: &["id", "owner", "roles", "hmac_sha256"], digest: "hmac_sha256", ..PLAIN };

/// Reads a secret with keys; each key with its number. The digests of all of them are of this kind.
///
/// The fields of a key and what is checked of them are those of a key file.
pub(in crate::auth::api_key) fn parse_json(
    text: &str,
    kind: DigestKind,
) -> Result<Vec<(Place, StoredKey)>, Problems> {
    let members = object(text.as_bytes()).map_err(|error| {
        let what = match error {
            NotStrict::Syntax => "it is no JSON object",
            NotStrict::Duplicate => "it is JSON with an object that names a member twice",
        };
        Problem::new(Place::Whole, what)
    })?;
    let format = match kind {
        DigestKind::Plain => &PLAIN,
        DigestKind::Peppered => &PEPPERED,
    };
    document(Fields::new(fields(members, Place::Whole), Place::Whole, format))
}

fn fields(members: Map<String, Value>, place: Place) -> Vec<(String, Item)> {
    members.into_iter().map(|(name, value)| (name, Item { place, node: node(value, place) })).collect()
}

fn node(value: Value, place: Place) -> Node {
    match value {
        Value::Null => Node::Nothing,
        Value::Bool(value) => Node::Boolean(value),
        Value::Number(number) if number.is_u64() => Node::Number(number.to_string()),
        Value::Number(_) => Node::OtherNumber,
        Value::String(text) => Node::Text(text),
        Value::Array(items) => {
            let items = items.into_iter().enumerate().map(|(index, item)| {
                // the list of keys is the only one whose items are looked for
                let place = if place == Place::Whole { Place::Entry(index + 1) } else { place };
                Item { place, node: node(item, place) }
            });
            Node::List(items.collect())
        }
        Value::Object(members) => Node::Table(fields(members, place)),
    }
}
