use inventory::Collect;

use super::definition::Definition;

/// A crate that [`link!`](crate::link) names.
pub struct LinkedCrate {
    /// The name of the crate or of its package.
    pub name: &'static str,
}

inventory::collect!(LinkedCrate);

/// Every submitted definition of one kind. `inventory` promises no order, so this does: by name, then by place.
pub(super) fn submitted<D: Definition + Collect>() -> Vec<&'static D> {
    let mut submitted: Vec<&D> = inventory::iter::<D>.into_iter().collect();
    submitted.sort_by_key(|def| {
        let place = def.location();
        (def.key(), def.module(), place.file, place.line)
    });
    submitted
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
