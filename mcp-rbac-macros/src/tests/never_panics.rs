//! Whatever the input is, the answer is an expansion or an error that stands somewhere in it.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::{
    item,
    prompt::Prompt,
    resource::Resource,
    roles,
    tool::{self, Tool},
};

const CASES: u32 = 1_000;

const WORDS: [&str; 55] = [
    "uri",
    "mime_type",
    "complete",
    "task",
    "output",
    "max",
    "filter",
    "id",
    "tool",
    "prompt",
    "resource",
    "requires",
    "all",
    "any",
    "authenticated",
    "public",
    "name",
    "title",
    "description",
    "read_only",
    "destructive",
    "idempotent",
    "open_world",
    "icons",
    "meta",
    "policy",
    "crate",
    "annotations",
    "true",
    "false",
    "self",
    "Self",
    "fn",
    "async",
    "unsafe",
    "extern",
    "const",
    "impl",
    "dyn",
    "mut",
    "where",
    "pub",
    "permissions",
    "roles",
    "invariants",
    "only",
    "never",
    "exclusive",
    "as",
    "implies",
    "baseline",
    "unassigned",
    "read_data",
    "admin",
    "Granted",
];

const TEXTS: [&str; 16] = [
    "",
    " ",
    "read_data",
    "write_data",
    "reports:run",
    "ä",
    "get record",
    "\0",
    "records://all",
    "records://{id}",
    "records://{id}/{key}",
    "Records://{id}{key}#ä",
    "records://u@h:{/id*,x}/..",
    "{",
    "}",
    "text/plain",
];

const ARGS: [&str; 10] = [
    r#"requires = "read_data""#,
    r#"requires(all("read_data", any("write_data", "delete_data"))), read_only, idempotent = false"#,
    r#"public = "says the time of day", name = "now", title = "Now", description = "Says it.""#,
    "authenticated, icons = vec![icon()], meta = meta(), open_world = false",
    r#"requires = "read_data", policy = crate::access::rbac, crate = ::another_name, destructive"#,
    r#"requires(any("a", all("b", "c"))), annotations(read_only_hint = true)"#,
    r#"requires = "read_data", task, output(max = 64 * 1024, filter = secrets::hide)"#,
    r#"public = "is known", complete(country = countries, "first-name" = names)"#,
    r#"uri = "records://all", authenticated, mime_type = "text/plain; charset=utf-8""#,
    r#"uri = "records://{id}/{key}", requires = "read_data", complete(id = ids)"#,
];

const ITEMS: [&str; 7] = [
    "/// Docs.\npub fn get(Parameters(key): Parameters<Key>, State(store): State<Store>) -> Json<Record> { body() }",
    "async fn delete(mut caller: Caller, _: Granted<rbac::permissions::delete_data>) -> Result<String, ToolError> {}",
    "#[doc = include_str!(\"x.md\")] #[deprecated] fn r#type<'a, T: Copy, const N: usize>(self, x: &'a [T; N]) where T: A {}",
    "unsafe extern \"C\" fn f(a: impl Into<String>, ...) -> impl Future<Output = ()> {}",
    "impl Store { fn get(&self) {} }",
    "struct Store { id: u32 }",
    "async fn record(State(store): State<Store>, id: u64, mut key: String) -> Result<Vec<u8>, ToolError> {}",
];

const METHODS: [&str; 4] = [
    "/// Docs.\npub async fn get(&self, Parameters(key): Parameters<Key>) -> Json<Record> { body() }",
    "fn delete(self: Arc<Self>, caller: Caller, _: Granted<rbac::permissions::delete_data>) { { return } }",
    "#[rmcp::tool(name = \"x\")] #[doc = concat!(\"a\", \"b\")] unsafe fn r#type<'a, T>(&'a mut self) -> &'a T { loop {} }",
    "const fn f<const N: usize>(mut self, x: [u8; N]) -> impl Sized where Self: Sized { x }",
];

const POLICIES: [&str; 3] = [
    r#"(::mcp_rbac) permissions { read_data, "data:write" as write_data: destructive, baseline, implies(read_data) }
       roles { reader { read_data } admin: reader { write_data } }
       invariants { only admin { write_data }; never reader { write_data }; }"#,
    "(::mcp_rbac) permissions { /// Docs.\n a, b: unassigned, c, } roles { x { a } y: x { c } z: x, y {} }
     invariants { exclusive { a, c }; }",
    "(rbac_runtime) permissions { a } roles { x: y { a } y: x {} }",
];

/// One token, or a group of some.
fn token() -> impl Strategy<Value = TokenTree> {
    let leaf = prop_oneof![
        4 => select(&WORDS[..]).prop_map(|word| Ident::new(word, Span::call_site()).into()),
        2 => select(&TEXTS[..]).prop_map(|text| Literal::string(text).into()),
        1 => any::<u16>().prop_map(|number| Literal::u16_unsuffixed(number).into()),
        4 => select(&['=', ',', ':', ';', '.', '<', '>', '&', '#', '!', '?', '|', '-', '\'', '*'][..])
            .prop_filter_map("a quote needs a name", |sign| (sign != '\'').then(|| punct(sign))),
        1 => Just(Punct::new(':', Spacing::Joint).into()),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let delimiter =
            select(&[Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None][..]);
        (delimiter, vec(inner, 0..6))
            .prop_map(|(delimiter, tokens)| Group::new(delimiter, tokens.into_iter().collect()).into())
    })
}

fn punct(sign: char) -> TokenTree {
    Punct::new(sign, Spacing::Alone).into()
}

/// Input that a failing test shows as text.
#[derive(Clone)]
struct Source(TokenStream);

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(&self.0, f)
    }
}

fn soup() -> impl Strategy<Value = Source> {
    vec(token(), 0..24).prop_map(|tokens| Source(tokens.into_iter().collect()))
}

/// Valid input after a few changes: a token removed, doubled, replaced, put in.
fn mutated(valid: &'static [&'static str]) -> impl Strategy<Value = Source> {
    let change = (any::<prop::sample::Index>(), 0_u8..5, token());
    (select(valid), vec(change, 0..4)).prop_map(|(text, changes)| {
        let mut tokens: TokenStream = text.parse().expect("the input is tokens");
        for (place, kind, token) in changes {
            let place = place.index(count(&tokens).max(1));
            tokens = change_at(tokens, &mut place.clone(), kind, &token);
        }
        Source(tokens)
    })
}

fn count(tokens: &TokenStream) -> usize {
    let inside = |token| match token {
        TokenTree::Group(group) => count(&group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 0,
    };
    tokens.clone().into_iter().map(|token| 1 + inside(token)).sum()
}

/// The tokens with one change, `place` tokens from here, counted into the groups.
fn change_at(tokens: TokenStream, place: &mut usize, kind: u8, new: &TokenTree) -> TokenStream {
    let mut changed = Vec::new();
    for token in tokens {
        let here = *place == 0;
        *place = place.wrapping_sub(1);
        match (here, kind) {
            (true, 0) => {}
            (true, 1) => changed.extend([token.clone(), token]),
            (true, 2) => changed.push(new.clone()),
            (true, 3) => changed.extend([new.clone(), token]),
            (true, _) => changed.extend([token, punct(',')]),
            (false, _) => changed.push(match token {
                TokenTree::Group(group) => {
                    Group::new(group.delimiter(), change_at(group.stream(), place, kind, new)).into()
                }
                other => other,
            }),
        }
    }
    changed.into_iter().collect()
}

type Attribute = fn(TokenStream, TokenStream) -> TokenStream;

const ATTRIBUTES: [Attribute; 3] = [item::expand::<Tool>, item::expand::<Prompt>, item::expand::<Resource>];

/// An expansion that says nothing would be a function without a guard.
fn assert_each(args: &TokenStream, item: &TokenStream) {
    let before = item.to_string();
    for attribute in ATTRIBUTES {
        let expansion = attribute(args.clone(), item.clone()).to_string();
        let guarded = expansion.contains("__REQUIREMENT");
        let refused = expansion.contains("compile_error");
        assert!(guarded != refused, "neither guarded nor refused: {expansion}");
        assert!(expansion.starts_with(&before), "the item is not what it was: {expansion}");
    }
}

/// A method without a requirement is one that nobody may call; one that is neither would hide a mistake.
fn assert_method(args: &TokenStream, item: &TokenStream) {
    if !tool::is_method(item) {
        return;
    }
    let expansion = tool::method(args.clone(), item.clone()).to_string();
    let guarded = expansion.contains("__REQUIREMENT");
    let refused = expansion.contains("compile_error");
    assert!(guarded != refused, "neither guarded nor refused: {expansion}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn attribute_with_any_arguments(Source(args) in soup(), item in select(&ITEMS[..])) {
        assert_each(&args, &item.parse().expect("the item is tokens"));
    }

    #[test]
    fn attribute_with_changed_arguments(Source(args) in mutated(&ARGS), item in select(&ITEMS[..])) {
        assert_each(&args, &item.parse().expect("the item is tokens"));
    }

    #[test]
    fn attribute_on_changed_items(args in select(&ARGS[..]), Source(item) in mutated(&ITEMS)) {
        assert_each(&args.parse().expect("the arguments are tokens"), &item);
    }

    #[test]
    fn attribute_on_anything(Source(args) in soup(), Source(item) in soup()) {
        assert_each(&args, &item);
    }

    #[test]
    fn attribute_with_changed_arguments_on_a_method(
        Source(args) in mutated(&ARGS),
        item in select(&METHODS[..]),
    ) {
        assert_method(&args, &item.parse().expect("the item is tokens"));
    }

    #[test]
    fn attribute_on_changed_methods(args in select(&ARGS[..]), Source(item) in mutated(&METHODS)) {
        assert_method(&args.parse().expect("the arguments are tokens"), &item);
    }

    #[test]
    fn attribute_with_any_arguments_on_a_method(Source(args) in soup(), item in select(&METHODS[..])) {
        assert_method(&args, &item.parse().expect("the item is tokens"));
    }

    #[test]
    fn roles_on_changed_policies(Source(policy) in mutated(&POLICIES)) {
        let _expansion = roles::expand(policy);
    }

    #[test]
    fn roles_on_anything(Source(policy) in soup()) {
        let _expansion = roles::expand(policy);
    }
}
