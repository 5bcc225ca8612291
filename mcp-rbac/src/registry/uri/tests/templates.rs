//! What a server may offer.

use super::{
    OddUri::{
        Character, DotSegment, EmptyQuery, EmptySegment, EncodedSeparator, Fragment, HostCase,
        NeedlesslyEncoded, NoAuthority, NoScheme, NotAscii, NotUtf8, Port, SchemeCase, Triplet, UserInfo,
    },
    TemplateError::{InScheme, NotAVariable, NotDelimited, Odd, TooLong, Twice, Unclosed, Unopened},
    *,
};

#[test]
fn templates_of_level_1_and_fixed_uris_are_accepted() {
    let longest = format!("x:{{a}}{}", "/b".repeat(509) + "/");
    assert_eq!(longest.len(), 1_024);
    let cases: [(&str, &[&str]); 14] = [
        ("records://schema", &[]),
        ("file:///a%20b/caf%C3%A9", &[]),
        ("records://{id}", &["id"]),
        ("records://{id}/notes", &["id"]),
        ("test://template/{id}/data", &["id"]),
        ("records://db/{table}/{row_id}", &["table", "row_id"]),
        ("x://h/{_a}?b={B2}&c={c}", &["_a", "B2", "c"]),
        ("x://{host}:{port}/a", &["host", "port"]),
        ("x://[::1]:8080/{a}", &["a"]),
        ("urn:{a}:{b}", &["a", "b"]),
        ("x:{a}/{b}?{c}&{d}={e}:{f},{g};{h}@{i}!{j}$", &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]),
        ("x:{a}'{b}({c}){d}*{e}+{f}", &["a", "b", "c", "d", "e", "f"]),
        ("x://h/a.{b}", &["b"]),
        (&longest, &["a"]),
    ];
    for (text, variables) in cases {
        let template = template(text);
        assert_eq!(template.as_str(), text);
        assert_eq!(template.variables().collect::<Vec<_>>(), variables, "{text}");
        assert_eq!(template.is_fixed(), variables.is_empty(), "{text}");
    }
}

#[test]
fn every_other_template_is_refused() {
    let long = "x:".to_owned() + &"a".repeat(1_023);
    let odd_name = |name: &str| NotAVariable(name.to_owned());
    let not_delimited = |found| NotDelimited { name: "a".to_owned(), found };
    let cases = [
        (long.as_str(), TooLong),
        ("x:{a", Unclosed),
        ("x:{a/{b}", Unclosed),
        ("x:{{a}}", Unclosed),
        ("x:{", Unclosed),
        ("x:a}", Unopened),
        ("x:{a}}", not_delimited('}')),
        ("x:{a}/}", Unopened),
        ("x:{}", odd_name("")),
        ("x:{1a}", odd_name("1a")),
        ("x:{+a}", odd_name("+a")),
        ("x:{#a}", odd_name("#a")),
        ("x:{.a}", odd_name(".a")),
        ("x:{/a}", odd_name("/a")),
        ("x:{;a}", odd_name(";a")),
        ("x:h{?a}", odd_name("?a")),
        ("x:h{&a}", odd_name("&a")),
        ("x:{a*}", odd_name("a*")),
        ("x:{a:3}", odd_name("a:3")),
        ("x:{a,b}", odd_name("a,b")),
        ("x:{a b}", odd_name("a b")),
        ("x:{a-b}", odd_name("a-b")),
        ("x:{%61}", odd_name("%61")),
        ("x:{é}", odd_name("é")),
        ("x:{a}/{a}", Twice("a".to_owned())),
        ("x:{a}{b}", not_delimited('{')),
        ("x:{a}b", not_delimited('b')),
        ("x:{a}.b", not_delimited('.')),
        ("x:{a}-{b}", not_delimited('-')),
        ("x:{a}%20", not_delimited('%')),
        ("x:{a}#b", not_delimited('#')),
        ("x://[{a}]/b", not_delimited(']')),
        ("{a}", Odd(NoScheme)),
        ("{a}:b", InScheme),
        ("{a}://b", InScheme),
        ("x{a}:b", InScheme),
        ("x{a}://b/c", InScheme),
        ("records/{id}", Odd(NoScheme)),
        ("Records://{id}", Odd(SchemeCase)),
        ("records://DB/{id}", Odd(HostCase)),
        ("x://{user}@h/a", Odd(UserInfo)),
        ("x://me@h/{a}", Odd(UserInfo)),
        ("x:/{a}#b/{c}", not_delimited('#')),
        ("x:/{a}", Odd(NoAuthority)),
        ("x://h/{a}/#b", Odd(Fragment)),
        ("x://h/{a}//b", Odd(EmptySegment)),
        ("x://h/../{a}", Odd(DotSegment)),
        ("x://h/{a}/..", Odd(DotSegment)),
        ("x://h/{a}?", Odd(EmptyQuery)),
        ("x://h:{a}:b", Odd(Port)),
        ("x://h:0{a}", Odd(Port)),
        ("x://h/é/{a}", Odd(NotAscii)),
        ("x://h/ {a}", Odd(Character(' '))),
        ("x://h/%2F/{a}", Odd(EncodedSeparator('/'))),
        ("x://h/%61/{a}", Odd(NeedlesslyEncoded('a'))),
        // a value would complete the triplet
        ("x://h/%{a}", Odd(Triplet)),
        ("x://h/%C{a}", Odd(NotUtf8)),
        ("x://h/%C3%A{a}", Odd(Triplet)),
        ("x://h/%C3{a}", Odd(NotUtf8)),
    ];
    for (text, error) in cases {
        assert_eq!(Template::parse(text), Err(error), "{text}");
    }
}

#[test]
fn a_refused_template_is_told_what_to_do() {
    let cases = [
        ("x:{a", "a `{` of the URI template is not closed"),
        (
            "x:{+a}",
            "`{+a}` is not a variable: a letter or `_`, then letters, digits and `_`, without operators",
        ),
        ("x:{a}/{a}", "the URI template has the variable `{a}` twice"),
        (
            "x:{a}.txt",
            "after the variable `{a}` comes `.`; it is followed by the end or by one of `/?&=:,;@!$'()*+`",
        ),
        ("x{a}:b", "the scheme of the URI template has a variable; write it out, as in `records://{id}`"),
        ("x://h/{a}#b", "after the variable `{a}` comes `#`; it is followed by the end or by one of"),
        ("x://h/#{a}", "the URI has a fragment (`#…`)"),
    ];
    for (text, message) in cases {
        let error = Template::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn fewer_variables_are_more_specific_then_more_literal_characters() {
    let sorted =
        ["x://h/{a}/{b}", "x://h/aaaaaaaa/{a}/{b}", "x://{a}", "x://h/{a}", "x://h/{a}/b", "x:a", "x://h/ab"];
    for pair in sorted.windows(2) {
        assert!(template(pair[0]).specificity() < template(pair[1]).specificity(), "{pair:?}");
    }
    assert_eq!(template("x://h/{a}/b").specificity(), template("x://h/b/{name}").specificity());
}

#[test]
fn templates_overlap_where_a_uri_matches_both() {
    let cases = [
        ("x:a", "x:a", true),
        ("x:a", "x:b", false),
        ("x:a", "y:a", false),
        ("x:a", "x:ab", false),
        ("x://h/{a}", "x://h/b", true),
        ("x://h/{a}", "x://h/{b}", true),
        ("x://h/{a}", "x://h/", false),
        ("x://h/{a}", "x://h/b/", false),
        ("x://h/{a}", "x://h/b/c", false),
        ("x://h/{a}", "x://h/{a}/c", false),
        ("x://h/{a}/c", "x://h/b/{d}", true),
        ("x://h/{a}/c", "x://h/b/{d}/e", false),
        ("x://h/b{a}", "x://h/bc{a}", true),
        ("x://h/b{a}", "x://h/b", false),
        ("x://h/b{a}", "x://h/c{a}", false),
        ("x://{a}/b", "x://h/{c}", true),
        ("x://{a}", "x:{a}", false),
        ("x://h:{port}/a", "x://h:80/{b}", true),
        ("x://h:{port}/a", "x://h/{b}", false),
        // a value has no reserved character that is not encoded
        ("x:{a}", "x:b,c", false),
        ("x:{a}", "x:b%2Cc", true),
        ("x:{a},{b}", "x:{c}", false),
        ("x:{a},{b}", "x:c,{d}", true),
        ("x:{a},{b}", "x:{c};{d}", false),
        ("x:{a}:{b}", "x:{c}:{d}", true),
        // nor is it a dot segment
        ("x://h/;{a}", "x://h/;.", false),
        ("x://h/;{a}", "x://h/;..", false),
        ("x://h/;{a}", "x://h/;...", true),
        ("x://h/;{a}", "x://h/;.{b}", true),
        ("x://h/;{a}", "x://h/;..{b}", true),
        ("x://h/;{a};b", "x://h/;..;{b}", false),
        ("x://h/;{a};b", "x://h/;.b;{b}", true),
        ("x://h?a={a}", "x://h?a=b&c={c}", false),
        ("x://h?a={a}&c={c}", "x://h?a=b&c={c}", true),
    ];
    for (one, two, overlap) in cases {
        assert_eq!(template(one).overlaps(&template(two)), overlap, "{one} {two}");
        assert_eq!(template(two).overlaps(&template(one)), overlap, "{two} {one}");
    }
}

#[test]
fn neither_goes_first_where_an_overlap_is_equally_specific() {
    let cases = [
        ("x://h/{a}/c", "x://h/b/{d}", true),
        ("x://h/{a}", "x://h/{b}", true),
        ("x:a", "x:a", true),
        // one goes first
        ("x://h/{a}", "x://h/b", false),
        ("x://h/{a}/c", "x://h/bb/{d}", false),
        // no overlap
        ("x://h/{a}/c", "x://h/{a}/d", false),
        ("x:a", "x:b", false),
    ];
    for (one, two, clash) in cases {
        assert_eq!(equally_specific_overlap(&template(one), &template(two)), clash, "{one} {two}");
    }
}
