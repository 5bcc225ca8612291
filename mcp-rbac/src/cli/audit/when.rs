use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, civil::Date, tz::TimeZone};

use crate::cli::Failure;

/// From when to when, as it is said on the command line.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct When {
    /// From then on: `15m`, `2h`, `7d`, a date or a time (UTC)
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Before then
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
}

/// The time between two moments, of which either can be open.
pub(super) struct Period {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl When {
    pub(super) fn period(&self) -> Result<Period, Failure> {
        let since = self.since.as_deref().map(|text| moment("--since", text)).transpose()?;
        let until = self.until.as_deref().map(|text| moment("--until", text)).transpose()?;
        Ok(Period { since, until })
    }
}

impl Period {
    /// Whether a line of this time is of it. One that says no time is older than all others.
    pub(super) fn has(&self, time: Option<Timestamp>) -> bool {
        let time = time.unwrap_or_default();
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }
}

/// A moment that has been: a time (RFC 3339), the begin of a day, or a span before now.
fn moment(option: &str, text: &str) -> Result<Timestamp, Failure> {
    let time = || text.parse::<Timestamp>().ok();
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
    let before = || {
        let span = text.parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        Timestamp::now().checked_sub((span >= SignedDuration::ZERO).then_some(span)?).ok()
    };
    // a time without its zone can be read as a date
    let is_day = text.len() == "2026-11-27".len();
    time().or_else(|| day().filter(|_| is_day)).or_else(before).ok_or_else(|| {
        Failure::usage(format!("`{option} {text}` is not understood"))
            .hint("say `15m`, `2h`, `7d`, a date such as 2026-11-27, or a time such as 2026-11-27T09:00:00Z")
    })
}
