//! What a server asks its client for, in whichever way the protocol of the moment has.
//!
//! Until 2025-11-25 a server sends a request of its own and waits. Since 2026-07-28 it answers that input is required,
//! and the client calls again (SEP-2322).

#![expect(deprecated, reason = "sampling and roots are deprecated by SEP-2577; the suite asks for them")]

use rmcp::{
    ErrorData,
    model::{
        BooleanSchema, ClientCapabilities, ConstTitle, CreateMessageRequest, CreateMessageRequestParams,
        ElicitRequest, ElicitRequestParams, ElicitationSchema, EnumSchema, InputRequest, IntegerSchema,
        LegacyEnumSchema, ListRootsRequest, MultiSelectEnumSchema, NumberSchema, PrimitiveSchemaDefinition,
        SamplingMessage, SingleSelectEnumSchema, StringSchema, TitledItems, TitledMultiSelectEnumSchema,
        TitledSingleSelectEnumSchema,
    },
};

/// A form with the given fields, of which the ones named in `required` must be filled in.
#[must_use]
pub fn form<const N: usize>(
    message: impl Into<String>,
    fields: [(&str, PrimitiveSchemaDefinition); N],
    required: &[&str],
) -> ElicitRequest {
    let fields = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    let mut requested_schema = ElicitationSchema::new(fields);
    if !required.is_empty() {
        requested_schema =
            requested_schema.with_required(required.iter().map(|&name| name.to_owned()).collect());
    }
    ElicitRequest::new(ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: message.into(),
        requested_schema,
    })
}

/// A field for text.
#[must_use]
pub fn text_field() -> PrimitiveSchemaDefinition {
    PrimitiveSchemaDefinition::String(StringSchema::new())
}

/// A field for yes or no.
#[must_use]
pub fn yes_or_no() -> PrimitiveSchemaDefinition {
    PrimitiveSchemaDefinition::Boolean(BooleanSchema::new())
}

/// What `test_elicitation` asks.
#[must_use]
pub fn contact(message: String) -> ElicitRequest {
    let described =
        |description| PrimitiveSchemaDefinition::String(StringSchema::new().description(description));
    let fields = [("username", described("User's response")), ("email", described("User's email address"))];
    form(message, fields, &["username", "email"])
}

/// A field of each primitive type, with a default (SEP-1034).
///
/// # Errors
///
/// When rmcp does not take the default of the status, which is among its values.
pub fn defaults() -> Result<ElicitRequest, ErrorData> {
    let status = EnumSchema::builder(strings(["active", "inactive", "pending"]))
        .with_default("active")
        .map_err(|reason| ErrorData::internal_error(reason, None))?
        .build();
    let fields = [
        ("name", PrimitiveSchemaDefinition::String(StringSchema::new().with_default("John Doe"))),
        ("age", PrimitiveSchemaDefinition::Integer(IntegerSchema::new().with_default(30))),
        ("score", PrimitiveSchemaDefinition::Number(NumberSchema::new().with_default(95.5))),
        ("status", PrimitiveSchemaDefinition::Enum(status)),
        ("verified", PrimitiveSchemaDefinition::Boolean(BooleanSchema::new().with_default(true))),
    ];
    Ok(form("Please review and update the form fields with defaults", fields, &[]))
}

/// A field of each kind of choice (SEP-1330).
#[must_use]
pub fn choices() -> ElicitRequest {
    let options = || strings(["option1", "option2", "option3"]);
    let titles = |noun: &str| -> Vec<ConstTitle> {
        [("value1", "First"), ("value2", "Second"), ("value3", "Third")]
            .map(|(value, rank)| ConstTitle::new(value, format!("{rank} {noun}")))
            .into()
    };
    let mut legacy = LegacyEnumSchema::new(strings(["opt1", "opt2", "opt3"]));
    legacy.enum_names = Some(strings(["Option One", "Option Two", "Option Three"]));
    let fields = [
        ("untitledSingle", EnumSchema::builder(options()).build()),
        (
            "titledSingle",
            EnumSchema::Single(SingleSelectEnumSchema::Titled(TitledSingleSelectEnumSchema::new(titles(
                "Option",
            )))),
        ),
        ("legacyEnum", EnumSchema::Legacy(legacy)),
        ("untitledMulti", EnumSchema::builder(options()).multiselect().build()),
        (
            "titledMulti",
            EnumSchema::Multi(MultiSelectEnumSchema::Titled(TitledMultiSelectEnumSchema::new(
                TitledItems::new(titles("Choice")),
            ))),
        ),
    ];
    let fields = fields.map(|(name, schema)| (name, PrimitiveSchemaDefinition::Enum(schema)));
    form("Please select options from the enum fields", fields, &[])
}

/// A question for the client's model.
#[must_use]
pub fn sampling(question: impl Into<String>, max_tokens: u32) -> CreateMessageRequest {
    let message = SamplingMessage::user_text(question);
    CreateMessageRequest::new(CreateMessageRequestParams::new(vec![message], max_tokens))
}

/// The question for the client's roots.
#[must_use]
pub fn roots() -> InputRequest {
    InputRequest::ListRoots(ListRootsRequest::default())
}

/// Refuses to ask a client for what it has not declared: `-32021`.
///
/// # Errors
///
/// The capability that is missing.
pub fn declared(request: &InputRequest, declared: &ClientCapabilities) -> Result<(), ErrorData> {
    let (there, needed) = match request {
        InputRequest::Elicitation(_) => {
            (declared.elicitation.is_some(), ClientCapabilities::builder().enable_elicitation().build())
        }
        InputRequest::CreateMessage(_) => {
            (declared.sampling.is_some(), ClientCapabilities::builder().enable_sampling().build())
        }
        InputRequest::ListRoots(_) => {
            (declared.roots.is_some(), ClientCapabilities::builder().enable_roots().build())
        }
        _ => return Err(ErrorData::internal_error("a kind of request that this server does not know", None)),
    };
    if there { Ok(()) } else { Err(ErrorData::missing_required_client_capability(needed)) }
}

fn strings<const N: usize>(values: [&str; N]) -> Vec<String> {
    values.map(str::to_owned).into()
}
