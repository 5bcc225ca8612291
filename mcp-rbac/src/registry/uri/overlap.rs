use std::iter::Peekable;

use super::{is_reserved, template::Template};

/// Whether a URI matches both and neither goes first: a server with such a pair does not start.
pub(crate) fn equally_specific_overlap(a: &Template, b: &Template) -> bool {
    a.specificity() == b.specificity() && a.overlaps(b)
}

impl Template {
    /// Whether there is a URI that both match.
    ///
    /// The two are read in step, and there is never a choice. Where one has a literal, it says what comes next. Where
    /// both have a variable, a letter does for both, and since reserved characters end a value, both end at once.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        let (mut a, mut b) = (Reader::new(self.units()), Reader::new(other.units()));
        loop {
            let goes_on = match (a.units.peek(), b.units.peek()) {
                (None, None) => return true,
                (Some(Unit::Variable), Some(Unit::Variable)) => a.skip() && b.skip(),
                (Some(Unit::Variable), _) => a.read_as_value(&mut b),
                (_, Some(Unit::Variable)) => b.read_as_value(&mut a),
                (one, two) => one == two && a.skip() && b.skip(),
            };
            if !goes_on {
                return false;
            }
        }
    }

    pub(super) fn units(&self) -> impl Iterator<Item = Unit> {
        let tail = self.variables.iter().flat_map(|variable| {
            std::iter::once(Unit::Variable).chain(variable.after.chars().map(Unit::Literal))
        });
        self.head.chars().map(Unit::Literal).chain(tail)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Literal(char),
    Variable,
}

/// How far a template has been read.
struct Reader<I: Iterator<Item = Unit>> {
    units: Peekable<I>,
    value: Value,
}

/// What has been read of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    Empty,
    Dot,
    DotDot,
    Allowed,
}

impl<I: Iterator<Item = Unit>> Reader<I> {
    fn new(units: I) -> Self {
        Self { units: units.peekable(), value: Value::Empty }
    }

    fn skip(&mut self) -> bool {
        self.value = Value::Empty;
        self.units.next().is_some()
    }

    /// Takes the next character of the other's literal into the value, or ends the value before it.
    fn read_as_value(&mut self, other: &mut Self) -> bool {
        match other.units.peek() {
            Some(&Unit::Literal(character)) if !is_reserved(character) => {
                self.value = self.value.followed_by(character);
                other.skip()
            }
            _ => self.value == Value::Allowed && self.skip(),
        }
    }
}

impl Value {
    pub(super) fn followed_by(self, character: char) -> Self {
        match (self, character) {
            (Self::Empty, '.') => Self::Dot,
            (Self::Dot, '.') => Self::DotDot,
            _ => Self::Allowed,
        }
    }
}
