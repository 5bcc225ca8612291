rbac_runtime::roles! {
    permissions { a, b, c }
    roles {
        one { a }
        two { b }
        three { c }
    }
    invariants {
        exclusive { a, b };
        exclusive { a, b, c };
    }
}

fn main() {}
