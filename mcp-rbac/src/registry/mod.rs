//! What exists: the tools that `#[tool]` submitted, and the states they use.

mod check;
mod collect;
mod def;
mod entry;
mod note;

pub use check::{Location, Problem, Problems};
pub use collect::LinkedCrate;
pub use def::{CompletionDef, Hints, Output, ParamDef, PromptDef, ResourceDef, ToolDef, ToolInfo};
pub use note::Note;

pub(crate) use check::{Plan, assemble, input_schema, short_type_name};
#[cfg(feature = "testing")]
pub(crate) use def::Body;
pub(crate) use def::is_tool_name;
pub(crate) use entry::ToolEntry;

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    sync::Arc,
};

use crate::policy::Policy;

/// The states of a server, by type.
pub(crate) type States = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// The tools and states of one server; immutable from the start on.
pub(crate) struct Registry {
    policy: &'static Policy,
    /// Sorted by name: `inventory` yields in no order.
    tools: Box<[ToolEntry]>,
    by_name: HashMap<&'static str, usize>,
    states: States,
}

impl Registry {
    pub(crate) fn new(policy: &'static Policy, tools: Vec<ToolEntry>, states: States) -> Self {
        let by_name = tools.iter().enumerate().map(|(at, entry)| (entry.def.name, at)).collect();
        Self { policy, tools: tools.into(), by_name, states }
    }

    pub(crate) fn policy(&self) -> &'static Policy {
        self.policy
    }

    /// Every tool, sorted by name.
    pub(crate) fn tools(&self) -> &[ToolEntry] {
        &self.tools
    }

    pub(crate) fn tool(&self, name: &str) -> Option<&ToolEntry> {
        self.by_name.get(name).and_then(|&at| self.tools.get(at))
    }

    #[cfg(feature = "testing")]
    pub(crate) fn replace_bodies(&mut self, body: Body) {
        self.tools.iter_mut().for_each(|entry| entry.body = body);
    }

    pub(crate) fn state<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let state = self.states.get(&TypeId::of::<T>())?;
        Arc::clone(state).downcast().ok()
    }
}
