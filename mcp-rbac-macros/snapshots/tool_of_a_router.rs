/// Delete one record.
#[::other::rmcp::tool(
    name = "records.delete",
    title = "Delete",
    description = "Delete one record.",
    annotations(idempotent_hint = true),
)]
pub async fn delete_record(&self, Parameters(key): Parameters<Key>) -> String {
    const _: () = {
        static __REQUIREMENT: ::other::__private::Requirement = ::other::__private::Requirement::permission(
            crate::rbac::__permission! {
                (::other) (crate ::rbac) "delete_data" "delete_data"
            },
        );
        ::other::__private::inventory::submit! {
            ::other::__private::ForeignToolDef { name : "records.delete", requirement :
            __REQUIREMENT, policy : ::other::__private::policy_of(& __REQUIREMENT),
            oversight : ::other::__private::Oversight { redactions : & [], alert :
            ::core::option::Option::None, limit : ::core::option::Option::None }, module
            : ::core::module_path!(), file : ::core::file!(), line : ::core::line!(), }
        }
    };
    todo!()
}
