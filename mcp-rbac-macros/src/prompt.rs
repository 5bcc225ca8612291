//! `#[prompt]`: what a prompt has beside what [`item`](crate::item) knows.

use quote::quote;
use syn::ItemFn;

use crate::{
    diag::Diagnostics,
    item::{
        Declaration, Kind, Parts, Words, answered,
        args::{Args, Completion, Entry, completions},
        expand_completions, two_sets_of_arguments, wire_name,
    },
};

#[derive(Default)]
pub(crate) struct Prompt {
    completions: Vec<Completion>,
}

impl Kind for Prompt {
    const WORDS: Words = Words {
        noun: "prompt",
        verb: "get",
        once: "keep one attribute; several permissions are combined with `requires(all(…))`",
        no_generics: "a prompt is one function with one list of arguments: name the types it works on",
        results: "text (`String`), messages (`Vec<PromptMessage>`)",
        arguments: "arguments in `Parameters<T>`",
    };

    fn read(&mut self, key: &str, entry: Entry, diagnostics: &mut Diagnostics) {
        if key == "complete" {
            self.completions = completions(entry, diagnostics);
        }
    }

    fn check(args: &Args<Self>, function: &ItemFn, diagnostics: &mut Diagnostics) {
        two_sets_of_arguments(function, &Self::WORDS, diagnostics);
        wire_name(args.name.as_ref(), function, &Self::WORDS, diagnostics);
    }

    fn expand(prompt: &Declaration<Self>) -> Parts {
        let completions = expand_completions(&prompt.private, &prompt.own.completions);
        Parts {
            def: "PromptDef",
            fields: quote!(completions: #completions,),
            returned: answered(prompt, ["PromptResult", "into_response", "GetPromptResponse"]),
            answer: Some("GetPromptResponse"),
            assertions: quote!(),
        }
    }
}
