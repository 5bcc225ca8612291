//! Where a tool can stand, and what can stand around it.

use ::rbac_runtime::{Caller, tool};

/// In a module of a module.
pub(crate) mod outer {
    /// With the policy by a relative path.
    pub(crate) mod inner {
        /// Relative to the module.
        #[::rbac_runtime::tool(crate = ::rbac_runtime, policy = super::super::super::rbac, requires = "read_data")]
        pub(crate) fn in_inner() {}
    }
}

/// In the body of a function, which nobody calls.
#[expect(dead_code, reason = "its tools are there nevertheless")]
pub(crate) fn function() {
    /// Inside.
    #[tool(crate = ::rbac_runtime, requires = "read_data")]
    fn in_function(_caller: Caller) {}

    let closure = || {
        /// Further inside.
        #[tool(crate = ::rbac_runtime, requires = "read_data")]
        async fn in_closure() {}
    };
    closure();
}

/// A type, for its methods.
pub(crate) struct Holder;

#[expect(dead_code, reason = "its tools are there nevertheless")]
impl Holder {
    /// In the body of a method.
    pub(crate) fn method<T>(_generic: &T) {
        /// Inside a generic method.
        #[tool(crate = ::rbac_runtime, requires = "read_data")]
        fn in_method() {}
    }
}

/// Present.
#[cfg(test)]
#[tool(crate = ::rbac_runtime, requires = "read_data")]
fn cfg_before() {}

/// Present.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
#[cfg(test)]
fn cfg_after() {}

/// Absent.
#[cfg(not(test))]
#[tool(crate = ::rbac_runtime, requires = "read_data")]
fn absent_before() {}

/// Absent, and in conflict with the one that is present.
#[tool(crate = ::rbac_runtime, requires = "read_data")]
#[cfg(not(test))]
fn cfg_after() {}

/// The attribute itself depends on the configuration.
#[cfg_attr(test, tool(crate = ::rbac_runtime, requires = "read_data"))]
#[cfg_attr(not(test), must_use)]
fn cfg_attr() {}

/// The attribute comes with its own condition.
#[cfg_attr(test, tool(crate = ::rbac_runtime, requires = "read_data"), cfg(not(test)))]
fn absent_after() {}

macro_rules! tools {
    ($($name:ident: $permission:literal, $title:expr;)*) => {
        $(
            /// From a macro.
            #[tool(crate = ::rbac_runtime, requires = $permission, title = $title)]
            fn $name() {}
        )*
    };
}

tools! {
    from_macro: "read_data", "First";
    from_macro_again: "text:read", "Second";
}

macro_rules! from_parts {
    ($name:literal, $result:ty, $body:block) => {
        /// From a macro that brings the type and the body.
        #[tool(crate = ::rbac_runtime, requires(any("read_data", "write_data")), name = $name)]
        fn of_parts(_caller: Caller) -> $result $body
    };
}

from_parts!("from_parts", &'static str, { "parts" });
