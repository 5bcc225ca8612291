rbac_runtime::roles! {
    permissions { a, b }
    roles {
        one { a }
        two { b }
    }
    invariants { exclusive { a, 2 }; }
}

fn main() {}
