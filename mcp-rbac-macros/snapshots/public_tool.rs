async fn now() -> String {
    todo!()
}
const _: () = {
    static __REQUIREMENT: ::mcp_rbac::__private::Requirement = ::mcp_rbac::__private::Requirement::public(
        "says the time of day",
    );
    const __RETURNED: ::mcp_rbac::__private::Returned<String> = ::mcp_rbac::__private::Returned {
        into_response: <String as ::mcp_rbac::__private::ToolResult>::into_response,
        output_schema: <String as ::mcp_rbac::__private::ToolResult>::output_schema,
        asks: <String as ::mcp_rbac::__private::ToolResult>::ASKS,
    };
    fn __call(
        __call: ::mcp_rbac::__private::Authorized,
    ) -> ::mcp_rbac::__private::CallFuture {
        ::mcp_rbac::__private::run(
            __call,
            |__call| ::core::result::Result::Ok(now()),
            __RETURNED.into_response,
        )
    }
    ::mcp_rbac::__private::inventory::submit! {
        ::mcp_rbac::__private::ToolDef { name : "now", title :
        ::core::option::Option::None, description : ::core::option::Option::None, icons :
        ::core::option::Option::None, meta : ::core::option::Option::None, requirement :
        __REQUIREMENT, policy : & crate ::rbac::POLICY, params : & [], hints :
        ::mcp_rbac::__private::Hints { read_only : ::core::option::Option::Some(true),
        idempotent : ::core::option::Option::None, open_world :
        ::core::option::Option::None }, output_schema : __RETURNED.output_schema, asks :
        __RETURNED.asks, task : false, output : ::mcp_rbac::__private::Output { max :
        ::core::option::Option::None, filter : ::core::option::Option::None, raw : false
        }, oversight : ::mcp_rbac::__private::Oversight { redactions : & [], alert :
        ::core::option::Option::None, limit : ::core::option::Option::None }, call :
        __call, module : ::core::module_path!(), file : ::core::file!(), line :
        ::core::line!(), }
    }
};
