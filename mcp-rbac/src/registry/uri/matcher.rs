use std::{cmp::Reverse, collections::HashMap};

use super::{matching::Values, request::RequestUri, template::Template};

/// Finds what a URI matches among everything that a server offers.
///
/// Fixed URIs are found by hash. Templates are found by hash as well, by what they begin with: the request is cut at
/// each length that a beginning has. So the cost of a request depends on how many lengths there are and on how many
/// templates begin alike, and not on how many templates there are.
#[derive(Debug)]
pub(crate) struct Matcher {
    /// The most specific first.
    entries: Box<[Entry]>,
    fixed: HashMap<String, Vec<usize>>,
    by_head: HashMap<String, Vec<usize>>,
    /// The lengths of the keys of `by_head`, the shortest first.
    lengths: Box<[usize]>,
}

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

        let (mut fixed, mut by_head) = (HashMap::new(), HashMap::new());
        for (at, Entry { template, .. }) in entries.iter().enumerate() {
            let index: &mut HashMap<String, Vec<usize>> =
                if template.is_fixed() { &mut fixed } else { &mut by_head };
            index.entry(template.head.clone()).or_default().push(at);
        }
        let mut lengths: Vec<usize> = by_head.keys().map(String::len).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self { entries, fixed, by_head, lengths: lengths.into() }
    }

    /// Everything that the URI matches, the most specific first; what is equally specific, in the order given.
    ///
    /// None where the URI encodes a reserved character and thereby escapes a template that it would match otherwise.
    pub(crate) fn matches<'u>(&self, uri: &RequestUri<'u>) -> Vec<Match<'_, 'u>> {
        let text = uri.as_str();
        let heads = self.lengths.iter().map_while(|&length| text.get(..length));
        let candidates = heads.filter_map(|head| self.by_head.get(head)).chain(self.fixed.get(text));
        let mut candidates: Vec<usize> = candidates.flatten().copied().collect();
        candidates.sort_unstable();

        let entries = candidates.into_iter().filter_map(|at| self.entries.get(at));
        let matches: Vec<Match<'_, 'u>> = entries
            .filter_map(|Entry { template, given_at }| {
                Some(Match { index: *given_at, template, values: template.matches(uri)? })
            })
            .collect();
        if self.is_escaped(uri, &matches) { Vec::new() } else { matches }
    }

    fn is_escaped(&self, uri: &RequestUri<'_>, matches: &[Match<'_, '_>]) -> bool {
        !matches.is_empty()
            && uri.encodes_reserved()
            && self.entries.iter().any(|Entry { template, given_at }| {
                template.reads(uri) && !matches.iter().any(|found| found.index == *given_at)
            })
    }
}
