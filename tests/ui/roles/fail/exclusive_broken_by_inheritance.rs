rbac_runtime::roles! {
    permissions { create_payment, approve_payment }
    roles {
        clerk { create_payment }
        senior: clerk {}
        head: senior { approve_payment }
        boss: head {}
    }
    invariants { exclusive { create_payment, approve_payment }; }
}

fn main() {}
