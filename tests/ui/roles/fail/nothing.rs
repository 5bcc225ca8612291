rbac_runtime::roles! {}

fn main() {}
