/// Delete one record
#[doc = include_str!("delete.md")]
#[deprecated]
#[allow(clippy::needless_pass_by_value)]
pub async fn delete_record(
    Parameters(Key { id, .. }): Parameters<Key>,
    State(store): State<Store>,
    #[cfg(unix)]
    mut caller: Caller,
    _: Granted<access::rbac::permissions::write_data>,
) -> Result<String, ToolError> {
    todo!()
}
#[allow(deprecated)]
#[allow(clippy::needless_pass_by_value)]
const _: () = {
    static __REQUIREMENT: ::another_name::__private::Requirement = ::another_name::__private::Requirement::all(
        &[
            ::another_name::__private::Requirement::permission(
                access::rbac::__permission! {
                    (::another_name) (access::rbac) "write_data" "write_data"
                },
            ),
            ::another_name::__private::Requirement::any(
                &[
                    ::another_name::__private::Requirement::permission(
                        access::rbac::__permission! {
                            (::another_name) (access::rbac) "delete_data" "delete_data"
                        },
                    ),
                    ::another_name::__private::Requirement::permission(
                        access::rbac::__permission! {
                            (::another_name) (access::rbac) "data:purge" "data:purge"
                        },
                    ),
                ],
            ),
        ],
    );
    const __PARAM_0: ::another_name::__private::Param<Parameters<Key>> = ::another_name::__private::Param {
        extract: <Parameters<Key> as ::another_name::__private::ToolParam>::extract,
        kind: <Parameters<Key> as ::another_name::__private::ToolParam>::kind,
        proves: <Parameters<Key> as ::another_name::__private::ToolParam>::PROVES,
    };
    const __PARAM_1: ::another_name::__private::Param<State<Store>> = ::another_name::__private::Param {
        extract: <State<Store> as ::another_name::__private::ToolParam>::extract,
        kind: <State<Store> as ::another_name::__private::ToolParam>::kind,
        proves: <State<Store> as ::another_name::__private::ToolParam>::PROVES,
    };
    #[cfg(unix)]
    const __PARAM_2: ::another_name::__private::Param<Caller> = ::another_name::__private::Param {
        extract: <Caller as ::another_name::__private::ToolParam>::extract,
        kind: <Caller as ::another_name::__private::ToolParam>::kind,
        proves: <Caller as ::another_name::__private::ToolParam>::PROVES,
    };
    const __PARAM_3: ::another_name::__private::Param<
        Granted<access::rbac::permissions::write_data>,
    > = ::another_name::__private::Param {
        extract: <Granted<
            access::rbac::permissions::write_data,
        > as ::another_name::__private::ToolParam>::extract,
        kind: <Granted<
            access::rbac::permissions::write_data,
        > as ::another_name::__private::ToolParam>::kind,
        proves: <Granted<
            access::rbac::permissions::write_data,
        > as ::another_name::__private::ToolParam>::PROVES,
    };
    const __RETURNED: ::another_name::__private::Returned<Result<String, ToolError>> = ::another_name::__private::Returned {
        into_response: <Result<
            String,
            ToolError,
        > as ::another_name::__private::ToolResult>::into_response,
        output_schema: <Result<
            String,
            ToolError,
        > as ::another_name::__private::ToolResult>::output_schema,
        asks: <Result<String, ToolError> as ::another_name::__private::ToolResult>::ASKS,
    };
    const _: () = {
        ::core::assert!(
            __REQUIREMENT.is_destructive(), "{}",
            "`destructive` is not true: `requires(all(\"write_data\", any(\"delete_data\", \"data:purge\")))` names no destructive permission\nhelp: leave `destructive` out, or declare the permission `destructive` in `roles!`"
        );
        ::another_name::__private::assert_proven(
            __PARAM_3.proves,
            &__REQUIREMENT,
            "`Granted<write_data>` proves more than `requires(all(\"write_data\", any(\"delete_data\", \"data:purge\")))` checks\nhelp: require the permission in every case, or take `Caller` and ask `caller.granted()`",
        );
    };
    fn __call(
        __call: ::another_name::__private::Authorized,
    ) -> ::another_name::__private::CallFuture {
        ::another_name::__private::run(
            __call,
            |__call| ::core::result::Result::Ok(
                delete_record(
                    (__PARAM_0.extract)(__call)?,
                    (__PARAM_1.extract)(__call)?,
                    #[cfg(unix)]
                    (__PARAM_2.extract)(__call)?,
                    (__PARAM_3.extract)(__call)?,
                ),
            ),
            __RETURNED.into_response,
        )
    }
    ::another_name::__private::inventory::submit! {
        ::another_name::__private::ToolDef { name : "records.delete", title :
        ::core::option::Option::Some("Delete a record"), description :
        ::core::option::Option::Some(::core::concat!("Delete one record", "\n",
        include_str!("delete.md"), "\n") .trim_ascii()), icons :
        ::core::option::Option::Some(|| icons()), meta : ::core::option::Option::Some(||
        meta()), requirement : __REQUIREMENT, policy :
        ::another_name::__private::policy_of(& __REQUIREMENT), params : &
        [::another_name::__private::ParamDef { name : "Key { id, .. }", kind : __PARAM_0
        .kind }, ::another_name::__private::ParamDef { name : "store", kind : __PARAM_1
        .kind }, #[cfg(unix)] ::another_name::__private::ParamDef { name : "caller", kind
        : __PARAM_2.kind }, ::another_name::__private::ParamDef { name : "_", kind :
        __PARAM_3.kind }], hints : ::another_name::__private::Hints { read_only :
        ::core::option::Option::None, idempotent : ::core::option::Option::Some(true),
        open_world : ::core::option::Option::Some(false) }, output_schema : __RETURNED
        .output_schema, asks : __RETURNED.asks, task : false, output :
        ::another_name::__private::Output { max : ::core::option::Option::None, filter :
        ::core::option::Option::None, raw : false }, oversight :
        ::another_name::__private::Oversight { redactions : & [], alert :
        ::core::option::Option::None, limit : ::core::option::Option::None }, call :
        __call, module : ::core::module_path!(), file : ::core::file!(), line :
        ::core::line!(), }
    }
};
