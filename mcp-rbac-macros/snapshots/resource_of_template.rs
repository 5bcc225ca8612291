async fn of_year(
    State(store): State<Store>,
    mut page: u32,
    r#type: Kind,
    proof: Granted<rbac::permissions::read_data>,
    year: u16,
) -> Result<String, ToolError> {
    todo!()
}
const _: () = {
    static __REQUIREMENT: ::mcp_rbac::__private::Requirement = ::mcp_rbac::__private::Requirement::permission(
        crate::rbac::__permission! {
            (::mcp_rbac) (crate ::rbac) "read_data" "read_data"
        },
    );
    const __PARAM_0: ::mcp_rbac::__private::Param<State<Store>> = ::mcp_rbac::__private::Param {
        extract: <State<Store> as ::mcp_rbac::__private::ToolParam>::extract,
        kind: <State<Store> as ::mcp_rbac::__private::ToolParam>::kind,
        proves: <State<Store> as ::mcp_rbac::__private::ToolParam>::PROVES,
    };
    const __PARAM_1: ::mcp_rbac::__private::Variable<u32> = ::mcp_rbac::__private::Variable {
        parse: <u32 as ::mcp_rbac::__private::ResourceVariable>::parse,
    };
    const __PARAM_2: ::mcp_rbac::__private::Variable<Kind> = ::mcp_rbac::__private::Variable {
        parse: <Kind as ::mcp_rbac::__private::ResourceVariable>::parse,
    };
    const __PARAM_3: ::mcp_rbac::__private::Param<
        Granted<rbac::permissions::read_data>,
    > = ::mcp_rbac::__private::Param {
        extract: <Granted<
            rbac::permissions::read_data,
        > as ::mcp_rbac::__private::ToolParam>::extract,
        kind: <Granted<
            rbac::permissions::read_data,
        > as ::mcp_rbac::__private::ToolParam>::kind,
        proves: <Granted<
            rbac::permissions::read_data,
        > as ::mcp_rbac::__private::ToolParam>::PROVES,
    };
    const __PARAM_4: ::mcp_rbac::__private::Variable<u16> = ::mcp_rbac::__private::Variable {
        parse: <u16 as ::mcp_rbac::__private::ResourceVariable>::parse,
    };
    const __RETURNED: ::mcp_rbac::__private::Answered<
        Result<String, ToolError>,
        ::mcp_rbac::__private::ResourceAnswer,
    > = ::mcp_rbac::__private::Answered {
        into_response: <Result<
            String,
            ToolError,
        > as ::mcp_rbac::__private::ResourceResult>::into_answer,
    };
    const _: () = {
        ::mcp_rbac::__private::assert_proven(
            __PARAM_3.proves,
            &__REQUIREMENT,
            "`Granted<read_data>` proves more than `requires = \"read_data\"` checks\nhelp: require the permission in every case, or take `Caller` and ask `caller.granted()`",
        );
    };
    fn __call(
        __call: ::mcp_rbac::__private::Authorized,
    ) -> ::mcp_rbac::__private::CallFuture<::mcp_rbac::__private::ResourceAnswer> {
        ::mcp_rbac::__private::run(
            __call,
            |__call| ::core::result::Result::Ok(
                of_year(
                    (__PARAM_0.extract)(__call)?,
                    ::mcp_rbac::__private::variable(__call, "page", __PARAM_1.parse)?,
                    ::mcp_rbac::__private::variable(__call, "type", __PARAM_2.parse)?,
                    (__PARAM_3.extract)(__call)?,
                    ::mcp_rbac::__private::variable(__call, "year", __PARAM_4.parse)?,
                ),
            ),
            __RETURNED.into_response,
        )
    }
    ::mcp_rbac::__private::inventory::submit! {
        ::mcp_rbac::__private::ResourceDef { name : "records of a year", title :
        ::core::option::Option::None, description : ::core::option::Option::None, icons :
        ::core::option::Option::None, meta : ::core::option::Option::None, requirement :
        __REQUIREMENT, policy : ::mcp_rbac::__private::policy_of(& __REQUIREMENT), params
        : & [::mcp_rbac::__private::ParamDef { name : "store", kind : __PARAM_0.kind },
        ::mcp_rbac::__private::ParamDef { name : "proof", kind : __PARAM_3.kind }], uri :
        "records://{year}/{type}?page={page}", variables : & ["year", "type", "page"],
        mime_type : ::core::option::Option::Some("text/csv"), completions : &
        [::mcp_rbac::__private::CompletionDef { argument : "year", complete : |
        __completion | ::mcp_rbac::__private::complete(years(__completion)) }], call :
        __call, module : ::core::module_path!(), file : ::core::file!(), line :
        ::core::line!(), }
    }
};
