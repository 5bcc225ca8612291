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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_are_upper_camel_case() {
        for (name, expected) in [
            ("read", "Read"),
            ("run_reports", "RunReports"),
            ("__run__reports_", "RunReports"),
            ("readAll", "ReadAll"),
            ("READ_ALL", "ReadAll"),
            ("v1_2", "V12"),
            ("données", "Données"),
            ("ßharp", "SSharp"),
            ("_", ""),
        ] {
            assert_eq!(variant(name), expected, "{name}");
        }
    }

    #[test]
    fn identifiers_are_what_rustc_takes_as_a_name() {
        for name in ["read", "Read", "_x", "x1", "données", "union", "auto", "default"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["", "_", "1x", "Self", "self", "crate", "type", "gen", "yield", "a-b"] {
            assert!(!is_identifier(name), "{name}");
        }
    }

    #[test]
    fn scope_characters_are_those_of_rfc_6749() {
        assert_eq!(no_scope_character("!#[]~aZ0:/._-"), None);
        for character in [' ', '"', '\\', '\u{7f}', '\n', 'é'] {
            assert_eq!(no_scope_character(&format!("a{character}b")), Some(character));
        }
    }

    #[test]
    fn a_wire_name_suggests_a_name_that_can_be_used() {
        for (wire_name, expected) in [
            ("reports:run", "reports_run"),
            ("Type", "p_type"),
            ("2fa", "p_2fa"),
            (":", "p"),
            ("a/b.c-d", "a_b_c_d"),
        ] {
            assert_eq!(from_wire_name(wire_name), expected);
            assert!(is_identifier(expected));
        }
    }
}
