//! `#[tool]`, `#[prompt]` and `#[resource]` in a crate that makes it as hard as it can: no prelude, no `unsafe`, every lint
//! an error, the runtime under another name, and names of the crate's own where the macros might look for the standard
//! ones.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(missing_docs, nonstandard_style, unused, unreachable_pub, deprecated, warnings)]
#![deny(unused_qualifications, single_use_lifetimes, unused_lifetimes, elided_lifetimes_in_paths)]
#![deny(clippy::all, clippy::pedantic, clippy::allow_attributes)]
#![deny(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![deny(clippy::allow_attributes_without_reason, clippy::shadow_reuse, clippy::shadow_same)]
#![deny(clippy::default_trait_access, clippy::wildcard_enum_match_arm, clippy::str_to_string)]
#![expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    reason = "what a function takes and returns is given"
)]

mod docs;
mod placement;
mod prompts;
mod registered;
mod resources;
mod served;
mod shadowing;
mod signatures;

::rbac_runtime::roles! {
    permissions {
        read_data,
        write_data: destructive,
        "text:read" as str,
    }
    roles {
        reader { read_data, str }
        writer: reader { write_data }
    }
}
