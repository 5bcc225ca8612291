use super::def::ToolDef;

/// A crate that [`link!`](crate::link) names.
pub struct LinkedCrate {
    /// The name of the crate or of its package.
    pub name: &'static str,
}

inventory::collect!(LinkedCrate);

/// Every submitted tool. `inventory` promises no order, so this does: by name, then by place.
pub(super) fn submitted_tools() -> Vec<&'static ToolDef> {
    let mut tools: Vec<&ToolDef> = inventory::iter::<ToolDef>.into_iter().collect();
    tools.sort_by_key(|def| (def.name, def.module, def.file, def.line));
    tools
}

/// Every crate that `link!` names, as `module_path!()` begins in it; sorted, each once.
pub(super) fn linked_crates() -> Vec<String> {
    // the crate of package `crm-tools` is `crm_tools`
    let names = inventory::iter::<LinkedCrate>.into_iter().map(|linked| linked.name.replace('-', "_"));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The crate that a tool stands in.
pub(super) fn crate_of(def: &ToolDef) -> &'static str {
    def.module.split("::").next().unwrap_or(def.module)
}

/// The entry of one crate in `link!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __linked_crate {
    ($name:ident) => {
        $crate::__private::LinkedCrate { name: ::core::stringify!($name) }
    };
    ($name:ident $package:literal) => {
        $crate::__private::LinkedCrate { name: $package }
    };
}
