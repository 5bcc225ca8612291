use records::rbac::{Permission, Role};

const _: () = assert!(Role::Readonly.can(Permission::DeleteData), "readonly deletes");

fn main() {}
