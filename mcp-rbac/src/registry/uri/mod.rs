//! URIs of resources: what a server offers, fixed or as templates, and what a request asks for.
//!
//! # One spelling, and everything else is refused
//!
//! A resource is protected by its URI, and a URI can be spelled in many ways: `records://db/%61`, `RECORDS://db/a`,
//! `records://db/x/../a` and `records://db//a` all come out as `records://db/a` somewhere. A guard that compares what
//! it was sent misses them. A guard that normalises first has to normalise exactly as everything behind it does, and
//! in the same order; where the two differ (is `%2F` a separator? is `%252e` decoded twice?) there is a way around the
//! guard. So nothing is normalised here. A request is accepted in one form, which has nothing left to normalise, and
//! is refused in every other, with a message that says what is odd about it. What is compared is what was sent, it is
//! decoded once, and the decoded values are both what is decided on and what the handler is given. A client that takes
//! a URI from a list, or expands a template by RFC 6570 with a value that is allowed, sends the accepted form without
//! knowing of it.
//!
//! # The rules for a request
//!
//! | rule | source |
//! | --- | --- |
//! | at most 2,048 bytes | our limit |
//! | ASCII; of it the unreserved and reserved characters and `%`. No IRI: other characters are percent-encoded as UTF-8 | RFC 3986, section 2; RFC 3987, section 3.1 |
//! | a scheme, in lower case | RFC 3986, sections 3.1, 6.2.2.1 |
//! | no user information, no fragment | RFC 3986, sections 3.2.1, 3.5, 7.5, 7.6 |
//! | a host in lower case, an IPv6 address as RFC 5952 writes it, no zone, no other brackets | RFC 3986, sections 3.2.2, 6.2.2.1; RFC 5952, section 4 |
//! | a port from 0 to 65535 without leading zeros, or none and no `:` | RFC 3986, section 3.2.3 |
//! | no segment `.` or `..`, nor a host | RFC 3986, sections 3.3, 5.2.4, 6.2.2.3, 7.3 |
//! | no empty segment but the last | see below |
//! | a path that begins with `/` follows an authority, if an empty one: `file:///x`, not `file:/x` | RFC 8089, appendix B: two spellings of one file |
//! | no `?` without a query | RFC 3986, section 6.2.3 |
//! | `%` begins a triplet with hexadecimal digits in upper case | RFC 3986, sections 2.1, 6.2.2.1 |
//! | no unreserved character as a triplet | RFC 3986, sections 2.3, 6.2.2.2 |
//! | no `/`, `\` or `%` as a triplet | RFC 3986, sections 2.4, 7.3 |
//! | the triplets are UTF-8, and no control characters | RFC 3986, sections 2.5, 7.3; RFC 3629, section 3 |
//!
//! An empty segment is legal, and ambiguous all the same where something follows: file systems and many routers read
//! `a//b` as `a/b`, and `file:////host/x` as a network path. At the end it says "directory" and hides nothing: only a
//! template that ends in `/` itself matches it.
//!
//! Two things stay different that others may take as equal. What only the definition of a scheme makes equal (RFC 3986,
//! section 6.2.3), as `https://a:443/` and `https://a/`: templates match what they say. And the normal forms of Unicode:
//! `%C3%A9` and `e%CC%81` are two values, which a handler may not take for one where a requirement depends on it.
//!
//! # The rules for a template
//!
//! Literals, and `{name}` for a variable: level 1 of RFC 6570. Every expansion of it has to be a URI by the rules above.
//! A variable is not in the scheme and not twice in a template, and is followed by the end or by one of the characters
//! `/?&=:,;@!$'()*+`.
//!
//! A variable matches what simple expansion makes of a value (RFC 6570, section 3.2.2) and nothing else: unreserved
//! characters and triplets, at least one. None of the reserved characters is among them, so it is plain where a
//! variable ends, in this template and in every other, and each value has one spelling. (`encodeURIComponent` of
//! JavaScript, by which some clients expand, leaves `!'()*` as they are; values with these do not match then.) Values
//! that decode to `.` or `..` do not match, nor do values with `/`, `\`, `%` or control characters, which no accepted URI
//! encodes. In the place of a host a value has no upper-case letters, since hosts have no case: values that may have
//! them belong in the path.
//!
//! # More than one match
//!
//! A URI can match several templates. [`Matcher`] gives all of them, the most specific first; a caller has to meet the
//! requirement of each. That leaves one way to reach a value past the template that guards it: with `docs:{name}:{part}`
//! and `docs:{name}`, the URI `docs:a%3Ab` matches only the second, whose handler is then given `a:b`. So a URI that
//! escapes a template by encoding a reserved character matches nothing at all.

mod cover;
mod escape;
mod expand;
mod matcher;
mod matching;
mod odd;
mod overlap;
mod request;
mod template;

#[cfg(test)]
mod tests;

pub(crate) use matcher::{Match, Matcher};
pub(crate) use overlap::equally_specific_overlap;
pub(crate) use request::RequestUri;
pub(crate) use template::Template;

/// Characters that a variable never matches as they are (RFC 3986, section 2.2).
fn is_reserved(character: char) -> bool {
    // gen-delims, sub-delims
    matches!(character, ':' | '/' | '?' | '#' | '[' | ']' | '@')
        || matches!(character, '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=')
}

/// Characters that are never encoded (RFC 3986, section 2.3).
fn is_unreserved(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | '~')
}

/// What a path is taken apart by, and what resolving a reference removes (RFC 3986, section 3.3).
fn is_dot_segment(text: &str) -> bool {
    matches!(text, "." | "..")
}
