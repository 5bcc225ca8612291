fn records() -> Json<Vec<Record>> {
    todo!()
}
const _: () = {
    static __REQUIREMENT: ::mcp_rbac::__private::Requirement = ::mcp_rbac::__private::Requirement::authenticated();
    const __RETURNED: ::mcp_rbac::__private::Answered<
        Json<Vec<Record>>,
        ::mcp_rbac::__private::ResourceAnswer,
    > = ::mcp_rbac::__private::Answered {
        into_response: <Json<
            Vec<Record>,
        > as ::mcp_rbac::__private::ResourceResult>::into_answer,
    };
    fn __call(
        __call: ::mcp_rbac::__private::Authorized,
    ) -> ::mcp_rbac::__private::CallFuture<::mcp_rbac::__private::ResourceAnswer> {
        ::mcp_rbac::__private::run_blocking(
            __call,
            |__call| ::core::result::Result::Ok(records()),
            __RETURNED.into_response,
        )
    }
    ::mcp_rbac::__private::inventory::submit! {
        ::mcp_rbac::__private::ResourceDef { name : "records", title :
        ::core::option::Option::None, description : ::core::option::Option::None, icons :
        ::core::option::Option::None, meta : ::core::option::Option::None, requirement :
        __REQUIREMENT, policy : & crate ::rbac::POLICY, params : & [], uri :
        "records://all", variables : & [], mime_type : ::core::option::Option::None,
        completions : & [], call : __call, module : ::core::module_path!(), file :
        ::core::file!(), line : ::core::line!(), }
    }
};
