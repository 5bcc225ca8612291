use std::cmp::Reverse;

use super::{
    odd::OddUri,
    request::{RequestUri, check_triplets},
};

/// The longest template, in bytes. Where two templates overlap, they do so in a URI that is no longer than both
/// together, and no URI is lost to the limit for requests.
const MAX_LENGTH: usize = 1_024;

/// What may follow a variable.
const DELIMITERS: &str = "/?&=:,;@!$'()*+";

/// The URI of a resource, with variables or without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    text: String,
    /// What every expansion begins with; the whole URI where there are no variables.
    pub(super) head: String,
    pub(super) variables: Vec<Variable>,
}

/// A variable and the literal up to the next one, which is empty only at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) after: String,
}

/// How narrow a template is: one with fewer variables is more specific, and of two with as many, the one with more
/// literal characters. More specific is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Specificity {
    variables: Reverse<usize>,
    literal: usize,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TemplateError {
    #[error("the URI template is longer than {MAX_LENGTH} bytes")]
    TooLong,
    #[error("a `{{` of the URI template is not closed")]
    Unclosed,
    #[error("a `}}` of the URI template closes nothing")]
    Unopened,
    #[error(
        "`{{{0}}}` is not a variable: a letter or `_`, then letters, digits and `_`, without operators (RFC 6570, level 1)"
    )]
    NotAVariable(String),
    #[error("the URI template has the variable `{{{0}}}` twice")]
    Twice(String),
    #[error(
        "after the variable `{{{name}}}` comes `{found}`; it is followed by the end or by one of `{DELIMITERS}`"
    )]
    NotDelimited { name: String, found: char },
    #[error("the scheme of the URI template has a variable; write it out, as in `records://{{id}}`")]
    InScheme,
    #[error(transparent)]
    Odd(#[from] OddUri),
}

impl Template {
    /// Reads a template, or a URI as a template without variables.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.len() > MAX_LENGTH {
            return Err(TemplateError::TooLong);
        }
        let mut pieces = text.split('{');
        let head = literal(pieces.next().unwrap_or_default())?;
        let mut variables: Vec<Variable> = Vec::new();
        let mut pieces = pieces.peekable();
        while let Some(piece) = pieces.next() {
            let variable = variable(piece, pieces.peek().is_none())?;
            if variables.iter().any(|earlier| earlier.name == variable.name) {
                return Err(TemplateError::Twice(variable.name));
            }
            variables.push(variable);
        }
        let template = Self { text: text.to_owned(), head, variables };
        template.check_expansions()?;
        Ok(template)
    }

    /// The rules for requests are the rules for expansions. A value brings no reserved character with it, so one
    /// expansion has the components of all; a digit can stand everywhere, in a port as well.
    fn check_expansions(&self) -> Result<(), TemplateError> {
        if !self.head.contains(':') && self.literals().any(|literal| literal.contains(':')) {
            return Err(TemplateError::InScheme);
        }
        let tail = self.variables.iter().flat_map(|variable| ["1", &variable.after]);
        let sample: String = std::iter::once(self.head.as_str()).chain(tail).collect();
        RequestUri::parse(&sample)?;
        // no triplet is made of a literal and a value
        for literal in self.literals() {
            check_triplets(literal)?;
        }
        Ok(())
    }

    /// The template as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of its variables, in order.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(|variable| variable.name.as_str())
    }

    /// Whether it is one URI.
    pub(crate) fn is_fixed(&self) -> bool {
        self.variables.is_empty()
    }

    pub(crate) fn specificity(&self) -> Specificity {
        let literal = self.literals().map(str::len).sum();
        Specificity { variables: Reverse(self.variables.len()), literal }
    }

    pub(super) fn literals(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.head.as_str())
            .chain(self.variables.iter().map(|variable| variable.after.as_str()))
    }
}

/// Reads `name}literal`.
fn variable(piece: &str, is_last: bool) -> Result<Variable, TemplateError> {
    let (name, after) = piece.split_once('}').ok_or(TemplateError::Unclosed)?;
    let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) || !name.chars().all(word) {
        return Err(TemplateError::NotAVariable(name.to_owned()));
    }
    let found = match after.chars().next() {
        None if is_last => None,
        None => Some('{'),
        Some(next) => Some(next).filter(|next| !DELIMITERS.contains(*next)),
    };
    match found {
        Some(found) => Err(TemplateError::NotDelimited { name: name.to_owned(), found }),
        None => Ok(Variable { name: name.to_owned(), after: literal(after)? }),
    }
}

fn literal(text: &str) -> Result<String, TemplateError> {
    if text.contains('}') { Err(TemplateError::Unopened) } else { Ok(text.to_owned()) }
}
