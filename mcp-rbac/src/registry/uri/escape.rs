use percent_encoding::percent_decode_str;

use super::{is_reserved, request::RequestUri, template::Template};

impl RequestUri<'_> {
    /// Whether a triplet stands for a reserved character. There is one spelling for every other character.
    pub(super) fn encodes_reserved(&self) -> bool {
        octets(self.as_str()).any(|octet| is_reserved(char::from(octet.value)) && !octet.delimits)
    }
}

impl Template {
    /// Whether the URI matches, or would if some of its encoded reserved characters were not encoded.
    ///
    /// Each of them can delimit or be part of a value, so all readings are followed at once. It finds too many where
    /// the value of one is `.` or `..`, and never too few.
    pub(super) fn reads(&self, uri: &RequestUri<'_>) -> bool {
        let mut rest = octets(uri.as_str());
        if !octets(&self.head).all(|literal| rest.next().is_some_and(|octet| literal.stands_for(octet))) {
            return false;
        }
        let pattern: Vec<Step> = self.variables.iter().flat_map(|variable| steps(&variable.after)).collect();
        // places in the pattern, sorted
        let mut readings = vec![0];
        for octet in rest {
            let mut next = Vec::with_capacity(readings.len() + 1);
            for at in readings {
                match pattern.get(at) {
                    // a value goes on, or ends with this octet
                    Some(Step::Value) if !octet.delimits => next.extend([at, at + 1]),
                    Some(Step::Literal(literal)) if literal.stands_for(octet) => next.push(at + 1),
                    _ => {}
                }
            }
            next.dedup();
            readings = next;
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
