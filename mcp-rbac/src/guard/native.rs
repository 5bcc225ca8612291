//! The functions of this program's own.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use rmcp::model::{
    CallToolResponse, CompleteRequestParams, CompleteResult, GetPromptResponse, Prompt, ReadResourceResponse,
    Reference, Resource, ResourceTemplate, Tool,
};

use super::{
    Authorized, CallScope, decide_all,
    surface::{Context, Found, List, Run, Surface, Window},
};
use crate::{
    completion::{Completion, completion_info},
    policy::Requirement,
    registry::{CompletionDef, Listed, Output, Oversight, Registry, RequestUri, TemplateEntry},
    tool::Failure,
    view,
};

impl Surface for Registry {
    fn tool(&self, name: &str) -> Option<Found<CallToolResponse>> {
        let entry = Self::tool(self, name)?;
        Some(Found {
            name: Cow::Borrowed(entry.def.name),
            requirements: Cow::Borrowed(std::slice::from_ref(&entry.def.requirement)),
            variables: Vec::new(),
            task: entry.def.task,
            output: entry.def.output,
            redactions: entry.def.oversight.redactions,
            asks: entry.def.asks,
            body: Run::Function(entry.body),
        })
    }

    fn prompt(&self, name: &str) -> Option<Found<GetPromptResponse>> {
        let entry = Self::prompt(self, name)?;
        Some(Found {
            name: Cow::Borrowed(entry.def.name),
            requirements: Cow::Borrowed(std::slice::from_ref(&entry.def.requirement)),
            variables: Vec::new(),
            task: false,
            output: Output::AS_IT_IS,
            redactions: &[],
            asks: true,
            body: Run::Function(entry.def.call),
        })
    }

    fn resource(&self, uri: &str) -> Option<Found<ReadResourceResponse>> {
        let request = RequestUri::parse(uri).ok()?;
        let matches = self.matches(&request);
        let requirements: Vec<Requirement> = matches.iter().map(|(def, _)| def.requirement).collect();
        let (def, variables) = matches.into_iter().next()?;
        let uri = uri.to_owned();
        let body = Run::Boxed(Box::new(move |call| {
            let answer = (def.call)(call);
            async move { Ok(answer.await?.into_response(&uri, def.mime_type)) }.boxed()
        }));
        Some(Found {
            name: Cow::Borrowed(def.uri),
            requirements: requirements.into(),
            variables,
            task: false,
            output: Output::AS_IT_IS,
            redactions: &[],
            asks: true,
            body,
        })
    }

    fn oversight(&self) -> Vec<(&str, Oversight)> {
        Self::tools(self).iter().map(|entry| (entry.def.name, entry.def.oversight)).collect()
    }

    fn template(&self, uri: &str) -> Option<Cow<'static, [Requirement]>> {
        Some(Cow::Owned(Self::template(self, uri)?.requirements.to_vec()))
    }

    fn tools<'a>(&'a self, window: Window<'a>, _: &'a Context) -> List<'a, Tool> {
        pick(Self::tools(self), window)
    }

    fn prompts<'a>(&'a self, window: Window<'a>, _: &'a Context) -> List<'a, Prompt> {
        pick(Self::prompts(self), window)
    }

    fn resources<'a>(&'a self, window: Window<'a>, _: &'a Context) -> List<'a, Resource> {
        pick(Self::resources(self), window)
    }

    fn templates<'a>(&'a self, window: Window<'a>, _: &'a Context) -> List<'a, ResourceTemplate> {
        pick(Self::templates(self), window)
    }

    fn rows(&self, list: view::List) -> Option<view::Rows> {
        match list {
            view::List::Tools => rows(Self::tools(self)),
            view::List::Prompts => rows(Self::prompts(self)),
            view::List::Resources => rows(Self::resources(self)),
            view::List::Templates => rows(Self::templates(self)),
        }
    }

    fn definition(&self, name: &str) -> Option<Tool> {
        Self::tool(self, name).map(|entry| entry.tool.clone())
    }

    fn complete(self: Arc<Self>, call: Authorized) -> BoxFuture<'static, Result<CompleteResult, Failure>> {
        let Some((scope, request)) = call.into_completion() else {
            let why = "the request is no completion".to_owned();
            return Box::pin(std::future::ready(Err(Failure::Internal(why))));
        };
        let CompleteRequestParams { r#ref, argument, context, .. } = request;
        let defs: &[CompletionDef] = match &r#ref {
            Reference::Prompt(prompt) => {
                Self::prompt(&self, &prompt.name).map_or(&[], |entry| entry.def.completions)
            }
            Reference::Resource(resource) => {
                Self::template(&self, &resource.uri).map_or(&[], |entry| entry.def.completions)
            }
            _ => &[],
        };
        let Some(def) = defs.iter().find(|def| def.argument == argument.name) else {
            // an argument without completions has none to offer
            return Box::pin(std::future::ready(Ok(CompleteResult::default())));
        };
        let others = context.and_then(|context| context.arguments).unwrap_or_default();
        let others: Arc<BTreeMap<String, String>> = Arc::new(others.into_iter().collect());
        let completion = Completion::new(scope.clone(), argument.value, Arc::clone(&others));
        let values = (def.complete)(completion);
        async move {
            let mut values = values.await?;
            if let Reference::Resource(resource) = &r#ref
                && let Some(entry) = Self::template(&self, &resource.uri)
            {
                values.retain(|value| {
                    let settled = |name: &str| match name == argument.name {
                        true => Some(value.as_str()),
                        false => others.get(name).map(String::as_str),
                    };
                    self.may_lead_to(&scope, entry, settled)
                });
            }
            Ok(CompleteResult::new(completion_info(values)))
        }
        .boxed()
    }
}

impl Registry {
    /// Whether the caller may read what these variables lead to, as far as they are settled. What no URI can be made of
    /// leads nowhere.
    fn may_lead_to<'v>(
        &self,
        scope: &CallScope,
        entry: &TemplateEntry,
        settled: impl Fn(&str) -> Option<&'v str>,
    ) -> bool {
        let Some(narrower) = entry.uri.expand(settled) else { return true };
        decide_all(scope.principal(), &self.requirements_of(&narrower)).is_allow()
    }
}

fn pick<'a, E: Listed<Item: Send> + Sync>(entries: &'a [E], window: Window<'a>) -> List<'a, E::Item> {
    let page = window.pick(entries.iter().map(|entry| (entry.key(), entry.requirements(), entry.item())));
    Box::pin(std::future::ready(Ok(page)))
}

fn rows<E: Listed<Item: view::Item>>(entries: &[E]) -> Option<view::Rows> {
    view::Rows::new(entries.iter().map(|entry| (entry.key(), entry.requirements(), entry.item())))
}
