use super::super::{
    Core,
    list::{Row, shows},
    surface::{Context, Window},
};
use crate::auth::Principal;
use rmcp::model::{Prompt, Resource, ResourceTemplate, Tool};

/// What a principal saw when it was last looked.
pub(super) struct View {
    principal: Principal,
    tools: Vec<String>,
    prompts: Vec<String>,
    resources: Vec<String>,
}

/// Which lists are not what they were.
pub(super) struct Changed {
    pub(super) tools: bool,
    pub(super) prompts: bool,
    pub(super) resources: bool,
}

impl View {
    pub(super) async fn of(core: &Core, principal: Principal, context: &Context) -> Self {
        let mut resources = names::<Resource>(core, &principal, context).await;
        resources.extend(names::<ResourceTemplate>(core, &principal, context).await);
        Self {
            tools: names::<Tool>(core, &principal, context).await,
            prompts: names::<Prompt>(core, &principal, context).await,
            resources,
            principal,
        }
    }

    /// Looks again. What a list shows follows from the permissions, so that equal ones need no second look.
    pub(super) async fn look(&mut self, core: &Core, principal: Principal, context: &Context) -> Changed {
        if self.principal.has_permissions_of(&principal) {
            return Changed { tools: false, prompts: false, resources: false };
        }
        let now = Self::of(core, principal, context).await;
        let changed = Changed {
            tools: now.tools != self.tools,
            prompts: now.prompts != self.prompts,
            resources: now.resources != self.resources,
        };
        *self = now;
        changed
    }
}

/// The names in a list. Where the list cannot be had, none are.
async fn names<T: Row>(core: &Core, principal: &Principal, context: &Context) -> Vec<String> {
    let allows = shows(core, principal);
    let window = Window { after: None, size: usize::MAX, allows: &allows };
    let items = T::list(&*core.surface, window, context).await.unwrap_or_default();
    items.iter().map(|item| item.key().to_owned()).collect()
}
