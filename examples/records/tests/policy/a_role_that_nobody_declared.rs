use records::rbac::{Permission, Role};

const _: () = assert!(Role::Intern.can(Permission::ReadData));

fn main() {}
