use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{is_dot_segment, is_reserved, request::RequestUri, template::Template};

/// The variables of a template with their decoded values, in the order of the template.
pub(crate) type Values<'t, 'u> = Vec<(&'t str, Cow<'u, str>)>;

impl Template {
    /// The values with which the template expands to this URI: no others do, and with these it expands to no other.
    ///
    /// It reads the URI once, from left to right: a value ends at the first reserved character.
    pub(crate) fn matches<'u>(&self, uri: &RequestUri<'u>) -> Option<Values<'_, 'u>> {
        let mut rest = uri.as_str().strip_prefix(self.head.as_str())?;
        // templates that begin alike end differently, and that is quickly seen
        if self.variables.last().is_some_and(|last| !rest.ends_with(&last.after)) {
            return None;
        }
        let mut values = Vec::new();
        for variable in &self.variables {
            let end = rest.find(is_reserved).unwrap_or(rest.len());
            let (value, after) = rest.split_at_checked(end)?;
            rest = after.strip_prefix(variable.after.as_str())?;
            // no dot is encoded, so these two are the only spellings
            if value.is_empty() || is_dot_segment(value) {
                return None;
            }
            values.push((variable.name.as_str(), percent_decode_str(value).decode_utf8().ok()?));
        }
        rest.is_empty().then_some(values)
    }
}
