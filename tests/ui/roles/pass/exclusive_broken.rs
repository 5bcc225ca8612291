rbac_runtime::roles! {
    permissions { create_payment, approve_payment }
    roles {
        clerk { create_payment }
        head { approve_payment }
    }
    invariants { exclusive { create_payment, approve_payment }; }
}

fn main() {}
