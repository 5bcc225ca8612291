//! The bearer token of a request (RFC 6750, section 2.1). Tokens in the query or the body (sections 2.2 and 2.3) are
//! not read: OAuth 2.1 has removed them.

use http::{HeaderMap, header::AUTHORIZATION};

/// What the `Authorization` header says.
#[derive(Clone, Copy)]
pub(in crate::auth) enum Bearer<'a> {
    /// There is none, or it has another scheme.
    None,
    /// There are several: which one counts is not ours to guess.
    Several,
    /// The token, as it is.
    Token(&'a [u8]),
}

impl<'a> Bearer<'a> {
    pub(in crate::auth) fn of(headers: &'a HeaderMap) -> Self {
        Self::under("bearer", headers)
    }

    /// A token under another scheme, which is compared without case.
    pub(in crate::auth) fn under(scheme: &str, headers: &'a HeaderMap) -> Self {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::None,
            (Some(value), None) => match token(scheme, value.as_bytes()) {
                Some(token) => Self::Token(token),
                None => Self::None,
            },
            (Some(_), Some(_)) => Self::Several,
        }
    }
}

/// `credentials = auth-scheme 1*SP token68`; the scheme is compared without case (RFC 9110, sections 11.1 and 11.4).
fn token<'a>(wanted: &str, value: &'a [u8]) -> Option<&'a [u8]> {
    let (scheme, rest) = value.split_at_checked(wanted.len())?;
    if !scheme.eq_ignore_ascii_case(wanted.as_bytes()) {
        return None;
    }
    let token = rest.strip_prefix(b" ")?;
    let spaces = token.iter().take_while(|byte| **byte == b' ').count();
    token.get(spaces..)
}
