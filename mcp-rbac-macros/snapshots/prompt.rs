/// Write a letter to a customer.
async fn letter(
    Parameters(to): Parameters<Address>,
    caller: Caller,
) -> Result<String, ToolError> {
    todo!()
}
const _: () = {
    static __REQUIREMENT: ::mcp_rbac::__private::Requirement = ::mcp_rbac::__private::Requirement::permission(
        crate::rbac::__permission! {
            (::mcp_rbac) (crate ::rbac) "read_data" "read_data"
        },
    );
    const __PARAM_0: ::mcp_rbac::__private::Param<Parameters<Address>> = ::mcp_rbac::__private::Param {
        extract: <Parameters<Address> as ::mcp_rbac::__private::ToolParam>::extract,
        kind: <Parameters<Address> as ::mcp_rbac::__private::ToolParam>::kind,
        proves: <Parameters<Address> as ::mcp_rbac::__private::ToolParam>::PROVES,
    };
    const __PARAM_1: ::mcp_rbac::__private::Param<Caller> = ::mcp_rbac::__private::Param {
        extract: <Caller as ::mcp_rbac::__private::ToolParam>::extract,
        kind: <Caller as ::mcp_rbac::__private::ToolParam>::kind,
        proves: <Caller as ::mcp_rbac::__private::ToolParam>::PROVES,
    };
    const __RETURNED: ::mcp_rbac::__private::Answered<
        Result<String, ToolError>,
        ::mcp_rbac::__private::GetPromptResponse,
    > = ::mcp_rbac::__private::Answered {
        into_response: <Result<
            String,
            ToolError,
        > as ::mcp_rbac::__private::PromptResult>::into_response,
    };
    fn __call(
        __call: ::mcp_rbac::__private::Authorized,
    ) -> ::mcp_rbac::__private::CallFuture<::mcp_rbac::__private::GetPromptResponse> {
        ::mcp_rbac::__private::run(
            __call,
            |__call| ::core::result::Result::Ok(
                letter((__PARAM_0.extract)(__call)?, (__PARAM_1.extract)(__call)?),
            ),
            __RETURNED.into_response,
        )
    }
    ::mcp_rbac::__private::inventory::submit! {
        ::mcp_rbac::__private::PromptDef { name : "letter", title :
        ::core::option::Option::None, description :
        ::core::option::Option::Some("Write a letter to a customer."), icons :
        ::core::option::Option::None, meta : ::core::option::Option::None, requirement :
        __REQUIREMENT, policy : ::mcp_rbac::__private::policy_of(& __REQUIREMENT), params
        : & [::mcp_rbac::__private::ParamDef { name : "to", kind : __PARAM_0.kind },
        ::mcp_rbac::__private::ParamDef { name : "caller", kind : __PARAM_1.kind }],
        completions : & [::mcp_rbac::__private::CompletionDef { argument : "country",
        complete : | __completion |
        ::mcp_rbac::__private::complete(countries(__completion)) },
        ::mcp_rbac::__private::CompletionDef { argument : "first-name", complete : |
        __completion | ::mcp_rbac::__private::complete(names::first(__completion)) }],
        call : __call, module : ::core::module_path!(), file : ::core::file!(), line :
        ::core::line!(), }
    }
};
