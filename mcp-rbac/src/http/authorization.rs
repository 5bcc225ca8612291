//! The one `Authorization` header.

use http::{HeaderMap, header::AUTHORIZATION};

/// What the request says about its sender.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Presented {
    /// No credential.
    Nothing,
    /// One header of the right form; whose it is, others find out.
    Something,
    /// Two headers, or one that is no credential at all. Which of two an intermediary has checked cannot be known.
    Malformed(&'static str),
}

/// Looks at the form of the header (RFC 9110 section 11.6.2: `scheme 1*SP credentials`), and at nothing else.
pub(super) fn presented(headers: &HeaderMap) -> Presented {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), second) = (values.next(), values.next()) else { return Presented::Nothing };
    if second.is_some() {
        return Presented::Malformed("more than one Authorization header");
    }
    let Ok(value) = value.to_str() else {
        return Presented::Malformed("the Authorization header is not text");
    };
    match value.split_once(' ') {
        Some((scheme, credentials))
            if is_token(scheme) && is_credentials(credentials.trim_start_matches(' ')) =>
        {
            Presented::Something
        }
        Some(_) | None => {
            Presented::Malformed("the Authorization header is not of the form `scheme credentials`")
        }
    }
}

/// `token` of RFC 9110 section 5.6.2.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_credentials(text: &str) -> bool {
    !text.is_empty()
        && !text.ends_with(' ')
        && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
}
