use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::template::Template;

/// What simple expansion encodes: everything but the unreserved characters (RFC 6570, section 3.2.2).
const SIMPLE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Template {
    /// The template with the variables replaced that have a value; `None` where no such URI is accepted.
    pub(crate) fn expand<'v>(&self, value: impl Fn(&str) -> Option<&'v str>) -> Option<Self> {
        let mut text = self.head.clone();
        for variable in &self.variables {
            text += &match value(&variable.name) {
                Some(value) => Cow::from(utf8_percent_encode(value, SIMPLE)),
                None => Cow::from(format!("{{{}}}", variable.name)),
            };
            text += &variable.after;
        }
        Self::parse(&text).ok()
    }
}
