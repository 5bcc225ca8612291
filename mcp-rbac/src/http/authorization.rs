//! The one `Authorization` header.

use super::head::Given;

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
pub(super) fn presented(authorization: Given<'_>) -> Presented {
    let value = match authorization {
        Given::Not => return Presented::Nothing,
        Given::Once(value) => value,
        Given::Several => return Presented::Malformed("more than one Authorization header"),
    };
    let bytes = value.as_bytes();
    let space = bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len());
    match bytes.split_at_checked(space) {
        Some((scheme, credentials)) if is_token(scheme) && are_credentials(credentials) => {
            Presented::Something
        }
        _ if value.to_str().is_err() => Presented::Malformed("the Authorization header is not text"),
        _ => Presented::Malformed("the Authorization header is not of the form `scheme credentials`"),
    }
}

/// `token` of RFC 9110 section 5.6.2.
fn is_token(text: &[u8]) -> bool {
    !text.is_empty()
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
}

/// Spaces, and printable characters of which the last is one.
fn are_credentials(text: &[u8]) -> bool {
    text.last().is_some_and(u8::is_ascii_graphic)
        // every byte is looked at, so that the compiler takes many at once
        && text.iter().fold(true, |all, byte| all & matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

    use super::*;
    use crate::http::head::Head;

    fn of(values: &[&[u8]]) -> Presented {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        presented(Head::of(&headers).authorization)
    }

    #[test]
    fn one_header_of_the_right_form_is_a_credential() {
        assert_eq!(of(&[]), Presented::Nothing);
        for value in
            ["Bearer x", "bearer x", "Bearer  x", "Basic eDp5", "Digest a=\"b\", c=d", "x-y.z!#$%&'*+^_`|~ x"]
        {
            assert_eq!(of(&[value.as_bytes()]), Presented::Something, "{value}");
        }
    }

    /// Some of these are trimmed before they arrive over HTTP/1.1, and none where another server is in front.
    #[test]
    fn everything_else_is_malformed() {
        for value in [
            "",
            " ",
            "x",
            "Bearer",
            "Bearer ",
            "Bearer  ",
            " Bearer x",
            "Bearer x ",
            "Bearer\tx",
            "Bearer x\ty",
            "Bearer:x",
            "Bearer: x",
            "Be,arer x",
            "\"Bearer\" x",
            "(Bearer) x",
            "Bearer \u{e9}",
            "Béarer x",
        ] {
            assert!(matches!(of(&[value.as_bytes()]), Presented::Malformed(_)), "{value:?}");
        }
        assert!(matches!(of(&[b"Bearer \xff"]), Presented::Malformed(_)));
        for values in [[b"Bearer x", b"Bearer x"], [b"Bearer x", b"Bearer y"]] {
            assert!(matches!(of(&values.map(|value| value.as_slice())), Presented::Malformed(_)));
        }
        assert!(matches!(of(&[b"Bearer x", b""]), Presented::Malformed(_)));
    }
}
