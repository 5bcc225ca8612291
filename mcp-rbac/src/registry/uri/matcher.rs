use std::{borrow::Cow, cmp::Reverse, collections::HashMap};

use percent_encoding::percent_decode_str;

use super::{escape::Encoded, matching::Values, request::RequestUri, template::Template};

/// Finds what a URI matches among everything that a server offers.
///
/// Fixed URIs are found by hash. Templates are found by hash as well, by what they begin with: the request is cut at
/// each length that a beginning has. So the cost of a request depends on how many lengths there are and on how many
/// templates begin alike, and not on how many templates there are. Both are looked up decoded, as a URI that escapes a
/// template is to be found.
#[derive(Debug)]
pub(crate) struct Matcher {
    /// The most specific first.
    entries: Box<[Entry]>,
    fixed: Index,
    by_head: Index,
    /// The lengths of the keys of `by_head`, the shortest first.
    lengths: Box<[usize]>,
}

/// Where the entries of a decoded text are.
type Index = HashMap<Vec<u8>, Vec<usize>>;

#[derive(Debug)]
struct Entry {
    template: Template,
    given_at: usize,
}

/// One template that a URI matches.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Match<'m, 'u> {
    /// Its place in the list that the [`Matcher`] was made of.
    pub(crate) index: usize,
    pub(crate) template: &'m Template,
    pub(crate) values: Values<'m, 'u>,
}

impl Matcher {
    pub(crate) fn new(templates: impl IntoIterator<Item = Template>) -> Self {
        let entries = templates.into_iter().enumerate();
        let mut entries: Box<[Entry]> =
            entries.map(|(given_at, template)| Entry { template, given_at }).collect();
        entries.sort_by_key(|entry| Reverse(entry.template.specificity()));

        let (mut fixed, mut by_head) = (Index::new(), Index::new());
        for (at, Entry { template, .. }) in entries.iter().enumerate() {
            let index = if template.is_fixed() { &mut fixed } else { &mut by_head };
            index.entry(percent_decode_str(&template.head).collect()).or_default().push(at);
        }
        let mut lengths: Vec<usize> = by_head.keys().map(Vec::len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self { entries, fixed, by_head, lengths: lengths.into() }
    }

    /// The places of all that match whatever the template matches, the template itself included; the most specific first.
    pub(crate) fn covering(&self, template: &Template) -> Vec<usize> {
        let covering = self.entries.iter().filter(|entry| entry.template.covers(template));
        covering.map(|entry| entry.given_at).collect()
    }

    /// Everything that the URI matches, the most specific first; what is equally specific, in the order given.
    ///
    /// Nothing where the URI encodes a reserved character and thereby escapes a template that it would match otherwise.
    pub(crate) fn matches<'u>(&self, uri: &RequestUri<'u>) -> Vec<Match<'_, 'u>> {
        let decoded = Cow::from(percent_decode_str(uri.as_str()));
        let heads = self.lengths.iter().map_while(|&length| decoded.get(..length));
        let found = heads.filter_map(|head| self.by_head.get(head)).chain(self.fixed.get(&*decoded));
        let mut found: Vec<usize> = found.flatten().copied().collect();
        found.sort_unstable();

        let encoded = Encoded::new(uri);
        let mut matches = Vec::new();
        for Entry { template, given_at } in found.into_iter().filter_map(|at| self.entries.get(at)) {
            match template.matches(uri) {
                Some(values) => matches.push(Match { index: *given_at, template, values }),
                None if encoded.as_ref().is_some_and(|uri| uri.escapes(template)) => return Vec::new(),
                None => {}
            }
        }
        matches
    }
}
