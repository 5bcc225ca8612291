//! What holds for all templates, values and texts.

use percent_encoding::{CONTROLS, percent_decode_str};
use proptest::prelude::*;

use super::*;

/// Pieces of URIs, whole and broken, so that random texts come near to what is parsed.
const PIECES: [&str; 32] = [
    "a", "Z", "0", "~", ".", "..", "-", "/", "//", "://", ":", "?", "&", "=", ",", "@", "#", "[", "]",
    "[::1]", "%", "%2", "%2C", "%2F", "%61", "%c3", "%C3%A9", "{", "}", "{a}", "{b}", "é",
];

/// What is not in a URI as it is.
const NOT_IN_URIS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

fn near_uri() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..12);
    prop_oneof![pieces.prop_map(|pieces| format!("x:{}", pieces.concat())), any::<String>()]
}

/// Templates with their number of variables; all have a path and some a query.
fn any_template() -> impl Strategy<Value = (String, usize)> {
    let literal = "[a-z0-9._~-]{1,3}|%C3%A9|%20";
    let delimiter = prop::sample::select("/&=:,;@!$'()*+".chars().collect::<Vec<_>>());
    let parts = prop::collection::vec((delimiter, literal, any::<bool>()), 1..6);
    (prop::sample::select(vec!["r://h/p", "r:p", "r:///p", "r://h?q"]), parts).prop_map(|(head, parts)| {
        let (mut text, mut variables) = (head.to_owned(), 0);
        for (delimiter, literal, is_variable) in parts {
            text.push(delimiter);
            if is_variable {
                text.push_str(&format!("{{v{variables}}}"));
                variables += 1;
            } else {
                // not a dot segment
                text.push_str(&format!("x{literal}"));
            }
        }
        (text, variables)
    })
}

/// What a value may be: everything but what has no encoded form.
fn value() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[ -~]{1,8}",
        "\\PC{1,8}",
        prop::collection::vec(any::<char>(), 1..8).prop_map(String::from_iter)
    ];
    text.prop_map(|text| text.replace(|found: char| found.is_control() || "/\\%".contains(found), "_"))
        .prop_filter("a dot segment", |text| text != "." && text != "..")
}

proptest! {
    #[test]
    fn an_expansion_matches_and_gives_the_values_back(
        (text, given) in any_template().prop_flat_map(|(text, variables)| (Just(text), prop::collection::vec(value(), variables))),
    ) {
        let template = template(&text);
        let expanded = expand(&text, &given);
        let request = uri(&expanded);
        let matched = template.matches(&request);
        let expected = template.variables().zip(given.iter().map(|value| value.as_str().into())).collect();
        prop_assert_eq!(matched, Some(expected));
    }

    #[test]
    fn what_has_no_encoded_form_is_never_a_value(mut given in value(), odd in "[/\\\\%\\x00-\\x1F\\x7F-\\u{9F}]", at: prop::sample::Index) {
        let places: Vec<usize> = given.char_indices().map(|(at, _)| at).collect();
        given.insert_str(*at.get(&places), &odd);
        prop_assert_eq!(values(&template("r://h/{a}"), &expand("r://h/{a}", &[given])), None);
    }

    #[test]
    fn a_uri_that_matches_is_the_expansion_of_its_values((text, _) in any_template(), request in near_uri()) {
        let template = template(&text);
        for request in [request.clone(), format!("{}{request}", template.head)] {
            if let Some(values) = values(&template, &request) {
                prop_assert_eq!(expand(&text, &values), request);
            }
        }
    }

    #[test]
    fn templates_with_a_common_expansion_overlap(
        (text, given) in any_template().prop_flat_map(|(text, variables)| (Just(text), prop::collection::vec(value(), variables))),
        (other, _) in any_template(),
    ) {
        let (template, other) = (template(&text), template(&other));
        let fixed = Template::parse(&expand(&text, &given)).unwrap();
        prop_assert!(template.overlaps(&fixed) && fixed.overlaps(&template));
        prop_assert!(template.overlaps(&template));
        prop_assert_eq!(template.overlaps(&other), other.overlaps(&template));
        prop_assert_eq!(other.overlaps(&fixed), other.matches(&uri(fixed.as_str())).is_some());
    }

    #[test]
    fn the_matcher_finds_what_trying_every_template_finds(
        templates in prop::collection::vec(any_template(), 1..30),
        chosen: prop::sample::Index,
        given in prop::collection::vec(value(), 6),
    ) {
        let parsed: Vec<Template> = templates.iter().map(|(text, _)| template(text)).collect();
        let expanded = expand(&chosen.get(&templates).0, &given);
        let request = uri(&expanded);
        let mut naive: Vec<usize> = (0..parsed.len()).filter(|at| parsed[*at].matches(&request).is_some()).collect();
        let encoded = escape::Encoded::new(&request);
        let escapes = |at: usize| encoded.as_ref().is_some_and(|encoded| encoded.escapes(&parsed[at]));
        if (0..parsed.len()).any(|at| escapes(at) && !naive.contains(&at)) {
            naive.clear();
        }
        naive.sort_by_key(|at| std::cmp::Reverse(parsed[*at].specificity()));
        let matcher = Matcher::new(parsed.iter().cloned());
        let found = matcher.matches(&request);
        prop_assert_eq!(found.iter().map(|found| found.index).collect::<Vec<_>>(), naive);
        for found in found {
            prop_assert_eq!(found.template, &parsed[found.index]);
            prop_assert_eq!(Some(found.values), parsed[found.index].matches(&request));
        }
    }

    #[test]
    fn an_accepted_uri_has_nothing_left_to_normalise(text in near_uri()) {
        if let Ok(request) = RequestUri::parse(&text) {
            prop_assert_eq!(request.as_str(), &text);
            prop_assert!(text.len() <= 2_048 && text.is_ascii());
            let decoded = percent_decode_str(&text).decode_utf8().unwrap();
            if decoded.matches(is_reserved).count() == text.matches(is_reserved).count() {
                prop_assert_eq!(utf8_percent_encode(&decoded, NOT_IN_URIS).to_string(), text);
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in near_uri(), other in near_uri()) {
        let templates = [Template::parse(&text), Template::parse(&other)];
        let templates: Vec<Template> = templates.into_iter().flatten().collect();
        for template in &templates {
            let _ = (template.overlaps(&templates[0]), template.specificity());
        }
        if let Ok(request) = RequestUri::parse(&other) {
            let _ = Matcher::new(templates).matches(&request);
        }
    }
}
