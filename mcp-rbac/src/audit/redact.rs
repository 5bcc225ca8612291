//! Arguments and results, made fit for a record: what was declared or looks like a secret is left out, and what is long is
//! cut.

mod credentials;
mod declared;

use std::borrow::Cow;

use serde_json::{Map, Value, json};

pub(super) use credentials::without_secrets;
use credentials::{is_secret, without_credentials};
use declared::{Declared, Inner};

use super::keyed::Keyed;
use crate::registry::{Redaction, Treatment};

/// How deep it may be nested.
const DEPTH: usize = 16;

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
) -> Value {
    let redactor = Redactor { cap: Cap::ARGUMENTS, keyed };
    capped(redactor.members(arguments, DEPTH, &Declared::of(rules)), Cap::ARGUMENTS)
}

/// What a record says of a result.
pub(super) fn result(result: &Value, cap: Cap) -> Value {
    let redactor = Redactor { cap, keyed: None };
    capped(redactor.shown(result, DEPTH, &Declared::NOTHING), cap)
}

fn capped(value: Value, cap: Cap) -> Value {
    match value.to_string().len() {
        length if length > cap.all => json!({ "omitted_bytes": length }),
        _ => value,
    }
}

struct Redactor<'k> {
    cap: Cap,
    keyed: Option<&'k Keyed>,
}

impl Redactor<'_> {
    fn members(&self, members: &Map<String, Value>, depth: usize, declared: &Declared) -> Value {
        let entries = members.iter().filter_map(|(name, value)| {
            let shown = match declared.member(name) {
                Inner::Treated(Treatment::Omit) => return None,
                Inner::Treated(Treatment::Redact) => json!("[redacted]"),
                // without a secret a server with such a rule does not start
                Inner::Treated(Treatment::Hash) => match self.keyed {
                    Some(keyed) => keyed.value(value).into(),
                    None => json!("[redacted]"),
                },
                Inner::Declared(_) if is_secret(name) => json!("[redacted]"),
                Inner::Declared(declared) => self.shown(value, depth, &declared),
            };
            Some((self.cut(name).into_owned(), shown))
        });
        Value::Object(entries.collect())
    }

    fn shown(&self, value: &Value, depth: usize, declared: &Declared) -> Value {
        match (value, depth.checked_sub(1)) {
            (Value::Object(_) | Value::Array(_), None) => json!("[too deep]"),
            (Value::Object(members), Some(depth)) => self.members(members, depth, declared),
            // each of the items is where the list is
            (Value::Array(items), Some(depth)) => {
                items.iter().map(|item| self.shown(item, depth, declared)).collect()
            }
            (Value::String(text), depth) => self.text(text, depth, declared),
            (Value::Null | Value::Bool(_) | Value::Number(_), _) => value.clone(),
        }
    }

    /// A text can be JSON itself, with members that are secret or that something is declared for.
    fn text(&self, text: &str, depth: Option<usize>, declared: &Declared) -> Value {
        let is_structured = text.trim_start().starts_with(['{', '[']);
        match depth.filter(|_| is_structured).map(|depth| (depth, serde_json::from_str::<Value>(text))) {
            Some((depth, Ok(inner))) => {
                let shown = self.shown(&inner, depth, declared);
                if shown == inner {
                    Value::String(self.cut(text).into_owned())
                } else {
                    self.cut_value(&shown)
                }
            }
            Some((_, Err(_))) | None => Value::String(self.cut(&without_credentials(text)).into_owned()),
        }
    }

    fn cut_value(&self, shown: &Value) -> Value {
        Value::String(self.cut(&shown.to_string()).into_owned())
    }

    /// Control characters need no care: JSON escapes them.
    fn cut<'t>(&self, text: &'t str) -> Cow<'t, str> {
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
