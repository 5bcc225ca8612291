use std::{borrow::Cow, sync::Arc, time::SystemTime};

use futures::{FutureExt, future::BoxFuture};
use rmcp::{
    ErrorData,
    model::{
        CallToolResponse, CompleteResult, ErrorCode, GetPromptResponse, PaginatedRequestParams, Prompt,
        ReadResourceResponse, Resource, ResourceTemplate, Tool,
    },
};

use super::{
    Foreign,
    rules::{Rules, UriRules},
};
use crate::{
    guard::{
        Allowed, Authorized,
        decide::NOBODY,
        surface::{Context, Found, List, Run, Surface, Window},
    },
    policy::Requirement,
    registry::{Output, Oversight},
    tool::Failure,
};

/// How many pages of a list are asked for, at the most.
const PAGES: usize = 1000;

/// A handler of rmcp with what its parts require. What no rule is about, nobody may use.
pub(crate) struct ForeignSurface {
    handler: Arc<dyn Foreign>,
    rules: Rules,
    uris: UriRules,
    /// Until when denials are only recorded.
    report_only: Option<SystemTime>,
}

impl ForeignSurface {
    pub(super) fn new(
        handler: Arc<dyn Foreign>,
        rules: Rules,
        uris: UriRules,
        report_only: Option<SystemTime>,
    ) -> Self {
        Self { handler, rules, uris, report_only }
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }

    pub(super) fn handler(&self) -> &dyn Foreign {
        &*self.handler
    }

    /// Whether any rule is about this URI.
    pub(super) fn covers(&self, uri: &str) -> bool {
        !self.uris.of(uri).is_empty()
    }

    /// Whether any rule is about every URI of this template.
    pub(super) fn covers_template(&self, template: &str) -> bool {
        !self.uris.template(template).is_empty()
    }

    /// Whether this rule is about this URI.
    pub(super) fn is_about(&self, rule: &str, uri: &str) -> bool {
        self.uris.of(uri).into_iter().any(|(other, _)| other == rule)
    }

    fn found<T>(
        &self,
        name: &str,
        requirements: Cow<'static, [Requirement]>,
        body: impl FnOnce(Arc<dyn Foreign>, Authorized) -> BoxFuture<'static, Result<T, Failure>> + Send + 'static,
    ) -> Found<T> {
        let handler = Arc::clone(&self.handler);
        Found {
            name: Cow::Owned(name.to_owned()),
            requirements,
            variables: Vec::new(),
            task: false,
            output: Output::AS_IT_IS,
            redactions: &[],
            asks: true,
            body: Run::Boxed(Box::new(move |call| body(handler, call))),
        }
    }

    /// What no rule is about requires, where a denial is only recorded: then there is something to record. Otherwise it
    /// does not exist.
    fn undeclared(&self) -> Option<Requirement> {
        self.report_only.filter(|until| SystemTime::now() < *until).map(|_| NOBODY)
    }

    /// What a URI that is listed or asked for requires.
    fn of_uri(&self, uri: &str) -> Vec<Requirement> {
        self.uris.of(uri).into_iter().map(|(_, requirement)| *requirement).collect()
    }
}

/// What a request that is none of this kind gets: a mistake of this program.
fn other_kind<T: Send + 'static>() -> BoxFuture<'static, Result<T, Failure>> {
    Box::pin(std::future::ready(Err(Failure::Internal("the request is of another kind".to_owned()))))
}

impl Surface for ForeignSurface {
    fn tool(&self, name: &str) -> Option<Found<CallToolResponse>> {
        let requirement = match self.rules.tools.get(name) {
            Some(requirement) => *requirement,
            // there, and nobody said who may call it
            None => self.handler.definition(name).map(|_| NOBODY).or_else(|| self.undeclared())?,
        };
        let found = self.found(name, vec![requirement].into(), |handler, call| {
            let (context, Allowed::Tool(request)) = call.into_parts() else { return other_kind() };
            async move { handler.call_tool(request, context).await.map_err(Failure::Protocol) }.boxed()
        });
        let redactions = self.rules.oversight.get(name).map_or(&[][..], |oversight| oversight.redactions);
        Some(Found { redactions, ..found })
    }

    fn prompt(&self, name: &str) -> Option<Found<GetPromptResponse>> {
        let requirement = self.rules.prompts.get(name).copied().or_else(|| self.undeclared())?;
        Some(self.found(name, vec![requirement].into(), |handler, call| {
            let (context, Allowed::Prompt(request)) = call.into_parts() else { return other_kind() };
            async move {
                handler.get_prompt(request, context).await.map_err(|mut error| {
                    // rmcp's router lists every prompt there
                    if error.code == ErrorCode::INVALID_PARAMS {
                        error.data = None;
                    }
                    Failure::Protocol(error)
                })
            }
            .boxed()
        }))
    }

    fn resource(&self, uri: &str) -> Option<Found<ReadResourceResponse>> {
        let rules = self.uris.of(uri);
        let (name, requirements) = match rules.first() {
            Some((name, _)) => (name.as_str(), rules.iter().map(|(_, requirement)| *requirement).collect()),
            None => (uri, vec![self.undeclared()?]),
        };
        Some(self.found(name, requirements.into(), |handler, call| {
            let (context, Allowed::Resource(request, _)) = call.into_parts() else { return other_kind() };
            async move { handler.read_resource(request, context).await.map_err(Failure::Protocol) }.boxed()
        }))
    }

    fn oversight(&self) -> Vec<(&str, Oversight)> {
        self.rules.oversight.iter().map(|(name, oversight)| (name.as_str(), *oversight)).collect()
    }

    fn template(&self, uri: &str) -> Option<Cow<'static, [Requirement]>> {
        let declared = self.uris.template(uri);
        Some(if declared.is_empty() { vec![self.undeclared()?] } else { declared }.into())
    }

    fn tools<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, Tool> {
        let rule = |tool: &Tool| self.rules.tools.get(&*tool.name).copied().unwrap_or(NOBODY);
        async move {
            let tools = every_page(|params| async move {
                let page = self.handler.list_tools(params, context.clone()).await?;
                Ok((page.tools, page.next_cursor))
            });
            let mut tools =
                window.pick_owned(tools.await?, |tool| tool.name.to_string(), |tool| vec![rule(tool)]);
            for tool in &mut tools {
                if let Some(requirement) = self.rules.tools.get(&*tool.name) {
                    hint(tool, requirement);
                }
            }
            Ok(tools)
        }
        .boxed()
    }

    fn prompts<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, Prompt> {
        let rule = |prompt: &Prompt| self.rules.prompts.get(&prompt.name).copied().unwrap_or(NOBODY);
        async move {
            let prompts = every_page(|params| async move {
                let page = self.handler.list_prompts(params, context.clone()).await?;
                Ok((page.prompts, page.next_cursor))
            });
            Ok(window.pick_owned(prompts.await?, |prompt| prompt.name.clone(), |prompt| vec![rule(prompt)]))
        }
        .boxed()
    }

    fn resources<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, Resource> {
        async move {
            let resources = every_page(|params| async move {
                let page = self.handler.list_resources(params, context.clone()).await?;
                Ok((page.resources, page.next_cursor))
            });
            Ok(window.pick_owned(
                resources.await?,
                |resource| resource.uri.clone(),
                |resource| self.of_uri(&resource.uri),
            ))
        }
        .boxed()
    }

    fn templates<'a>(&'a self, window: Window<'a>, context: &'a Context) -> List<'a, ResourceTemplate> {
        async move {
            let templates = every_page(|params| async move {
                let page = self.handler.list_resource_templates(params, context.clone()).await?;
                Ok((page.resource_templates, page.next_cursor))
            });
            Ok(window.pick_owned(
                templates.await?,
                |template| template.uri_template.clone(),
                |template| self.uris.template(&template.uri_template),
            ))
        }
        .boxed()
    }

    fn definition(&self, name: &str) -> Option<Tool> {
        self.handler.definition(name)
    }

    fn complete(self: Arc<Self>, call: Authorized) -> BoxFuture<'static, Result<CompleteResult, Failure>> {
        let handler = Arc::clone(&self.handler);
        let (context, Allowed::Completion(request)) = call.into_parts() else { return other_kind() };
        async move { handler.complete(request, context).await.map_err(Failure::Protocol) }.boxed()
    }

    fn foreign(&self) -> Option<&dyn Foreign> {
        Some(&*self.handler)
    }

    fn method(&self, name: &str) -> Option<Requirement> {
        self.rules.methods.get(name).copied().or_else(|| self.undeclared())
    }
}

/// What a tool says about itself follows from what it requires. A warning of the handler's own is not taken away.
fn hint(tool: &mut Tool, requirement: &Requirement) {
    let annotations = tool.annotations.get_or_insert_default();
    let is_destructive = requirement.is_destructive() || annotations.destructive_hint == Some(true);
    annotations.destructive_hint = Some(is_destructive);
    if is_destructive && annotations.read_only_hint == Some(true) {
        annotations.read_only_hint = None;
    }
}

/// A whole list, page by page.
pub(super) async fn every_page<T, F>(
    mut page: impl FnMut(Option<PaginatedRequestParams>) -> F,
) -> Result<Vec<T>, ErrorData>
where
    F: Future<Output = Result<(Vec<T>, Option<String>), ErrorData>>,
{
    let (mut items, mut cursor) = (Vec::new(), None);
    for _ in 0..PAGES {
        let params = cursor.map(|cursor| PaginatedRequestParams::default().with_cursor(Some(cursor)));
        let (more, next) = page(params).await?;
        items.extend(more);
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(items),
        }
    }
    Err(ErrorData::internal_error("the list does not end", None))
}
