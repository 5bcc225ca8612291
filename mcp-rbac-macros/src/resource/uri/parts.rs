//! Text and variables.

use super::Mistake;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'t> {
    Text(&'t str),
    /// What stands between braces.
    Variable(&'t str),
}

// records://{id
// records://id}
// records://{{id}}
pub(super) fn parts(uri: &str) -> Result<Vec<Part<'_>>, Mistake> {
    let mut parts = Vec::new();
    let mut rest = uri;
    while !rest.is_empty() {
        let (text, after) = match rest.split_once('{') {
            Some((text, after)) => (text, Some(after)),
            None => (rest, None),
        };
        if text.contains('}') {
            return Err(Mistake::new("a `}` closes nothing", FORM));
        }
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        let Some(after) = after else { break };
        let Some((name, after)) = after.split_once('}') else {
            return Err(Mistake::new("a `{` is not closed", FORM));
        };
        if name.contains('{') {
            return Err(Mistake::new("a `{` stands within a variable", FORM));
        }
        parts.push(Part::Variable(name));
        rest = after;
    }
    Ok(parts)
}

const FORM: &str = "a variable is written `{id}`, and the uri has no other braces";
