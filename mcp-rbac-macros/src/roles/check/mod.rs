//! What `roles!` refuses: a flat list, each function headed by an example of what it forbids. All of them run, and none
//! reports what another has reported.

mod hierarchy;
mod invariants;
mod names;
mod pointless;
mod references;
mod repeated;

use super::{model::Model, parse::Input};
use crate::diag::Diagnostics;

/// What can be seen in the text alone.
pub(super) fn input(input: &Input, diagnostics: &mut Diagnostics) {
    names::nothing(input, diagnostics);
    names::no_permissions(input, diagnostics);
    names::no_roles(input, diagnostics);
    names::too_many(input, diagnostics);
    names::unusable_permission(input, diagnostics);
    names::unusable_role(input, diagnostics);
    names::empty_wire_name(input, diagnostics);
    names::no_scope_token(input, diagnostics);
    names::unknown_modifier(input, diagnostics);

    repeated::section(input, diagnostics);
    repeated::permission(input, diagnostics);
    repeated::wire_name(input, diagnostics);
    repeated::permission_variant(input, diagnostics);
    repeated::role(input, diagnostics);
    repeated::role_variant(input, diagnostics);
    repeated::modifier(input, diagnostics);
    repeated::implied_scope(input, diagnostics);
    repeated::grant(input, diagnostics);
    repeated::inheritance(input, diagnostics);
    repeated::in_invariant(input, diagnostics);

    references::implied_scope(input, diagnostics);
    references::grant(input, diagnostics);
    references::inheritance(input, diagnostics);
    references::in_invariant(input, diagnostics);
}

/// What follows from the declarations together.
pub(super) fn model(model: &Model<'_>, input: &Input, diagnostics: &mut Diagnostics) {
    hierarchy::inheritance_cycle(model, diagnostics);
    hierarchy::implies_cycle(model, diagnostics);
    hierarchy::granted_to_nobody(model, input, diagnostics);
    hierarchy::unassigned_but_granted(model, diagnostics);

    invariants::never(model, diagnostics);
    invariants::only(model, diagnostics);
    invariants::exclusive(model, diagnostics);

    pointless::empty(input, diagnostics);
    pointless::exclusive_of_one(input, diagnostics);
    pointless::only_names_every_role(model, input, diagnostics);
    pointless::second_only(model, diagnostics);
    pointless::never_twice(model, diagnostics);
    pointless::never_implied_by_only(model, diagnostics);
    pointless::exclusive_within_another(model, diagnostics);
}
