/// Asserts that none of the files compiles, and that the compiler says what the `.stderr` file beside each one says:
/// tests for what a policy must never become.
///
/// Each file matched by `pattern` (relative to the crate of the test) is a small program, for example one that asserts
/// an access that must not exist:
///
/// ```ignore
/// use my_crate::rbac::{Permission, Role};
///
/// const _: () = assert!(Role::Readonly.can(Permission::DeleteData));
/// fn main() {}
/// ```
///
/// The first run writes what the compiler said to the folder `wip`; move it beside the file once you have read it.
/// `TRYBUILD=overwrite` updates all of them. It is [`trybuild`](https://docs.rs/trybuild) underneath.
///
/// # Panics
///
/// When a file compiles, when the messages differ, or when no file matches.
pub fn policy_must_not_compile(pattern: &str) {
    trybuild::TestCases::new().compile_fail(pattern);
}
