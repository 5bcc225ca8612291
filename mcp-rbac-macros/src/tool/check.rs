//! What only a tool can get wrong.

use syn::{ItemFn, spanned::Spanned};

use super::Tool;
use crate::{
    diag::Diagnostics,
    item::{
        Kind,
        args::{Access, Args},
        generic_argument, last_segment, two_sets_of_arguments, typed_params, wire_name,
    },
};

pub(super) fn check(args: &Args<Tool>, function: &ItemFn, diagnostics: &mut Diagnostics) {
    two_sets_of_arguments(function, &Tool::WORDS, diagnostics);
    destructive(args, diagnostics);
    nothing_runs_on(args, function, diagnostics);
    wire_name(args.name.as_ref(), function, &Tool::WORDS, diagnostics);
}

// #[tool(requires = "delete_data", destructive = false)]
// #[tool(public = "…", destructive)]
// #[tool(requires = "delete_data", read_only, destructive)]
fn destructive(args: &Args<Tool>, diagnostics: &mut Diagnostics) {
    let Some(destructive) = args.own.destructive else { return };
    if !destructive.value {
        diagnostics.error_with_help(
            destructive.span,
            "`destructive` follows from the requirement and cannot be switched off",
            "leave it out; `roles!` says which permissions are destructive",
        );
    } else if let [access @ (Access::Public(..) | Access::Authenticated(_))] = args.access.as_slice() {
        diagnostics.error_with_help(
            destructive.span,
            format_args!("a tool that is `{}` cannot be destructive", access.key()),
            "require a permission that `roles!` declares `destructive`",
        );
    } else if args.own.read_only.is_some_and(|flag| flag.value) {
        diagnostics.error_with_help(
            destructive.span,
            "a tool cannot be both `read_only` and `destructive`",
            "keep one of them",
        );
    }
}

// #[tool(requires = "read_data")]
// fn export(task: Option<RunningTask>) {}
fn nothing_runs_on(args: &Args<Tool>, function: &ItemFn, diagnostics: &mut Diagnostics) {
    if args.own.task.is_some_and(|task| task.value) {
        return;
    }
    for (_, ty) in typed_params(function) {
        let inner = generic_argument(ty, "Option").and_then(last_segment);
        if inner.is_some_and(|name| name == "RunningTask") {
            diagnostics.error_with_help(
                ty.span(),
                "a call of this tool never runs as a task",
                "write the key `task`, or leave the parameter out",
            );
        }
    }
}
