use std::sync::Arc;

use rmcp::model::{
    JsonObject, PromptsCapability, ResourcesCapability, ServerCapabilities, ServerConfig, ToolsCapability,
};

use crate::{
    guard::{ForeignSurface, Surface},
    registry::Registry,
};

/// What is behind the guard of a server.
#[derive(Clone)]
pub(super) enum Behind {
    /// Functions of this program's own.
    Functions(Arc<Registry>),
    /// A handler of rmcp.
    Handler(Arc<ForeignSurface>),
}

impl Behind {
    pub(super) fn surface(&self) -> Arc<dyn Surface> {
        match self {
            Self::Functions(registry) => Arc::clone(registry) as Arc<dyn Surface>,
            Self::Handler(handler) => Arc::clone(handler) as Arc<dyn Surface>,
        }
    }

    /// The functions, where that is what there is.
    pub(super) fn registry(&self) -> Option<&Registry> {
        match self {
            Self::Functions(registry) => Some(registry),
            Self::Handler(_) => None,
        }
    }

    /// What clients are told that the server can do follows from what there is. A handler says it itself.
    pub(super) fn describe(&self, info: &mut ServerConfig) {
        match self {
            Self::Functions(registry) => {
                // that tools send log messages is their own affair, and was said
                let logging = info.capabilities.logging.take();
                info.capabilities = capabilities(registry);
                info.capabilities.logging = logging;
            }
            Self::Handler(_) => {}
        }
    }
}

fn capabilities(registry: &Registry) -> ServerCapabilities {
    let mut capabilities = ServerCapabilities::default();
    let mut tools = ToolsCapability::default();
    tools.list_changed = Some(true);
    capabilities.tools = Some(tools);
    if !registry.prompts().is_empty() {
        let mut prompts = PromptsCapability::default();
        prompts.list_changed = Some(true);
        capabilities.prompts = Some(prompts);
    }
    if !registry.resources().is_empty() || !registry.templates().is_empty() {
        let mut resources = ResourcesCapability::default();
        resources.list_changed = Some(true);
        resources.subscribe = Some(true);
        capabilities.resources = Some(resources);
    }
    capabilities.completions = registry.completes().then(JsonObject::new);
    if registry.tools().iter().any(|entry| entry.def.task) {
        capabilities.extensions = ServerCapabilities::builder().enable_tasks().build().extensions;
    }
    capabilities
}
