//! Names: what may be an identifier, a variant or an OAuth scope.

/// The variant that stands for `name` in `Permission` or `Role`: `run_reports` becomes `RunReports`.
pub(super) fn variant(name: &str) -> String {
    name.split('_').filter(|word| !word.is_empty()).map(capitalized).collect()
}

/// `read` becomes `Read`, `READ` too, `readAll` becomes `ReadAll`.
fn capitalized(word: &str) -> String {
    let shouted = !word.chars().any(char::is_lowercase);
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    if shouted {
        first.chain(chars.flat_map(char::to_lowercase)).collect()
    } else {
        first.chain(chars).collect()
    }
}

/// Whether `name` may be written as the name of a type or a variant.
pub(super) fn is_identifier(name: &str) -> bool {
    !is_keyword(name) && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Every word that no edition since 2018 takes as an identifier, reserved ones included.
pub(super) fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 53] = [
        "Self", "_", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
        "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
        "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
        "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe",
        "unsized", "use", "virtual", "where", "while", "yield",
    ];
    KEYWORDS.binary_search(&name).is_ok()
}

/// The first character that an OAuth scope may not have (RFC 6749, section 3.3, `scope-token`).
pub(super) fn no_scope_character(wire_name: &str) -> Option<char> {
    wire_name.chars().find(|c| !matches!(c, '!' | '#'..='[' | ']'..='~'))
}

/// A Rust name for a wire name: `reports:run` gives `reports_run`.
pub(super) fn from_wire_name(wire_name: &str) -> String {
    let name: String = wire_name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    let name = name.trim_matches('_');
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) || is_keyword(name) {
        format!("p_{name}").trim_end_matches('_').to_owned()
    } else {
        name.to_owned()
    }
}
