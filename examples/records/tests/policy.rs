//! What the policy must never become.
//!
//! The assertions are checked by the compiler: when the policy changes so that one is false, this file does not
//! compile. The programs in the folder `policy` are the other way round: each claims an access that must not exist, and
//! has to be refused with the message beside it.

use records::rbac::{Permission, Role};

const _: () = assert!(!Role::Readonly.can(Permission::WriteData), "who only reads changes nothing");
const _: () = assert!(!Role::Readonly.can(Permission::DeleteData), "who only reads deletes nothing");
const _: () = assert!(!Role::Analyst.can(Permission::DeleteData), "analysts delete nothing");
const _: () = assert!(Role::Analyst.can(Permission::ReadData), "analysts read what everybody reads");
const _: () = assert!(Role::Admin.can(Permission::DeleteData), "somebody has to be able to delete");

#[test]
fn accesses_that_must_not_exist_do_not_compile() {
    mcp_rbac::testing::policy_must_not_compile("tests/policy/*.rs");
}
