use rmcp::model::{GetPromptResponse, Icon, Prompt, PromptArgument};

use super::{Body, CompletionDef, MakeMeta, ParamDef};
use crate::policy::{Policy, Requirement};

/// What `#[prompt]` submits for one function.
pub struct PromptDef {
    /// The name on the wire.
    pub name: &'static str,
    /// The name for people.
    pub title: Option<&'static str>,
    /// What it is for.
    pub description: Option<&'static str>,
    /// Makes the icons.
    pub icons: Option<fn() -> Vec<Icon>>,
    /// Makes the `_meta`.
    pub meta: Option<MakeMeta>,
    /// Who may get it.
    pub requirement: Requirement,
    /// The policy that the requirement is resolved in; compared by address.
    pub policy: &'static Policy,
    /// The parameters of the function, in order.
    pub params: &'static [ParamDef],
    /// What completes its arguments.
    pub completions: &'static [CompletionDef],
    /// Takes the parameters from the request and runs the function.
    pub call: Body<GetPromptResponse>,
    /// `module_path!()` of the function.
    pub module: &'static str,
    /// `file!()` of the function.
    pub file: &'static str,
    /// `line!()` of the attribute.
    pub line: u32,
}

inventory::collect!(PromptDef);

impl PromptDef {
    /// What clients see.
    pub(crate) fn to_prompt(&self, arguments: Vec<PromptArgument>) -> Prompt {
        let arguments = (!arguments.is_empty()).then_some(arguments);
        let mut prompt = Prompt::new(self.name, self.description, arguments);
        prompt.title = self.title.map(str::to_owned);
        prompt.icons = self.icons.map(|icons| icons());
        prompt.meta = self.meta.map(|meta| meta());
        prompt
    }
}
