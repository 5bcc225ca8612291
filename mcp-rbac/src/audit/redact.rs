//! Arguments, made fit for a record: what looks like a secret is left out, and what is long is cut.

use rmcp::model::JsonObject;
use serde_json::{Value, json};

/// How long a text may be, in characters.
const TEXT: usize = 256;
/// How long all of it may be, in bytes of JSON.
const ALL: usize = 8 * 1024;
/// How deep it may be nested.
const DEPTH: usize = 16;

/// Names of what belongs into no record, without `_` and `-`.
const SECRETS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "authorization",
    "credential",
    "privatekey",
    "accesskey",
    "cookie",
    "pincode",
];

/// What a record says of these arguments.
pub(super) fn redacted(arguments: &JsonObject) -> Value {
    let value = Value::Object(arguments.iter().map(|(name, value)| entry(name, value, DEPTH)).collect());
    match value.to_string().len() {
        length if length > ALL => json!({ "omitted_bytes": length }),
        _ => value,
    }
}

fn entry(name: &str, value: &Value, depth: usize) -> (String, Value) {
    (cut(name), if is_secret(name) { json!("[redacted]") } else { shown(value, depth) })
}

fn shown(value: &Value, depth: usize) -> Value {
    match (value, depth.checked_sub(1)) {
        (Value::Object(_) | Value::Array(_), None) => json!("[too deep]"),
        (Value::Object(members), Some(depth)) => {
            Value::Object(members.iter().map(|(name, value)| entry(name, value, depth)).collect())
        }
        (Value::Array(items), Some(depth)) => items.iter().map(|item| shown(item, depth)).collect(),
        (Value::String(text), _) => Value::String(cut(text)),
        (Value::Null | Value::Bool(_) | Value::Number(_), _) => value.clone(),
    }
}

fn is_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    SECRETS.iter().any(|secret| name.contains(secret))
}

/// Control characters need no care: JSON escapes them.
fn cut(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        None => text.to_owned(),
        Some((at, _)) => {
            let (kept, left) = text.split_at_checked(at).unwrap_or((text, ""));
            format!("{kept}… ({} more bytes)", left.len())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: Value) -> Value {
        redacted(arguments.as_object().unwrap())
    }

    #[test]
    fn what_looks_like_a_secret_is_left_out_wherever_it_stands() {
        let shown = of(json!({
            "id": 7, "API-Key": "canary", "nested": [{ "user_password": { "a": "canary" } }, { "accessToken": "canary" }],
            "Authorization": ["canary"], "city": "Köln\n", "none": null,
        }));
        assert!(!shown.to_string().contains("canary"), "{shown}");
        assert_eq!(
            (&shown["id"], &shown["city"], &shown["none"]),
            (&json!(7), &json!("Köln\n"), &json!(null))
        );
    }

    #[test]
    fn what_is_long_or_deep_is_cut_and_says_so() {
        let text = of(json!({ "text": "ä".repeat(300) }))["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with(&"ä".repeat(256)) && text.ends_with("… (88 more bytes)"), "{text}");
        let many: Vec<String> = (0..100).map(|at| format!("{at:0200}")).collect();
        assert_eq!(of(json!({ "many": many })), json!({ "omitted_bytes": 20_310 }));
        let deep = (0..40).fold(json!("canary"), |inner, _| json!([inner]));
        assert!(!of(json!({ "deep": deep })).to_string().contains("canary"));
    }
}
