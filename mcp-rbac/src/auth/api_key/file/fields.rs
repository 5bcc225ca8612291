//! The fields of a table, taken out one by one. No value is ever quoted: somebody may have pasted a key where it does not
//! belong.

use jiff::Timestamp;

use super::{Place, Problem, parse::Format};
use crate::policy::nearest;

/// A value, whatever it was written in.
pub(super) enum Node {
    Text(String),
    /// Its digits, where it is a whole number in the usual notation.
    Number(String),
    OtherNumber,
    Boolean(bool),
    /// What has a notation of its own for a time; `None` where it says no moment.
    Time(Option<Timestamp>),
    List(Vec<Item>),
    Table(Vec<(String, Item)>),
    Nothing,
}

impl Node {
    fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) | Self::OtherNumber => "a number",
            Self::Boolean(_) => "true or false",
            Self::Time(_) => "a time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Nothing => "null",
        }
    }
}

/// A value, and where it stands.
pub(super) struct Item {
    pub(super) place: Place,
    pub(super) node: Node,
}

/// What has not been read of a table yet.
pub(super) struct Fields {
    rest: Vec<(String, Item)>,
    pub(super) place: Place,
    pub(super) format: &'static Format,
    problems: Vec<Problem>,
}

impl Fields {
    pub(super) fn new(fields: Vec<(String, Item)>, place: Place, format: &'static Format) -> Self {
        Self { rest: fields, place, format, problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, place: Place, text: impl Into<String>) {
        self.problems.push(Problem::new(place, text));
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.rest.iter().any(|(field, _)| field == name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Item> {
        let index = self.rest.iter().position(|(field, _)| field == name)?;
        let (_, item) = self.rest.swap_remove(index);
        Some(item)
    }

    pub(super) fn text(&mut self, name: &str) -> Option<(Place, String)> {
        match self.take(name)? {
            Item { place, node: Node::Text(text) } => Some((place, text)),
            other => self.wrong(&other, name, "a text in quotes"),
        }
    }

    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        match self.take(name)? {
            Item { node: Node::Boolean(value), .. } => Some(value),
            other => self.wrong(&other, name, "`true` or `false`"),
        }
    }

    pub(super) fn texts(&mut self, name: &str) -> Option<(Place, Vec<String>)> {
        const EXPECTED: &str = "a list of texts";

        let Item { place, node } = self.take(name)?;
        let Node::List(items) = node else { return self.wrong(&Item { place, node }, name, EXPECTED) };
        let mut texts = Vec::new();
        for item in items {
            let Node::Text(text) = item.node else {
                return self.wrong(&Item { place, node: item.node }, name, EXPECTED);
            };
            texts.push(text);
        }
        Some((place, texts))
    }

    /// A date and time with its offset from UTC (RFC 3339): in quotes, or without where the format has a type for it.
    pub(super) fn time(&mut self, name: &str) -> Option<Timestamp> {
        let expected = match self.format.quoted_times {
            true => "a time such as 2030-01-31T12:00:00Z, in quotes",
            false => "a time such as 2030-01-31T12:00:00Z, without quotes",
        };
        let item = self.take(name)?;
        let time = match &item.node {
            Node::Text(text) if self.format.quoted_times => text.parse().ok(),
            Node::Time(time) => *time,
            Node::Text(_)
            | Node::Number(_)
            | Node::OtherNumber
            | Node::Boolean(_)
            | Node::List(_)
            | Node::Table(_)
            | Node::Nothing => return self.wrong(&item, name, expected),
        };
        if time.is_none() {
            self.problem(
                item.place,
                format!("`{name}` is not {expected}; the offset from UTC must be there"),
            );
        }
        time
    }

    /// Says that a field is missing, if it is.
    pub(super) fn require(&mut self, names: &[&str]) {
        for name in names {
            if !self.has(name) {
                self.problem(self.place, format!("`{name}` is missing"));
            }
        }
    }

    /// The problems, and one for each field that nobody has read.
    pub(super) fn finish(mut self, known: &[&str]) -> Vec<Problem> {
        for (field, item) in std::mem::take(&mut self.rest) {
            let advice = match nearest(&field, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            // a name that is no name may be anything, a key included
            let name = match field {
                name if name.len() <= 24 => format!(" `{}`", name.escape_debug()),
                _ => String::new(),
            };
            self.problem(item.place, format!("unknown field{name}; {advice}"));
        }
        self.problems
    }

    fn wrong<T>(&mut self, found: &Item, name: &str, expected: &str) -> Option<T> {
        self.problem(found.place, format!("`{name}` is {expected}, not {}", found.node.describe()));
        None
    }
}
