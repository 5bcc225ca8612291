//! A policy with two permissions that nobody may hold together.

rbac_runtime::roles! {
    permissions {
        read_data,
        create_payment,
        approve_payment,
    }
    roles {
        analyst { read_data }
        clerk: analyst { create_payment }
        approver: analyst { approve_payment }
    }
    invariants {
        exclusive { create_payment, approve_payment };
    }
}
