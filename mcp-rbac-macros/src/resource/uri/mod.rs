//! The uri of a resource: RFC 3986, with variables of RFC 6570, level 1.
//!
//! What is refused here is what two readers could understand in two ways. So which function answers a request, and with
//! which values, is never a matter of who parses it.

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

/// The names of the variables, or all that is wrong.
fn read(uri: &str) -> Result<Vec<String>, Vec<Mistake>> {
    let parts = parts(uri).map_err(|mistake| vec![mistake])?;
    let mut mistakes = Vec::new();
    let behind = scheme::check(&parts, &mut mistakes);
    characters::check(&behind, &mut mistakes);
    path::check(&behind, &mut mistakes);
    variables::check(&parts, &mut mistakes);
    if mistakes.is_empty() {
        Ok(variables::names(&parts).map(str::to_owned).collect())
    } else {
        Err(mistakes)
    }
}
