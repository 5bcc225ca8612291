//! Which template a request meets, and with which values.

use super::*;

#[test]
fn a_variable_matches_what_simple_expansion_makes() {
    let cases: &[(&str, &str, Option<&[&str]>)] = &[
        ("records://schema", "records://schema", Some(&[])),
        ("records://schema", "records://schema/", None),
        ("records://schema", "records://schem", None),
        ("records://{id}/notes", "records://17/notes", Some(&["17"])),
        ("records://{id}/notes", "records://17/note", None),
        ("records://{id}/notes", "records://17/notes/", None),
        ("records://{id}/notes", "records:///notes", None),
        ("records://{id}/notes", "records://17/18/notes", None),
        ("records://{id}", "records://17?all=1", None),
        ("x://h/{a}/{b}", "x://h/1/2", Some(&["1", "2"])),
        ("x://h/{a}/{b}", "x://h/1/", None),
        ("x://h/{a}?b={b}&c={c}", "x://h/1?b=2&c=3", Some(&["1", "2", "3"])),
        ("x://h/{a}?b={b}&c={c}", "x://h/1?c=3&b=2", None),
        ("x://h/{a}?b={b}&c={c}", "x://h/1?b=2&c=3&d=4", None),
        ("x://{host}:{port}/", "x://h:8080/", Some(&["h", "8080"])),
        ("x://{host}:{port}/", "x://[::1]:8080/", None),
        ("x://[::1]:{port}/", "x://[::1]:8080/", Some(&["8080"])),
        ("x:{a}:{b}", "x:1:2", Some(&["1", "2"])),
        ("x:{a}:{b}", "x:1:2:3", None),
        // decoded once; the first two are the examples of RFC 6570, section 1.2
        ("x:{var}", "x:value", Some(&["value"])),
        ("x:{hello}", "x:Hello%20World%21", Some(&["Hello World!"])),
        ("x:{a}", "x:caf%C3%A9", Some(&["café"])),
        ("x:{a}", "x:1%2C2%3A%3F%23%40", Some(&["1,2:?#@"])),
        ("x:{a}", "x:a%2Bb", Some(&["a+b"])),
        // reserved characters delimit, whatever the template
        ("x:{a}", "x:1,2", None),
        ("x:{a}", "x:a+b", None),
        ("x:{a}", "x:Hello%20World!", None),
        ("x://h/{a}", "x://h/someone@example.com", None),
        // the normal forms of Unicode are two values
        ("x:{a}", "x:e%CC%81", Some(&["e\u{301}"])),
        ("x:%C3%A9/{a}", "x:%C3%A9/b", Some(&["b"])),
        ("x:%C3%A9/{a}", "x:e%CC%81/b", None),
        // dot segments as values; beside other characters they are none
        ("x://h?a={a}", "x://h?a=.", None),
        ("x://h?a={a}", "x://h?a=..", None),
        ("x://h?a={a}&b={b}", "x://h?a=..&b=1", None),
        ("x://h/b;{a}", "x://h/b;..", None),
        ("x://h/a.{b}", "x://h/a..", None),
        ("x://h?a={a}", "x://h?a=...", Some(&["..."])),
        ("x://h?a={a}", "x://h?a=..b", Some(&["..b"])),
    ];
    for &(text, request, expected) in cases {
        let expected =
            expected.map(|values| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        assert_eq!(values(&template(text), uri(request).as_str()), expected, "{text} {request}");
    }
}

#[test]
fn values_come_with_the_names_of_their_variables() {
    let template = template("records://{id}/notes?lang={lang}");
    let request = uri("records://17/notes?lang=de%2DAT".replace("%2D", "-").leak());
    assert_eq!(template.matches(&request).unwrap(), [("id", "17".into()), ("lang", "de-AT".into())]);
}

fn matcher(templates: &[&str]) -> Matcher {
    Matcher::new(templates.iter().map(|text| template(text)))
}

#[test]
fn everything_that_matches_is_found_the_most_specific_first() {
    let matcher = matcher(&[
        "records://{id}/{part}",
        "records://{id}/notes",
        "records://schema",
        "records://17/{part}",
        "records://17/notes",
        "records://17/notes",
        "other://17/notes",
        "records://{name}/notes",
    ]);
    let indexes =
        |text: &str| -> Vec<usize> { matcher.matches(&uri(text)).iter().map(|found| found.index).collect() };
    assert_eq!(indexes("records://17/notes"), [4, 5, 1, 7, 3, 0]);
    assert_eq!(indexes("records://18/notes"), [1, 7, 0]);
    assert_eq!(indexes("records://17/tags"), [3, 0]);
    assert_eq!(indexes("records://schema"), [2]);
    assert_eq!(indexes("records://17"), [0usize; 0]);
    assert_eq!(indexes("record://17/notes"), [0usize; 0]);
}

#[test]
fn a_beginning_that_is_cut_short_is_no_match() {
    let matcher = matcher(&["x://host/{a}", "x:{a}"]);
    assert_eq!(found(&matcher, "x://host"), [""; 0]);
    assert_eq!(found(&matcher, "x:b"), ["x:{a}"]);
}

/// What a lax template is given may not be what a strict one protects, however the URI is spelled.
#[test]
fn an_encoded_delimiter_does_not_lead_past_a_template() {
    // strict, lax, a URI that both concern, decoded or not
    let cases = [
        ("docs:{name}:{part}", "docs:{name}", "docs:a%3Ab"),
        ("docs:secret:b", "docs:{name}", "docs:secret%3Ab"),
        ("docs:{name}:secret", "docs:{name}", "docs:a%3Ab%3Asecret"),
        ("x://h/{a},{b}/c", "x://h/{a}/{c}", "x://h/1%2C2/c"),
        ("x://h/{a},,{b}", "x://h/{a}", "x://h/%2C%2C%2C1"),
        ("x://h/secret?all=1", "x://h/{a}", "x://h/secret%3Fall%3D1"),
        ("x://h/caf%C3%A9,1", "x://h/{a}", "x://h/caf%C3%A9%2C1"),
        ("x://h/o'brien", "x://h/{a}", "x://h/o%27brien"),
        ("x://{host}:{port}", "x://{host}", "x://a%3A80"),
    ];
    for (strict, lax, request) in cases {
        assert_eq!(found(&matcher(&[lax]), request), [lax], "on its own");
        assert_eq!(found(&matcher(&[strict, lax]), request), [""; 0], "{strict} {lax} {request}");
    }
}

#[test]
fn an_encoded_delimiter_is_a_value_where_it_leads_past_nothing() {
    let templates = [
        "search://all?q={q}",
        "search://all?q={q}&tag={tag}",
        "docs:{name}:{part}",
        "docs:{name}",
        "x://h/{a},{b}",
        "x://h/{a};{b}",
        "x:{a};{b};{c}",
        "x:{a},{b}",
        "y:,%2C,",
        "y:{a},{b}",
        "z:{a};{b}",
        "z:%3A;..",
    ];
    let matcher = matcher(&templates);
    let cases = [
        ("search://all?q=1%2B1%3D2%3F", "search://all?q={q}"),
        ("search://all?q=r%26d", "search://all?q={q}"),
        ("search://all?q=a&tag=b%26c", "search://all?q={q}&tag={tag}"),
        ("docs:a%2Cb", "docs:{name}"),
        ("docs:%3Ab", "docs:{name}"),
        ("docs:a%3A", "docs:{name}"),
        ("docs:a:b%3Ac", "docs:{name}:{part}"),
        // the delimiter that is there stays one
        ("x://h/1%2C2;3", "x://h/{a};{b}"),
        ("x:1,2%3B3%3B4", "x:{a},{b}"),
        // and what is encoded in a template is no delimiter
        ("y:%2C,%2C", "y:{a},{b}"),
        // nor is a dot segment a value
        ("z:%3A;..", "z:%3A;.."),
    ];
    for (request, expected) in cases {
        assert_eq!(found(&matcher, request), [expected], "{request}");
    }
}
