use records::rbac::{Permission, Role};

const _: () = assert!(Role::Analyst.can(Permission::WriteData), "analysts write");

fn main() {}
