fn export() -> String {
    todo!()
}
const _: () = {
    static __REQUIREMENT: ::mcp_rbac::__private::Requirement = ::mcp_rbac::__private::Requirement::permission(
        crate::rbac::__permission! {
            (::mcp_rbac) (crate ::rbac) "read_data" "read_data"
        },
    );
    const __RETURNED: ::mcp_rbac::__private::Returned<String> = ::mcp_rbac::__private::Returned {
        into_response: <String as ::mcp_rbac::__private::ToolResult>::into_response,
        output_schema: <String as ::mcp_rbac::__private::ToolResult>::output_schema,
        asks: <String as ::mcp_rbac::__private::ToolResult>::ASKS,
    };
    const __MAX: ::core::primitive::usize = LARGEST / 2;
    const _: () = ::core::assert!(
        __MAX > 0, "{}",
        "no result has at most 0 bytes\nhelp: write the largest number of bytes"
    );
    const __FILTER: ::mcp_rbac::__private::Filter = secrets::hide;
    fn __call(
        __call: ::mcp_rbac::__private::Authorized,
    ) -> ::mcp_rbac::__private::CallFuture {
        ::mcp_rbac::__private::run_blocking(
            __call,
            |__call| ::core::result::Result::Ok(export()),
            __RETURNED.into_response,
        )
    }
    ::mcp_rbac::__private::inventory::submit! {
        ::mcp_rbac::__private::ToolDef { name : "export", title :
        ::core::option::Option::None, description : ::core::option::Option::None, icons :
        ::core::option::Option::None, meta : ::core::option::Option::None, requirement :
        __REQUIREMENT, policy : ::mcp_rbac::__private::policy_of(& __REQUIREMENT), params
        : & [], hints : ::mcp_rbac::__private::Hints { read_only :
        ::core::option::Option::None, idempotent : ::core::option::Option::None,
        open_world : ::core::option::Option::None }, output_schema : __RETURNED
        .output_schema, asks : __RETURNED.asks, task : true, output :
        ::mcp_rbac::__private::Output { max : ::core::option::Option::Some(__MAX), filter
        : ::core::option::Option::Some(__FILTER), raw : false }, oversight :
        ::mcp_rbac::__private::Oversight { redactions : & [], alert :
        ::core::option::Option::None, limit : ::core::option::Option::None }, call :
        __call, module : ::core::module_path!(), file : ::core::file!(), line :
        ::core::line!(), }
    }
};
