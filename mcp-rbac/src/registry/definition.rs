use super::{
    Item, Location, Primitive,
    def::{ParamDef, PromptDef, ResourceDef, ToolDef},
};
use crate::policy::{Policy, Requirement};

/// What the three kinds of definitions have in common, for the check at start-up.
pub(super) trait Definition: Sync + 'static {
    const PRIMITIVE: Primitive;

    /// The name that clients use.
    fn key(&self) -> &'static str;
    fn requirement(&self) -> &Requirement;
    fn policy(&self) -> &'static Policy;
    fn params(&self) -> &'static [ParamDef];
    fn module(&self) -> &'static str;
    fn location(&self) -> Location;

    fn item(&self) -> Item {
        Item { primitive: Self::PRIMITIVE, name: self.key() }
    }

    /// The crate that it stands in.
    fn crate_name(&self) -> &'static str {
        self.module().split("::").next().unwrap_or(self.module())
    }
}

macro_rules! definition {
    ($($Def:ident: $primitive:ident by $name:ident;)*) => {
        $(
            impl Definition for $Def {
                const PRIMITIVE: Primitive = Primitive::$primitive;

                fn key(&self) -> &'static str {
                    self.$name
                }

                fn requirement(&self) -> &Requirement {
                    &self.requirement
                }

                fn policy(&self) -> &'static Policy {
                    self.policy
                }

                fn params(&self) -> &'static [ParamDef] {
                    self.params
                }

                fn module(&self) -> &'static str {
                    self.module
                }

                fn location(&self) -> Location {
                    Location { file: self.file, line: self.line }
                }
            }
        )*
    };
}

definition! {
    ToolDef: Tool by name;
    PromptDef: Prompt by name;
    ResourceDef: Resource by uri;
}
