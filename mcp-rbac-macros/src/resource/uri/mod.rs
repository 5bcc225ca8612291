//! The uri of a resource: RFC 3986, with variables of RFC 6570, level 1.
//!
//! What is refused here is what two readers could understand in two ways. So which function answers a request, and with
//! which values, is never a matter of who parses it.

mod authority;
mod characters;
mod parts;
mod path;
mod scheme;
#[cfg(test)]
mod tests;
mod variables;

use syn::LitStr;

use crate::diag::Diagnostics;
use parts::{Part, parts};

pub(super) struct Uri {
    pub(super) literal: LitStr,
    /// In their order; none where the uri is fixed.
    pub(super) variables: Vec<String>,
}

impl Uri {
    /// `None` where something is wrong, which is then reported.
    pub(super) fn parse(literal: LitStr, diagnostics: &mut Diagnostics) -> Option<Self> {
        match read(&literal.value()) {
            Ok(variables) => Some(Self { literal, variables }),
            Err(mistakes) => {
                for Mistake { what, help } in mistakes {
                    diagnostics.error_with_help(literal.span(), what, help);
                }
                None
            }
        }
    }
}

/// What is wrong, and what to do.
#[derive(Debug)]
struct Mistake {
    what: String,
    help: String,
}

impl Mistake {
    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

/// The longest uri, in bytes. The runtime has the same limit.
const MAX_LENGTH: usize = 1_024;

/// The names of the variables, or all that is wrong.
fn read(uri: &str) -> Result<Vec<String>, Vec<Mistake>> {
    let parts = parts(uri).map_err(|mistake| vec![mistake])?;
    let mut mistakes = Vec::new();
    if uri.len() > MAX_LENGTH {
        let what = format!("the uri has {} bytes, and at most {MAX_LENGTH} are taken", uri.len());
        mistakes.push(Mistake::new(what, "shorten it"));
    }
    match scheme::check(&parts, &mut mistakes) {
        Some(behind_scheme) => {
            characters::check(&behind_scheme, &mut mistakes);
            components(&behind_scheme, &mut mistakes);
        }
        None => characters::check(&parts, &mut mistakes),
    }
    variables::check(&parts, &mut mistakes);
    if mistakes.is_empty() {
        Ok(variables::names(&parts).map(str::to_owned).collect())
    } else {
        Err(mistakes)
    }
}

/// What stands behind the scheme is taken apart as RFC 3986, section 3, says. A value brings no reserved character with
/// it, so what a variable is has no influence on this; a digit can stand everywhere.
fn components(behind_scheme: &[Part<'_>], mistakes: &mut Vec<Mistake>) {
    let sample: String = behind_scheme
        .iter()
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Variable(_) => "1",
        })
        .collect();
    // a fragment has been reported
    let whole = sample.split('#').next().unwrap_or_default();
    match whole.strip_prefix("//") {
        Some(rest) => {
            let (authority, behind) = match rest.find(['/', '?']) {
                Some(end) => rest.split_at(end),
                None => (rest, ""),
            };
            authority::check(authority, mistakes);
            path::check(behind, true, mistakes);
        }
        None => path::check(whole, false, mistakes),
    }
}
