use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use crate::cli::Failure;

/// A moment: a time (RFC 3339), or a span from now on.
pub(super) fn moment(option: &str, text: &str) -> Result<SystemTime, Failure> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.into());
    }
    match span(text).and_then(|span| SystemTime::now().checked_add(span)) {
        Some(time) => Ok(time),
        None => {
            Err(not_understood(option, text, "`90d`, `24h`, `30m`, or a time such as 2030-01-31T12:00:00Z"))
        }
    }
}

/// How long something lasts.
pub(super) fn duration(option: &str, text: &str) -> Result<Duration, Failure> {
    span(text).ok_or_else(|| not_understood(option, text, "a duration such as `90d`, `24h` or `30m`"))
}

/// A day has 24 hours; months and years have no length.
fn span(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    let span: SignedDuration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    span.try_into().ok()
}

fn not_understood(option: &str, text: &str, expected: &str) -> Failure {
    Failure::usage(format!("`{option} {text}` is not understood")).hint(format!("say {expected}"))
}
