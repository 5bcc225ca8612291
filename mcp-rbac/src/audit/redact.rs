//! Arguments and results, made fit for a record: what was declared or looks like a secret is left out, and what is long is
//! cut.

mod credentials;
mod declared;

use std::borrow::Cow;

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::{
    Map, Value, json,
    value::{RawValue, to_raw_value},
};

pub(super) use credentials::without_secrets;
use credentials::{is_secret, without_credentials};
use declared::{Declared, Inner};

use super::keyed::Keyed;
use crate::registry::{Redaction, Treatment};

/// How deep it may be nested.
const DEPTH: usize = 16;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";

/// How much of something a record takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cap {
    /// How long a text may be, in characters.
    text: usize,
    /// How long all of it may be, in bytes of JSON.
    all: usize,
}

impl Cap {
    pub(super) const ARGUMENTS: Self = Self { text: 256, all: 8 * 1024 };

    /// No more than so many bytes.
    pub(super) fn of(bytes: usize) -> Self {
        Self { text: bytes, all: bytes }
    }
}

/// What a record says of these arguments, for which `rules` are declared.
pub(super) fn arguments(
    arguments: &Map<String, Value>,
    rules: &'static [Redaction],
    keyed: Option<&Keyed>,
) -> serde_json::Result<Box<RawValue>> {
    let (cap, declared) = (Cap::ARGUMENTS, Declared::of(rules));
    let text = to_raw_value(&Members(arguments, Place { cap, keyed, depth: DEPTH, declared: &declared }))?;
    match text.get().len() {
        bytes if bytes > cap.all => shortest(&text, bytes, cap),
        _ => Ok(text),
    }
}

/// What a record says of a result.
pub(super) fn result(result: &Value, cap: Cap) -> serde_json::Result<Box<RawValue>> {
    let text =
        to_raw_value(&Shown(result, Place { cap, keyed: None, depth: DEPTH, declared: &Declared::NOTHING }))?;
    match text.get().len() {
        bytes if bytes > cap.all => to_raw_value(&json!({ OMITTED: bytes })),
        _ => Ok(text),
    }
}

/// How large it was, where it is too large to be shown.
const OMITTED: &str = "omitted_bytes";

/// The shortest members, as many as fill half of what there is room for: a long text beside them hides no id.
fn shortest(members: &RawValue, bytes: usize, cap: Cap) -> serde_json::Result<Box<RawValue>> {
    let members: Map<String, Value> = serde_json::from_str(members.get())?;
    let mut members: Vec<(usize, String, Value)> = members
        .into_iter()
        .map(|(name, value)| (name.len() + value.to_string().len(), name, value))
        .collect();
    members.sort_by_key(|(length, ..)| *length);
    let mut room = cap.all / 2;
    let fits = |(length, ..): &(usize, String, Value)| {
        let left = room.checked_sub(*length);
        room = left.unwrap_or_default();
        left.is_some()
    };
    let mut shown: Map<String, Value> =
        members.into_iter().take_while(fits).map(|(_, name, value)| (name, value)).collect();
    shown.insert(OMITTED.to_owned(), bytes.into());
    to_raw_value(&shown)
}

/// How a value is shown, where it stands.
#[derive(Clone, Copy)]
struct Place<'p> {
    cap: Cap,
    keyed: Option<&'p Keyed>,
    /// How deep what is in it may be nested.
    depth: usize,
    declared: &'p Declared,
}

/// The members of an object, as far as they are shown.
struct Members<'p>(&'p Map<String, Value>, Place<'p>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(members, place) = self;
        let mut shown = serializer.serialize_map(None)?;
        for (at, (name, value)) in members.iter().enumerate() {
            let cut = place.name(name, at);
            match (place.declared.member(name), place.keyed) {
                (Inner::Treated(Treatment::Omit), _) => {}
                (Inner::Treated(Treatment::Hash), Some(keyed)) => {
                    shown.serialize_entry(&cut, &keyed.value(value))?;
                }
                // without a secret a server with a rule to hash does not start
                (Inner::Treated(Treatment::Redact | Treatment::Hash), _) => {
                    shown.serialize_entry(&cut, REDACTED)?;
                }
                (Inner::Declared(_), _) if is_secret(name) => shown.serialize_entry(&cut, REDACTED)?,
                (Inner::Declared(declared), _) => {
                    shown.serialize_entry(&cut, &Shown(value, Place { declared: &declared, ..*place }))?;
                }
            }
        }
        shown.end()
    }
}

/// A value, as far as it is shown.
struct Shown<'p>(&'p Value, Place<'p>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, place) = self;
        let inner = place.depth.checked_sub(1).map(|depth| Place { depth, ..*place });
        match (value, inner) {
            (Value::Object(_) | Value::Array(_), None) => serializer.serialize_str("[too deep]"),
            (Value::Object(members), Some(inner)) => Members(members, inner).serialize(serializer),
            // each of the items is where the list is
            (Value::Array(items), Some(inner)) => {
                serializer.collect_seq(items.iter().map(|item| Shown(item, inner)))
            }
            (Value::String(text), inner) => serializer.serialize_str(&place.text(text, inner)),
            (Value::Null | Value::Bool(_) | Value::Number(_), _) => value.serialize(serializer),
        }
    }
}

impl Place<'_> {
    /// A text can be JSON itself, with members that are secret or that something is declared for. It is shown as it is read,
    /// so that nothing is in it that was not looked at.
    fn text<'t>(&self, text: &'t str, inner: Option<Place<'_>>) -> Cow<'t, str> {
        // some write the mark of an encoding first
        let plain = text.trim_start_matches('\u{feff}').trim();
        if !plain.starts_with(['{', '[', '"']) {
            return self.unstructured(text);
        }
        let Some(inner) = inner else { return "[too deep]".into() };
        match serde_json::from_str::<Value>(plain) {
            Ok(value) => match serde_json::to_string(&Shown(&value, inner)) {
                Ok(shown) => self.cut(&shown).into_owned().into(),
                Err(_) => REDACTED.into(),
            },
            // it cannot be told which of it is secret
            Err(_) if !plain.starts_with('"') && is_secret(plain) => REDACTED.into(),
            Err(_) => self.unstructured(text),
        }
    }

    fn unstructured<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match without_credentials(text) {
            Cow::Borrowed(text) => self.cut(text),
            Cow::Owned(text) => self.cut(&text).into_owned().into(),
        }
    }

    /// The name of a member; of one that is changed with its place as well, so that no two of them have the same one.
    fn name<'n>(&self, name: &'n str, at: usize) -> Cow<'n, str> {
        match self.unstructured(name) {
            Cow::Owned(changed) => format!("{changed} #{at}").into(),
            name @ Cow::Borrowed(_) => name,
        }
    }

    /// Control characters need no care: JSON escapes them.
    fn cut<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if text.len() <= self.cap.text {
            return Cow::Borrowed(text);
        }
        match text.char_indices().nth(self.cap.text) {
            None => Cow::Borrowed(text),
            Some((at, _)) => {
                let (kept, left) = text.split_at_checked(at).unwrap_or((text, ""));
                format!("{kept}… ({} more bytes)", left.len()).into()
            }
        }
    }
}

#[cfg(test)]
mod tests;
