use std::mem;

use percent_encoding::percent_decode_str;

use super::{is_reserved, request::RequestUri, template::Template};

/// A URI with triplets, decoded. It takes such a one to escape a template.
pub(super) struct Encoded {
    octets: Vec<Octet>,
    delimiters: usize,
}

impl Encoded {
    pub(super) fn new(uri: &RequestUri<'_>) -> Option<Self> {
        let text = uri.as_str();
        text.contains('%')
            .then(|| Self { octets: octets(text).collect(), delimiters: text.matches(is_reserved).count() })
    }

    /// Whether it would match the template if one or more of its reserved characters were not encoded.
    ///
    /// Each of them can delimit or be part of a value, so all readings are followed at once. A reading in which a value
    /// is `.` or `..` counts as well: too much is refused rather than too little.
    pub(super) fn escapes(&self, template: &Template) -> bool {
        // what delimits here does so in every reading, and one more does
        let delimiters: usize = template.literals().map(|literal| literal.matches(is_reserved).count()).sum();
        if delimiters <= self.delimiters {
            return false;
        }
        let mut rest = self.octets.iter();
        if !octets(&template.head).all(|literal| rest.next().is_some_and(|octet| literal.stands_for(*octet)))
        {
            return false;
        }
        let pattern: Vec<Step> =
            template.variables.iter().flat_map(|variable| steps(&variable.after)).collect();
        // how far the readings have come, in order
        let (mut readings, mut next) = (vec![0], Vec::new());
        for &octet in rest {
            for at in readings.drain(..) {
                match pattern.get(at) {
                    // a value goes on, or ends with this octet
                    Some(Step::Value) if !octet.delimits => next.extend([at, at + 1]),
                    Some(Step::Literal(literal)) if literal.stands_for(octet) => next.push(at + 1),
                    _ => {}
                }
            }
            next.dedup();
            mem::swap(&mut readings, &mut next);
        }
        readings.contains(&pattern.len())
    }
}

/// An octet of a URI, decoded.
#[derive(Clone, Copy)]
struct Octet {
    value: u8,
    /// It is a reserved character, as it is.
    delimits: bool,
}

impl Octet {
    /// Whether a literal with this octet is met, now or with the other one not encoded.
    fn stands_for(self, other: Self) -> bool {
        self.value == other.value && (self.delimits || !other.delimits)
    }
}

fn octets(text: &str) -> impl Iterator<Item = Octet> {
    text.split_inclusive(is_reserved).flat_map(|piece| {
        let (data, delimiter) = match piece.strip_suffix(is_reserved) {
            Some(data) => (data, piece.bytes().last()),
            None => (piece, None),
        };
        let data = percent_decode_str(data).map(|value| Octet { value, delimits: false });
        data.chain(delimiter.map(|value| Octet { value, delimits: true }))
    })
}

/// What a template expects next.
enum Step {
    Value,
    Literal(Octet),
}

/// A variable and what follows it.
fn steps(after: &str) -> impl Iterator<Item = Step> {
    std::iter::once(Step::Value).chain(octets(after).map(Step::Literal))
}
