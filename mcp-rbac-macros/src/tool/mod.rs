//! `#[tool]`: what a tool has beside what [`item`](crate::item) knows.

mod check;
mod method;
mod output;
mod oversight;

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{ItemFn, spanned::Spanned};

use crate::{
    diag::Diagnostics,
    item::{
        Declaration, Kind, Parts, Words,
        args::{Access, Args, Entry, Flag, flag},
        describe, option,
    },
};
pub(crate) use method::{is_method, method};
use output::{Output, output};
use oversight::Oversight;

#[derive(Default)]
pub(crate) struct Tool {
    read_only: Option<Flag>,
    destructive: Option<Flag>,
    idempotent: Option<Flag>,
    open_world: Option<Flag>,
    task: Option<Flag>,
    output: Output,
    oversight: Oversight,
}

impl Kind for Tool {
    const WORDS: Words = Words {
        noun: "tool",
        verb: "call",
        once: "keep one attribute; several permissions are combined with `requires(all(…))`",
        no_generics: "a tool is one function with one schema: name the types it works on",
        results: "text (`String`), data (`Json<T>`)",
        arguments: "arguments in `Parameters<T>`",
    };

    fn read(&mut self, key: &str, entry: Entry, diagnostics: &mut Diagnostics) {
        match key {
            "read_only" => self.read_only = flag(&entry, diagnostics),
            "destructive" => self.destructive = flag(&entry, diagnostics),
            "idempotent" => self.idempotent = flag(&entry, diagnostics),
            "open_world" => self.open_world = flag(&entry, diagnostics),
            "task" => self.task = flag(&entry, diagnostics),
            "output" => self.output = output(entry, diagnostics),
            "audit" | "alert" | "limit" => self.oversight.read(key, entry, diagnostics),
            _ => {}
        }
    }

    fn check(args: &Args<Self>, function: &ItemFn, diagnostics: &mut Diagnostics) {
        check::check(args, function, diagnostics);
    }

    fn expand(tool: &Declaration<Self>) -> Parts {
        let (private, hints) = (&tool.private, hints(tool));
        let task = tool.own.task.is_some_and(|flag| flag.value);
        let (output, constants) = (tool.own.output.expand(private), tool.own.output.constants(private));
        let oversight = tool.own.oversight.expand(private);
        let returned = returned(tool);
        Parts {
            def: "ToolDef",
            fields: quote! {
                hints: #hints,
                output_schema: __RETURNED.output_schema,
                asks: __RETURNED.asks,
                task: #task,
                output: #output,
                oversight: #oversight,
            },
            returned: quote!(#returned #constants),
            answer: None,
            assertions: assertions(tool),
        }
    }
}

fn returned(tool: &Declaration<Tool>) -> TokenStream {
    let Declaration { private, returned, .. } = tool;
    let result = quote_spanned!(returned.span()=> <#returned as #private::ToolResult>);
    quote! {
        const __RETURNED: #private::Returned<#returned> = #private::Returned {
            into_response: #result::into_response,
            output_schema: #result::output_schema,
            asks: #result::ASKS,
        };
    }
}

fn hints(tool: &Declaration<Tool>) -> TokenStream {
    let Declaration { private, own: Tool { read_only, idempotent, open_world, .. }, .. } = tool;
    let hint = |flag: &Option<Flag>| option(flag.map(|flag| flag.value));
    let (read_only, idempotent, open_world) = (hint(read_only), hint(idempotent), hint(open_world));
    quote!(#private::Hints { read_only: #read_only, idempotent: #idempotent, open_world: #open_world })
}

/// Hints that contradict the requirement do not compile.
fn assertions(tool: &Declaration<Tool>) -> TokenStream {
    let requirement = describe(&tool.access);
    let names_permissions = matches!(tool.access, Access::Requires(..));
    let read_only = tool.own.read_only.filter(|flag| flag.value && names_permissions);
    let read_only = read_only.map(|Flag { span, .. }| {
        let message = format!(
            "`read_only` contradicts {requirement}, which names a destructive permission\n\
             help: leave `read_only` out"
        );
        quote_spanned!(span=> ::core::assert!(!__REQUIREMENT.is_destructive(), "{}", #message);)
    });
    let destructive = tool.own.destructive.map(|Flag { span, .. }| {
        let message = format!(
            "`destructive` is not true: {requirement} names no destructive permission\n\
             help: leave `destructive` out, or declare the permission `destructive` in `roles!`"
        );
        quote_spanned!(span=> ::core::assert!(__REQUIREMENT.is_destructive(), "{}", #message);)
    });
    read_only.into_iter().chain(destructive).collect()
}
