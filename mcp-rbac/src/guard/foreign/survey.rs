//! What a handler offers that nobody declared, and what was declared that it does not offer.

use rmcp::{
    ErrorData,
    model::{RequestId, ServerConfig},
    service::{RequestContext, serve_directly},
};

use super::{ForeignSurface, rules::Rules};
use crate::{
    guard::surface::{Surface, Window},
    policy::Requirement,
    registry::Note,
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
        let capabilities = self.foreign().map(|handler| handler.info().capabilities).unwrap_or_default();
        let mut notes = Vec::new();

        if capabilities.tools.is_some() {
            let offered: Vec<String> =
                self.tools(window, &context).await?.into_iter().map(|tool| tool.name.into_owned()).collect();
            compare("tool", &offered, tools.keys(), &mut notes);
        }
        if capabilities.prompts.is_some() {
            let offered: Vec<String> =
                self.prompts(window, &context).await?.into_iter().map(|prompt| prompt.name).collect();
            compare("prompt", &offered, prompts.keys(), &mut notes);
        }
        if capabilities.resources.is_some() {
            let fixed = self.resources(window, &context).await?.into_iter().map(|resource| resource.uri);
            let undeclared: Vec<String> = fixed.filter(|uri| self.resource(uri).is_none()).collect();
            let templates = self.templates(window, &context).await?;
            let templates = templates.into_iter().map(|template| template.uri_template);
            let known = |uri: &String| resources.iter().any(|(declared, _)| declared == uri);
            let undeclared: Vec<String> =
                undeclared.into_iter().chain(templates.filter(|uri| !known(uri))).collect();
            if !undeclared.is_empty() {
                notes.push(Note::Undeclared { kind: "resource", names: undeclared });
            }
        }
        Ok(notes)
    }
}

fn compare<'d>(
    kind: &'static str,
    offered: &[String],
    declared: impl Iterator<Item = &'d String> + Clone,
    notes: &mut Vec<Note>,
) {
    let undeclared: Vec<String> =
        offered.iter().filter(|name| !declared.clone().any(|other| other == *name)).cloned().collect();
    if !undeclared.is_empty() {
        notes.push(Note::Undeclared { kind, names: undeclared });
    }
    let absent: Vec<String> = declared.filter(|name| !offered.contains(name)).cloned().collect();
    if !absent.is_empty() {
        notes.push(Note::NotOffered { kind, names: absent });
    }
}
