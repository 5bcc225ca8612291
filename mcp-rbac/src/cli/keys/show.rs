//! What the commands print.

use std::{
    io::{self, Write},
    time::SystemTime,
};

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    api_key::{IssuedKey, StoredKey},
    cli::{Failure, output::lines},
};

/// The key alone on standard output, so that a script can take it; what a person wants to know on standard error.
pub(super) fn issued(issued: &IssuedKey, as_json: bool, note: &str) -> Result<(), Failure> {
    let stored = issued.stored();
    let shown = if as_json {
        let mut value = describe(stored, None);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("key".to_owned(), issued.expose().into());
        }
        lines(&serde_json::to_string_pretty(&value)?)
    } else {
        aside(&format!("{note}\nThe key, shown this once:"));
        lines(issued.expose())
    };
    shown.map_err(|error| {
        Failure::new(format!("the key was made but could not be shown: {error}"))
            .hint(format!("nobody has it: `keys revoke {}`, and make another", stored.id()))
    })
}

/// For standard error: all that is no result.
pub(super) fn aside(text: &str) {
    // where standard error is closed, nobody reads it
    let _written = writeln!(io::stderr(), "{text}");
}

/// One sentence about a key.
pub(super) fn summary(key: &StoredKey) -> String {
    let mut text = format!("key `{}` of {} for {}", key.id(), key.owner(), key.roles().join(", "));
    if let Some(begin) = key.not_before() {
        text.push_str(&format!(", from {}", time(begin)));
    }
    match key.expires() {
        Some(end) => text.push_str(&format!(", until {}", time(end))),
        None => text.push_str(", without an end"),
    }
    text
}

/// A key for programs.
pub(super) fn describe(key: &StoredKey, last_used: Option<SystemTime>) -> Value {
    json!({
        "id": key.id(),
        "owner": key.owner(),
        "roles": key.roles(),
        "label": key.label(),
        "imported": key.is_imported(),
        "state": key.state_at(SystemTime::now()).as_str(),
        "created": time(key.created()),
        "not_before": key.not_before().map(time),
        "expires": key.expires().map(time),
        "revoked": key.revoked().map(time),
        "last_used": last_used.map(time),
    })
}

/// RFC 3339, in UTC.
pub(super) fn time(time: SystemTime) -> String {
    Timestamp::try_from(time).map(|time| time.to_string()).unwrap_or_default()
}
