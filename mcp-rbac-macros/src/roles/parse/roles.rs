//! The section `roles`.

use syn::{Attribute, Ident, Result, Token, braced, ext::IdentExt, parse::ParseStream, token};

use super::{
    Input, expected, is_braces,
    names::{self, Name},
    skip_past, with_help,
};
use crate::diag::Diagnostics;

/// `/// … analyst: readonly { run_reports }`
pub(in crate::roles) struct RoleDecl {
    pub(in crate::roles) docs: Vec<Attribute>,
    pub(in crate::roles) name: Name,
    /// The roles it inherits from.
    pub(in crate::roles) juniors: Vec<Name>,
    pub(in crate::roles) grants: Vec<Name>,
}

pub(super) fn roles(input: ParseStream<'_>, into: &mut Input, diagnostics: &mut Diagnostics) {
    while !input.is_empty() {
        match role(input, &mut into.lost.grants, diagnostics) {
            Ok(role) => into.roles.push(role),
            Err(error) => {
                diagnostics.push(error);
                into.lost.roles = true;
                into.lost.grants = true;
                skip_past(input, is_braces);
            }
        }
        if input.peek(Token![,]) || input.peek(Token![;]) {
            let error = expected(input, "the next role");
            diagnostics.push(with_help(&error, "roles stand one after the other, without separators"));
            skip_past(input, |_| true);
        }
    }
}

fn role(input: ParseStream<'_>, lost: &mut bool, diagnostics: &mut Diagnostics) -> Result<RoleDecl> {
    let docs = names::docs(input, diagnostics)?;
    if !input.peek(Ident::peek_any) {
        return Err(expected(input, "the name of a role"));
    }
    let name = Name::of(&input.call(Ident::parse_any)?);
    let mut role = RoleDecl { docs, name, juniors: Vec::new(), grants: Vec::new() };
    if let Err(error) = rest(input, &mut role, lost, diagnostics) {
        diagnostics.push(error);
        *lost = true;
        // another name begins the next role; anything else is skipped with this one
        if !input.peek(Ident::peek_any) {
            skip_past(input, is_braces);
        }
    }
    Ok(role)
}

/// What the role inherits and grants.
fn rest(
    input: ParseStream<'_>,
    role: &mut RoleDecl,
    lost: &mut bool,
    diagnostics: &mut Diagnostics,
) -> Result<()> {
    let mut inherits = input.parse::<Option<Token![:]>>()?.is_some();
    while inherits {
        role.juniors.push(names::reference(input, "the name of a role")?);
        inherits = input.parse::<Option<Token![,]>>()?.is_some();
    }
    if !input.peek(token::Brace) {
        return Err(match role.juniors.last() {
            Some(junior) => expected(input, format_args!("`,` or `{{` after `{}`", junior.text)),
            None => expected(input, format_args!("`:` or `{{` after `{}`", role.name.text)),
        });
    }
    let content;
    braced!(content in input);
    let lost_here;
    (role.grants, lost_here) = names::list(&content, "the name of a permission", diagnostics);
    *lost |= lost_here;
    Ok(())
}
