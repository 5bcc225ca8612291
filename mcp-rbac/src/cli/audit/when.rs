use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};

use crate::cli::Failure;

/// A moment that has been: a time (RFC 3339), or a span before now.
pub(super) fn moment(option: &str, text: &str) -> Result<Timestamp, Failure> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    let span = text.parse::<Span>().ok();
    let span = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    let moment = span
        .filter(|span| *span >= SignedDuration::ZERO)
        .and_then(|span| Timestamp::now().checked_sub(span).ok());
    moment.ok_or_else(|| {
        Failure::usage(format!("`{option} {text}` is not understood"))
            .hint("say `15m`, `2h`, `7d`, or a time such as 2026-11-27T09:00:00Z")
    })
}
