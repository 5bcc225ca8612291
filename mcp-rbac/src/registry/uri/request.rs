use std::net::Ipv6Addr;

use percent_encoding::percent_decode_str;

use super::{is_dot_segment, is_reserved, is_unreserved, odd::OddUri};

/// The longest URI that is looked at, in bytes.
pub(super) const MAX_LENGTH: usize = 2_048;

/// The URI of a request, in its one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestUri<'a> {
    text: &'a str,
}

impl<'a> RequestUri<'a> {
    /// Accepts a URI in the one form that the [rules](super) leave.
    ///
    /// # Errors
    ///
    /// The first thing that is odd about it.
    pub(crate) fn parse(text: &'a str) -> Result<Self, OddUri> {
        if text.len() > MAX_LENGTH {
            return Err(OddUri::TooLong);
        }
        check_characters(text)?;
        check_triplets(text)?;
        check_components(text)?;
        Ok(Self { text })
    }

    /// The URI as it was sent.
    pub(crate) fn as_str(&self) -> &'a str {
        self.text
    }
}

fn check_characters(text: &str) -> Result<(), OddUri> {
    for character in text.chars() {
        match character {
            '#' => return Err(OddUri::Fragment),
            '%' => {}
            _ if is_unreserved(character) || is_reserved(character) => {}
            _ if character.is_ascii() => return Err(OddUri::Character(character)),
            _ => return Err(OddUri::NotAscii),
        }
    }
    Ok(())
}

/// Takes the URI apart by RFC 3986, section 3, and checks the parts.
fn check_components(text: &str) -> Result<(), OddUri> {
    let (scheme, rest) = text.split_once(':').ok_or(OddUri::NoScheme)?;
    check_scheme(scheme)?;
    let rest = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (authority, rest) = rest.split_at_checked(end).ok_or(OddUri::Host)?;
            check_authority(authority)?;
            rest
        }
        None if rest.starts_with('/') => return Err(OddUri::NoAuthority),
        None => rest,
    };
    if let Some(bracket) = rest.chars().find(|character| matches!(character, '[' | ']')) {
        return Err(OddUri::Character(bracket));
    }
    match rest.split_once('?') {
        Some((_, "")) => Err(OddUri::EmptyQuery),
        Some((path, _)) => check_path(path),
        None => check_path(rest),
    }
}

fn check_scheme(scheme: &str) -> Result<(), OddUri> {
    let other = |character: char| !character.is_ascii_alphanumeric() && !"+-.".contains(character);
    if !scheme.starts_with(|first: char| first.is_ascii_alphabetic()) || scheme.contains(other) {
        return Err(OddUri::NoScheme);
    }
    if scheme.contains(|character: char| character.is_ascii_uppercase()) {
        return Err(OddUri::SchemeCase);
    }
    Ok(())
}

fn check_authority(authority: &str) -> Result<(), OddUri> {
    if authority.contains('@') {
        return Err(OddUri::UserInfo);
    }
    // in a triplet upper-case letters are digits; no triplet stands for a letter
    if percent_decode_str(authority).any(|byte| byte.is_ascii_uppercase()) {
        return Err(OddUri::HostCase);
    }
    match split_port(authority)? {
        // `parse` takes a sign and leading zeros, which do not come back
        Some(port) if port.parse::<u16>().map_or(true, |number| number.to_string() != port) => {
            Err(OddUri::Port)
        }
        _ => Ok(()),
    }
}

/// Checks the host and gives what follows its `:`, if there is one.
fn split_port(authority: &str) -> Result<Option<&str>, OddUri> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, after) = rest.split_once(']').ok_or(OddUri::Host)?;
        let canonical = address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address);
        return match after.strip_prefix(':') {
            _ if !canonical => Err(OddUri::Host),
            None if !after.is_empty() => Err(OddUri::Host),
            port => Ok(port),
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if is_dot_segment(host) {
        return Err(OddUri::DotSegment);
    }
    if host.contains(['[', ']']) || (host.is_empty() && port.is_some()) {
        return Err(OddUri::Host);
    }
    Ok(port)
}

fn check_path(path: &str) -> Result<(), OddUri> {
    let mut segments = path.strip_prefix('/').unwrap_or(path).split('/').peekable();
    while let Some(segment) = segments.next() {
        if is_dot_segment(segment) {
            return Err(OddUri::DotSegment);
        }
        if segment.is_empty() && segments.peek().is_some() {
            return Err(OddUri::EmptySegment);
        }
    }
    Ok(())
}

/// Whether each triplet is one, needed and allowed, and all together are text.
pub(super) fn check_triplets(text: &str) -> Result<(), OddUri> {
    for after in text.split('%').skip(1) {
        let mut digits = after.chars();
        let (Some(high), Some(low)) = (digits.next(), digits.next()) else {
            return Err(OddUri::Triplet);
        };
        check_triplet(high, low)?;
    }
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| OddUri::NotUtf8)?;
    if decoded.contains(char::is_control) { Err(OddUri::EncodedControl) } else { Ok(()) }
}

fn check_triplet(high: char, low: char) -> Result<(), OddUri> {
    let (Some(upper), Some(lower)) = (high.to_digit(16), low.to_digit(16)) else {
        return Err(OddUri::Triplet);
    };
    if high.is_ascii_lowercase() || low.is_ascii_lowercase() {
        return Err(OddUri::TripletCase);
    }
    match char::from_u32(upper * 16 + lower) {
        Some(separator @ ('/' | '\\' | '%')) => Err(OddUri::EncodedSeparator(separator)),
        Some(character) if is_unreserved(character) => Err(OddUri::NeedlesslyEncoded(character)),
        _ => Ok(()),
    }
}
