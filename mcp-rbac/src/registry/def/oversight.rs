/// How the calls of a tool are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversight {
    /// What its arguments look like in a record.
    pub redactions: &'static [Redaction],
    /// More calls than this are an alert.
    pub alert: Option<Rate>,
    /// More calls than this are refused.
    pub limit: Option<Rate>,
}

impl Oversight {
    /// What the server says for all alone.
    #[cfg(test)]
    pub(crate) const NONE: Self = Self { redactions: &[], alert: None, limit: None };
}

/// That something is done with one argument in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Redaction {
    /// Where it is: names with a dot between them. Lists are looked through: `cards.number` is the number of each card.
    pub path: &'static str,
    /// What is done with it.
    pub treatment: Treatment,
}

/// What becomes of an argument in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Treatment {
    /// `[redacted]` stands in its place.
    Redact,
    /// Its HMAC stands in its place.
    Hash,
    /// It is not there.
    Omit,
}

/// How many calls of one principal within how many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub calls: usize,
    /// Within how many seconds.
    pub within_s: u64,
}
