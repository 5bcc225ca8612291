//! Against every URI over a small alphabet.

use std::{collections::HashMap, sync::LazyLock};

use proptest::prelude::*;

use super::*;

const SYMBOLS: [&str; 5] = ["a", ".", "/", ",", "%2C"];

/// The most symbols after the scheme.
const LENGTH: usize = 6;

/// Every accepted URI of the scheme `s` with at most so many symbols.
static URIS: LazyLock<Vec<RequestUri<'static>>> = LazyLock::new(|| {
    let mut all = vec![String::from("s:")];
    let mut longest = all.clone();
    for _ in 0..LENGTH {
        longest = longest.iter().flat_map(|text| SYMBOLS.map(|symbol| format!("{text}{symbol}"))).collect();
        all.extend_from_slice(&longest);
    }
    all.into_iter().filter_map(|text| RequestUri::parse(text.leak()).ok()).collect()
});

/// Templates of at most three units over the same alphabet: two of them overlap within the length, if at all.
fn small_template() -> impl Strategy<Value = Template> {
    let unit = prop_oneof![
        3 => Just("{}"),
        2 => prop::sample::select(vec!["/", ","]),
        2 => prop::sample::select(SYMBOLS.to_vec()),
    ];
    let start = prop::sample::select(vec!["s:", "s:", "s://"]);
    (start, prop::collection::vec(unit, 0..=3)).prop_filter_map("no template", |(start, units)| {
        let units = units.iter().enumerate().map(|(at, unit)| match *unit {
            "{}" => format!("{{v{at}}}"),
            unit => unit.to_owned(),
        });
        let text: String = std::iter::once(start.to_owned()).chain(units).collect();
        Template::parse(&text).ok()
    })
}

fn matched(template: &Template) -> impl Iterator<Item = &'static RequestUri<'static>> {
    URIS.iter().filter(|uri| template.matches(uri).is_some())
}

#[test]
fn the_alphabet_is_not_refused_as_a_whole() {
    assert!(URIS.len() > 5_000, "{}", URIS.len());
    assert!(URIS.iter().filter(|uri| uri.as_str().contains('%')).count() > 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn templates_overlap_exactly_where_a_uri_matches_both(a in small_template(), b in small_template()) {
        let common = matched(&a).find(|uri| b.matches(uri).is_some());
        prop_assert_eq!(a.overlaps(&b), common.is_some(), "{} {} {:?}", a.as_str(), b.as_str(), common);
        prop_assert_eq!(b.overlaps(&a), common.is_some());
        prop_assert_eq!(a.overlaps(&a), true);
    }

    #[test]
    fn a_template_covers_exactly_what_matches_nothing_that_it_does_not_match(
        a in small_template(),
        b in small_template(),
    ) {
        let uncovered = matched(&b).find(|uri| a.matches(uri).is_none());
        prop_assert_eq!(a.covers(&b), uncovered.is_none(), "{} {} {:?}", a.as_str(), b.as_str(), uncovered);
        prop_assert!(a.covers(&a));
    }

    #[test]
    fn a_value_has_one_spelling(template in small_template()) {
        let mut seen = HashMap::new();
        for uri in matched(&template) {
            let values = values(&template, uri.as_str()).unwrap();
            prop_assert_eq!(expand(template.as_str(), &values), uri.as_str());
            prop_assert_eq!(seen.insert(values, uri.as_str()), None);
        }
    }

    /// A URI escapes a template that it would match with fewer reserved characters encoded.
    #[test]
    fn a_request_matches_nothing_exactly_where_it_escapes_a_template(
        templates in prop::collection::vec(small_template(), 1..=3),
    ) {
        let matcher = Matcher::new(templates.iter().cloned());
        for uri in URIS.iter().filter(|uri| uri.as_str().len() < 10 && uri.as_str().contains('%')) {
            let matching = templates.iter().filter(|template| template.matches(uri).is_some()).count();
            let escaped = less_encoded(uri.as_str()).iter().filter_map(|text| RequestUri::parse(text).ok()).any(|less| {
                templates.iter().any(|template| template.matches(uri).is_none() && template.matches(&less).is_some())
            });
            let found = matcher.matches(uri).len();
            prop_assert!(!escaped || found == 0, "{} escapes", uri.as_str());
            // the values `.` and `..` are not looked for
            prop_assert!(escaped || found == matching || uri.as_str().contains('.'), "{} escapes nothing", uri.as_str());
        }
    }
}

/// The text with each choice of its `%2C` as `,`.
fn less_encoded(text: &str) -> Vec<String> {
    let mut pieces = text.split("%2C");
    let mut all = vec![pieces.next().unwrap().to_owned()];
    for piece in pieces {
        all = all.iter().flat_map(|text| [format!("{text}%2C{piece}"), format!("{text},{piece}")]).collect();
    }
    all
}
