//! The rules for what callers send. Each function returns the value in the form in which it is stored or
//! compared.

use super::error::StoreError;
use super::input::MAX_LIMIT;

/// The highest credit limit, in cents: ten million euros.
const MAX_CREDIT_LIMIT: i64 = 1_000_000_000;

/// A line of text for people: trimmed, not empty, one line, of at most `longest` characters.
pub(super) fn line(field: &'static str, text: &str, longest: usize) -> Result<String, StoreError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(StoreError::invalid(field, "must not be empty"));
    }
    if text.chars().count() > longest {
        return Err(StoreError::invalid(field, format!("must not be longer than {longest} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(StoreError::invalid(field, "must be one line without control characters"));
    }
    Ok(text.to_owned())
}

/// An e-mail address of the everyday form `local@domain.tld`. Exotic forms that RFC 5321 allows, such as
/// quoted local parts, are refused.
pub(super) fn email(text: &str) -> Result<String, StoreError> {
    let text = line("email", text, 254)?;
    let is_local = |local: &str| {
        (1..=64).contains(&local.len())
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match text.split_once('@') {
        Some((local, domain))
            if is_local(local) && domain.contains('.') && domain.split('.').all(is_label) =>
        {
            Ok(text)
        }
        _ => Err(StoreError::invalid("email", "must be an e-mail address such as `ada.lopez@example.com`")),
    }
}

/// A phone number; `None` for an empty text, which removes it.
pub(super) fn phone(text: &str) -> Result<Option<String>, StoreError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let text = line("phone", text, 30)?;
    let known = text.chars().all(|c| c.is_ascii_digit() || "+-./() ".contains(c));
    if known && text.chars().filter(char::is_ascii_digit).count() >= 5 {
        return Ok(Some(text));
    }
    Err(StoreError::invalid("phone", "must be a phone number such as `+1 212 555 0123`"))
}

/// A country code in capitals.
pub(super) fn country(text: &str) -> Result<String, StoreError> {
    let text = text.trim();
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Ok(text.to_ascii_uppercase());
    }
    Err(StoreError::invalid("country", "must be a two-letter country code such as `DE`"))
}

pub(super) fn credit_limit(cents: i64) -> Result<i64, StoreError> {
    match cents {
        ..0 => Err(StoreError::invalid("credit_limit_cents", "must not be negative")),
        0..=MAX_CREDIT_LIMIT => Ok(cents),
        _ => Err(StoreError::invalid(
            "credit_limit_cents",
            format!("must not be more than {MAX_CREDIT_LIMIT}"),
        )),
    }
}

pub(super) fn limit(limit: u32) -> Result<u32, StoreError> {
    if (1..=MAX_LIMIT).contains(&limit) {
        return Ok(limit);
    }
    Err(StoreError::invalid("limit", format!("must be from 1 to {MAX_LIMIT}")))
}

pub(super) fn not_negative(field: &'static str, cents: Option<i64>) -> Result<Option<i64>, StoreError> {
    match cents {
        Some(..0) => Err(StoreError::invalid(field, "must not be negative")),
        other => Ok(other),
    }
}

/// Refuses a range whose start lies behind its end: it would match nothing, which is never what was meant.
pub(super) fn in_order<T: PartialOrd>(
    from: Option<T>,
    to: Option<T>,
    field: &'static str,
    other: &str,
) -> Result<(), StoreError> {
    match (from, to) {
        (Some(from), Some(to)) if from > to => {
            Err(StoreError::invalid(field, format!("must not lie above `{other}`")))
        }
        _ => Ok(()),
    }
}
