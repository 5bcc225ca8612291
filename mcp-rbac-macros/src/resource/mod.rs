//! `#[resource]`: what a resource has beside what [`item`](crate::item) knows.

mod check;
mod mime_type;
mod uri;

use quote::quote;
use syn::{FnArg, ItemFn, LitStr};

use crate::{
    diag::Diagnostics,
    item::{
        Declaration, Kind, Parts, Words, answered,
        args::{Args, Completion, Entry, completions, text},
        expand_completions, option, plain_name,
    },
};
use uri::Uri;

#[derive(Default)]
pub(crate) struct Resource {
    uri: Option<Uri>,
    mime_type: Option<LitStr>,
    completions: Vec<Completion>,
}

impl Kind for Resource {
    const WORDS: Words = Words {
        noun: "resource",
        verb: "read",
        once: "keep one attribute; a second uri needs a function of its own, which can call this one",
        no_generics: "a resource is one function: name the types it works on",
        results: "text (`String`), bytes (`Vec<u8>`), data (`Json<T>`)",
        arguments: "a variable of the uri as `String`",
    };

    fn read(&mut self, key: &str, entry: Entry, diagnostics: &mut Diagnostics) {
        match key {
            "uri" => {
                self.uri = text(&entry, diagnostics).and_then(|literal| Uri::parse(literal, diagnostics));
            }
            "mime_type" => self.mime_type = text(&entry, diagnostics),
            "complete" => self.completions = completions(entry, diagnostics),
            _ => {}
        }
    }

    fn check(args: &Args<Self>, function: &ItemFn, diagnostics: &mut Diagnostics) {
        check::check(args, function, diagnostics);
    }

    fn variable(&self, param: &FnArg) -> Option<String> {
        let name = plain_name(param)?;
        self.uri.as_ref()?.variables.contains(&name).then_some(name)
    }

    fn expand(resource: &Declaration<Self>) -> Parts {
        let Self { uri, mime_type, completions } = &resource.own;
        let (literal, variables) = match uri {
            Some(Uri { literal, variables }) => (Some(literal), variables.as_slice()),
            None => (None, [].as_slice()),
        };
        let mime_type = option(mime_type.as_ref());
        let completions = expand_completions(&resource.private, completions);
        Parts {
            def: "ResourceDef",
            fields: quote! {
                uri: #literal,
                variables: &[#(#variables),*],
                mime_type: #mime_type,
                completions: #completions,
            },
            returned: answered(resource, ["ResourceResult", "into_answer", "ResourceAnswer"]),
            answer: Some("ResourceAnswer"),
            assertions: quote!(),
        }
    }
}
