//! The fields of a TOML table, taken out one by one. No value is ever quoted: somebody may have pasted a key where it
//! does not belong.

use jiff::Timestamp;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{Line, Problem};
use crate::policy::nearest;

/// A field, and where it stands.
type Field<'i> = (Spanned<DeString<'i>>, Spanned<DeValue<'i>>);

/// What has not been read of a table yet.
pub(super) struct Fields<'a, 'i> {
    lines: &'a Lines,
    rest: Vec<Field<'i>>,
    pub(super) line: Line,
    problems: Vec<Problem>,
}

impl<'a, 'i> Fields<'a, 'i> {
    pub(super) fn new(lines: &'a Lines, table: DeTable<'i>, line: Line) -> Self {
        Self { lines, rest: table.into_iter().collect(), line, problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, line: Line, text: impl Into<String>) {
        self.problems.push(Problem::new(Some(line), text));
    }

    pub(super) fn missing(&mut self, name: &str) {
        self.problem(self.line, format!("`{name}` is missing"));
    }

    fn has(&self, name: &str) -> bool {
        self.rest.iter().any(|(field, _)| field.get_ref() == name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<(Line, DeValue<'i>)> {
        let place = self.rest.iter().position(|(field, _)| field.get_ref() == name)?;
        let (field, value) = self.rest.swap_remove(place);
        Some((self.lines.of(field.span().start), value.into_inner()))
    }

    pub(super) fn text(&mut self, name: &str) -> Option<(Line, String)> {
        match self.take(name)? {
            (line, DeValue::String(text)) => Some((line, text.into_owned())),
            (line, other) => self.wrong(line, name, "a text in quotes", &other),
        }
    }

    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            (_, DeValue::Boolean(value)) => Some(value),
            (line, other) => self.wrong(line, name, "`true` or `false`", &other),
        }
    }

    pub(super) fn texts(&mut self, name: &str) -> Option<(Line, Vec<String>)> {
        match self.take(name)? {
            (line, DeValue::Array(items)) => {
                let mut texts = Vec::new();
                for item in items {
                    let item = item.into_inner();
                    let Some(text) = item.as_str() else {
                        return self.wrong(line, name, "a list of texts", &item);
                    };
                    texts.push(text.to_owned());
                }
                Some((line, texts))
            }
            (line, other) => self.wrong(line, name, "a list of texts", &other),
        }
    }

    /// A date and time with its offset from UTC (RFC 3339), without quotes: TOML has a type for it.
    pub(super) fn time(&mut self, name: &str) -> Option<Timestamp> {
        const EXPECTED: &str = "a time such as 2030-01-31T12:00:00Z, without quotes";

        match self.take(name)? {
            (line, DeValue::Datetime(time)) => match time.to_string().parse() {
                Ok(time) => Some(time),
                Err(_) => {
                    self.problem(
                        line,
                        format!("`{name}` is not {EXPECTED}; the offset from UTC must be there"),
                    );
                    None
                }
            },
            (line, other) => self.wrong(line, name, EXPECTED, &other),
        }
    }

    /// Says that a field is missing, if it is.
    pub(super) fn require(&mut self, names: &[&str]) {
        for name in names {
            if !self.has(name) {
                self.missing(name);
            }
        }
    }

    /// The problems, and one for each field that nobody has read.
    pub(super) fn finish(mut self, known: &[&str]) -> Vec<Problem> {
        for (field, _) in std::mem::take(&mut self.rest) {
            let line = self.lines.of(field.span().start);
            let advice = match nearest(field.get_ref(), known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            // a name that is no name may be anything, a key included
            let name = match field.get_ref() {
                name if name.len() <= 24 => format!(" `{}`", name.escape_debug()),
                _ => String::new(),
            };
            self.problem(line, format!("unknown field{name}; {advice}"));
        }
        self.problems
    }

    fn wrong<T>(&mut self, line: Line, name: &str, expected: &str, found: &DeValue<'_>) -> Option<T> {
        self.problem(line, format!("`{name}` is {expected}, not {}", describe(found)));
        None
    }
}

fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Where the lines of a text begin.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(place, _)| place).collect())
    }

    /// The line that the byte at `place` is in, counted from 1.
    pub(super) fn of(&self, place: usize) -> Line {
        self.0.partition_point(|end| *end < place) + 1
    }
}
