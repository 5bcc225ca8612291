//! What a handler offers that nobody declared, and what was declared that it does not offer.

use rmcp::{
    ErrorData,
    model::{ErrorCode, RequestId, ServerConfig},
    service::{RequestContext, serve_directly},
};

use super::{ForeignSurface, rules::Rules, surface::every_page};
use crate::{
    guard::surface::{Context, Surface, Window},
    policy::{Requirement, nearest},
    registry::{Matcher, Note, RequestUri, Template},
};

/// A handler for nobody, whose connection lends the request that the handler behind the guard is asked with.
struct Nobody;

impl rmcp::ServerHandler for Nobody {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::default()
    }
}

impl ForeignSurface {
    /// Asks the handler for its lists once and compares them with what was declared.
    pub(crate) async fn survey(&self) -> Result<Vec<Note>, ErrorData> {
        let (_near, far) = tokio::io::duplex(64);
        let running = serve_directly(Nobody, far, None);
        let context = RequestContext::new(RequestId::Number(0), running.peer().clone());
        let everything = |_: &[Requirement]| true;
        let window = Window { after: None, size: usize::MAX, allows: &everything };
        let Rules { tools, prompts, resources, .. } = self.rules();
        let mut notes = Vec::new();

        let offered = served(self.tools(window, &context).await)?;
        let offered: Vec<String> = offered.into_iter().map(|tool| tool.name.into_owned()).collect();
        undeclared("tool", &offered, |name| tools.contains_key(name), &mut notes);
        absent("tool", tools.keys(), &offered, &mut notes);

        let offered = served(self.prompts(window, &context).await)?;
        let offered: Vec<String> = offered.into_iter().map(|prompt| prompt.name).collect();
        undeclared("prompt", &offered, |name| prompts.contains_key(name), &mut notes);
        absent("prompt", prompts.keys(), &offered, &mut notes);

        let fixed = served(self.resources(window, &context).await)?;
        let fixed: Vec<String> = fixed.into_iter().map(|resource| resource.uri).collect();
        let templates = served(self.templates(window, &context).await)?;
        let templates: Vec<String> = templates.into_iter().map(|template| template.uri_template).collect();
        let skills = self.skills(&context).await?;
        undeclared("resource", &fixed, |uri| self.covers(uri), &mut notes);
        undeclared("resource", &templates, |uri| self.covers_template(uri), &mut notes);
        undeclared("skill", &skills, |uri| self.covers(uri), &mut notes);
        // a rule may be about one of the resources that a template of the handler's offers
        let of_templates = Matcher::new(templates.iter().filter_map(|text| Template::parse(text).ok()));
        let is_one_of_them =
            |rule: &str| RequestUri::parse(rule).is_ok_and(|uri| !of_templates.matches(&uri).is_empty());
        let offered: Vec<String> = fixed.into_iter().chain(templates).chain(skills).collect();
        let unused = resources.iter().map(|(rule, _)| rule);
        let unused = unused
            .filter(|rule| !is_one_of_them(rule) && !offered.iter().any(|uri| self.is_about(rule, uri)));
        absent("resource", unused, &offered, &mut notes);
        Ok(notes)
    }

    async fn skills(&self, context: &Context) -> Result<Vec<String>, ErrorData> {
        let handler = self.handler();
        if !handler.info().capabilities.supports_skills() {
            return Ok(Vec::new());
        }
        let skills = every_page(|params| async move {
            let page = handler.list_skills(params, context.clone()).await?;
            Ok((page.skills, page.next_cursor))
        });
        Ok(skills.await?.into_iter().map(|skill| skill.uri).collect())
    }
}

/// A list, where the handler has one: a method that it does not serve offers nothing.
fn served<T>(list: Result<Vec<T>, ErrorData>) -> Result<Vec<T>, ErrorData> {
    match list {
        Err(error) if error.code == ErrorCode::METHOD_NOT_FOUND => Ok(Vec::new()),
        list => list,
    }
}

fn undeclared(
    kind: &'static str,
    offered: &[String],
    is_declared: impl Fn(&str) -> bool,
    notes: &mut Vec<Note>,
) {
    let names: Vec<String> = offered.iter().filter(|name| !is_declared(name)).cloned().collect();
    if !names.is_empty() {
        notes.push(Note::Undeclared { kind, names });
    }
}

fn absent<'d>(
    kind: &'static str,
    declared: impl Iterator<Item = &'d String>,
    offered: &[String],
    notes: &mut Vec<Note>,
) {
    for name in declared.filter(|name| !offered.contains(name)) {
        let near = nearest(name, offered.iter().map(String::as_str)).map(str::to_owned);
        notes.push(Note::NotOffered { kind, name: name.clone(), near });
    }
}
