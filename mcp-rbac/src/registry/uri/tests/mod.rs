mod cover;
mod matching;
mod properties;
mod requests;
mod small;
mod templates;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{odd::OddUri, template::TemplateError, *};

/// What simple expansion encodes: everything but the unreserved characters (RFC 6570, section 3.2.2).
const SIMPLE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Expands a template with these values, in the order of its variables.
fn expand(template: &str, values: &[impl AsRef<str>]) -> String {
    let mut pieces = template.split('{');
    let mut text = pieces.next().unwrap().to_owned();
    for (piece, value) in pieces.zip(values) {
        text.extend(utf8_percent_encode(value.as_ref(), SIMPLE));
        text.push_str(piece.split_once('}').unwrap().1);
    }
    text
}

fn template(text: &str) -> Template {
    Template::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn uri(text: &str) -> RequestUri<'_> {
    RequestUri::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The values of a match, without the names.
fn values(template: &Template, text: &str) -> Option<Vec<String>> {
    let values = template.matches(&RequestUri::parse(text).ok()?)?;
    Some(values.into_iter().map(|(_, value)| value.into_owned()).collect())
}

/// The templates that a URI matches, the most specific first.
fn found<'m>(matcher: &'m Matcher, text: &str) -> Vec<&'m str> {
    matcher.matches(&uri(text)).iter().map(|found| found.template.as_str()).collect()
}
