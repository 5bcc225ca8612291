use std::fmt;

use crate::auth::api_key::format::KeyId;

/// Something that is wrong with a key file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::auth::api_key) struct Problem {
    line: Option<usize>,
    key: Option<KeyId>,
    text: String,
}

impl Problem {
    pub(in crate::auth::api_key) fn new(line: Option<usize>, text: impl Into<String>) -> Self {
        Self { line, key: None, text: text.into() }
    }

    /// Says which key it is about.
    pub(in crate::auth::api_key) fn of(self, key: Option<KeyId>) -> Self {
        Self { key, ..self }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.key) {
            (Some(line), Some(key)) => write!(f, "line {line}, key `{}`: {}", key.as_str(), self.text),
            (Some(line), None) => write!(f, "line {line}: {}", self.text),
            (None, Some(key)) => write!(f, "key `{}`: {}", key.as_str(), self.text),
            (None, None) => f.write_str(&self.text),
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
