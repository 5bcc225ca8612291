use iri_string::{
    spec::UriSpec,
    template::{UriTemplateStr, simple_context::SimpleContext},
    types::{UriAbsoluteStr, UriStr},
};
use proptest::prelude::*;

use super::read;

/// All that is wrong with a uri, in the words of the messages.
fn mistakes(uri: &str) -> Vec<String> {
    read(uri).err().unwrap_or_default().into_iter().map(|mistake| mistake.what).collect()
}

#[test]
fn what_is_accepted_and_its_variables() {
    for (uri, variables) in [
        ("records://all", &[][..]),
        ("records:all", &[]),
        ("records://", &[]),
        ("file:///etc/motd", &[]),
        ("urn:example:animal:ferret:nose", &[]),
        ("https://records.example:8080/a-b_c~d.json?x=1&y=(2)*+,;!$'@/", &[]),
        ("a+b-c.1://x", &[]),
        ("records://host/a.b/.../..a/?../.=.", &[]),
        ("records:///all", &[]),
        ("records://all/", &[]),
        ("records://host?a=//b", &[]),
        ("records:a:b/c?d?e", &[]),
        ("records://host/@me", &[]),
        ("records://host/a:b", &[]),
        ("records://{host}:8080", &["host"]),
        ("records://{host}:{port}/all", &["host", "port"]),
        ("records://all?{query}", &["query"]),
        ("records://{id}", &["id"]),
        ("records:{id}", &["id"]),
        ("records://v{id}", &["id"]),
        (
            "records://{a}/{b}?{c}={d}&{e}:{f},{g};{h}@{i}!{j}$",
            &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"],
        ),
        ("records:{a}'{b}({c}){d}*{e}+{f}", &["a", "b", "c", "d", "e", "f"]),
        ("records://{type}/{_x}/{X9}", &["type", "_x", "X9"]),
    ] {
        assert_eq!(
            read(uri).map_err(|_| mistakes(uri)),
            Ok(variables.iter().map(ToString::to_string).collect()),
            "{uri}"
        );
    }
}

#[test]
fn what_is_refused_is_said_once() {
    for (uri, mistake) in [
        ("", "the uri does not begin with a scheme"),
        ("records", "the uri does not begin with a scheme"),
        ("/records/{id}", "the uri does not begin with a scheme"),
        ("//host/a:b", "the uri does not begin with a scheme"),
        ("records/a:b", "the uri does not begin with a scheme"),
        ("://all", "the uri does not begin with a scheme"),
        ("{kind}://all", "the uri does not begin with a scheme"),
        ("re{kind}://all", "the uri does not begin with a scheme"),
        ("Records://all", "the scheme `Records` is not in lower case"),
        ("1records://all", "the scheme `1records` does not begin with a letter"),
        ("my_records://all", "a scheme cannot contain `_`"),
        ("my records://all", "a scheme cannot contain ` `"),
        ("r%65cords://all", "a scheme cannot contain `%`"),
        ("rëcords://all", "a scheme cannot contain `ë`"),
        ("records:", "nothing stands behind `records:`"),
        ("records://all records", "the uri cannot contain ` `"),
        ("records://\"all\"", "the uri cannot contain `\\\"`"),
        ("records://a\\b|c^d`e<f>g", "the uri cannot contain `\\\\`, `|`, `^`, ```, `<` and `>`"),
        ("records://äöü", "the uri cannot contain `ä`, `ö` and `ü`"),
        ("records://a\0", "the uri cannot contain `\\0`"),
        ("records://a\n", "the uri cannot contain `\\n`"),
        ("records://[::1]/a", "the uri cannot contain `[` and `]`"),
        ("records://a%2Fb", "the uri cannot contain `%`"),
        ("records://a%", "the uri cannot contain `%`"),
        ("records://{id}%20", "the uri cannot contain `%`"),
        ("records://all#first", "the uri of a resource has no fragment"),
        ("records://{id}#{part}", "the uri of a resource has no fragment"),
        ("records://admin@host/all", "the uri names a user before the `@`"),
        ("records://{user}@host", "the uri names a user before the `@`"),
        ("records://a:b@host?x", "the uri names a user before the `@`"),
        ("records://Host/all", "the host `Host` is not in lower case"),
        ("records://hostX", "the host `hostX` is not in lower case"),
        ("records://../all", "no host stands between `//` and `/`"),
        ("records://:80/all", "no host stands between `//` and `:`"),
        ("records://host:all", "`all` stands where the number of a port is expected"),
        ("records://host:x{port}", "`x1` stands where the number of a port is expected"),
        ("records://host:", "no port stands behind the `:`"),
        ("records://host:080", "`080` stands where the number of a port is expected"),
        ("records://host:65536", "`65536` stands where the number of a port is expected"),
        ("records://a:1:2", "`1:2` stands where the number of a port is expected"),
        ("records:/all", "a single `/` stands behind the scheme"),
        ("records://host//all", "a part of the path between two `/` is empty"),
        ("records:////all", "a part of the path between two `/` is empty"),
        ("records:a//", "a part of the path between two `/` is empty"),
        ("records://host/all?", "nothing stands behind the `?`"),
        ("records://host/./all", "a `.` in the path leads to another path"),
        ("records://host/a/..", "a `..` in the path leads to another path"),
        ("records:..", "a `..` in the path leads to another path"),
        ("records:a/../b?c", "a `..` in the path leads to another path"),
        ("records://{id", "a `{` is not closed"),
        ("records://id}", "a `}` closes nothing"),
        ("records://{{id}}", "a `{` stands within a variable"),
        ("records://{id}}/{", "a `}` closes nothing"),
        ("records://{}", "`{}` names no variable"),
        ("records://{ }", "`{}` names no variable"),
        ("records://{+path}", "`{+path}` is more than a variable"),
        ("records://{id:3}", "`{id:3}` is more than a variable"),
        ("records://{id*}", "`{id*}` is more than a variable"),
        ("records://{a,b}", "`{a,b}` is more than a variable"),
        ("records://all{?page,size}", "`{?page,size}` is more than a variable"),
        ("records://{record-id}", "no parameter can have the name `record-id`"),
        ("records://{ id }", "no parameter can have the name ` id `"),
        ("records://{1}", "no parameter can have the name `1`"),
        ("records://{größe}", "no parameter can have the name `größe`"),
        ("records://{a.b}", "no parameter can have the name `a.b`"),
        ("records://{self}", "no parameter can have the name `self`"),
        ("records://{_}", "no parameter can have the name `_`"),
        ("records://{id}/{id}", "`{id}` stands in the uri twice"),
        ("records://{year}{month}", "nothing says where `{year}` ends and `{month}` begins"),
        ("records://{name}.json", "`{name}` is followed by `.`, which its value can contain"),
        ("records://{a}-{b}", "`{a}` is followed by `-`, which its value can contain"),
        ("records://{a}~", "`{a}` is followed by `~`, which its value can contain"),
    ] {
        assert_eq!(mistakes(uri), [mistake], "{uri}");
    }
}

#[test]
fn the_longest_is_as_long_as_the_runtime_takes() {
    let uri = |length: usize| format!("records://{}", "x".repeat(length - "records://".len()));
    assert_eq!(mistakes(&uri(1_024)), [""; 0]);
    assert_eq!(mistakes(&uri(1_025)), ["the uri has 1025 bytes, and at most 1024 are taken"]);
}

#[test]
fn several_mistakes_are_all_said() {
    assert_eq!(
        mistakes("Records://admin@host/../a b/{id}{id}x%"),
        [
            "the scheme `Records` is not in lower case",
            "the uri cannot contain `%`",
            "the uri cannot contain ` `",
            "the uri names a user before the `@`",
            "a `..` in the path leads to another path",
            "`{id}` stands in the uri twice",
            "nothing says where `{id}` ends and `{id}` begins",
            "`{id}` is followed by `x`, which its value can contain",
        ]
    );
}

#[test]
fn an_expression_of_a_higher_level_is_rewritten() {
    for (uri, plain) in [
        ("records://all{?page,size*}", "?page={page}&size={size}"),
        ("records://all?a=1{&page}", "&page={page}"),
        ("records://all{;page}", ";page={page}"),
        ("records://all{/a,b}", "/{a}/{b}"),
        ("records://{+path}", "{path}"),
        ("records://{a, b}", "{a}/{b}"),
        ("records://{id:12}", "{id}"),
    ] {
        let found = read(uri).unwrap_err();
        assert_eq!(found[0].help, format!("write `{plain}`: of RFC 6570 a resource takes level 1"), "{uri}");
    }
    assert_eq!(read("records://{record-id}").unwrap_err()[0].help, "write `{record_id}`");
    assert_eq!(read("records://{ id }").unwrap_err()[0].help, "write `{id}`");
}

/// Pieces that make uris and near misses.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "records", "://", ":", "//", "/", "{id}", "{a}", "{b}", "{", "}", "{}", ".", "..", "@", "?", "#", "%", "%2F", "=",
            "&", ",", "x", "X", "1", "-", "_", "~", " ", "ä", "[", "]", "{+a}", "{a,b}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    (any::<bool>(), prop::collection::vec(piece, 0..10))
        .prop_map(|(whole, pieces)| format!("{}{}", if whole { "records://" } else { "" }, pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20_000) })]

    /// What is accepted is a template to another reader as well, with the same variables. What it expands to is a uri
    /// that needs no normalisation, and each value can be read back from it.
    #[test]
    fn another_reader_agrees(uri in pieces()) {
        let Ok(variables) = read(&uri) else { return Ok(()) };
        let template = UriTemplateStr::new(&uri).expect("it is a template");
        let theirs: Vec<String> = template.variables().map(|name| name.as_str().to_owned()).collect();
        prop_assert_eq!(&variables, &theirs);

        let expanded = |value: &str| {
            let mut context = SimpleContext::new();
            for name in &variables {
                context.insert(name.as_str(), value);
            }
            template.expand::<UriSpec, _>(&context).expect("it expands").to_string()
        };
        let plain = expanded("1");
        let absolute = UriAbsoluteStr::new(&plain).expect("it is an absolute uri");
        prop_assert!(UriStr::new(&plain).expect("it is a uri").is_normalized_rfc3986(), "{}", plain);
        prop_assert!(absolute.authority_components().is_none_or(|authority| authority.userinfo().is_none()));
        let odd = expanded("a/b ä..%");
        prop_assert_eq!(values(&uri, &odd), vec!["a%2Fb%20%C3%A4..%25"; variables.len()]);
    }
}

/// What the variables of a template are in a uri: each value ends at the first reserved character.
fn values<'u>(template: &str, mut uri: &'u str) -> Vec<&'u str> {
    let mut values = Vec::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        uri = uri.strip_prefix(text).expect("the text before the variable is there");
        let end = uri.find(|letter: char| ":/?@!$&'()*+,;=".contains(letter)).unwrap_or(uri.len());
        let (value, behind) = uri.split_at(end);
        values.push(value);
        uri = behind;
        rest = after.split_once('}').expect("the variable ends").1;
    }
    assert_eq!(uri, rest);
    values
}
