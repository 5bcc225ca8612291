//! Media types, `type/subtype` with parameters (RFC 9110, section 8.3.1).

use syn::LitStr;

use crate::diag::Diagnostics;

// #[resource(uri = "records://all", mime_type = "json")]
pub(super) fn check(mime_type: &LitStr, diagnostics: &mut Diagnostics) {
    let text = mime_type.value();
    let what = if text.is_empty() {
        "the media type is empty".to_owned()
    } else if !is_mime_type(&text) {
        format!("`{}` is not a media type", text.escape_debug())
    } else {
        return;
    };
    let help = "it is written `type/subtype`: `text/plain`, `application/json`, `image/png`";
    diagnostics.error_with_help(mime_type.span(), what, help);
}

fn is_mime_type(text: &str) -> bool {
    let (essence, parameters) = match text.split_once(';') {
        Some((essence, parameters)) => (essence.trim_end(), Some(parameters)),
        None => (text, None),
    };
    let typed = essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    typed && parameters.is_none_or(|parameters| parameters.split(';').all(is_parameter))
}

fn is_parameter(text: &str) -> bool {
    text.trim().split_once('=').is_some_and(|(name, value)| is_token(name) && is_value(value))
}

fn is_value(text: &str) -> bool {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.map_or_else(|| is_token(text), |inner| inner.chars().all(|letter| (' '..='~').contains(&letter)))
}

fn is_token(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    !text.is_empty() && text.chars().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::is_mime_type;

    #[test]
    fn what_is_one() {
        for text in [
            "text/plain",
            "application/json",
            "image/svg+xml",
            "application/vnd.api+json; charset=utf-8",
            "text/plain;charset=\"utf-8\";format=flowed",
        ] {
            assert!(is_mime_type(text), "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "json",
            "text/",
            "/plain",
            "text plain",
            "text/plain/x",
            "text/pl ain",
            "text/plain;",
            "text/plain; charset",
            "text/plain; charset=",
            "text/plain; =utf-8",
            "text/plain; a=\"\n\"",
            "tëxt/plain",
            "text/plain\n",
        ] {
            assert!(!is_mime_type(text), "{text}");
        }
    }
}
