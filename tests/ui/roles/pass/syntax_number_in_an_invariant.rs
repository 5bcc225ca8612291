rbac_runtime::roles! {
    permissions { a, b }
    roles {
        one { a }
        two { b }
    }
    invariants { exclusive { a, b }; }
}

fn main() {}
