use std::fmt;

use crate::auth::api_key::format::KeyId;

/// Where something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::auth::api_key) enum Place {
    /// Nowhere in particular.
    Whole,
    /// On this line, counted from 1.
    Line(usize),
    /// In this entry of a list, counted from 1.
    Entry(usize),
}

impl Place {
    /// For the end of a sentence.
    pub(super) fn phrase(self) -> String {
        match self {
            Self::Whole => "elsewhere".to_owned(),
            Self::Line(line) => format!("on line {line}"),
            Self::Entry(entry) => format!("of entry {entry}"),
        }
    }
}

/// Something that is wrong with a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::auth::api_key) struct Problem {
    place: Place,
    key: Option<KeyId>,
    text: String,
}

impl Problem {
    pub(in crate::auth::api_key) fn new(place: Place, text: impl Into<String>) -> Self {
        Self { place, key: None, text: text.into() }
    }

    /// Says which key it is about.
    pub(in crate::auth::api_key) fn of(self, key: Option<KeyId>) -> Self {
        Self { key, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = match self.place {
            Place::Whole => None,
            Place::Line(line) => Some(format!("line {line}")),
            Place::Entry(entry) => Some(format!("entry {entry}")),
        };
        let key = self.key.map(|key| format!("key `{}`", key.as_str()));
        let parts: Vec<String> = [place, key].into_iter().flatten().collect();
        match parts.as_slice() {
            [] => f.write_str(&self.text),
            parts => write!(f, "{}: {}", parts.join(", "), self.text),
        }
    }
}

/// All that is wrong with a key file; never none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::auth::api_key) struct Problems(Vec<Problem>);

impl Problems {
    pub(in crate::auth::api_key) fn or<T>(problems: Vec<Problem>, value: T) -> Result<T, Self> {
        if problems.is_empty() { Ok(value) } else { Err(Self(problems)) }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

/// One on each line; a file that is wrong all over does not fill the log.
impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 50;

        for (index, problem) in self.0.iter().take(SHOWN).enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}  {problem}")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  … and {more} more"),
        }
    }
}
