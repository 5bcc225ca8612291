/// Get one record.
fn get_record(Parameters(key): Parameters<Key>) -> Json<Record> {
    todo!()
}
const _: () = {
    static __REQUIREMENT: ::mcp_rbac::__private::Requirement = ::mcp_rbac::__private::Requirement::permission(
        crate::rbac::__permission! {
            (::mcp_rbac) (crate ::rbac) "read_data" "read_data"
        },
    );
    const __PARAM_0: ::mcp_rbac::__private::Param<Parameters<Key>> = ::mcp_rbac::__private::Param {
        extract: <Parameters<Key> as ::mcp_rbac::__private::ToolParam>::extract,
        kind: <Parameters<Key> as ::mcp_rbac::__private::ToolParam>::kind,
        proves: <Parameters<Key> as ::mcp_rbac::__private::ToolParam>::PROVES,
    };
    const __RETURNED: ::mcp_rbac::__private::Returned<Json<Record>> = ::mcp_rbac::__private::Returned {
        into_response: <Json<
            Record,
        > as ::mcp_rbac::__private::ToolResult>::into_response,
        output_schema: <Json<
            Record,
        > as ::mcp_rbac::__private::ToolResult>::output_schema,
        asks: <Json<Record> as ::mcp_rbac::__private::ToolResult>::ASKS,
    };
    fn __call(
        __call: ::mcp_rbac::__private::Authorized,
    ) -> ::mcp_rbac::__private::CallFuture {
        ::mcp_rbac::__private::run_blocking(
            __call,
            |__call| ::core::result::Result::Ok(
                get_record((__PARAM_0.extract)(__call)?),
            ),
            __RETURNED.into_response,
        )
    }
    ::mcp_rbac::__private::inventory::submit! {
        ::mcp_rbac::__private::ToolDef { name : "get_record", title :
        ::core::option::Option::None, description :
        ::core::option::Option::Some("Get one record."), icons :
        ::core::option::Option::None, meta : ::core::option::Option::None, requirement :
        __REQUIREMENT, policy : ::mcp_rbac::__private::policy_of(& __REQUIREMENT), params
        : & [::mcp_rbac::__private::ParamDef { name : "key", kind : __PARAM_0.kind }],
        hints : ::mcp_rbac::__private::Hints { read_only : ::core::option::Option::None,
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
